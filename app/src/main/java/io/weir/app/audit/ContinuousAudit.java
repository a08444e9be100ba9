package io.weir.app.audit;

import io.weir.app.failure.Failure;
import io.weir.app.operations.Readiness;
import io.weir.app.read.StartPosition;
import io.weir.app.read.TopicReader;
import io.weir.schemas.Edge;
import io.weir.schemas.Flow;
import io.weir.schemas.Loss;
import io.weir.schemas.packets.MalformedBatchException;
import io.weir.schemas.packets.PacketBatchReader;
import io.weir.schemas.registry.SchemaRegistryClient;
import io.weir.schemas.registry.SchemaRegistryException;
import io.weir.schemas.serde.AvroSerdes;
import io.weir.schemas.topic.TopicSpec;
import io.weir.schemas.topic.Topics;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Audits while everything runs: reads on in the topics where it was, closes the books of windows that have settled, and tells the result as metrics. It
 * begins with what the packets topic still holds. When Kafka or the registry cannot be read, or has deleted what was not read yet, the books are thrown away
 * and it begins so again.
 */
public final class ContinuousAudit implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ContinuousAudit.class);

    /** Records are timed by the clocks of the brokers, which may differ by so much. */
    private static final long CLOCK_TOLERANCE_MS = TimeUnit.MINUTES.toMillis(10);

    private final Map<String, Object> clientProperties;
    private final Topics topics;
    private final AuditConfig config;
    private final AuditMetrics metrics;
    private final InstantSource clock;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Thread thread;

    /** Readers and books of this run; null where they have to be made anew. */
    private volatile Run run;

    /** Length of the windows that are compared: the longest that flows are known to have. */
    private long windowMs;

    /** What was told last. */
    private boolean held = true;

    private volatile Readiness readiness = Readiness.STARTING;

    /**
     * @param clientProperties with {@code bootstrap.servers} and {@code schema.registry.url}
     * @param failed told what ends the audit for good
     */
    public ContinuousAudit(
            Map<String, Object> clientProperties,
            Topics topics,
            AuditConfig config,
            AuditMetrics metrics,
            Consumer<Throwable> failed) {
        this.clientProperties = clientProperties;
        this.topics = topics;
        this.config = config;
        this.metrics = metrics;
        this.clock = InstantSource.system();
        thread = new Thread(
                () -> {
                    try {
                        repeat();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    } catch (RuntimeException | Error e) {
                        failed.accept(e);
                    }
                },
                "weir-audit");
    }

    /** Begins. */
    public void start() {
        thread.start();
    }

    /** Ready when the last audit could read everything. */
    public Readiness readiness() {
        return readiness;
    }

    private void repeat() throws InterruptedException {
        try {
            do {
                audit();
            } while (!stopped.await(config.interval().toMillis(), TimeUnit.MILLISECONDS));
        } finally {
            closeRun();
        }
    }

    private void audit() {
        long beginNanos = System.nanoTime();
        try {
            if (run != null && run.isOvertaken()) {
                LOG.warn("retention has deleted packets that the audit had not read yet: it begins anew");
                closeRun();
            }
            if (run == null) {
                run = new Run();
            }
            if (stopped.getCount() == 0) {
                // Whoever stops it may have come before there was anything to stop.
                return;
            }
            RunningAudit audit = run.audit();
            if (stopped.getCount() == 0) {
                return;
            }
            if (run.ledger.longestWindowMs() > windowMs) {
                windowMs = run.ledger.longestWindowMs();
                LOG.info("flows have windows of {} ms now: the audit begins anew", windowMs);
                closeRun();
                return;
            }
            Instant now = clock.instant();
            metrics.completed(audit, now, Duration.ofNanos(System.nanoTime() - beginNanos));
            readiness = Readiness.RUNNING;
            tell(audit);
        } catch (Failure | SchemaRegistryException e) {
            // What was read in part cannot be read on: the books begin anew.
            closeRun();
            if (stopped.getCount() > 0) {
                LOG.warn("the audit cannot read: {}; it begins anew in {}", e.getMessage(), config.interval());
                readiness = Readiness.not("KAFKA_AWAY");
            }
        }
    }

    /** Once for each change, not for each audit. */
    private void tell(RunningAudit audit) {
        if (audit.holds() == held) {
            return;
        }
        held = audit.holds();
        if (held) {
            LOG.info("law 1 holds again");
        } else {
            LOG.warn(
                    "law 1 does not hold: {} packets missing, {} too many, {} batches missing, {} unreadable; `weir audit` says where",
                    audit.points().values().stream()
                            .mapToLong(RunningAudit.Difference::missingPackets)
                            .sum(),
                    audit.points().values().stream()
                            .mapToLong(RunningAudit.Difference::surplusPackets)
                            .sum(),
                    audit.missingBatches(),
                    audit.unreadableBatches());
        }
    }

    private void closeRun() {
        if (run != null) {
            run.close();
            run = null;
        }
    }

    /** Readers that go on where they were, and what was made of what they read. */
    private final class Run implements AutoCloseable {

        private final List<AutoCloseable> resources = new ArrayList<>();
        private final List<TopicReader> readers = new ArrayList<>();
        private final RunningLedger ledger;
        private Map<TopicPartition, TopicReader.Range> ranges;
        private final TopicReader packets;
        private final PacketBatchReader batches;
        private final Records<Loss> losses;
        private final Records<Flow> flows;
        private final Records<Edge> edges;

        private Run() {
            try {
                packets = reader(topics.packets().name());
                batches = new PacketBatchReader(opened(SchemaRegistryClient.create(clientProperties)));
                long oldestMs = packets.oldestTimestampMs().orElse(clock.millis());
                StartPosition begin = new StartPosition(StartPosition.Kind.TIME, oldestMs - CLOCK_TOLERANCE_MS);
                windowMs =
                        Math.max(windowMs, Auditor.windowOfFlowsMs(clientProperties, topics, begin, config.window()));
                ledger = new RunningLedger(windowMs, config.settle());
                losses = new Records<>(topics.losses(), begin, ledger::loss);
                flows = new Records<>(topics.flows(), begin, ledger::flow);
                edges = new Records<>(topics.edges(), begin, ledger::edge);
                packets.seek(StartPosition.BEGINNING);
            } catch (RuntimeException e) {
                close();
                throw e;
            }
        }

        private <T extends AutoCloseable> T opened(T resource) {
            resources.add(resource);
            return resource;
        }

        private TopicReader reader(String topic) {
            TopicReader reader = opened(new TopicReader(clientProperties, List.of(topic), true));
            readers.add(reader);
            return reader;
        }

        private boolean isOvertaken() {
            return readers.stream().anyMatch(TopicReader::isOvertaken);
        }

        /** Batches first, so that what flows tell of has been seen. */
        private RunningAudit audit() {
            ledger.now(clock.millis());
            ranges = packets.ranges();
            packets.readTo(ranges, record -> {
                take(record);
                return true;
            });
            losses.read();
            flows.read();
            edges.read();
            return ledger.close();
        }

        private void take(ConsumerRecord<byte[], byte[]> record) {
            TopicPartition partition = new TopicPartition(record.topic(), record.partition());
            if (record.value() == null) {
                return;
            }
            try {
                ledger.take(record, ranges.get(partition).beginning() > 0, batches.read(record.value()));
            } catch (MalformedBatchException e) {
                ledger.unreadableBatch();
            }
        }

        private void stop() {
            readers.forEach(TopicReader::stop);
        }

        @Override
        public void close() {
            for (AutoCloseable resource : resources) {
                try {
                    resource.close();
                } catch (Exception e) {
                    LOG.debug("{} could not be closed", resource, e);
                }
            }
        }

        /** One topic of records. */
        private final class Records<T extends SpecificRecord> {

            private final TopicReader reader;
            private final Deserializer<T> deserializer;
            private final Consumer<T> consumer;

            private Records(TopicSpec<T> spec, StartPosition begin, Consumer<T> consumer) {
                this.reader = reader(spec.name());
                this.deserializer = opened(AvroSerdes.deserializer(spec.valueType(), clientProperties));
                this.consumer = consumer;
                reader.seek(begin);
                reader.settle();
            }

            private void read() {
                reader.readTo(reader.ranges(), record -> {
                    take(record);
                    return true;
                });
            }

            private void take(ConsumerRecord<byte[], byte[]> record) {
                if (record.value() == null) {
                    return;
                }
                try {
                    consumer.accept(deserializer.deserialize(record.topic(), record.value()));
                } catch (SerializationException e) {
                    ledger.unreadableRecord(record.topic());
                }
            }
        }
    }

    @Override
    public void close() {
        stopped.countDown();
        Run current = run;
        if (current != null) {
            current.stop();
        }
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
