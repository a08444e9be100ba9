package io.weir.topology.sflow;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;

/** What the carrier of a packet holds of one record, in the words of {@link FieldLog}: both must say the same. */
final class TypedFields {
    /** Formats that the carrier has a place for, but 1003, which is not kept in full. */
    static final List<Integer> FORMATS = List.of(
            1, 2, 3, 4, 1001, 1002, 1004, 1005, 1006, 1007, 1012, 1019, 1020, 1021, 1022, 1023, 1024, 1025, 1026, 1027,
            1028, 1029, 1030, 1034, 1035, 1036, 1037, 1038, 1039, 1040, 1041, 1042, 1043, 2209);

    private final List<String> lines = new ArrayList<>();
    private final ByteBuffer buffer;
    private final Iterator<Object> values;

    private TypedFields(ByteBuffer buffer, Object... values) {
        this.buffer = buffer;
        this.values = Arrays.asList(values).iterator();
    }

    static long bit(int format) {
        return switch (format) {
            case 1 -> SampledPacket.HEADER;
            case 2 -> SampledPacket.ETHERNET;
            case 3 -> SampledPacket.IPV4;
            case 4 -> SampledPacket.IPV6;
            case 1001 -> SampledPacket.SWITCH;
            case 1002 -> SampledPacket.ROUTER;
            case 1003 -> SampledPacket.GATEWAY;
            case 1004 -> SampledPacket.USER;
            case 1005 -> SampledPacket.URL;
            case 1006 -> SampledPacket.MPLS;
            case 1007 -> SampledPacket.NAT;
            case 1012 -> SampledPacket.VLAN_TUNNEL;
            case 1019 -> SampledPacket.QUEUE_LENGTH;
            case 1020 -> SampledPacket.NAT_PORT;
            case 1021 -> SampledPacket.ETHERNET_TUNNEL_EGRESS;
            case 1022 -> SampledPacket.ETHERNET_TUNNEL_INGRESS;
            case 1023 -> SampledPacket.IPV4_TUNNEL_EGRESS;
            case 1024 -> SampledPacket.IPV4_TUNNEL_INGRESS;
            case 1025 -> SampledPacket.IPV6_TUNNEL_EGRESS;
            case 1026 -> SampledPacket.IPV6_TUNNEL_INGRESS;
            case 1027 -> SampledPacket.DECAPSULATE_EGRESS;
            case 1028 -> SampledPacket.DECAPSULATE_INGRESS;
            case 1029 -> SampledPacket.VNI_EGRESS;
            case 1030 -> SampledPacket.VNI_INGRESS;
            case 1034 -> SampledPacket.VLAN_IN;
            case 1035 -> SampledPacket.VLAN_OUT;
            case 1036 -> SampledPacket.EGRESS_QUEUE;
            case 1037 -> SampledPacket.ACL;
            case 1038 -> SampledPacket.FUNCTION;
            case 1039 -> SampledPacket.TRANSIT_DELAY;
            case 1040 -> SampledPacket.QUEUE_DEPTH;
            case 1041 -> SampledPacket.TRAP;
            case 1042 -> SampledPacket.LINUX_DROP_REASON;
            case 1043 -> SampledPacket.TIMESTAMP;
            case 2209 -> SampledPacket.TCP;
            default -> 0;
        };
    }

    static List<String> of(int format, SampledPacket packet, ByteBuffer buffer) {
        TypedFields typed = new TypedFields(buffer, values(format, packet));
        SflowStructures.flow(0, format).fields().forEach(typed::field);
        return typed.lines;
    }

    private void field(Field field) {
        Object value = values.next();
        if (value instanceof SflowAddress address) {
            lines.add(FieldLog.address(field, address.ipVersion, address.high, address.low));
        } else if (value instanceof OctetRange octets) {
            lines.add(FieldLog.octets(field, buffer, octets.position, octets.octets));
        } else if (value instanceof WordList words) {
            lines.add(FieldLog.array(field, words.count));
            for (int i = 0; i < words.count; i++) {
                lines.add(FieldLog.element(field, i));
                lines.add(FieldLog.number(field.elements().get(0), words.get(buffer, i)));
            }
            lines.add(FieldLog.arrayEnd(field));
        } else {
            lines.add(FieldLog.number(field, ((Number) value).longValue()));
        }
    }

    private static Object[] values(int format, SampledPacket p) {
        return switch (format) {
            case 1 -> new Object[] {p.headerProtocol, p.frameLength, p.stripped, p.header};
            case 2 -> ethernet(p.ethernet);
            case 3 -> ip(p.ipv4);
            case 4 -> ip(p.ipv6);
            case 1001 ->
                new Object[] {
                    word(p.sourceVlan), word(p.sourcePriority), word(p.destinationVlan), word(p.destinationPriority)
                };
            case 1002 -> new Object[] {p.nextHop, p.sourceMaskLength, p.destinationMaskLength};
            case 1004 -> new Object[] {p.sourceUserCharset, p.sourceUser, p.destinationUserCharset, p.destinationUser};
            case 1005 -> new Object[] {p.urlDirection, p.url, p.urlHost};
            case 1006 -> new Object[] {p.mplsNextHop, p.inLabels, p.outLabels};
            case 1007 -> new Object[] {p.natSource, p.natDestination};
            case 1012 -> new Object[] {p.strippedVlans};
            case 1019 -> new Object[] {p.queueIndex, p.queueLength};
            case 1020 -> new Object[] {p.natSourcePort, p.natDestinationPort};
            case 1021 -> ethernet(p.ethernetTunnelEgress);
            case 1022 -> ethernet(p.ethernetTunnelIngress);
            case 1023 -> ip(p.ipv4TunnelEgress);
            case 1024 -> ip(p.ipv4TunnelIngress);
            case 1025 -> ip(p.ipv6TunnelEgress);
            case 1026 -> ip(p.ipv6TunnelIngress);
            case 1027 -> new Object[] {p.decapsulateEgressOffset};
            case 1028 -> new Object[] {p.decapsulateIngressOffset};
            case 1029 -> new Object[] {p.vniEgress};
            case 1030 -> new Object[] {p.vniIngress};
            case 1034 -> new Object[] {p.vlansIn};
            case 1035 -> new Object[] {p.vlansOut};
            case 1036 -> new Object[] {p.egressQueue};
            case 1037 -> new Object[] {p.aclNumber, p.aclName, p.aclDirection};
            case 1038 -> new Object[] {p.function};
            case 1039 -> new Object[] {p.transitDelayNanos};
            case 1040 -> new Object[] {p.queueDepthOctets};
            case 1041 -> new Object[] {p.trapGroup, p.trap};
            case 1042 -> new Object[] {p.linuxDropReason};
            case 1043 -> new Object[] {p.timestampNanos};
            case 2209 -> tcp(p.tcp);
            default -> throw new IllegalArgumentException("format " + format);
        };
    }

    /** All ones stay -1. */
    private static long word(int value) {
        return value == -1 ? -1 : Integer.toUnsignedLong(value);
    }

    private static Object[] ethernet(SampledEthernet e) {
        return new Object[] {e.length, e.sourceMac, e.destinationMac, e.type};
    }

    private static Object[] ip(SampledIp ip) {
        return new Object[] {
            ip.length,
            ip.protocol,
            ip.source,
            ip.destination,
            ip.sourcePort,
            ip.destinationPort,
            ip.tcpFlags,
            ip.typeOfService
        };
    }

    private static Object[] tcp(SampledTcp t) {
        return new Object[] {
            t.direction,
            t.sendMss,
            t.receiveMss,
            t.unacknowledged,
            t.lost,
            t.retransmitted,
            t.pathMtu,
            t.roundTripMicroseconds,
            t.roundTripVarianceMicroseconds,
            t.congestionWindow,
            t.reordering,
            t.minimumRoundTripMicroseconds
        };
    }
}
