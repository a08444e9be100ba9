package io.weir.topology.datagram;

import io.weir.decoding.packet.FlowKeys;
import io.weir.decoding.packet.PacketHeaders;
import io.weir.schemas.DropDirection;
import io.weir.schemas.DropReasonRegistry;
import io.weir.schemas.DropReport;
import io.weir.schemas.DroppedFlow;
import io.weir.schemas.DroppedPackets;
import io.weir.schemas.Endpoint;
import io.weir.schemas.ObservationPoint;
import io.weir.schemas.packets.AddressText;
import io.weir.schemas.packets.CanonicalKey;
import io.weir.schemas.packets.TcpControlBits;
import io.weir.topology.meter.CommunityId;
import io.weir.topology.netflow.DataRecord;
import io.weir.topology.netflow.FirewallEvent;
import io.weir.topology.netflow.ForwardingStatus;
import io.weir.topology.netflow.RecordField;
import io.weir.topology.sflow.DiscardedPacket;
import io.weir.topology.sflow.DropReasons;
import io.weir.topology.sflow.FlowSample;
import io.weir.topology.sflow.InterfaceKind;
import io.weir.topology.sflow.OctetRange;
import io.weir.topology.sflow.SampledPacket;
import io.weir.topology.sflow.SflowSample;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Makes records of the packets that devices say they have dropped: one of each notification, sample or flow record. Not thread-safe. */
final class DropRecords {

    /** Reason where the device does not say. */
    static final String NO_REASON = "unknown";

    /** The device itself, as an interface. */
    private static final String LOCAL = "local";

    private static final long MICRO = 1_000;

    /** A time stamp of a device that is farther from when its datagram was received is not believed. */
    private static final long MAX_CLOCK_SKEW_NANOS = Duration.ofDays(1).toNanos();

    private static final long ACL_INGRESS = 1;
    private static final long ACL_EGRESS = 2;
    private static final int TCP = 6;

    /** Records that tell whose packet it is. */
    private static final long DESCRIBED =
            SampledPacket.HEADER | SampledPacket.ETHERNET | SampledPacket.IPV4 | SampledPacket.IPV6;

    /** Fields that count the same packets. */
    private record Counted(RecordField packets, RecordField octets, boolean isCumulative) {}

    /** Of dropped packets: since the last report, else since the flow began. */
    private static final Counted[] DROPPED = {
        new Counted(RecordField.DROPPED_PACKETS, RecordField.DROPPED_OCTETS, false),
        new Counted(RecordField.TOTAL_DROPPED_PACKETS, RecordField.TOTAL_DROPPED_OCTETS, true)
    };

    /** Of packets as they came in, for records that say that all were dropped. What went out was not. */
    private static final Counted[] OBSERVED = {
        new Counted(RecordField.PACKETS, RecordField.OCTETS, false),
        new Counted(RecordField.INITIATOR_PACKETS, RecordField.INITIATOR_OCTETS, false),
        new Counted(RecordField.LAYER2_FRAMES, RecordField.OCTETS, false),
        new Counted(RecordField.TOTAL_PACKETS, RecordField.TOTAL_OCTETS, true),
        new Counted(RecordField.TOTAL_LAYER2_FRAMES, RecordField.TOTAL_OCTETS, true)
    };

    private final DecoderMetrics.Task counts;
    private final Consumer<DroppedPackets> output;
    private final CommunityId communityIds = new CommunityId();
    private final CanonicalKey key = new CanonicalKey();

    DropRecords(DecoderMetrics.Task counts, Consumer<DroppedPackets> output) {
        this.counts = counts;
        this.output = output;
    }

    /** Key of a record: packets of one flow stay together, those without a flow by where they were dropped. */
    static String keyOf(DroppedPackets dropped) {
        DroppedFlow flow = dropped.getFlow();
        if (flow != null && flow.getCommunityId() != null) {
            return flow.getCommunityId();
        }
        ObservationPoint point = dropped.getObservationPoint();
        return point.getHost() + "|" + point.getInterface$();
    }

    /**
     * A notification of one packet.
     *
     * @param point the source of the notification
     * @param source its state, which takes note of it
     * @param late its datagram came behind later ones
     * @param headers of the packet
     * @param layer2Octets of its frame, 0 where that is not known
     */
    void add(
            ObservationPoint point,
            AgentRow agent,
            SourceState source,
            boolean late,
            DiscardedPacket discarded,
            PacketHeaders headers,
            int layer2Octets,
            ByteBuffer buffer,
            long receiveNanos) {
        DroppedPackets dropped = begin(point, DropReport.notification, discarded.reason, receiveNanos);
        String input = interfaceName(
                InterfaceKind.of(InterfaceKind.FORMAT_INDEX, discarded.inputIfIndex), discarded.inputIfIndex);
        String out = interfaceName(
                InterfaceKind.of(InterfaceKind.FORMAT_INDEX, discarded.outputIfIndex), discarded.outputIfIndex);
        describe(dropped, discarded, input, out, discarded.packet, headers, layer2Octets, buffer, receiveNanos);
        dropped.setSubAgentId(Integer.toUnsignedLong(agent.subAgentId));
        dropped.setSequenceNumber(discarded.sequenceNumber);
        dropped.setMissingNotifications(known(source.missingNotifications(discarded.sequenceNumber)));
        dropped.setSuppressedNotifications(
                known(agent.notified(source, discarded.sequenceNumber, discarded.drops, late)));
        put(dropped);
    }

    /** Whether a packet that was sampled was dropped. */
    static boolean tells(FlowSample sample) {
        return sample.outputFormat == InterfaceKind.FORMAT_DISCARDED;
    }

    /** A sampled packet that was dropped; as for notifications. */
    void add(
            ObservationPoint point,
            AgentRow agent,
            FlowSample sample,
            PacketHeaders headers,
            int layer2Octets,
            ByteBuffer buffer,
            long receiveNanos) {
        DroppedPackets dropped = begin(point, DropReport.sampled_packet, sample.outputValue, receiveNanos);
        String input = interfaceName(sample.inputKind(), sample.inputValue);
        describe(dropped, sample, input, null, sample.packet, headers, layer2Octets, buffer, receiveNanos);
        dropped.setSubAgentId(Integer.toUnsignedLong(agent.subAgentId));
        put(dropped);
    }

    private static DroppedPackets begin(ObservationPoint point, DropReport report, long reason, long receiveNanos) {
        DroppedPackets dropped = begin(point, report, receiveNanos);
        dropped.setReason(DropReasons.text(reason));
        dropped.setReasonNumber(reason);
        dropped.setReasonRegistry(DropReasonRegistry.sflow);
        dropped.setPackets(1L);
        return dropped;
    }

    private static DroppedPackets begin(ObservationPoint point, DropReport report, long receiveNanos) {
        DroppedPackets dropped = new DroppedPackets();
        dropped.setObservationPoint(point);
        dropped.setReport(report);
        dropped.setDirection(DropDirection.unknown);
        dropped.setReceiveTimeMicroseconds(Math.floorDiv(receiveNanos, MICRO));
        return dropped;
    }

    private static String interfaceName(InterfaceKind kind, long index) {
        return switch (kind) {
            case INDEX -> Long.toString(index);
            case LOCAL -> LOCAL;
            default -> null;
        };
    }

    private void describe(
            DroppedPackets dropped,
            SflowSample sample,
            String input,
            String out,
            SampledPacket packet,
            PacketHeaders headers,
            int layer2Octets,
            ByteBuffer buffer,
            long receiveNanos) {
        long time = packet.has(SampledPacket.TIMESTAMP) ? packet.timestampNanos : receiveNanos;
        boolean believed = time > 0 && Math.abs(time - receiveNanos) <= MAX_CLOCK_SKEW_NANOS;
        setTimes(dropped, believed ? time : receiveNanos, believed ? time : receiveNanos);
        dropped.setInputInterface(input);
        dropped.setOutputInterface(out);
        dropped.setDirection(direction(sample, input, out, packet));
        if ((packet.present & DESCRIBED) != 0) {
            setFlow(dropped, headers);
            dropped.setOctets(octets(headers));
        }
        dropped.setLayer2Octets(layer2Octets > 0 ? (Long) (long) layer2Octets : null);
        dropped.setQueue(
                packet.has(SampledPacket.EGRESS_QUEUE)
                        ? (Long) packet.egressQueue
                        : packet.has(SampledPacket.QUEUE_LENGTH) ? (Long) packet.queueIndex : null);
        dropped.setQueueDepthOctets(packet.has(SampledPacket.QUEUE_DEPTH) ? (Long) packet.queueDepthOctets : null);
        dropped.setAclNumber(packet.has(SampledPacket.ACL) ? (Long) packet.aclNumber : null);
        dropped.setAclName(text(packet, SampledPacket.ACL, packet.aclName, buffer));
        dropped.setFunction(text(packet, SampledPacket.FUNCTION, packet.function, buffer));
        dropped.setLinuxDropReason(text(packet, SampledPacket.LINUX_DROP_REASON, packet.linuxDropReason, buffer));
        dropped.setHardwareTrapGroup(text(packet, SampledPacket.TRAP, packet.trapGroup, buffer));
        dropped.setHardwareTrap(text(packet, SampledPacket.TRAP, packet.trap, buffer));
    }

    /** As the access list says; else of an interface that the packet passed once. */
    private static DropDirection direction(SflowSample sample, String input, String out, SampledPacket packet) {
        if (packet.has(SampledPacket.ACL) && packet.aclDirection == ACL_INGRESS) {
            return DropDirection.ingress;
        }
        if (packet.has(SampledPacket.ACL) && packet.aclDirection == ACL_EGRESS) {
            return DropDirection.egress;
        }
        String source = Long.toString(sample.sourceIndex);
        boolean isInterface = sample.sourceType == SflowSample.SOURCE_INTERFACE;
        boolean isInput = isInterface && source.equals(input);
        boolean isOutput = isInterface && source.equals(out);
        if (isInput != isOutput) {
            return isInput ? DropDirection.ingress : DropDirection.egress;
        }
        return DropDirection.unknown;
    }

    private static String text(SampledPacket packet, long record, OctetRange text, ByteBuffer buffer) {
        return packet.has(record) && text.octets > 0 ? text.text(buffer) : null;
    }

    /** Whether a record tells of packets that were dropped. */
    static boolean tells(DataRecord record) {
        if (isDropped(record)) {
            return true;
        }
        for (Counted fields : DROPPED) {
            if (isCounted(record, fields.packets) || isCounted(record, fields.octets)) {
                return true;
            }
        }
        return false;
    }

    /** Whether it says so of all its packets. */
    private static boolean isDropped(DataRecord record) {
        return ForwardingStatus.isDropped(record.get(RecordField.FORWARDING_STATUS))
                || record.get(RecordField.FIREWALL_EVENT) == FirewallEvent.DENIED;
    }

    /** Whether a link can have carried what a record says was dropped. */
    static boolean isPlausible(DataRecord record) {
        for (Counted fields : DROPPED) {
            // Counts since the begin may be of years.
            if (!isAtMost(record, fields.packets, fields.isCumulative ? Long.MAX_VALUE : RecordedPackets.MAX_PACKETS)
                    || !isAtMost(
                            record, fields.octets, fields.isCumulative ? Long.MAX_VALUE : RecordedPackets.MAX_OCTETS)) {
                return false;
            }
        }
        return true;
    }

    /** What a record says was dropped, for people. */
    static String counts(DataRecord record) {
        return Stream.of(DROPPED)
                .flatMap(fields -> Stream.of(fields.packets, fields.octets))
                .filter(record::has)
                .map(field -> field.name().toLowerCase(Locale.ROOT) + " " + Long.toUnsignedString(record.get(field)))
                .collect(Collectors.joining(", "));
    }

    private static boolean isAtMost(DataRecord record, RecordField field, long most) {
        return !record.has(field) || Long.compareUnsigned(record.get(field), most) <= 0;
    }

    private static boolean isPositive(DataRecord record, RecordField field) {
        return record.get(field) > 0;
    }

    private static boolean isCounted(DataRecord record, RecordField field) {
        return record.has(field) && record.get(field) != 0;
    }

    /**
     * What a flow record tells of.
     *
     * @param point where the packets of the record were seen
     * @param headers of the packets, or null where nothing tells whose they are
     */
    void add(ObservationPoint point, DataRecord record, PacketHeaders headers, long receiveNanos) {
        DroppedPackets dropped = begin(point, DropReport.event, receiveNanos);
        describe(dropped, record, headers);
        if (!count(dropped, record, DROPPED) && isDropped(record) && count(dropped, record, OBSERVED)) {
            dropped.setLayer2Octets(positive(
                    record, dropped.getIsCumulative() ? RecordField.TOTAL_LAYER2_OCTETS : RecordField.LAYER2_OCTETS));
        }
        put(dropped);
    }

    /**
     * One packet that a record shows the start of, and says was dropped.
     *
     * @param layer2Octets of its frame
     */
    void addPacket(
            ObservationPoint point, DataRecord record, PacketHeaders headers, int layer2Octets, long receiveNanos) {
        DroppedPackets dropped = begin(point, DropReport.sampled_packet, receiveNanos);
        describe(dropped, record, headers);
        dropped.setPackets(1L);
        dropped.setOctets(octets(headers));
        dropped.setLayer2Octets((long) layer2Octets);
        put(dropped);
    }

    private void describe(DroppedPackets dropped, DataRecord record, PacketHeaders headers) {
        setTimes(dropped, record.firstNanos, record.lastNanos);
        setReason(dropped, record);
        dropped.setInputInterface(interfaceIndex(record, RecordField.INGRESS_INTERFACE));
        dropped.setOutputInterface(interfaceIndex(record, RecordField.EGRESS_INTERFACE));
        if (record.has(RecordField.DIRECTION)) {
            dropped.setDirection(record.get(RecordField.DIRECTION) == 0 ? DropDirection.ingress : DropDirection.egress);
        }
        if (headers != null) {
            setFlow(dropped, headers);
            DroppedFlow flow = dropped.getFlow();
            if (headers.protocol == TCP && flow.getTcpControlBits() == null) {
                long bits = record.get(RecordField.TCP_CONTROL_BITS);
                flow.setTcpControlBits(bits < 0 ? null : (Integer) ((int) bits & TcpControlBits.MASK));
            }
        }
    }

    private static String interfaceIndex(DataRecord record, RecordField field) {
        long index = record.get(field);
        return index > 0 ? Long.toString(index) : null;
    }

    private static void setReason(DroppedPackets dropped, DataRecord record) {
        long status = record.get(RecordField.FORWARDING_STATUS);
        if (ForwardingStatus.isDropped(status)) {
            dropped.setReason(ForwardingStatus.reason(status));
            dropped.setReasonNumber(status);
            dropped.setReasonRegistry(DropReasonRegistry.forwarding_status);
            return;
        }
        if (record.get(RecordField.FIREWALL_EVENT) != FirewallEvent.DENIED) {
            dropped.setReason(NO_REASON);
            dropped.setReasonRegistry(DropReasonRegistry.none);
            return;
        }
        long extended = record.get(RecordField.FIREWALL_EXTENDED_EVENT);
        boolean isExtended = FirewallEvent.isExtendedReason(extended);
        dropped.setReason(isExtended ? FirewallEvent.extendedReason(extended) : FirewallEvent.denied());
        dropped.setReasonNumber(isExtended ? extended : FirewallEvent.DENIED);
        dropped.setReasonRegistry(
                isExtended ? DropReasonRegistry.firewall_extended_event : DropReasonRegistry.firewall_event);
    }

    /** Takes the first counts that there are, in the order of the list; of packets before those of octets alone. */
    private static boolean count(DroppedPackets dropped, DataRecord record, Counted[] of) {
        for (Counted fields : of) {
            if (isPositive(record, fields.packets)) {
                return count(dropped, record, fields);
            }
        }
        for (Counted fields : of) {
            if (isPositive(record, fields.octets)) {
                return count(dropped, record, fields);
            }
        }
        return false;
    }

    private static boolean count(DroppedPackets dropped, DataRecord record, Counted fields) {
        dropped.setReport(DropReport.flow_record);
        dropped.setPackets(positive(record, fields.packets));
        dropped.setOctets(positive(record, fields.octets));
        dropped.setIsCumulative(fields.isCumulative);
        return true;
    }

    private static Long positive(DataRecord record, RecordField field) {
        return isPositive(record, field) ? (Long) record.get(field) : null;
    }

    private static void setTimes(DroppedPackets dropped, long firstNanos, long lastNanos) {
        dropped.setFirstTimeMicroseconds(Math.floorDiv(firstNanos, MICRO));
        dropped.setLastTimeMicroseconds(Math.floorDiv(lastNanos, MICRO));
    }

    /** Of one packet. */
    private static Long octets(PacketHeaders headers) {
        return headers.ipVersion == 0 ? null : (Long) (long) headers.octets;
    }

    private void setFlow(DroppedPackets dropped, PacketHeaders headers) {
        dropped.setFlow(flow(headers));
        PacketHeaders innermost = null;
        for (PacketHeaders inner = headers.enclosed(); inner != null; inner = inner.enclosed()) {
            innermost = inner;
        }
        dropped.setEnclosedFlow(innermost == null ? null : flow(innermost));
    }

    private DroppedFlow flow(PacketHeaders headers) {
        FlowKeys.fill(headers, false, key);
        boolean ip = headers.ipVersion != 0;
        List<Integer> vlanIds = new ArrayList<>(key.vlanCount);
        for (int i = 0; i < key.vlanCount; i++) {
            vlanIds.add(CanonicalKey.vlanId(key.vlanIds, i));
        }
        return new DroppedFlow(
                ip
                        ? communityIds.of(
                                key.ipVersion,
                                key.protocolIdentifier,
                                key.addressAHigh,
                                key.addressALow,
                                key.addressBHigh,
                                key.addressBLow,
                                key.portA,
                                key.portB)
                        : null,
                optional(headers.etherType),
                vlanIds,
                ip ? (Integer) headers.ipVersion : null,
                optional(headers.protocol),
                endpoint(
                        headers,
                        headers.sourceAddressHigh,
                        headers.sourceAddressLow,
                        headers.sourcePort,
                        headers.sourceMac),
                endpoint(
                        headers,
                        headers.destinationAddressHigh,
                        headers.destinationAddressLow,
                        headers.destinationPort,
                        headers.destinationMac),
                optional(headers.icmpType),
                optional(headers.icmpCode),
                optional(headers.tcpControlBits));
    }

    private static Endpoint endpoint(PacketHeaders headers, long high, long low, int port, long mac) {
        String macText = mac == CanonicalKey.NO_MAC ? null : AddressText.mac(mac);
        if (headers.ipVersion == 0) {
            return new Endpoint(null, null, macText, macText);
        }
        String address = AddressText.ip(headers.ipVersion, high, low);
        return new Endpoint(address, optional(port), macText, address);
    }

    private static Integer optional(int value) {
        return value < 0 ? null : (Integer) value;
    }

    private static Long known(long number) {
        return number == SourceState.NONE ? null : (Long) number;
    }

    private void put(DroppedPackets dropped) {
        counts.drop(dropped);
        output.accept(dropped);
    }
}
