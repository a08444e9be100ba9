package io.weir.app.audit;

import io.weir.app.failure.Failure;
import io.weir.app.read.StartPosition;
import io.weir.app.read.TopicReader;
import io.weir.schemas.Datagram;
import io.weir.schemas.Flow;
import io.weir.schemas.packets.MalformedBatchException;
import io.weir.schemas.packets.PacketBatchDecoder;
import io.weir.schemas.packets.PacketBatchReader;
import io.weir.schemas.registry.SchemaRegistryClient;
import io.weir.schemas.registry.SchemaRegistryException;
import io.weir.schemas.serde.AvroSerdes;
import io.weir.schemas.topic.TopicSpec;
import io.weir.schemas.topic.Topics;
import io.weir.topology.Grace;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;

/** Reads the topics of one cluster into a {@link Ledger}. */
public final class Auditor {

    private final Map<String, Object> clientProperties;
    private final Topics topics;
    private final Duration window;
    private final Grace grace;
    private final List<Duration> edgeRollUps;
    private final LongConsumer progress;

    /** Length of the windows that were compared. */
    private long windowMs;

    /**
     * @param clientProperties with {@code bootstrap.servers} and {@code schema.registry.url}
     * @param window length of the meter's windows, where the flows themselves do not tell
     * @param grace lateness that the meter grants
     * @param edgeRollUps lengths of the longer windows of edges; those whose topics are there are compared
     * @param progress told now and then how many records were read
     */
    public Auditor(
            Map<String, Object> clientProperties,
            Topics topics,
            Duration window,
            Grace grace,
            List<Duration> edgeRollUps,
            LongConsumer progress) {
        this.clientProperties = clientProperties;
        this.topics = topics;
        this.window = window;
        this.grace = grace;
        this.edgeRollUps = edgeRollUps;
        this.progress = progress;
    }

    /** Datagrams, whose losses come later, and batches first: what flows say later about the windows that batches have closed does not change any more. */
    AuditReport audit() {
        try {
            windowMs = windowOfFlowsMs(clientProperties, topics, StartPosition.BEGINNING, window);
            Ledger ledger = new Ledger(windowMs, grace);
            readDatagrams(ledger);
            readBatches(ledger::take, ledger::unreadableBatch);
            readRecords(topics.losses(), TopicReader::new, ledger::loss, ledger::unreadableRecord);
            readRecords(topics.flows(), TopicReader::new, ledger::flow, ledger::unreadableRecord);
            readRecords(topics.edges(), TopicReader::new, ledger::edge, ledger::unreadableRecord);
            edgeRollUps.forEach(length -> readRecords(
                    topics.edges(length),
                    TopicReader::ofExisting,
                    edge -> ledger.edge(length, edge),
                    ledger::unreadableRecord));
            return ledger.report();
        } catch (SchemaRegistryException e) {
            throw Failure.failed(e.getMessage(), "check --registry and the schema.registry.* settings", e);
        }
    }

    /**
     * Length of the windows of the first flow that is there, milliseconds.
     *
     * @param begin where to look from
     * @param window where there is none
     */
    static long windowOfFlowsMs(
            Map<String, Object> clientProperties, Topics topics, StartPosition begin, Duration window) {
        long[] found = {window.toMillis()};
        try (TopicReader reader =
                        new TopicReader(clientProperties, List.of(topics.flows().name()), true);
                Deserializer<Flow> deserializer = AvroSerdes.deserializer(Flow.class, clientProperties)) {
            reader.seek(begin);
            reader.readTo(reader.ranges(), record -> {
                if (record.value() == null) {
                    return true;
                }
                try {
                    Flow flow = deserializer.deserialize(record.topic(), record.value());
                    found[0] = Math.max(1, flow.getWindowEnd() - flow.getWindowStart());
                    return false;
                } catch (SerializationException e) {
                    return true;
                }
            });
        }
        return found[0];
    }

    /** Says where the batches of the first window lie that differs; reads the packets topic once more. */
    private AuditReport located(AuditReport report) {
        Map<Point, Long> windows = report.firstDifferences();
        if (windows.isEmpty()) {
            return report;
        }
        BatchPlaces places = new BatchPlaces(windows, windowMs);
        readBatches((record, trimmed, batch) -> places.add(record, batch), () -> {});
        return report.withPlaces(places);
    }

    /** Takes a batch that could be read. */
    private interface BatchHandler {

        /** @param trimmed the partition no longer holds its first records */
        void accept(ConsumerRecord<byte[], byte[]> record, boolean trimmed, PacketBatchDecoder batch);
    }

    private void readBatches(BatchHandler handler, Runnable unreadable) {
        try (TopicReader reader = new TopicReader(
                        clientProperties, List.of(topics.packets().name()), true);
                SchemaRegistryClient registry = SchemaRegistryClient.create(clientProperties)) {
            Map<TopicPartition, TopicReader.Range> ranges = reader.ranges();
            PacketBatchReader batches = new PacketBatchReader(registry);
            reader.seek(StartPosition.BEGINNING);
            reader.readTo(ranges, counting(record -> {
                boolean trimmed = ranges.get(new TopicPartition(record.topic(), record.partition()))
                                .beginning()
                        > 0;
                if (record.value() == null) {
                    return;
                }
                try {
                    handler.accept(record, trimmed, batches.read(record.value()));
                } catch (MalformedBatchException e) {
                    unreadable.run();
                }
            }));
        }
    }

    /** Their numbers only: what they hold is in the batches that the decoder makes of them. */
    private void readDatagrams(Ledger ledger) {
        List<String> names = List.of(topics.sflow().name(), topics.netflow().name());
        try (TopicReader reader = TopicReader.ofExisting(clientProperties, names, true);
                Deserializer<Datagram> deserializer = AvroSerdes.deserializer(Datagram.class, clientProperties)) {
            Map<TopicPartition, TopicReader.Range> ranges = reader.ranges();
            reader.seek(StartPosition.BEGINNING);
            reader.readTo(ranges, counting(record -> {
                if (record.value() == null) {
                    ledger.unreadableRecord(record.topic());
                    return;
                }
                try {
                    Datagram datagram = deserializer.deserialize(record.topic(), record.value());
                    ledger.datagram(
                            head(record, ranges, datagram),
                            !datagram.getExporterAddress().hasRemaining());
                } catch (SerializationException e) {
                    ledger.unreadableRecord(record.topic());
                }
            }));
        }
    }

    private static BatchHead head(
            ConsumerRecord<byte[], byte[]> record, Map<TopicPartition, TopicReader.Range> ranges, Datagram datagram) {
        TopicPartition partition = new TopicPartition(record.topic(), record.partition());
        return new BatchHead(
                record.topic(),
                record.partition(),
                record.offset(),
                ranges.get(partition).beginning() > 0,
                new Point(datagram.getHost(), datagram.getListener(), record.topic()),
                datagram.getSessionId(),
                datagram.getSequenceNumber(),
                datagram.getReceiveTimeNanoseconds(),
                datagram.getReceiveTimeNanoseconds(),
                datagram.getEndOfInput());
    }

    /** Opens a reader, with or without a topic that is missing. */
    private interface ReaderFactory {

        TopicReader open(Map<String, Object> clientProperties, List<String> topics, boolean committedOnly);
    }

    private <T extends SpecificRecord> void readRecords(
            TopicSpec<T> spec, ReaderFactory readers, Consumer<T> consumer, Consumer<String> unreadable) {
        try (TopicReader reader = readers.open(clientProperties, List.of(spec.name()), true);
                Deserializer<T> deserializer = AvroSerdes.deserializer(spec.valueType(), clientProperties)) {
            reader.seek(StartPosition.BEGINNING);
            reader.readTo(reader.ranges(), counting(record -> {
                if (record.value() == null) {
                    return;
                }
                try {
                    consumer.accept(deserializer.deserialize(record.topic(), record.value()));
                } catch (SerializationException e) {
                    // Not what a weir has written, so it holds nothing that is counted: else the sums differ.
                    unreadable.accept(record.topic());
                }
            }));
        }
    }

    private TopicReader.Handler counting(Consumer<ConsumerRecord<byte[], byte[]>> consumer) {
        return new TopicReader.Handler() {
            private long records;

            @Override
            public boolean accept(ConsumerRecord<byte[], byte[]> record) {
                consumer.accept(record);
                records++;
                return true;
            }

            @Override
            public boolean endOfFetch() {
                progress.accept(records);
                return true;
            }
        };
    }

    /**
     * Audits until the answer is final or the time is over.
     *
     * @param wait longest time to repeat while packets are missing
     * @return the last answer
     */
    public Result run(Duration wait) {
        long deadline = System.nanoTime() + wait.toNanos();
        while (true) {
            AuditReport report = audit();
            boolean settled = report.verdict() == AuditReport.Verdict.HOLDS;
            if (settled || System.nanoTime() - deadline >= 0) {
                return new Result(located(report));
            }
            try {
                Thread.sleep(Math.max(1, Math.min(1000, (deadline - System.nanoTime()) / 1_000_000)));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return new Result(report);
            }
        }
    }

    /** What an audit found. */
    public static final class Result {

        private final AuditReport report;

        private Result(AuditReport report) {
            this.report = report;
        }

        /** Every packet is in exactly one root flow or loss. */
        public boolean holds() {
            return report.verdict() == AuditReport.Verdict.HOLDS;
        }

        /** Lines for people, at most {@code width} wide where tables are concerned; 0 for any. */
        public List<String> text(int width) {
            return report.text(width);
        }

        /** One JSON object. */
        public String json() {
            return report.json();
        }
    }
}
