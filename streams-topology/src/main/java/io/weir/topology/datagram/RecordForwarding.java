package io.weir.topology.datagram;

import io.weir.schemas.packets.ForwardingAddress;
import io.weir.schemas.packets.ForwardingNumber;
import io.weir.schemas.packets.ReportedForwarding;
import io.weir.topology.netflow.DataRecord;
import io.weir.topology.netflow.RecordField;

/** What flow records say of the way of their packets. A number of 0 says nothing where elements have it for what is not known. */
final class RecordForwarding {

    private static final int IPV4 = 4;
    private static final int IPV6 = 6;
    private static final int IPV4_BITS = 32;
    private static final int IPV6_BITS = 128;
    private static final long IPV4_MASK = 0xffff_ffffL;

    /** Of a label stack entry without time to live: label 20 bits, traffic class 3, bottom of stack 1. */
    private static final int LABEL_SHIFT = 4;

    private static final RecordField[] LABELS = {
        RecordField.MPLS_LABEL_1,
        RecordField.MPLS_LABEL_2,
        RecordField.MPLS_LABEL_3,
        RecordField.MPLS_LABEL_4,
        RecordField.MPLS_LABEL_5,
        RecordField.MPLS_LABEL_6,
        RecordField.MPLS_LABEL_7,
        RecordField.MPLS_LABEL_8,
        RecordField.MPLS_LABEL_9,
        RecordField.MPLS_LABEL_10
    };

    private RecordForwarding() {}

    /** Of the packets from source to destination. */
    static void read(DataRecord record, ReportedForwarding into) {
        into.clear();
        into.setUnlessZero(
                ForwardingNumber.INGRESS_INTERFACE,
                first(record, RecordField.INGRESS_INTERFACE, RecordField.INGRESS_PHYSICAL_INTERFACE));
        into.setUnlessZero(
                ForwardingNumber.EGRESS_INTERFACE,
                first(record, RecordField.EGRESS_INTERFACE, RecordField.EGRESS_PHYSICAL_INTERFACE));
        into.setUnlessZero(ForwardingNumber.FORWARDING_STATUS, record.get(RecordField.FORWARDING_STATUS));
        into.setUnlessZero(ForwardingNumber.BGP_SOURCE_AS_NUMBER, record.get(RecordField.SOURCE_AS));
        into.setUnlessZero(ForwardingNumber.BGP_DESTINATION_AS_NUMBER, record.get(RecordField.DESTINATION_AS));
        into.setUnlessZero(ForwardingNumber.BGP_PREV_ADJACENT_AS_NUMBER, record.get(RecordField.PREVIOUS_ADJACENT_AS));
        into.setUnlessZero(ForwardingNumber.BGP_NEXT_ADJACENT_AS_NUMBER, record.get(RecordField.NEXT_ADJACENT_AS));
        readPrefixes(record, into);
        readClass(record, RecordField.TYPE_OF_SERVICE, into);
        readVlan(record, into);
        into.set(ForwardingNumber.INGRESS_VRF_ID, record.get(RecordField.INGRESS_VRF));
        into.set(ForwardingNumber.EGRESS_VRF_ID, record.get(RecordField.EGRESS_VRF));
        into.setUnlessZero(ForwardingNumber.POST_NAPT_SOURCE_PORT, record.get(RecordField.POST_NAPT_SOURCE_PORT));
        into.setUnlessZero(
                ForwardingNumber.POST_NAPT_DESTINATION_PORT, record.get(RecordField.POST_NAPT_DESTINATION_PORT));
        // 0 and 3 say nothing of who began.
        into.setUnlessZero(ForwardingNumber.BIFLOW_DIRECTION, record.get(RecordField.BIFLOW_DIRECTION));
        readAddress(
                record,
                RecordField.NEXT_HOP_IPV4,
                RecordField.NEXT_HOP_IPV6_HIGH,
                RecordField.NEXT_HOP_IPV6_LOW,
                ForwardingAddress.IP_NEXT_HOP,
                into);
        readAddress(
                record,
                RecordField.BGP_NEXT_HOP_IPV4,
                RecordField.BGP_NEXT_HOP_IPV6_HIGH,
                RecordField.BGP_NEXT_HOP_IPV6_LOW,
                ForwardingAddress.BGP_NEXT_HOP,
                into);
        readAddress(
                record,
                RecordField.POST_NAT_SOURCE_IPV4,
                RecordField.POST_NAT_SOURCE_IPV6_HIGH,
                RecordField.POST_NAT_SOURCE_IPV6_LOW,
                ForwardingAddress.POST_NAT_SOURCE,
                into);
        readAddress(
                record,
                RecordField.POST_NAT_DESTINATION_IPV4,
                RecordField.POST_NAT_DESTINATION_IPV6_HIGH,
                RecordField.POST_NAT_DESTINATION_IPV6_LOW,
                ForwardingAddress.POST_NAT_DESTINATION,
                into);
        readLabels(record, into);
    }

    /** Of the packets from destination to source: what has a reverse element (RFC 5103) alone. */
    static void readReverse(DataRecord record, ReportedForwarding into) {
        into.clear();
        readClass(record, RecordField.REVERSE_TYPE_OF_SERVICE, into);
    }

    private static long first(DataRecord record, RecordField one, RecordField other) {
        long number = record.get(one);
        return number > 0 ? number : record.get(other);
    }

    private static void readClass(DataRecord record, RecordField of, ReportedForwarding into) {
        if (record.ipVersion != 0) {
            into.set(ForwardingNumber.IP_CLASS_OF_SERVICE, record.get(of));
        }
    }

    private static void readPrefixes(DataRecord record, ReportedForwarding into) {
        if (record.ipVersion == IPV4) {
            readPrefix(
                    record,
                    RecordField.SOURCE_IPV4_PREFIX_LENGTH,
                    IPV4_BITS,
                    ForwardingNumber.SOURCE_PREFIX_LENGTH,
                    into);
            readPrefix(
                    record,
                    RecordField.DESTINATION_IPV4_PREFIX_LENGTH,
                    IPV4_BITS,
                    ForwardingNumber.DESTINATION_PREFIX_LENGTH,
                    into);
        } else if (record.ipVersion == IPV6) {
            readPrefix(
                    record,
                    RecordField.SOURCE_IPV6_PREFIX_LENGTH,
                    IPV6_BITS,
                    ForwardingNumber.SOURCE_PREFIX_LENGTH,
                    into);
            readPrefix(
                    record,
                    RecordField.DESTINATION_IPV6_PREFIX_LENGTH,
                    IPV6_BITS,
                    ForwardingNumber.DESTINATION_PREFIX_LENGTH,
                    into);
        }
    }

    private static void readPrefix(
            DataRecord record, RecordField from, int maxBits, ForwardingNumber number, ReportedForwarding into) {
        long bits = record.get(from);
        if (bits <= maxBits) {
            into.setUnlessZero(number, bits);
        }
    }

    private static void readVlan(DataRecord record, ReportedForwarding into) {
        long before = record.get(record.has(RecordField.DOT1Q_VLAN) ? RecordField.DOT1Q_VLAN : RecordField.VLAN);
        long after = record.get(
                record.has(RecordField.POST_DOT1Q_VLAN) ? RecordField.POST_DOT1Q_VLAN : RecordField.POST_VLAN);
        if (after != before) {
            into.setUnlessZero(ForwardingNumber.POST_VLAN_ID, after);
        }
    }

    /** Exporters that have fields for both families leave that of the other zero. */
    private static void readAddress(
            DataRecord record,
            RecordField ipv4,
            RecordField ipv6High,
            RecordField ipv6Low,
            ForwardingAddress address,
            ReportedForwarding into) {
        boolean ipv4Said = record.has(ipv4) && record.get(ipv4) != 0;
        boolean ipv6Said = record.has(ipv6High) && (record.get(ipv6High) | record.get(ipv6Low)) != 0;
        if (ipv6Said && (!ipv4Said || record.ipVersion == IPV6)) {
            into.set(address, IPV6, record.get(ipv6High), record.get(ipv6Low));
        } else if (ipv4Said) {
            into.set(address, IPV4, 0, record.get(ipv4) & IPV4_MASK);
        }
    }

    /** Up to the bottom of the stack; where that is not told, up to a place that is empty. */
    private static void readLabels(DataRecord record, ReportedForwarding into) {
        for (RecordField field : LABELS) {
            long entry = record.get(field);
            if (entry <= 0) {
                return;
            }
            into.addLabel((int) (entry >>> LABEL_SHIFT));
            if ((entry & 1) != 0) {
                return;
            }
        }
    }
}
