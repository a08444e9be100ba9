package io.weir.topology.sflow;

import java.nio.ByteBuffer;

/**
 * What the flow records of one sample say of its one packet, filled anew for every sample. Fields say nothing without their bit in {@link
 * #present}; where a sample has a record twice, the first counts. All records describe the same packet: header, Ethernet and IP records
 * are never packets or octets of their own.
 */
public final class SampledPacket {
    /** Record 1: {@link #headerProtocol} to {@link #header}. */
    public static final long HEADER = 1L;
    /** Record 2: {@link #ethernet}. */
    public static final long ETHERNET = 1L << 1;
    /** Record 3: {@link #ipv4}. */
    public static final long IPV4 = 1L << 2;
    /** Record 4: {@link #ipv6}. */
    public static final long IPV6 = 1L << 3;
    /** Record 1001: {@link #sourceVlan} to {@link #destinationPriority}. */
    public static final long SWITCH = 1L << 4;
    /** Record 1002: {@link #nextHop} to {@link #destinationMaskLength}. */
    public static final long ROUTER = 1L << 5;
    /** Record 1003, as far as the AS path at least: {@link #gateway}. */
    public static final long GATEWAY = 1L << 6;
    /** Record 1004: {@link #sourceUserCharset} to {@link #destinationUser}. */
    public static final long USER = 1L << 7;
    /** Record 1005: {@link #urlDirection} to {@link #urlHost}. */
    public static final long URL = 1L << 8;
    /** Record 1006: {@link #mplsNextHop} to {@link #outLabels}. */
    public static final long MPLS = 1L << 9;
    /** Record 1007: {@link #natSource} and {@link #natDestination}. */
    public static final long NAT = 1L << 10;
    /** Record 1012: {@link #strippedVlans}. */
    public static final long VLAN_TUNNEL = 1L << 11;
    /** Record 1019: {@link #queueIndex} and {@link #queueLength}. */
    public static final long QUEUE_LENGTH = 1L << 12;
    /** Record 1020: {@link #natSourcePort} and {@link #natDestinationPort}. */
    public static final long NAT_PORT = 1L << 13;
    /** Record 1021: {@link #ethernetTunnelEgress}. */
    public static final long ETHERNET_TUNNEL_EGRESS = 1L << 14;
    /** Record 1022: {@link #ethernetTunnelIngress}. */
    public static final long ETHERNET_TUNNEL_INGRESS = 1L << 15;
    /** Record 1023: {@link #ipv4TunnelEgress}. */
    public static final long IPV4_TUNNEL_EGRESS = 1L << 16;
    /** Record 1024: {@link #ipv4TunnelIngress}. */
    public static final long IPV4_TUNNEL_INGRESS = 1L << 17;
    /** Record 1025: {@link #ipv6TunnelEgress}. */
    public static final long IPV6_TUNNEL_EGRESS = 1L << 18;
    /** Record 1026: {@link #ipv6TunnelIngress}. */
    public static final long IPV6_TUNNEL_INGRESS = 1L << 19;
    /** Record 1027: {@link #decapsulateEgressOffset}. */
    public static final long DECAPSULATE_EGRESS = 1L << 20;
    /** Record 1028: {@link #decapsulateIngressOffset}. */
    public static final long DECAPSULATE_INGRESS = 1L << 21;
    /** Record 1029: {@link #vniEgress}. */
    public static final long VNI_EGRESS = 1L << 22;
    /** Record 1030: {@link #vniIngress}. */
    public static final long VNI_INGRESS = 1L << 23;
    /** Record 1034: {@link #vlansIn}. */
    public static final long VLAN_IN = 1L << 24;
    /** Record 1035: {@link #vlansOut}. */
    public static final long VLAN_OUT = 1L << 25;
    /** Record 1036: {@link #egressQueue}. */
    public static final long EGRESS_QUEUE = 1L << 26;
    /** Record 1037: {@link #aclNumber} to {@link #aclDirection}. */
    public static final long ACL = 1L << 27;
    /** Record 1038: {@link #function}. */
    public static final long FUNCTION = 1L << 28;
    /** Record 1039: {@link #transitDelayNanos}. */
    public static final long TRANSIT_DELAY = 1L << 29;
    /** Record 1040: {@link #queueDepthOctets}. */
    public static final long QUEUE_DEPTH = 1L << 30;
    /** Record 1041: {@link #trapGroup} and {@link #trap}. */
    public static final long TRAP = 1L << 31;
    /** Record 1042: {@link #linuxDropReason}. */
    public static final long LINUX_DROP_REASON = 1L << 32;
    /** Record 1043: {@link #timestampNanos}. */
    public static final long TIMESTAMP = 1L << 33;
    /** Record 2209: {@link #tcp}. */
    public static final long TCP = 1L << 34;

    /** A delay of this much or more. */
    public static final long MAX_TRANSIT_DELAY_NANOS = 0xffff_ffffL;

    /** Octets of the frame check sequence of Ethernet, which frame lengths of sFlow include. */
    private static final int FCS_OCTETS = 4;

    /** A bit for each record that was read, see the constants. */
    public long present;

    /** What {@link #header} begins with, see {@link HeaderProtocol}. */
    public long headerProtocol;
    /** Length of the frame in octets with its FCS, as the agent says; see {@link #layer2Octets()}. */
    public long frameLength;
    /** Octets taken off the packet before the header, with the FCS: 4, more where tags were taken off, and lies. */
    public long stripped;
    /** The first octets of the packet, without padding; fewer than were sampled where the record was cut. */
    public final OctetRange header = new OctetRange();

    public final SampledEthernet ethernet = new SampledEthernet();
    public final SampledIp ipv4 = new SampledIp();
    public final SampledIp ipv6 = new SampledIp();

    /** VLAN that the packet came in by; 0 may mean untagged; -1 if not known. Better than that of the header, which may have lost its tag. */
    public int sourceVlan;
    /** 802.1p priority; -1 if not known. */
    public int sourcePriority;
    /** VLAN that it went out by; 0 may mean untagged; -1 if not known. */
    public int destinationVlan;
    /** 802.1p priority; -1 if not known. */
    public int destinationPriority;

    /** The next router. */
    public final SflowAddress nextHop = new SflowAddress();
    /** Bits of the prefix of the source (IE 9, 29). */
    public long sourceMaskLength;
    /** Bits of the prefix of the destination (IE 13, 30). */
    public long destinationMaskLength;

    public final SampledGateway gateway = new SampledGateway();

    /** MIBenum of RFC 2978, 106 for UTF-8, 0 if not known. */
    public long sourceUserCharset;
    /** Who the packet is from, by RADIUS or TACACS. */
    public final OctetRange sourceUser = new OctetRange();

    public long destinationUserCharset;
    public final OctetRange destinationUser = new OctetRange();

    /** 1 belongs to the source, 2 to the destination. */
    public long urlDirection;

    public final OctetRange url = new OctetRange();
    public final OctetRange urlHost = new OctetRange();

    /** Next hop of the label switched path. */
    public final SflowAddress mplsNextHop = new SflowAddress();
    /** Label stack entries of RFC 3032 as the packet came, the top first. */
    public final WordList inLabels = new WordList();
    /** Label stack entries as the packet went. */
    public final WordList outLabels = new WordList();

    /** Source after translation; that of the header where it was not translated. */
    public final SflowAddress natSource = new SflowAddress();

    public final SflowAddress natDestination = new SflowAddress();
    public long natSourcePort;
    public long natDestinationPort;

    /** Tags taken off before the header, TPID in the upper 16 bits and TCI in the lower, the outermost first. */
    public final WordList strippedVlans = new WordList();
    /** Tags as the packet came, as {@link #strippedVlans}. */
    public final WordList vlansIn = new WordList();
    /** Tags as the packet went. */
    public final WordList vlansOut = new WordList();

    /** A queue of the output interface. */
    public long queueIndex;
    /** Segments in it just before the packet. */
    public long queueLength;

    /** Headers that will be put on: the packet sampled becomes the inner one. */
    public final SampledEthernet ethernetTunnelEgress = new SampledEthernet();
    /** Headers that were taken off: the packet sampled was the inner one. */
    public final SampledEthernet ethernetTunnelIngress = new SampledEthernet();
    /** As {@link #ethernetTunnelEgress}. */
    public final SampledIp ipv4TunnelEgress = new SampledIp();
    /** As {@link #ethernetTunnelIngress}. */
    public final SampledIp ipv4TunnelIngress = new SampledIp();
    /** As {@link #ethernetTunnelEgress}. */
    public final SampledIp ipv6TunnelEgress = new SampledIp();
    /** As {@link #ethernetTunnelIngress}. */
    public final SampledIp ipv6TunnelIngress = new SampledIp();
    /** Octets of {@link #header} before the inner packet, of a tunnel that ends here. */
    public long decapsulateEgressOffset;
    /** Octets of {@link #header} before the inner packet, of a tunnel that begins here. */
    public long decapsulateIngressOffset;
    /** Virtual network of the packet that goes out. */
    public long vniEgress;
    /** Virtual network of the packet that came in. */
    public long vniIngress;

    /** Queue that was chosen for the packet. */
    public long egressQueue;
    /** The rule that the packet met. */
    public long aclNumber;

    public final OctetRange aclName = new OctetRange();
    /** 0 not known, 1 ingress, 2 egress. */
    public long aclDirection;
    /** Function of the kernel that dropped the packet. */
    public final OctetRange function = new OctetRange();
    /** Nanoseconds in the switch; {@link #MAX_TRANSIT_DELAY_NANOS} is that or more. */
    public long transitDelayNanos;
    /** Octets in the queue. */
    public long queueDepthOctets;
    /** Group of the devlink trap of Linux. */
    public final OctetRange trapGroup = new OctetRange();
    /** Devlink trap of Linux. */
    public final OctetRange trap = new OctetRange();
    /** Drop reason of the kernel of Linux, by name. */
    public final OctetRange linuxDropReason = new OctetRange();
    /** When the packet was sampled, nanoseconds since 1970, unsigned. */
    public long timestampNanos;

    public final SampledTcp tcp = new SampledTcp();

    SampledPacket() {}

    /** Whether the records with these bits were all read. */
    public boolean has(long records) {
        return (present & records) == records;
    }

    /** {@link #layer2Octets(long, long, int)} of this packet; needs {@link #HEADER}. */
    public long layer2Octets() {
        return layer2Octets(frameLength, stripped, header.octets);
    }

    /**
     * Length of the frame on the wire without its FCS (IE 352), from what record 1 says [sflow_version_5.txt, section 5: sampled_header].
     *
     * <p>The frame length is to include the FCS, and stripped to be what was taken off, FCS included, hence 4 or more. So the length less 4
     * is asked for, however much was stripped: tags that were taken off have been on the wire. Agents in the field differ:
     *
     * <ul>
     *   <li>Frame length without FCS, and stripped 4 all the same (notifications of drops by host-sflow: 56, 4, and 56 octets of header). More
     *       octets of header than the frame would have show it: then the length is taken as it is.
     *   <li>Stripped less than 4: an agent that knows of no FCS. The length is taken as it is.
     *   <li>Stripped as all that is behind the header (1390, 1262, 128): does no harm, as it is not subtracted. Who takes it off the length
     *       gets the length of the header.
     *   <li>A frame shorter than the header: the octets that are there count.
     * </ul>
     *
     * <p>A short frame of an agent that leaves out the FCS and sends a header shorter than the frame by 4 or more cannot be told from a right
     * one. For protocols without a link layer (IPv4, IPv6) the length is that of the frame all the same. The length of the IP packet is in its
     * header, and not to be taken from here: short frames are padded.
     *
     * @param frameLength octets, as the agent says
     * @param stripped octets, as the agent says
     * @param headerOctets octets of header sampled
     */
    public static long layer2Octets(long frameLength, long stripped, int headerOctets) {
        boolean withFcs = stripped >= FCS_OCTETS && headerOctets <= frameLength - FCS_OCTETS;
        return withFcs ? frameLength - FCS_OCTETS : Math.max(frameLength, headerOctets);
    }

    /**
     * Link type of pcap that the header is to be decoded as, -1 for none: that of {@link #headerProtocol}, unless an agent calls an IP packet
     * Ethernet, see {@link HeaderProtocol#linkType(long, ByteBuffer, int, int)}. Needs {@link #HEADER}.
     *
     * @param buffer the one that was decoded
     */
    public int linkType(ByteBuffer buffer) {
        return HeaderProtocol.linkType(headerProtocol, buffer, header.position, header.octets);
    }

    void clear() {
        present = 0;
    }
}
