package io.weir.topology.sflow;

import java.nio.ByteBuffer;

/**
 * What the octets of a sampled header begin with [sflow_version_5.txt, section 5: header_protocol; sflow_80211.txt;
 * draft_sflow_infiniband_2.txt]. Numbers without a name are kept.
 */
public final class HeaderProtocol {
    /** Ethernet. */
    public static final int ETHERNET = 1;
    /** PPP. */
    public static final int PPP = 7;
    /** An IPv4 header. */
    public static final int IPV4 = 11;
    /** An IPv6 header. */
    public static final int IPV6 = 12;
    /** A label stack. */
    public static final int MPLS = 13;

    /** No link type of pcap. */
    public static final int NO_LINK_TYPE = -1;

    /** By number; the first is none. */
    private static final String[] NAMES = {
        null,
        "ethernet",
        "token_bus",
        "token_ring",
        "fddi",
        "frame_relay",
        "x25",
        "ppp",
        "smds",
        "aal5",
        "aal5_ip",
        "ipv4",
        "ipv6",
        "mpls",
        "pos",
        "ieee80211_mac",
        "ieee80211_ampdu",
        "ieee80211_amsdu_subframe",
        "infiniband"
    };

    private static final int LINKTYPE_ETHERNET = 1;
    private static final int LINKTYPE_IEEE802_5 = 6;
    private static final int LINKTYPE_PPP = 9;
    private static final int LINKTYPE_FDDI = 10;
    private static final int LINKTYPE_PPP_HDLC = 50;
    private static final int LINKTYPE_RAW = 101;
    private static final int LINKTYPE_IEEE802_11 = 105;
    private static final int LINKTYPE_FRELAY = 107;
    private static final int LINKTYPE_MPLS = 219;
    private static final int LINKTYPE_IPV4 = 228;
    private static final int LINKTYPE_IPV6 = 229;

    /** By number. */
    private static final int[] LINK_TYPES = {
        NO_LINK_TYPE,
        LINKTYPE_ETHERNET,
        NO_LINK_TYPE,
        LINKTYPE_IEEE802_5,
        LINKTYPE_FDDI,
        LINKTYPE_FRELAY,
        NO_LINK_TYPE,
        LINKTYPE_PPP,
        NO_LINK_TYPE,
        NO_LINK_TYPE,
        NO_LINK_TYPE,
        LINKTYPE_IPV4,
        LINKTYPE_IPV6,
        LINKTYPE_MPLS,
        LINKTYPE_PPP_HDLC,
        LINKTYPE_IEEE802_11,
        NO_LINK_TYPE,
        NO_LINK_TYPE,
        NO_LINK_TYPE
    };

    private static final int ETHERTYPE_IPV4 = 0x0800;
    private static final int ETHERTYPE_ARP = 0x0806;
    private static final int ETHERTYPE_RARP = 0x8035;
    private static final int ETHERTYPE_VLAN = 0x8100;
    private static final int ETHERTYPE_IPV6 = 0x86dd;
    private static final int ETHERTYPE_PAUSE = 0x8808;
    private static final int ETHERTYPE_SLOW_PROTOCOLS = 0x8809;
    private static final int ETHERTYPE_MPLS_UNICAST = 0x8847;
    private static final int ETHERTYPE_MPLS_MULTICAST = 0x8848;
    private static final int ETHERTYPE_PPPOE_DISCOVERY = 0x8863;
    private static final int ETHERTYPE_PPPOE_SESSION = 0x8864;
    private static final int ETHERTYPE_EAPOL = 0x888e;
    private static final int ETHERTYPE_SERVICE_VLAN = 0x88a8;
    private static final int ETHERTYPE_LLDP = 0x88cc;
    private static final int ETHERTYPE_MACSEC = 0x88e5;
    private static final int ETHERTYPE_ROCE = 0x8915;
    private static final int ETHERTYPE_OLD_SERVICE_VLAN = 0x9100;

    private static final int ETHERNET_TYPE = 12;
    private static final int IPV4_VERSION = 4;
    private static final int IPV4_LENGTH = 20;
    private static final int IPV4_HEADER_WORDS = 5;
    /** Sum of the words of a header, in one's complement, that is as it was sent. */
    private static final int ONES = 0xffff;

    private HeaderProtocol() {}

    /** Name in lower snake case; null for a number without one. */
    public static String name(long protocol) {
        return protocol > 0 && protocol < NAMES.length ? NAMES[(int) protocol] : null;
    }

    /** <a href="https://www.tcpdump.org/linktypes.html">LINKTYPE_ value</a> of a protocol, {@link #NO_LINK_TYPE} for those that have none. */
    public static int linkType(long protocol) {
        return protocol > 0 && protocol < LINK_TYPES.length ? LINK_TYPES[(int) protocol] : NO_LINK_TYPE;
    }

    /**
     * As above, but an IPv4 packet that an agent calls Ethernet, such as what it took out of a tunnel, is raw IP: no EtherType that
     * is met in practice where one should be, and an IPv4 header whose checksum is right. An IPv6 header has no such proof and is left.
     *
     * @param position index in the buffer of the header's first octet
     * @param octets of the header
     */
    public static int linkType(long protocol, ByteBuffer buffer, int position, int octets) {
        int linkType = linkType(protocol);
        boolean mislabelled = linkType == LINKTYPE_ETHERNET
                && octets >= IPV4_LENGTH
                && !isCommonEtherType(buffer.getShort(position + ETHERNET_TYPE) & 0xffff)
                && isIpv4Header(buffer, position, octets);
        return mislabelled ? LINKTYPE_RAW : linkType;
    }

    /** Whether the first octets are an IPv4 header, by version, length and checksum (RFC 791, section 3.1). */
    private static boolean isIpv4Header(ByteBuffer buffer, int position, int octets) {
        int first = buffer.get(position) & 0xff;
        int words = first & 0xf;
        if (first >>> 4 != IPV4_VERSION || words < IPV4_HEADER_WORDS || words * Integer.BYTES > octets) {
            return false;
        }
        int sum = 0;
        for (int at = position; at < position + words * Integer.BYTES; at += Short.BYTES) {
            sum += buffer.getShort(at) & 0xffff;
        }
        sum = (sum & 0xffff) + (sum >>> Short.SIZE);
        sum = (sum & 0xffff) + (sum >>> Short.SIZE);
        return sum == ONES;
    }

    private static boolean isCommonEtherType(int type) {
        return switch (type) {
            case ETHERTYPE_IPV4,
                    ETHERTYPE_ARP,
                    ETHERTYPE_RARP,
                    ETHERTYPE_VLAN,
                    ETHERTYPE_IPV6,
                    ETHERTYPE_PAUSE,
                    ETHERTYPE_SLOW_PROTOCOLS,
                    ETHERTYPE_MPLS_UNICAST,
                    ETHERTYPE_MPLS_MULTICAST,
                    ETHERTYPE_PPPOE_DISCOVERY,
                    ETHERTYPE_PPPOE_SESSION,
                    ETHERTYPE_EAPOL,
                    ETHERTYPE_SERVICE_VLAN,
                    ETHERTYPE_LLDP,
                    ETHERTYPE_MACSEC,
                    ETHERTYPE_ROCE,
                    ETHERTYPE_OLD_SERVICE_VLAN -> true;
            default -> false;
        };
    }
}
