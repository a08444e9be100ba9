package io.weir.decoding.packet;

import io.weir.schemas.DecodingProblem;
import io.weir.schemas.Layer;
import java.nio.ByteBuffer;

/**
 * What an EtherType or length field announces: VLAN tags (IEEE 802.1Q, 802.1ad and the older tag types), LLC with SNAP (IEEE
 * 802.2, RFC 1042), PPPoE sessions (RFC 2516), Cisco FabricPath, backbone bridges (IEEE 802.1ah), port extenders (IEEE 802.1BR,
 * VN-Tag), Cisco meta data, Arista time stamps, MACsec (recognised), MPLS, NSH, IP. Other EtherTypes end here; their frames are known
 * by MAC addresses and EtherType.
 *
 * <p>The methods recurse through {@link #decode}; each level is a layer, and {@link PacketHeaders#enterLinkLayer} bounds them.
 */
final class EtherTypeLayer {
    static final int IPV4 = 0x0800;
    static final int IPV6 = 0x86dd;
    /** A length field whose value does not matter: LLC follows. */
    static final int ANY_LENGTH = 0;

    private static final int MAX_LENGTH = 1500;
    static final int MIN_ETHER_TYPE = 0x0600;

    private static final int TAG_CUSTOMER = 0x8100;
    private static final int TAG_SERVICE = 0x88a8;
    private static final int TAG_QINQ_9100 = 0x9100;
    private static final int TAG_QINQ_9200 = 0x9200;
    private static final int TAG_QINQ_9300 = 0x9300;

    /** Priority and id 0, EtherType or length of what follows 2. */
    private static final int TAG_LENGTH = 4;

    private static final int TAG_TYPE = 2;
    private static final int TAG_ID_MASK = 0x0fff;

    /** DSAP 0, SSAP 1, control 2. */
    private static final int LLC_LENGTH = 3;

    /** DSAP and SSAP of SNAP, unnumbered information. */
    private static final int LLC_OF_SNAP = 0xaaaa03;

    /** LLC 0, organisation 3 (three octets), protocol 6. */
    private static final int SNAP_LENGTH = 8;

    /** Read with the octet before it. */
    private static final int SNAP_ORGANISATION = 2;

    private static final int SNAP_PROTOCOL = 6;
    private static final int ORGANISATION_MASK = 0xffffff;
    private static final int ORGANISATION_ETHER_TYPE = 0x000000;
    /** Bridge tunnel encapsulation of IEEE 802.1H: an EtherType too. */
    private static final int ORGANISATION_BRIDGE_TUNNEL = 0x0000f8;

    /** Backbone service instance tag of IEEE 802.1ah: priority and instance 0, then the customer's frame. */
    private static final int PBB = 0x88e7;

    private static final int PBB_TAG_LENGTH = 4;

    /** VN-Tag: direction and two virtual interfaces 0, EtherType 4. */
    private static final int VN_TAG = 0x8926;

    private static final int VN_TAG_LENGTH = 6;

    /** E-tag of IEEE 802.1BR: control information 0, EtherType 6. */
    private static final int E_TAG = 0x893f;

    private static final int E_TAG_LENGTH = 8;

    /** Cisco meta data: version 0, length of what follows in units of four octets 1, then options and the EtherType. */
    static final int CISCO_METADATA = 0x8909;

    private static final int CISCO_METADATA_START_LENGTH = 2;
    private static final int CISCO_METADATA_UNIT = 4;

    /** Time stamp that Arista switches put before the EtherType: kind 0, format 2, then 6 or 8 octets. */
    private static final int ARISTA_TIMESTAMP = 0xd28b;

    private static final int ARISTA_START_LENGTH = 4;
    private static final int ARISTA_KIND_TIMESTAMP = 0x0001;
    /** The rest of the field says which time it is, TAI or UTC. */
    private static final int ARISTA_FORMAT_MASK = 0x00ff;

    private static final int ARISTA_FORMAT_64_BIT = 0x0010;
    private static final int ARISTA_FORMAT_48_BIT = 0x0020;

    /** IEEE 802.1AE: what follows may be encrypted and is left closed. */
    private static final int MACSEC = 0x88e5;

    private static final int ARP = 0x0806;

    static final int NSH = 0x894f;
    private static final int ETHER_TYPE_LENGTH = 2;
    private static final int ETHERNET_LENGTH = 14;
    private static final int ETHERNET_TYPE = 12;

    static final int PPPOE_SESSION = 0x8864;
    /** Version and type 0, code 1, session 2, payload length 4. */
    private static final int PPPOE_LENGTH = 6;

    private static final int PPPOE_PAYLOAD_LENGTH = 4;
    /** Version 1, type 1, code 0. */
    private static final int PPPOE_SESSION_DATA = 0x1100;

    private static final int FABRIC_PATH = 0x8903;
    /** Forwarding tag and hop limit 0, then the inner frame. */
    private static final int FABRIC_PATH_TAG_LENGTH = 2;

    private EtherTypeLayer() {}

    /** {@code position} is behind the type field; the other parameters are as in {@link LinkLayer}. */
    static void decode(ByteBuffer buffer, int position, int end, int uncaptured, int typeOrLength, PacketHeaders out) {
        if (typeOrLength == IPV4) {
            out.etherType = IPV4;
            Ipv4Layer.decode(buffer, position, end, uncaptured, out);
        } else if (typeOrLength == IPV6) {
            out.etherType = IPV6;
            Ipv6Layer.decode(buffer, position, end, uncaptured, out);
        } else if (isTag(typeOrLength)) {
            tag(buffer, position, end, uncaptured, typeOrLength, out);
        } else if (typeOrLength <= MAX_LENGTH) {
            llc(buffer, position, end, uncaptured, out);
        } else if (typeOrLength == PPPOE_SESSION) {
            pppoe(buffer, position, end, uncaptured, out);
        } else if (typeOrLength == FABRIC_PATH) {
            fabricPath(buffer, position, end, uncaptured, out);
        } else {
            rare(buffer, position, end, uncaptured, typeOrLength, out);
        }
    }

    /** Apart from the common types so that their path stays short. */
    private static void rare(
            ByteBuffer buffer, int position, int end, int uncaptured, int etherType, PacketHeaders out) {
        out.etherType = etherType;
        switch (etherType) {
            case ARP -> ApplicationLayer.arp(position, end, out);
            case MplsLayer.UNICAST, MplsLayer.MULTICAST ->
                MplsLayer.decode(buffer, position, end, uncaptured, etherType, out);
            case PBB -> pbb(buffer, position, end, uncaptured, out);
            case VN_TAG -> tagOf(buffer, position, end, uncaptured, VN_TAG_LENGTH, Layer.vntag, out);
            case E_TAG -> tagOf(buffer, position, end, uncaptured, E_TAG_LENGTH, Layer.etag, out);
            case CISCO_METADATA -> ciscoMetadata(buffer, position, end, uncaptured, out);
            case ARISTA_TIMESTAMP -> aristaTimestamp(buffer, position, end, uncaptured, out);
            case MACSEC -> out.enterLinkLayer(Layer.macsec);
            case NSH -> NshLayer.decode(buffer, position, end, uncaptured, out);
            default -> {
                if (etherType < MIN_ETHER_TYPE) {
                    out.addProblem(DecodingProblem.bad_ether_type);
                }
            }
        }
    }

    /** A tag of a fixed length, with the EtherType of what follows in its last two octets. */
    private static void tagOf(
            ByteBuffer buffer, int position, int end, int uncaptured, int length, Layer layer, PacketHeaders out) {
        if (out.enterLinkLayer(layer)) {
            behindTag(buffer, position, end, uncaptured, length, out);
        }
    }

    private static void behindTag(
            ByteBuffer buffer, int position, int end, int uncaptured, int length, PacketHeaders out) {
        if (end - position < length) {
            out.addProblem(PacketDecoder.cut(uncaptured));
            return;
        }
        int next = buffer.getShort(position + length - ETHER_TYPE_LENGTH) & 0xffff;
        decode(buffer, position + length, end, uncaptured, next, out);
    }

    private static void ciscoMetadata(ByteBuffer buffer, int position, int end, int uncaptured, PacketHeaders out) {
        if (!out.enterLinkLayer(Layer.cisco_metadata)) {
            return;
        }
        if (end - position < CISCO_METADATA_START_LENGTH) {
            out.addProblem(PacketDecoder.cut(uncaptured));
            return;
        }
        int options = (buffer.get(position + 1) & 0xff) * CISCO_METADATA_UNIT;
        int length = CISCO_METADATA_START_LENGTH + options + ETHER_TYPE_LENGTH;
        behindTag(buffer, position, end, uncaptured, length, out);
    }

    private static void aristaTimestamp(ByteBuffer buffer, int position, int end, int uncaptured, PacketHeaders out) {
        if (!out.enterLinkLayer(Layer.arista_timestamp)) {
            return;
        }
        if (end - position < ARISTA_START_LENGTH) {
            out.addProblem(PacketDecoder.cut(uncaptured));
            return;
        }
        int format = buffer.getShort(position + 2) & ARISTA_FORMAT_MASK;
        if (buffer.getShort(position) != ARISTA_KIND_TIMESTAMP
                || (format != ARISTA_FORMAT_48_BIT && format != ARISTA_FORMAT_64_BIT)) {
            return;
        }
        int time = format == ARISTA_FORMAT_48_BIT ? 6 : 8;
        behindTag(buffer, position, end, uncaptured, ARISTA_START_LENGTH + time + ETHER_TYPE_LENGTH, out);
    }

    private static void pbb(ByteBuffer buffer, int position, int end, int uncaptured, PacketHeaders out) {
        if (!out.enterLinkLayer(Layer.pbb)) {
            return;
        }
        innerEthernet(buffer, position + PBB_TAG_LENGTH, end, uncaptured, out);
    }

    /**
     * An Ethernet header that is carried by another link layer. The addresses of the outer frame are kept, as they are those on the
     * wire; where there are none, these are taken.
     */
    static void innerEthernet(ByteBuffer buffer, int position, int end, int uncaptured, PacketHeaders out) {
        if (out.sourceMac < 0 && out.destinationMac < 0) {
            LinkLayer.ethernet(buffer, position, end, uncaptured, out);
            return;
        }
        if (!out.enterLinkLayer(Layer.ethernet)) {
            return;
        }
        if (end - position < ETHERNET_LENGTH) {
            out.addProblem(PacketDecoder.cut(uncaptured));
            return;
        }
        int type = buffer.getShort(position + ETHERNET_TYPE) & 0xffff;
        decode(buffer, position + ETHERNET_LENGTH, end, uncaptured, type, out);
    }

    private static void tag(ByteBuffer buffer, int position, int end, int uncaptured, int type, PacketHeaders out) {
        out.etherType = type;
        if (!out.enterLinkLayer(Layer.vlan)) {
            return;
        }
        if (end - position >= TAG_TYPE) {
            out.addVlanTag(buffer.getShort(position) & TAG_ID_MASK);
        }
        if (end - position < TAG_LENGTH) {
            out.addProblem(PacketDecoder.cut(uncaptured));
            return;
        }
        int next = buffer.getShort(position + TAG_TYPE) & 0xffff;
        decode(buffer, position + TAG_LENGTH, end, uncaptured, next, out);
    }

    private static void llc(ByteBuffer buffer, int position, int end, int uncaptured, PacketHeaders out) {
        out.etherType = -1;
        if (!out.enterLinkLayer(Layer.llc)) {
            return;
        }
        if (end - position < LLC_LENGTH) {
            out.addProblem(PacketDecoder.cut(uncaptured));
            return;
        }
        int header = (buffer.getShort(position) & 0xffff) << 8 | (buffer.get(position + 2) & 0xff);
        if (header != LLC_OF_SNAP) {
            return;
        }
        if (end - position < SNAP_LENGTH) {
            out.addProblem(PacketDecoder.cut(uncaptured));
            return;
        }
        out.addLayer(Layer.snap);
        int organisation = buffer.getInt(position + SNAP_ORGANISATION) & ORGANISATION_MASK;
        int protocol = buffer.getShort(position + SNAP_PROTOCOL) & 0xffff;
        // Below the least EtherType it would be read as a length.
        if ((organisation == ORGANISATION_ETHER_TYPE || organisation == ORGANISATION_BRIDGE_TUNNEL)
                && protocol >= MIN_ETHER_TYPE) {
            decode(buffer, position + SNAP_LENGTH, end, uncaptured, protocol, out);
        }
    }

    private static void pppoe(ByteBuffer buffer, int position, int end, int uncaptured, PacketHeaders out) {
        out.etherType = PPPOE_SESSION;
        if (!out.enterLinkLayer(Layer.pppoe)) {
            return;
        }
        int captured = end - position;
        if (captured < PPPOE_LENGTH) {
            out.addProblem(PacketDecoder.cut(uncaptured));
            return;
        }
        if (buffer.getShort(position) != PPPOE_SESSION_DATA) {
            return;
        }
        int packetLength = PPPOE_LENGTH + (buffer.getShort(position + PPPOE_PAYLOAD_LENGTH) & 0xffff);
        if (packetLength <= captured) {
            PppLayer.decode(buffer, position + PPPOE_LENGTH, position + packetLength, 0, out);
        } else {
            int notCaptured = Math.min(uncaptured, packetLength - captured);
            PppLayer.decode(buffer, position + PPPOE_LENGTH, end, notCaptured, out);
        }
    }

    private static void fabricPath(ByteBuffer buffer, int position, int end, int uncaptured, PacketHeaders out) {
        out.etherType = FABRIC_PATH;
        if (out.enterLinkLayer(Layer.fabricpath)) {
            innerEthernet(buffer, position + FABRIC_PATH_TAG_LENGTH, end, uncaptured, out);
        }
    }

    private static boolean isTag(int type) {
        return type == TAG_CUSTOMER
                || type == TAG_SERVICE
                || type == TAG_QINQ_9100
                || type == TAG_QINQ_9200
                || type == TAG_QINQ_9300;
    }
}
