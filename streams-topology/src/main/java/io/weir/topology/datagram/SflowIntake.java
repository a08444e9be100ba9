package io.weir.topology.datagram;

import io.weir.schemas.DeviceCounters;
import io.weir.schemas.LossReason;
import io.weir.schemas.ObservationPoint;
import io.weir.schemas.packets.CaptureNames;
import io.weir.schemas.packets.ReportedForwarding;
import io.weir.topology.sflow.CounterSample;
import io.weir.topology.sflow.DiscardedPacket;
import io.weir.topology.sflow.FlowSample;
import io.weir.topology.sflow.InterfaceKind;
import io.weir.topology.sflow.SampledPacket;
import io.weir.topology.sflow.SflowDatagram;
import io.weir.topology.sflow.SflowDecoder;
import io.weir.topology.sflow.SflowListener;
import io.weir.topology.sflow.SflowProblem;
import io.weir.topology.sflow.SflowSample;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Takes datagrams of sFlow: packets that were sampled become summaries, those that were dropped drops, numbers that are missing losses. Pure: no Kafka in here. */
final class SflowIntake implements DatagramIntake, SflowListener {

    /**
     * How far uptime and the time of receipt may disagree on what has passed since the last datagram, milliseconds: more than any network delays
     * one. Beyond it another sub-agent is at work: one that began anew, or one of the same address.
     */
    private static final int MAX_DISAGREEMENT_MS = 5_000;

    private static final long MILLI = 1_000_000L;
    private static final int NO_VLAN = -1;

    private final SflowTable table;
    private final SampledPackets packets;
    private final DropRecords drops;
    private final DatagramLosses losses;
    private final DecoderMetrics.Task counts;
    private final Consumer<DeviceCounters> counters;
    private final Supplier<String> place;
    private final CounterRecords counterRecords = new CounterRecords();
    private final SflowDecoder decoder = new SflowDecoder();
    private final ReportedForwarding forwarding = new ReportedForwarding();

    private AgentRow agent;
    private ByteBuffer buffer;
    private DatagramSender sender;
    private String collectorSession;
    private long timeNanos;
    private boolean unreadable;

    /** It has come before, by another way or twice by the same. */
    private boolean duplicate;

    /** It came behind later ones. */
    private boolean late;

    /**
     * @param counters takes what devices say of their parts
     * @param place of the datagram that is taken: topic, partition and offset
     */
    SflowIntake(
            SflowTable table,
            SampledPackets packets,
            DropRecords drops,
            DatagramLosses losses,
            DecoderMetrics.Task counts,
            Consumer<DeviceCounters> counters,
            Supplier<String> place) {
        this.table = table;
        this.packets = packets;
        this.drops = drops;
        this.losses = losses;
        this.counts = counts;
        this.counters = counters;
        this.place = place;
    }

    @Override
    public void take(ByteBuffer payload, DatagramSender from, String session, long receiveNanos) {
        buffer = payload;
        sender = from;
        collectorSession = session;
        timeNanos = receiveNanos;
        agent = null;
        unreadable = false;
        duplicate = false;
        late = false;
        decoder.decode(payload, payload.position(), payload.remaining(), this);
    }

    @Override
    public void advance(long untilNanos) {
        // Nothing waits.
    }

    @Override
    public void onDatagram(SflowDatagram head) {
        boolean known = head.agentAddress.ipVersion != 0;
        agent = table.agent(
                known ? head.agentAddress.ipVersion : sender.ipVersion(),
                known ? head.agentAddress.high : sender.addressHigh(),
                known ? head.agentAddress.low : sender.addressLow(),
                (int) head.subAgentId);
        boolean restarted = agent.sequence.isKnown() && Math.abs(disagreementMs(head)) > MAX_DISAGREEMENT_MS;
        boolean first = !agent.sequence.isKnown();
        SequenceCounter.Step step = agent.sequence.observe(head.sequenceNumber, restarted);
        counts.datagram(step);
        agent.totals.datagram(timeNanos);
        duplicate = step == SequenceCounter.Step.DUPLICATE;
        late = step == SequenceCounter.Step.LATE;
        if (first || step == SequenceCounter.Step.ANEW) {
            agent.beginAnew(head.uptimeMs, timeNanos);
            agent.totals.restarts += first ? 0 : 1;
        } else if (late) {
            agent.totals.lateDatagrams++;
        } else if (duplicate) {
            agent.totals.duplicateDatagrams++;
        } else {
            agent.passUptime(head.uptimeMs, timeNanos);
        }
        if (step == SequenceCounter.Step.ANEW) {
            agent.forgetNotifications();
        }
        if (agent.lossSinceNanos == Long.MIN_VALUE) {
            agent.lossSinceNanos = timeNanos;
        }
        // A clock that was ahead once is not believed longer than until the numbers begin anew for it.
        boolean anew = step == SequenceCounter.Step.ANEW;
        agent.lastNanos = anew ? timeNanos : Math.max(agent.lastNanos, timeNanos);
        table.changed(agent);
    }

    /** By how much the datagram is late by its uptime, beside the newest one before; wraps with the uptime. */
    private int disagreementMs(SflowDatagram head) {
        long passedMs = (timeNanos - agent.uptimeHeardNanos()) / MILLI;
        return (int) (agent.uptimeMs + passedMs - head.uptimeMs);
    }

    @Override
    public void onFlowSample(FlowSample sample) {
        if (duplicate) {
            return;
        }
        counts.flowSample();
        agent.totals.flows++;
        SourceState source = table.source(agent, sample.sourceType, sample.sourceIndex);
        source.observe(sample.sequenceNumber, sample.samplePool, sample.drops, sample.samplingRate, late);
        compare(sample);
        PointRow point = point(source, sample);
        SampleForwarding.read(sample, buffer, forwarding);
        int layer2Octets = packets.add(point, sample.packet, buffer, vlan(sample), timeNanos, forwarding);
        if (DropRecords.tells(sample)) {
            drops.add(point.point, agent, sample, packets.headers(), layer2Octets, buffer, timeNanos);
        }
    }

    /**
     * Holds the sample against the counters of the interface where it was taken: on input or on output as far as source and interfaces say, and for a source that is no
     * interface, such as a whole switch, on input.
     */
    private void compare(FlowSample sample) {
        boolean onInput = sample.sourceType == SflowSample.SOURCE_INTERFACE
                ? sample.isSampledOnInput()
                : sample.inputKind() == InterfaceKind.INDEX;
        if (sample.samplingRate == 0 || (!onInput && !sample.isSampledOnOutput())) {
            return;
        }
        InterfaceState counted = agent.interfaces.get(onInput ? sample.inputValue : sample.outputValue);
        if (counted != null) {
            (onInput ? counted.in : counted.out).sample(sample.samplingRate, frameOctets(sample.packet));
        }
    }

    /** As the agent says, with FCS where it counts that; counters of interfaces have it, too. */
    private static long frameOctets(SampledPacket packet) {
        if (packet.has(SampledPacket.HEADER)) {
            return Math.max(packet.frameLength, packet.header.octets);
        }
        if (packet.has(SampledPacket.ETHERNET)) {
            return packet.ethernet.length;
        }
        return SampledPackets.layer2Octets(packet);
    }

    /** VLAN on the side where it was sampled. */
    private static int vlan(FlowSample sample) {
        SampledPacket packet = sample.packet;
        if (!packet.has(SampledPacket.SWITCH)) {
            return NO_VLAN;
        }
        return sample.isSampledOnOutput() ? packet.destinationVlan : packet.sourceVlan;
    }

    private PointRow point(SourceState source, FlowSample sample) {
        if (source.point == null || source.point.isRemoved() || source.samplingRate != sample.samplingRate) {
            // 0 says that the rate is not known: what was seen is all that can be said.
            int rate = (int) Math.min(Math.max(sample.samplingRate, 1), Integer.MAX_VALUE);
            String name = sourceName(source.type, source.index);
            ObservationPoint point = new ObservationPoint(agent.host, name, CaptureNames.SFLOW, rate);
            // One datagram may show several points for the first time.
            source.point = table.point(point, () -> place.get() + "|" + name + "|" + rate);
            source.samplingRate = sample.samplingRate;
        }
        PointRow point = source.point;
        point.collectorSession = collectorSession;
        point.watermarkNanos = Math.max(point.watermarkNanos, timeNanos);
        return point;
    }

    /** ifIndex of an interface as it is, others with what they count. */
    static String sourceName(long type, long index) {
        if (type == SflowSample.SOURCE_INTERFACE) {
            return Long.toString(index);
        }
        if (type == SflowSample.SOURCE_VLAN) {
            return "vlan " + index;
        }
        if (type == SflowSample.SOURCE_PHYSICAL_ENTITY) {
            return "entity " + index;
        }
        return type == SflowSample.SOURCE_LOGICAL_ENTITY ? "logical " + index : "source " + type + ":" + index;
    }

    @Override
    public void onCounterSample(CounterSample sample) {
        if (duplicate) {
            return;
        }
        counts.counterSample();
        agent.totals.others++;
        if (sample.hasInterfaceCounters && !late) {
            InterfaceState counted = table.counted(agent, sample.interfaceCounters.index);
            if (counted == null) {
                agent.totals.uncompared++;
            } else {
                counted.count(sample.sequenceNumber, sample.interfaceCounters);
            }
        }
        counterRecords.read(
                agent, sourceName(sample.sourceType, sample.sourceIndex), sample, buffer, timeNanos, counters);
    }

    @Override
    public void onDiscardedPacket(DiscardedPacket discarded) {
        if (duplicate) {
            return;
        }
        counts.discardedPacket();
        SourceState source = table.source(agent, discarded.sourceType, discarded.sourceIndex);
        String name = sourceName(source.type, source.index);
        SampledPacket packet = discarded.packet;
        int layer2Octets = packets.read(packet, buffer, packet.has(SampledPacket.SWITCH) ? packet.sourceVlan : NO_VLAN);
        drops.add(
                new ObservationPoint(agent.host, name, CaptureNames.SFLOW, 1),
                agent,
                source,
                late,
                discarded,
                packets.headers(),
                layer2Octets,
                buffer,
                timeNanos);
    }

    @Override
    public void onOtherSample(int enterprise, int format, int position, int octets) {
        if (duplicate) {
            return;
        }
        counts.otherSample();
    }

    @Override
    public void onProblem(SflowProblem problem, int position) {
        counts.problem(problem);
        if (agent != null) {
            agent.totals.problems++;
        }
        if (agent == null && !unreadable) {
            unreadable = true;
            String at = place.get();
            losses.add(
                    sender.address(),
                    CaptureNames.SFLOW,
                    LossReason.malformed_datagram,
                    1,
                    DatagramLosses.Unit.DATAGRAMS,
                    at,
                    timeNanos,
                    timeNanos,
                    "A datagram of " + sender.address() + " at " + at + " cannot be read: " + problem + " at octet "
                            + (position - buffer.position()));
        }
    }

    @Override
    public void onEnd() {
        if (agent == null) {
            return;
        }
        // What comes late is no longer missing: told once a second, by the time of the datagrams.
        if (timeNanos - agent.lossSinceNanos >= SECOND_NANOS) {
            long missing = agent.sequence.takeMissing();
            if (missing > 0) {
                counts.missing(true, missing);
                agent.totals.toldMissing += missing;
                losses.add(
                        agent.host,
                        CaptureNames.SFLOW,
                        LossReason.missing_datagrams,
                        missing,
                        DatagramLosses.Unit.DATAGRAMS,
                        agent.host + "|" + Integer.toUnsignedString(agent.subAgentId),
                        agent.lossSinceNanos,
                        timeNanos,
                        "Sequence numbers of " + agent.host + ", sub-agent "
                                + Integer.toUnsignedString(agent.subAgentId)
                                + ", show datagrams that never came: lost on the way, or in a collector, which then tells of them, too");
            }
            agent.lossSinceNanos = timeNanos;
        }
    }

    private static final long SECOND_NANOS = 1_000_000_000L;
}
