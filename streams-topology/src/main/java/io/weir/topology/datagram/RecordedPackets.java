package io.weir.topology.datagram;

import io.weir.decoding.packet.FlowKeys;
import io.weir.decoding.packet.PacketHeaders;
import io.weir.schemas.packets.CanonicalKey;
import io.weir.schemas.packets.ReportedForwarding;
import io.weir.schemas.packets.TcpControlBits;
import io.weir.topology.netflow.DataRecord;
import io.weir.topology.netflow.RecordField;

/** Makes summaries of the packets that flow records tell of: for each direction a share for each window, both in the order of time. */
final class RecordedPackets {

    /** What a record is. */
    enum Outcome {
        /** It counts packets, and says whose. */
        FLOW,
        /** It counts no packets: something that happened. */
        EVENT,
        /** It says neither IP nor MAC addresses: a sum over flows, which are told of by others. */
        OTHER,
        /** It counts more than a link can have carried. */
        IMPLAUSIBLE
    }

    /** Octets of one direction of one record at most: 400 gigabits a second for 88 seconds, or 10 for almost an hour. */
    static final long MAX_OCTETS = 1L << 42;

    /** Packets of one direction at most: as many as those octets have with 32 each. */
    static final long MAX_PACKETS = 1L << 37;

    /** Of an IP packet without jumbo payload option. */
    private static final long USUAL_PACKET_OCTETS = 0xffff;

    /** Octets of a packet at most: twice what hosts put together as one before their interface parts it. */
    private static final int PACKET_OCTETS_BITS = 20;

    /**
     * Summaries that the records of one datagram make at most, about: those behind are not spread over windows, and refused where their counts
     * need several. A datagram of 1,500 octets has room for 31 records of usual length, both directions of each in 256 shares.
     */
    static final int MAX_SUMMARIES = 16_384;

    private static final int TCP = 6;
    private static final int UDP = 17;
    private static final int DCCP = 33;
    private static final int SCTP = 132;
    private static final int UDP_LITE = 136;
    private static final int SYN = 0x02;
    private static final int FIN_RST = 0x05;
    private static final int ETHER_TYPE_IPV4 = 0x0800;
    private static final int ETHER_TYPE_IPV6 = 0x86dd;
    private static final int MAX_VLAN_ID = 4_094;
    private static final int VLAN_BITS = 12;
    private static final int MAX_PORT = 0xffff;
    private static final int MAX_ETHER_TYPE = 0xffff;
    private static final long IPV4_MASK = 0xffff_ffffL;
    private static final long MAC_MASK = 0xffff_ffff_ffffL;

    private static final RecordField[] PACKETS = {
        RecordField.PACKETS,
        RecordField.TOTAL_PACKETS,
        RecordField.INITIATOR_PACKETS,
        RecordField.LAYER2_FRAMES,
        RecordField.TOTAL_LAYER2_FRAMES,
        RecordField.POST_PACKETS,
        RecordField.POST_TOTAL_PACKETS
    };
    private static final RecordField[] OCTETS = {
        RecordField.OCTETS,
        RecordField.TOTAL_OCTETS,
        RecordField.INITIATOR_OCTETS,
        RecordField.POST_OCTETS,
        RecordField.POST_TOTAL_OCTETS
    };
    private static final RecordField[] LAYER2_OCTETS = {RecordField.LAYER2_OCTETS, RecordField.TOTAL_LAYER2_OCTETS};
    private static final RecordField[] REVERSE_PACKETS = {
        RecordField.REVERSE_PACKETS, RecordField.REVERSE_TOTAL_PACKETS, RecordField.RESPONDER_PACKETS
    };
    private static final RecordField[] REVERSE_OCTETS = {
        RecordField.REVERSE_OCTETS, RecordField.REVERSE_TOTAL_OCTETS, RecordField.RESPONDER_OCTETS
    };
    private static final RecordField[] REVERSE_LAYER2_OCTETS = {RecordField.REVERSE_LAYER2_OCTETS};

    /** One direction of a record. */
    private static final class Direction {
        final RecordShares shares;
        long packets;
        long octets;
        long layer2Octets;
        int flags;
        final ReportedForwarding forwarding = new ReportedForwarding();

        Direction(long windowNanos) {
            shares = new RecordShares(windowNanos);
        }

        void read(DataRecord record, RecordField[] ofPackets, RecordField[] ofOctets, RecordField[] ofLayer2) {
            octets = first(record, ofOctets);
            packets = first(record, ofPackets);
            long frames = first(record, ofLayer2);
            if (packets == DataRecord.ABSENT) {
                // Whoever counts octets only has seen as many packets as these take at least.
                long most = Math.min(Math.max(Math.max(octets, frames), 0), MAX_OCTETS);
                packets = (most + USUAL_PACKET_OCTETS - 1) / USUAL_PACKET_OCTETS;
            }
            octets = octets == DataRecord.ABSENT ? 0 : octets;
            layer2Octets = frames == DataRecord.ABSENT ? octets : frames;
        }

        /** @param largest number that there is room for */
        boolean isPlausible(long largest) {
            return packets <= Math.min(MAX_PACKETS, largest)
                    && Math.max(octets, layer2Octets) <= Math.min(MAX_OCTETS, largest)
                    && Math.max(octets, layer2Octets) <= packets << PACKET_OCTETS_BITS;
        }

        private static long first(DataRecord record, RecordField[] of) {
            for (RecordField field : of) {
                if (record.has(field)) {
                    long count = record.get(field);
                    return count < 0 ? Long.MAX_VALUE : count;
                }
            }
            return DataRecord.ABSENT;
        }
    }

    private final PacketOutbox outbox;
    private final Direction forward;
    private final Direction reverse;
    private final PacketHeaders headers = new PacketHeaders();
    private final CanonicalKey key = new CanonicalKey();

    /** Made of records of this datagram. */
    private int summaries;

    /** @param windowNanos length of the meter's windows */
    RecordedPackets(PacketOutbox outbox, long windowNanos) {
        this.outbox = outbox;
        forward = new Direction(windowNanos);
        reverse = new Direction(windowNanos);
    }

    /** The records that follow are of another datagram. */
    void beginDatagram() {
        summaries = 0;
    }

    /** What a record is. */
    Outcome look(DataRecord record) {
        forward.read(record, PACKETS, OCTETS, LAYER2_OCTETS);
        reverse.read(record, REVERSE_PACKETS, REVERSE_OCTETS, REVERSE_LAYER2_OCTETS);
        long largest = summaries < MAX_SUMMARIES ? Long.MAX_VALUE : Integer.MAX_VALUE;
        if (!forward.isPlausible(largest) || !reverse.isPlausible(largest)) {
            return Outcome.IMPLAUSIBLE;
        }
        if (forward.packets == 0 && reverse.packets == 0) {
            return Outcome.EVENT;
        }
        return isPlaced(record) ? Outcome.FLOW : Outcome.OTHER;
    }

    /** Whether a record says whose packets it tells of. */
    static boolean isPlaced(DataRecord record) {
        return record.ipVersion != 0
                || record.has(RecordField.SOURCE_MAC)
                || record.has(RecordField.DESTINATION_MAC)
                || record.has(RecordField.POST_DESTINATION_MAC);
    }

    /** Counts what the record that was looked at last tells of, at a point. */
    void add(PointRow point, DataRecord record) {
        describe(record);
        boolean tcp = headers.protocol == TCP;
        forward.flags = tcp ? flags(record, RecordField.TCP_CONTROL_BITS) : -1;
        reverse.flags = tcp ? flags(record, RecordField.REVERSE_TCP_CONTROL_BITS) : -1;
        boolean sentByA = FlowKeys.fill(headers, false, key);
        RecordForwarding.read(record, forward.forwarding);
        RecordForwarding.readReverse(record, reverse.forwarding);
        begin(forward.shares, forward, record.firstNanos, record.lastNanos);
        boolean ownTimes = record.reverseFirstNanos != DataRecord.NO_TIME
                && record.reverseLastNanos >= record.reverseFirstNanos
                && record.reverseLastNanos <= record.lastNanos
                && record.reverseFirstNanos >= record.firstNanos;
        begin(
                reverse.shares,
                reverse,
                ownTimes ? record.reverseFirstNanos : record.firstNanos,
                ownTimes ? record.reverseLastNanos : record.lastNanos);
        while (forward.shares.hasNext() || reverse.shares.hasNext()) {
            boolean isForward = forward.shares.hasNext()
                    && (!reverse.shares.hasNext() || forward.shares.nextNanos() <= reverse.shares.nextNanos());
            Direction direction = isForward ? forward : reverse;
            direction.shares.next();
            send(point, direction, sentByA == isForward);
        }
    }

    private void begin(RecordShares shares, Direction of, long first, long last) {
        shares.begin(first, summaries < MAX_SUMMARIES ? last : first, of.packets, of.octets, of.layer2Octets);
    }

    private static int flags(DataRecord record, RecordField field) {
        return record.has(field) ? (int) record.get(field) & TcpControlBits.MASK : -1;
    }

    /** A SYN is the first of a connection's segments, FIN and RST are the last: of the others the times are not known. */
    private static int flagsOf(Direction direction) {
        int flags = direction.flags;
        if (flags < 0) {
            return -1;
        }
        if (!direction.shares.isLast) {
            flags &= ~FIN_RST;
        }
        if (!direction.shares.isFirst) {
            flags &= ~SYN;
        }
        return direction.packets > 1 ? flags | TcpControlBits.UNION : flags;
    }

    /** A share, in as many summaries as its numbers need. */
    private void send(PointRow point, Direction direction, boolean sentByA) {
        RecordShares share = direction.shares;
        long largest = Math.max(share.packets, Math.max(share.octets, share.layer2Octets));
        long parts = Math.max(1, (largest + Integer.MAX_VALUE - 1) / Integer.MAX_VALUE);
        int flags = flagsOf(direction);
        long packets = share.packets;
        long octets = share.octets;
        long layer2Octets = share.layer2Octets;
        summaries += (int) parts;
        for (long left = parts; left > 0; left--) {
            long partPackets = packets / left;
            long partOctets = octets / left;
            long partLayer2 = layer2Octets / left;
            packets -= partPackets;
            octets -= partOctets;
            layer2Octets -= partLayer2;
            outbox.add(
                    point,
                    key,
                    sentByA,
                    share.timeNanos,
                    (int) partPackets,
                    (int) partLayer2,
                    headers.ipVersion == 0 ? -1 : (int) partOctets,
                    left == 1 ? flags : -1,
                    null,
                    direction.forwarding);
        }
    }

    /** Headers as far as a record has them; they are filled anew for the next one. */
    PacketHeaders describe(DataRecord record) {
        headers.clear();
        headers.sourceMac = mac(record, RecordField.SOURCE_MAC);
        headers.destinationMac = mac(
                record,
                record.has(RecordField.DESTINATION_MAC)
                        ? RecordField.DESTINATION_MAC
                        : RecordField.POST_DESTINATION_MAC);
        describeVlans(record);
        if (record.ipVersion == 0) {
            headers.etherType =
                    record.has(RecordField.ETHER_TYPE) ? (int) record.get(RecordField.ETHER_TYPE) & MAX_ETHER_TYPE : -1;
            return headers;
        }
        headers.etherType = record.ipVersion == 4 ? ETHER_TYPE_IPV4 : ETHER_TYPE_IPV6;
        headers.ipVersion = record.ipVersion;
        headers.protocol = record.has(RecordField.PROTOCOL) ? (int) record.get(RecordField.PROTOCOL) & 0xff : -1;
        // A field may be longer than what it holds.
        long addressMask = record.ipVersion == 4 ? IPV4_MASK : -1;
        headers.sourceAddressHigh = record.sourceAddressHigh;
        headers.sourceAddressLow = record.sourceAddressLow & addressMask;
        headers.destinationAddressHigh = record.destinationAddressHigh;
        headers.destinationAddressLow = record.destinationAddressLow & addressMask;
        headers.laterFragment = record.get(RecordField.FRAGMENT_OFFSET) > 0;
        switch (headers.protocol) {
            case TCP, UDP, DCCP, SCTP, UDP_LITE -> {
                if (!headers.laterFragment
                        && record.has(RecordField.SOURCE_PORT)
                        && record.has(RecordField.DESTINATION_PORT)) {
                    headers.sourcePort = (int) record.get(RecordField.SOURCE_PORT) & MAX_PORT;
                    headers.destinationPort = (int) record.get(RecordField.DESTINATION_PORT) & MAX_PORT;
                }
            }
            case CanonicalKey.ICMP, CanonicalKey.ICMPV6 -> {
                headers.icmpType = record.icmpType;
                headers.icmpCode = record.icmpCode;
            }
            default -> {
                // No ports.
            }
        }
        return headers;
    }

    /** 48 bits, or -1. */
    private static long mac(DataRecord record, RecordField field) {
        return record.has(field) ? record.get(field) & MAC_MASK : -1;
    }

    private void describeVlans(DataRecord record) {
        long outer = record.get(record.has(RecordField.DOT1Q_VLAN) ? RecordField.DOT1Q_VLAN : RecordField.VLAN);
        if (outer <= 0 || outer > MAX_VLAN_ID) {
            return;
        }
        headers.vlanCount = 1;
        headers.vlanIds = outer;
        long inner = record.get(RecordField.DOT1Q_CUSTOMER_VLAN);
        if (inner > 0 && inner <= MAX_VLAN_ID && record.has(RecordField.DOT1Q_VLAN)) {
            headers.vlanCount = 2;
            headers.vlanIds |= inner << VLAN_BITS;
        }
    }
}
