package io.weir.topology.datagram;

import io.weir.schemas.ObservationPoint;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import org.apache.kafka.streams.errors.ProcessorStateException;

/**
 * Rows of a {@link DatagramTable} as octets of its changelog. Key: one octet of kind, then what the row is known by. Value: one octet of format, then
 * fields in the order below; all numbers big-endian, texts as UTF-8 behind their length in two octets.
 */
final class DatagramCodec {

    static final byte KIND_POINT = 0;
    static final byte KIND_AGENT = 1;

    static final byte FORMAT = 3;
    private static final int AGENT_KEY_OCTETS = 1 + 1 + 8 + 8 + 4;

    /** Sequence: known, first, last, missing, what is remembered; uptime, last time, loss since, three of uptime; suppressed notifications, by source; totals; counts of sources and interfaces. */
    private static final int AGENT_OCTETS =
            1 + 1 + 2 * 4 + 8 + SequenceCounter.WORDS * 8 + 6 * 8 + 8 + 1 + ExporterTotals.OCTETS + 2 * 4;

    /** Type, index, sequence, pool, drops, rate, six sums, two of notifications. */
    private static final int SOURCE_OCTETS = 14 * 8;

    private DatagramCodec() {}

    static byte[] key(PointRow row) {
        byte[] host = utf8(row.point.getHost());
        byte[] name = utf8(row.point.getInterface$());
        byte[] capture = utf8(row.point.getCapture());
        ByteBuffer out = ByteBuffer.allocate(1 + 3 * 2 + host.length + name.length + capture.length + 4)
                .put(KIND_POINT);
        put(out, host);
        put(out, name);
        put(out, capture);
        return out.putInt(row.point.getSamplingRate()).array();
    }

    static byte[] value(PointRow row) {
        byte[] session = utf8(row.sessionId);
        byte[] collector = utf8(row.collectorSession);
        ByteBuffer out = ByteBuffer.allocate(
                        1 + 2 + session.length + 2 + collector.length + 3 * 8 + 2 + row.sequences.length * 8)
                .put(FORMAT);
        put(out, session);
        put(out, collector);
        out.putLong(row.watermarkNanos)
                .putLong(row.lastPacketNanos)
                .putLong(row.delayNanos)
                .putShort((short) row.sequences.length);
        for (long sequence : row.sequences) {
            out.putLong(sequence);
        }
        return out.array();
    }

    /** @param partitions of the packets topic */
    static PointRow point(byte[] key, byte[] value, int partitions) {
        ByteBuffer identity = ByteBuffer.wrap(key, 1, key.length - 1);
        ObservationPoint point =
                new ObservationPoint(text(identity), text(identity), text(identity), identity.getInt());
        ByteBuffer in = formatted(value);
        String session = text(in);
        String collector = text(in);
        long watermark = in.getLong();
        long lastPacket = in.getLong();
        long delay = in.getLong();
        int known = in.getShort() & 0xffff;
        if (known != partitions) {
            throw new ProcessorStateException("The packets topic has " + partitions + " partitions, and had " + known
                    + " when the decoder's state was written: a topic of packets must not change their number."
                    + " Reset the decoder to start anew");
        }
        PointRow row = new PointRow(point, session, partitions);
        row.collectorSession = collector;
        row.watermarkNanos = watermark;
        row.lastPacketNanos = lastPacket;
        row.delayNanos = delay;
        for (int i = 0; i < known; i++) {
            row.sequences[i] = in.getLong();
        }
        return row;
    }

    static byte[] key(AgentRow row) {
        return ByteBuffer.allocate(AGENT_KEY_OCTETS)
                .put(KIND_AGENT)
                .put((byte) row.ipVersion)
                .putLong(row.addressHigh)
                .putLong(row.addressLow)
                .putInt(row.subAgentId)
                .array();
    }

    static byte[] value(AgentRow row) {
        Collection<SourceState> sources = row.sources.values();
        List<InterfaceState> interfaces = row.interfaces.values();
        ByteBuffer out = ByteBuffer.allocate(
                        AGENT_OCTETS + sources.size() * SOURCE_OCTETS + interfaces.size() * InterfaceState.OCTETS)
                .put(FORMAT)
                .put((byte) (row.sequence.isKnown() ? 1 : 0))
                .putInt(row.sequence.first())
                .putInt(row.sequence.last())
                .putLong(row.sequence.missing());
        for (int word = 0; word < SequenceCounter.WORDS; word++) {
            out.putLong(row.sequence.seen(word));
        }
        out.putLong(row.uptimeMs)
                .putLong(row.lastNanos)
                .putLong(row.lossSinceNanos)
                .putLong(row.uptimeSinceNanos)
                .putLong(row.uptimePassedMs)
                .putLong(row.uptimeDriftMs)
                .putLong(row.suppressedNotifications)
                .put((byte) (row.suppressedBySource ? 1 : 0));
        row.totals.writeTo(out);
        out.putInt(sources.size());
        for (SourceState source : sources) {
            out.putLong(source.type)
                    .putLong(source.index)
                    .putLong(source.sequenceNumber)
                    .putLong(source.samplePool)
                    .putLong(source.drops)
                    .putLong(source.samplingRate)
                    .putLong(source.samples)
                    .putLong(source.generatedSamples)
                    .putLong(source.poolPackets)
                    .putLong(source.droppedSamples)
                    .putLong(source.rateSamples)
                    .putLong(source.ratePoolPackets)
                    .putLong(source.notificationNumber)
                    .putLong(source.suppressedNotifications);
        }
        out.putInt(interfaces.size());
        for (InterfaceState each : interfaces) {
            each.writeTo(out);
        }
        return out.array();
    }

    /** @param host address of the agent as text */
    static AgentRow agent(SflowTable.AgentKey key, byte[] value, String host) {
        ByteBuffer in = formatted(value);
        AgentRow row = new AgentRow(key.ipVersion(), key.addressHigh(), key.addressLow(), key.subAgentId(), host);
        row.sequence.restore(in.get() != 0, in.getInt(), in.getInt(), in.getLong());
        for (int word = 0; word < SequenceCounter.WORDS; word++) {
            row.sequence.restoreSeen(word, in.getLong());
        }
        row.uptimeMs = in.getLong();
        row.lastNanos = in.getLong();
        row.lossSinceNanos = in.getLong();
        row.uptimeSinceNanos = in.getLong();
        row.uptimePassedMs = in.getLong();
        row.uptimeDriftMs = in.getLong();
        row.suppressedNotifications = in.getLong();
        row.suppressedBySource = in.get() != 0;
        row.totals.readFrom(in);
        for (int left = in.getInt(); left > 0; left--) {
            SourceState source = new SourceState(in.getLong(), in.getLong());
            source.sequenceNumber = in.getLong();
            source.samplePool = in.getLong();
            source.drops = in.getLong();
            source.samplingRate = in.getLong();
            source.samples = in.getLong();
            source.generatedSamples = in.getLong();
            source.poolPackets = in.getLong();
            source.droppedSamples = in.getLong();
            source.rateSamples = in.getLong();
            source.ratePoolPackets = in.getLong();
            source.notificationNumber = in.getLong();
            source.suppressedNotifications = in.getLong();
            row.sources.put(new AgentRow.SourceKey(source.type, source.index), source);
        }
        for (int left = in.getInt(); left > 0; left--) {
            InterfaceState each = InterfaceState.readFrom(in);
            row.interfaces.put(each.index, each);
        }
        return row;
    }

    static SflowTable.AgentKey agentKey(byte[] key) {
        ByteBuffer in = ByteBuffer.wrap(key, 1, key.length - 1);
        return new SflowTable.AgentKey(in.get(), in.getLong(), in.getLong(), in.getInt());
    }

    static ByteBuffer formatted(byte[] value) {
        ByteBuffer in = ByteBuffer.wrap(value);
        byte format = in.get();
        if (format != FORMAT) {
            throw new ProcessorStateException("The decoder's changelog holds rows of format " + format
                    + ", this version of Weir reads format " + FORMAT
                    + ". Let the version that wrote it finish its input, or reset the application to start anew");
        }
        return in;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void put(ByteBuffer out, byte[] text) {
        out.putShort((short) text.length).put(text);
    }

    private static String text(ByteBuffer in) {
        int length = in.getShort() & 0xffff;
        if (length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] utf8 = new byte[length];
        in.get(utf8);
        return new String(utf8, StandardCharsets.UTF_8);
    }
}
