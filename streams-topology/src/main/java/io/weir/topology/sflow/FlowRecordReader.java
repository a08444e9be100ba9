package io.weir.topology.sflow;

import java.nio.ByteBuffer;

/**
 * Flow records into a {@link SampledPacket}: those that flows need. All others stay in the list of records. Layouts are those of {@link
 * FlowStructures}; those of nearly every sample are read without the cursor. One per thread.
 */
final class FlowRecordReader {
    private static final int SAMPLED_HEADER = 1;
    private static final int SAMPLED_ETHERNET = 2;
    private static final int SAMPLED_IPV4 = 3;
    private static final int SAMPLED_IPV6 = 4;
    private static final int EXTENDED_SWITCH = 1001;
    private static final int EXTENDED_ROUTER = 1002;
    private static final int EXTENDED_GATEWAY = 1003;
    private static final int EXTENDED_USER = 1004;
    private static final int EXTENDED_URL = 1005;
    private static final int EXTENDED_MPLS = 1006;
    private static final int EXTENDED_NAT = 1007;
    private static final int EXTENDED_VLAN_TUNNEL = 1012;
    private static final int EXTENDED_QUEUE_LENGTH = 1019;
    private static final int EXTENDED_NAT_PORT = 1020;
    private static final int EXTENDED_L2_TUNNEL_EGRESS = 1021;
    private static final int EXTENDED_L2_TUNNEL_INGRESS = 1022;
    private static final int EXTENDED_IPV4_TUNNEL_EGRESS = 1023;
    private static final int EXTENDED_IPV4_TUNNEL_INGRESS = 1024;
    private static final int EXTENDED_IPV6_TUNNEL_EGRESS = 1025;
    private static final int EXTENDED_IPV6_TUNNEL_INGRESS = 1026;
    private static final int EXTENDED_DECAPSULATE_EGRESS = 1027;
    private static final int EXTENDED_DECAPSULATE_INGRESS = 1028;
    private static final int EXTENDED_VNI_EGRESS = 1029;
    private static final int EXTENDED_VNI_INGRESS = 1030;
    private static final int EXTENDED_VLAN_IN = 1034;
    private static final int EXTENDED_VLAN_OUT = 1035;
    private static final int EXTENDED_EGRESS_QUEUE = 1036;
    private static final int EXTENDED_ACL = 1037;
    private static final int EXTENDED_FUNCTION = 1038;
    private static final int EXTENDED_TRANSIT = 1039;
    private static final int EXTENDED_QUEUE = 1040;
    private static final int EXTENDED_HW_TRAP = 1041;
    private static final int EXTENDED_LINUX_DROP_REASON = 1042;
    private static final int EXTENDED_TIMESTAMP = 1043;
    private static final int EXTENDED_TCP_INFO = 2209;

    // Record 1: protocol, frame length, stripped, header, by pairs of words.
    private static final int HEADER_STRIPPED_LENGTH = 8;
    private static final int HEADER_OCTETS = 16;

    // Record 1001: VLAN and priority of source and destination, by pairs of words.
    private static final int SWITCH_DESTINATION = 8;
    private static final int SWITCH_LENGTH = 16;

    // Record 1002 with an IPv4 next hop: type, address, masks, by pairs of words.
    private static final int ROUTER_IPV4_MASKS = 8;
    private static final int ROUTER_IPV4_LENGTH = 16;

    private final XdrCursor cursor = new XdrCursor();

    /**
     * Reads one record if it is of a known format and the first of its format.
     *
     * @param octets of the body that are there
     * @return what the record lacks; a record that lacks something sets no bit, but for headers and gateways, of which a part is of use
     */
    SflowProblem read(ByteBuffer buffer, int dataFormat, int position, int octets, SampledPacket out) {
        return switch (dataFormat) {
            case SAMPLED_HEADER -> readHeader(buffer, position, octets, out);
            case EXTENDED_SWITCH -> readSwitch(buffer, position, octets, out);
            case EXTENDED_ROUTER -> readRouter(buffer, position, octets, out);
            case EXTENDED_GATEWAY -> readGateway(buffer, position, octets, out);
            default -> readOther(buffer, dataFormat, position, octets, out);
        };
    }

    private static SflowProblem readHeader(ByteBuffer buffer, int position, int octets, SampledPacket out) {
        if (octets < HEADER_OCTETS) {
            return SflowProblem.SHORT_RECORD;
        }
        long strippedLength = buffer.getLong(position + HEADER_STRIPPED_LENGTH);
        int length = (int) strippedLength;
        int available = octets - HEADER_OCTETS;
        boolean whole = BlockHead.fits(length, available);
        if (!out.has(SampledPacket.HEADER)) {
            long protocolLength = buffer.getLong(position);
            out.headerProtocol = BlockHead.first(protocolLength);
            out.frameLength = BlockHead.second(protocolLength);
            out.stripped = BlockHead.first(strippedLength);
            out.header.set(position + HEADER_OCTETS, whole ? length : available);
            out.present |= SampledPacket.HEADER;
        }
        return whole ? SflowProblem.NONE : SflowProblem.SHORT_RECORD;
    }

    private static SflowProblem readSwitch(ByteBuffer buffer, int position, int octets, SampledPacket out) {
        if (octets < SWITCH_LENGTH) {
            return SflowProblem.SHORT_RECORD;
        }
        if (!out.has(SampledPacket.SWITCH)) {
            long source = buffer.getLong(position);
            out.sourceVlan = (int) BlockHead.first(source);
            out.sourcePriority = (int) source;
            long destination = buffer.getLong(position + SWITCH_DESTINATION);
            out.destinationVlan = (int) BlockHead.first(destination);
            out.destinationPriority = (int) destination;
            out.present |= SampledPacket.SWITCH;
        }
        return SflowProblem.NONE;
    }

    private SflowProblem readRouter(ByteBuffer buffer, int position, int octets, SampledPacket out) {
        if (out.has(SampledPacket.ROUTER)) {
            return SflowProblem.NONE;
        }
        if (octets >= ROUTER_IPV4_LENGTH) {
            long typeAddress = buffer.getLong(position);
            if (BlockHead.first(typeAddress) == SflowAddress.TYPE_IPV4) {
                out.nextHop.setIpv4(BlockHead.second(typeAddress));
                long masks = buffer.getLong(position + ROUTER_IPV4_MASKS);
                out.sourceMaskLength = BlockHead.first(masks);
                out.destinationMaskLength = BlockHead.second(masks);
                out.present |= SampledPacket.ROUTER;
                return SflowProblem.NONE;
            }
        }
        XdrCursor in = cursor.over(buffer, position, octets);
        in.address(out.nextHop);
        out.sourceMaskLength = in.u32();
        out.destinationMaskLength = in.u32();
        return done(in, SampledPacket.ROUTER, out);
    }

    private static SflowProblem readGateway(ByteBuffer buffer, int position, int octets, SampledPacket out) {
        if (out.has(SampledPacket.GATEWAY)) {
            return SflowProblem.NONE;
        }
        SflowProblem problem = out.gateway.read(buffer, position, octets);
        if (out.gateway.hasPath) {
            out.present |= SampledPacket.GATEWAY;
        }
        return problem;
    }

    private SflowProblem readOther(ByteBuffer buffer, int dataFormat, int position, int octets, SampledPacket out) {
        long bit = bitOf(dataFormat);
        if (bit == 0 || out.has(bit)) {
            return SflowProblem.NONE;
        }
        XdrCursor in = cursor.over(buffer, position, octets);
        switch (dataFormat) {
            case SAMPLED_ETHERNET -> out.ethernet.read(in);
            case SAMPLED_IPV4 -> out.ipv4.readIpv4(in);
            case SAMPLED_IPV6 -> out.ipv6.readIpv6(in);
            case EXTENDED_USER -> {
                out.sourceUserCharset = in.u32();
                in.octets(out.sourceUser);
                out.destinationUserCharset = in.u32();
                in.octets(out.destinationUser);
            }
            case EXTENDED_URL -> {
                out.urlDirection = in.u32();
                in.octets(out.url);
                in.octets(out.urlHost);
            }
            case EXTENDED_MPLS -> {
                in.address(out.mplsNextHop);
                in.words(out.inLabels);
                in.words(out.outLabels);
            }
            case EXTENDED_NAT -> {
                in.address(out.natSource);
                in.address(out.natDestination);
            }
            case EXTENDED_VLAN_TUNNEL -> in.words(out.strippedVlans);
            case EXTENDED_QUEUE_LENGTH -> {
                out.queueIndex = in.u32();
                out.queueLength = in.u32();
            }
            case EXTENDED_NAT_PORT -> {
                out.natSourcePort = in.u32();
                out.natDestinationPort = in.u32();
            }
            case EXTENDED_L2_TUNNEL_EGRESS -> out.ethernetTunnelEgress.read(in);
            case EXTENDED_L2_TUNNEL_INGRESS -> out.ethernetTunnelIngress.read(in);
            case EXTENDED_IPV4_TUNNEL_EGRESS -> out.ipv4TunnelEgress.readIpv4(in);
            case EXTENDED_IPV4_TUNNEL_INGRESS -> out.ipv4TunnelIngress.readIpv4(in);
            case EXTENDED_IPV6_TUNNEL_EGRESS -> out.ipv6TunnelEgress.readIpv6(in);
            case EXTENDED_IPV6_TUNNEL_INGRESS -> out.ipv6TunnelIngress.readIpv6(in);
            case EXTENDED_DECAPSULATE_EGRESS -> out.decapsulateEgressOffset = in.u32();
            case EXTENDED_DECAPSULATE_INGRESS -> out.decapsulateIngressOffset = in.u32();
            case EXTENDED_VNI_EGRESS -> out.vniEgress = in.u32();
            case EXTENDED_VNI_INGRESS -> out.vniIngress = in.u32();
            case EXTENDED_VLAN_IN -> in.words(out.vlansIn);
            case EXTENDED_VLAN_OUT -> in.words(out.vlansOut);
            case EXTENDED_EGRESS_QUEUE -> out.egressQueue = in.u32();
            case EXTENDED_ACL -> {
                out.aclNumber = in.u32();
                in.octets(out.aclName);
                out.aclDirection = in.u32();
            }
            case EXTENDED_FUNCTION -> in.octets(out.function);
            case EXTENDED_TRANSIT -> out.transitDelayNanos = in.u32();
            case EXTENDED_QUEUE -> out.queueDepthOctets = in.u32();
            case EXTENDED_HW_TRAP -> {
                in.octets(out.trapGroup);
                in.octets(out.trap);
            }
            case EXTENDED_LINUX_DROP_REASON -> in.octets(out.linuxDropReason);
            case EXTENDED_TIMESTAMP -> out.timestampNanos = in.u64();
            case EXTENDED_TCP_INFO -> out.tcp.read(in);
            default -> {
                return SflowProblem.NONE;
            }
        }
        return done(in, bit, out);
    }

    /** The bit of a record that is read by the cursor, 0 for others. */
    private static long bitOf(int dataFormat) {
        return switch (dataFormat) {
            case SAMPLED_ETHERNET -> SampledPacket.ETHERNET;
            case SAMPLED_IPV4 -> SampledPacket.IPV4;
            case SAMPLED_IPV6 -> SampledPacket.IPV6;
            case EXTENDED_USER -> SampledPacket.USER;
            case EXTENDED_URL -> SampledPacket.URL;
            case EXTENDED_MPLS -> SampledPacket.MPLS;
            case EXTENDED_NAT -> SampledPacket.NAT;
            case EXTENDED_VLAN_TUNNEL -> SampledPacket.VLAN_TUNNEL;
            case EXTENDED_QUEUE_LENGTH -> SampledPacket.QUEUE_LENGTH;
            case EXTENDED_NAT_PORT -> SampledPacket.NAT_PORT;
            case EXTENDED_L2_TUNNEL_EGRESS -> SampledPacket.ETHERNET_TUNNEL_EGRESS;
            case EXTENDED_L2_TUNNEL_INGRESS -> SampledPacket.ETHERNET_TUNNEL_INGRESS;
            case EXTENDED_IPV4_TUNNEL_EGRESS -> SampledPacket.IPV4_TUNNEL_EGRESS;
            case EXTENDED_IPV4_TUNNEL_INGRESS -> SampledPacket.IPV4_TUNNEL_INGRESS;
            case EXTENDED_IPV6_TUNNEL_EGRESS -> SampledPacket.IPV6_TUNNEL_EGRESS;
            case EXTENDED_IPV6_TUNNEL_INGRESS -> SampledPacket.IPV6_TUNNEL_INGRESS;
            case EXTENDED_DECAPSULATE_EGRESS -> SampledPacket.DECAPSULATE_EGRESS;
            case EXTENDED_DECAPSULATE_INGRESS -> SampledPacket.DECAPSULATE_INGRESS;
            case EXTENDED_VNI_EGRESS -> SampledPacket.VNI_EGRESS;
            case EXTENDED_VNI_INGRESS -> SampledPacket.VNI_INGRESS;
            case EXTENDED_VLAN_IN -> SampledPacket.VLAN_IN;
            case EXTENDED_VLAN_OUT -> SampledPacket.VLAN_OUT;
            case EXTENDED_EGRESS_QUEUE -> SampledPacket.EGRESS_QUEUE;
            case EXTENDED_ACL -> SampledPacket.ACL;
            case EXTENDED_FUNCTION -> SampledPacket.FUNCTION;
            case EXTENDED_TRANSIT -> SampledPacket.TRANSIT_DELAY;
            case EXTENDED_QUEUE -> SampledPacket.QUEUE_DEPTH;
            case EXTENDED_HW_TRAP -> SampledPacket.TRAP;
            case EXTENDED_LINUX_DROP_REASON -> SampledPacket.LINUX_DROP_REASON;
            case EXTENDED_TIMESTAMP -> SampledPacket.TIMESTAMP;
            case EXTENDED_TCP_INFO -> SampledPacket.TCP;
            default -> 0;
        };
    }

    private static SflowProblem done(XdrCursor in, long bit, SampledPacket out) {
        SflowProblem problem = in.problem();
        if (problem == SflowProblem.NONE) {
            out.present |= bit;
        }
        return problem;
    }
}
