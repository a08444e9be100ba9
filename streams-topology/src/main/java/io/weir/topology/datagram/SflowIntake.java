package io.weir.topology.datagram;

import io.weir.schemas.DeviceCounters;
import io.weir.schemas.LossReason;
import io.weir.schemas.ObservationPoint;
import io.weir.topology.sflow.CounterSample;
import io.weir.topology.sflow.DiscardedPacket;
import io.weir.topology.sflow.FlowSample;
import io.weir.topology.sflow.SampledPacket;
import io.weir.topology.sflow.SflowDatagram;
import io.weir.topology.sflow.SflowDecoder;
import io.weir.topology.sflow.SflowListener;
import io.weir.topology.sflow.SflowProblem;
import io.weir.topology.sflow.SflowSample;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Takes datagrams of sFlow: packets that were sampled become summaries, numbers that are missing losses. Pure: no Kafka in here. */
final class SflowIntake implements SflowListener {

    /** Of observation points and losses. */
    static final String CAPTURE = "sflow";

    /** The sub-agent's uptime may go back by so much for datagrams that came out of order, milliseconds. */
    private static final int UPTIME_DISORDER_MS = 60_000;

    private final DatagramTable table;
    private final SampledPackets packets;
    private final DatagramLosses losses;
    private final DecoderMetrics.Task counts;
    private final Consumer<DeviceCounters> counters;
    private final Supplier<String> place;
    private final CounterRecords counterRecords = new CounterRecords();
    private final SflowDecoder decoder = new SflowDecoder();

    private AgentRow agent;
    private ByteBuffer buffer;
    private int senderVersion;
    private long senderHigh;
    private long senderLow;
    private String sender;
    private String collectorSession;
    private long timeNanos;
    private boolean unreadable;

    /**
     * @param counters takes what devices say of their parts
     * @param place of the datagram that is taken: topic, partition and offset
     */
    SflowIntake(
            DatagramTable table,
            SampledPackets packets,
            DatagramLosses losses,
            DecoderMetrics.Task counts,
            Consumer<DeviceCounters> counters,
            Supplier<String> place) {
        this.table = table;
        this.packets = packets;
        this.losses = losses;
        this.counts = counts;
        this.counters = counters;
        this.place = place;
    }

    /**
     * Takes one datagram.
     *
     * @param payload big endian, from position to limit
     * @param ipVersion of the address that it was sent from, 4 or 6, as the next two
     * @param senderText that address as text
     * @param session of the collector's thread that received it
     * @param receiveNanos when it was received, epoch nanoseconds
     */
    void take(
            ByteBuffer payload,
            int ipVersion,
            long addressHigh,
            long addressLow,
            String senderText,
            String session,
            long receiveNanos) {
        buffer = payload;
        senderVersion = ipVersion;
        senderHigh = addressHigh;
        senderLow = addressLow;
        sender = senderText;
        collectorSession = session;
        timeNanos = receiveNanos;
        agent = null;
        unreadable = false;
        decoder.decode(payload, payload.position(), payload.remaining(), this);
    }

    @Override
    public void onDatagram(SflowDatagram head) {
        boolean known = head.agentAddress.ipVersion != 0;
        agent = table.agent(
                known ? head.agentAddress.ipVersion : senderVersion,
                known ? head.agentAddress.high : senderHigh,
                known ? head.agentAddress.low : senderLow,
                (int) head.subAgentId);
        boolean restarted = agent.sequence.isKnown() && (int) (head.uptimeMs - agent.uptimeMs) < -UPTIME_DISORDER_MS;
        SequenceCounter.Step step = agent.sequence.observe(head.sequenceNumber, restarted);
        counts.datagram(step);
        if (step != SequenceCounter.Step.LATE) {
            agent.uptimeMs = head.uptimeMs;
        }
        if (agent.lossSinceNanos == Long.MIN_VALUE) {
            agent.lossSinceNanos = timeNanos;
        }
        agent.lastNanos = Math.max(agent.lastNanos, timeNanos);
        table.changed(agent);
    }

    @Override
    public void onFlowSample(FlowSample sample) {
        counts.flowSample();
        SourceState source = agent.source(sample.sourceType, sample.sourceIndex);
        source.observe(sample.sequenceNumber, sample.samplePool, sample.drops);
        PointRow point = point(source, sample);
        packets.add(point, sample.packet, buffer, vlan(sample), timeNanos);
    }

    /** VLAN on the side where it was sampled. */
    private static int vlan(FlowSample sample) {
        SampledPacket packet = sample.packet;
        if (!packet.has(SampledPacket.SWITCH)) {
            return -1;
        }
        return sample.isSampledOnOutput() ? packet.destinationVlan : packet.sourceVlan;
    }

    private PointRow point(SourceState source, FlowSample sample) {
        if (source.point == null || source.point.isRemoved() || source.samplingRate != sample.samplingRate) {
            // 0 says that the rate is not known: what was seen is all that can be said.
            int rate = (int) Math.min(Math.max(sample.samplingRate, 1), Integer.MAX_VALUE);
            ObservationPoint point =
                    new ObservationPoint(agent.host, sourceName(source.type, source.index), CAPTURE, rate);
            source.point = table.point(point, place.get());
            source.samplingRate = sample.samplingRate;
        }
        PointRow point = source.point;
        point.collectorSession = collectorSession;
        point.watermarkNanos = Math.max(point.watermarkNanos, timeNanos);
        return point;
    }

    /** ifIndex of an interface as it is, others with what they count. */
    private static String sourceName(long type, long index) {
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
        counts.counterSample();
        counterRecords.read(
                agent, sourceName(sample.sourceType, sample.sourceIndex), sample, buffer, timeNanos, counters);
    }

    @Override
    public void onDiscardedPacket(DiscardedPacket discarded) {
        counts.discardedPacket();
    }

    @Override
    public void onOtherSample(int enterprise, int format, int position, int octets) {
        counts.otherSample();
    }

    @Override
    public void onProblem(SflowProblem problem, int position) {
        counts.problem(problem);
        if (agent == null && !unreadable) {
            unreadable = true;
            String at = place.get();
            losses.add(
                    sender,
                    CAPTURE,
                    LossReason.malformed_datagram,
                    1,
                    at,
                    timeNanos,
                    timeNanos,
                    "A datagram of " + sender + " at " + at + " cannot be read: " + problem + " at octet "
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
                counts.missing(missing);
                losses.add(
                        agent.host,
                        CAPTURE,
                        LossReason.missing_datagrams,
                        missing,
                        agent.host + "|" + Integer.toUnsignedString(agent.subAgentId),
                        agent.lossSinceNanos,
                        timeNanos,
                        "Sequence numbers of " + agent.host + ", sub-agent "
                                + Integer.toUnsignedString(agent.subAgentId)
                                + ", show datagrams that never came: lost on the way, or before the collector took them");
            }
            agent.lossSinceNanos = timeNanos;
        }
    }

    private static final long SECOND_NANOS = 1_000_000_000L;
}
