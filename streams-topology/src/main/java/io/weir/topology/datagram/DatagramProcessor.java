package io.weir.topology.datagram;

import io.weir.schemas.Datagram;
import io.weir.schemas.DeviceCounters;
import io.weir.schemas.DroppedPackets;
import io.weir.schemas.ExporterStatus;
import io.weir.schemas.Loss;
import io.weir.schemas.ObservationPoint;
import io.weir.schemas.rejected.KafkaLosses;
import io.weir.topology.DecoderConfig;
import io.weir.topology.rejected.RejectedInput;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/**
 * Runs a {@link DatagramIntake} in a Kafka Streams task: datagrams in; packet batches, counters, drops, what is said of exporters, losses and what is no datagram out, each to its own node. Batches leave
 * ten times a second, when they are full, and before each commit.
 */
public final class DatagramProcessor implements Processor<byte[], byte[], Object, Object> {

    private static final String STAGE = "decoder";
    private static final Duration FLUSH_EVERY = Duration.ofMillis(100);
    private static final Duration TELL_EVERY = Duration.ofSeconds(1);
    private static final int IPV4_OCTETS = 4;
    private static final int IPV6_OCTETS = 16;

    /** Signs of life take so much of a task's time at most: one for each point and partition that is open, so many nanoseconds apart. */
    private static final long LIFE_NANOS = 500_000;

    /** A clock that has gone back by more was set. */
    private static final long CLOCK_SET_NANOS = 10_000_000_000L;

    /** Wall-clock time after which a collector's thread of which nothing was heard is gone, as for the meter an observation point is. */
    private static final long GONE_MS = 120_000;

    /** Threads of collectors that are remembered; of more, those that were heard of longest ago are gone. */
    private static final int MAX_THREADS = 4_096;

    /** A thread of a collector whose signs of life come by this partition. */
    private static final class CollectorThread {

        /** What is before has been told on, epoch nanoseconds. */
        private long nextLifeNanos = Long.MIN_VALUE;

        /** Epoch milliseconds. */
        private long heardMs;
    }

    private final DatagramKind kind;
    private final DecoderConfig config;
    private final String group;
    private final int partitions;
    private final int batchSchemaId;
    private final Deserializer<Datagram> datagrams;
    private final DecoderMetrics metrics;

    private ProcessorContext<Object, Object> context;
    private DatagramTable table;
    private PacketOutbox outbox;
    private DatagramLosses losses;
    private DatagramIntake intake;
    private RejectedInput rejected;
    private DecoderMetrics.Task counts;
    private ExporterReports reports;
    private long timestamp;

    private final Map<String, CollectorThread> threads = new HashMap<>();
    private final List<Cancellable> schedules = new ArrayList<>();

    /** Of the last datagram. */
    private DatagramSender sender;

    /**
     * @param group consumer group of the decoder
     * @param partitions of the packets topic
     * @param batchSchemaId of packet batches
     * @param datagrams reads values of the topic
     */
    public DatagramProcessor(
            DatagramKind kind,
            DecoderConfig config,
            String group,
            int partitions,
            int batchSchemaId,
            Deserializer<Datagram> datagrams,
            DecoderMetrics metrics) {
        this.kind = kind;
        this.config = config;
        this.group = group;
        this.partitions = partitions;
        this.batchSchemaId = batchSchemaId;
        this.datagrams = datagrams;
        this.metrics = metrics;
    }

    @Override
    public void init(ProcessorContext<Object, Object> processorContext) {
        context = processorContext;
        table = context.getStateStore(kind.store());
        // A task that is taken up again after a failure comes to the same object: what it had gathered comes again.
        outbox = new PacketOutbox(batchSchemaId, partitions, table, this::send);
        losses = new DatagramLosses(this::lost);
        counts = metrics.begin(kind);
        table.onCommit(this::flush, this::end);
        reports = new ExporterReports(table, this::say);
        table.onForgotten(reports::forget);
        table.open(context, metrics.flushes());
        SampledPackets packets = new SampledPackets(outbox, config.tunnelDepth(), config.facts());
        DropRecords drops = new DropRecords(counts, this::dropped);
        intake = switch (kind) {
            case SFLOW ->
                new SflowIntake((SflowTable) table, packets, drops, losses, counts, this::report, this::place);
            case NETFLOW ->
                new NetflowIntake(
                        (NetflowTable) table,
                        packets,
                        new RecordedPackets(outbox, config.window().toNanos()),
                        drops,
                        losses,
                        counts,
                        this::place,
                        this::endNow,
                        config.flowRecordDelay().toNanos());
        };
        rejected = new RejectedInput(
                context,
                STAGE,
                group,
                "datagram",
                kind.refusedStore(),
                context::forward,
                kind.rejectedNode(),
                kind.lossesNode());
        sender = null;
        threads.clear();
        // Those whose points are kept have just been heard of, as far as can be known.
        table.points().forEach(row -> thread(row.collectorSession));
        cancelSchedules();
        schedules.add(context.schedule(FLUSH_EVERY, PunctuationType.WALL_CLOCK_TIME, this::flush));
        schedules.add(context.schedule(TELL_EVERY, PunctuationType.WALL_CLOCK_TIME, this::tell));
    }

    @Override
    public void process(Record<byte[], byte[]> input) {
        timestamp = input.timestamp();
        Datagram datagram;
        try {
            datagram = read(input.value());
        } catch (SerializationException e) {
            counts.refuse();
            rejected.refuse(input, e.getMessage());
            return;
        }
        rejected.end(timestamp);
        ByteBuffer address = datagram.getExporterAddress();
        if (address.remaining() == 0) {
            live(datagram.getSessionId(), datagram.getReceiveTimeNanoseconds(), datagram.getEndOfInput());
            return;
        }
        thread(datagram.getSessionId());
        intake.take(
                datagram.getPayload(),
                sender(address, datagram.getExporterPort()),
                datagram.getSessionId(),
                datagram.getReceiveTimeNanoseconds());
        counts.tell(table, outbox);
    }

    private Datagram read(byte[] value) {
        if (value == null) {
            throw new SerializationException("the value is null: this topic has no tombstones");
        }
        Datagram datagram = datagrams.deserialize(null, value);
        int octets = datagram.getExporterAddress().remaining();
        if (octets != 0 && octets != IPV4_OCTETS && octets != IPV6_OCTETS) {
            throw new SerializationException("an exporter's address has " + octets + " octets, neither 4 nor 16");
        }
        return datagram;
    }

    private DatagramSender sender(ByteBuffer address, int port) {
        boolean v4 = address.remaining() == IPV4_OCTETS;
        int at = address.position();
        long high = v4 ? 0 : address.getLong(at);
        long low = v4 ? address.getInt(at) & 0xffff_ffffL : address.getLong(at + Long.BYTES);
        int version = v4 ? 4 : 6;
        if (sender == null || !sender.is(version, high, low, port)) {
            sender = DatagramSender.of(version, high, low, port);
        }
        return sender;
    }

    private CollectorThread thread(String session) {
        CollectorThread thread = threads.computeIfAbsent(session, ignored -> new CollectorThread());
        thread.heardMs = context.currentSystemTimeMs();
        return thread;
    }

    /** A thread of a collector says that it has sent all that it had received until then. */
    private void live(String session, long untilNanos, boolean end) {
        CollectorThread thread = thread(session);
        boolean clockWasSet = untilNanos < thread.nextLifeNanos - CLOCK_SET_NANOS;
        if (untilNanos < thread.nextLifeNanos && !clockWasSet && !end) {
            return;
        }
        intake.advance(untilNanos);
        flush();
        long open = 0;
        for (PointRow row : List.copyOf(table.points())) {
            if (row.collectorSession.equals(session)) {
                row.watermarkNanos = Math.max(row.watermarkNanos, untilNanos - row.delayNanos);
                boolean silent = row.watermarkNanos - row.lastPacketNanos
                        > config.openTime().toNanos();
                if (silent || end) {
                    end(row);
                } else {
                    outbox.sendLife(row, false);
                    open += partitions;
                }
            }
        }
        thread.nextLifeNanos = untilNanos + open * LIFE_NANOS;
        if (end) {
            threads.remove(session);
        }
    }

    private void endNow(PointRow row) {
        outbox.flush();
        end(row);
    }

    /** The session of a point is over; whoever reads it waits for it no longer. */
    private void end(PointRow row) {
        outbox.sendLife(row, true);
        table.forget(row);
    }

    /** Collectors that have died say nothing: their points end as if they had. */
    private void expire(long wallClockMs) {
        Set<String> gone = new HashSet<>();
        long oldestMs = threads.size() <= MAX_THREADS
                ? Long.MIN_VALUE
                : threads.values().stream()
                        .mapToLong(thread -> thread.heardMs)
                        .sorted()
                        .skip(threads.size() / 2)
                        .findFirst()
                        .orElse(Long.MIN_VALUE);
        threads.forEach((session, thread) -> {
            if (wallClockMs - thread.heardMs > GONE_MS || thread.heardMs < oldestMs) {
                gone.add(session);
            }
        });
        if (gone.isEmpty()) {
            return;
        }
        flush();
        for (PointRow row : List.copyOf(table.points())) {
            if (gone.contains(row.collectorSession)) {
                end(row);
            }
        }
        threads.keySet().removeAll(gone);
    }

    private void tell(long wallClockMs) {
        timestamp = wallClockMs;
        rejected.tell(wallClockMs);
        expire(wallClockMs);
        reports.tell(wallClockMs);
        counts.tell(table.exporters());
    }

    private void flush(long wallClockMs) {
        timestamp = wallClockMs;
        flush();
    }

    private void flush() {
        outbox.flush();
        losses.tell();
    }

    private void send(int partition, byte[] batch) {
        context.forward(new Record<>((Object) partition, (Object) batch, timestamp), kind.packetsNode());
    }

    private void report(DeviceCounters counters) {
        ObservationPoint part = counters.getObservationPoint();
        String key = part.getHost() + "|" + part.getInterface$();
        context.forward(new Record<>((Object) key, (Object) counters, timestamp), kind.countersNode());
    }

    private void dropped(DroppedPackets dropped) {
        context.forward(
                new Record<>((Object) DropRecords.keyOf(dropped), (Object) dropped, timestamp), kind.dropsNode());
    }

    private void say(String exporter, ExporterStatus status) {
        context.forward(new Record<>((Object) exporter, (Object) status, timestamp), kind.exportersNode());
    }

    private void lost(Loss loss) {
        context.forward(new Record<>((Object) KafkaLosses.keyOf(loss), (Object) loss, timestamp), kind.lossesNode());
    }

    /** Of the datagram that is read. */
    private String place() {
        RecordMetadata at = context.recordMetadata().orElseThrow();
        return at.topic() + "-" + at.partition() + "@" + at.offset();
    }

    /** Kafka Streams keeps them for a task that is taken up again. */
    private void cancelSchedules() {
        schedules.forEach(Cancellable::cancel);
        schedules.clear();
    }

    @Override
    public void close() {
        cancelSchedules();
        if (counts != null) {
            counts.close();
        }
    }
}
