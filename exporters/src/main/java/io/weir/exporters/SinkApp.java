package io.weir.exporters;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import io.weir.exporters.encode.FindingEncoder;
import io.weir.exporters.encode.NdjsonEncoder;
import io.weir.exporters.encode.RecordEncoder;
import io.weir.exporters.finding.FindingFormat;
import io.weir.exporters.run.LossCommitter;
import io.weir.exporters.run.SinkConsumer;
import io.weir.exporters.run.SinkException;
import io.weir.exporters.run.SinkRunner;
import io.weir.exporters.run.SinkStages;
import io.weir.exporters.run.SinkStats;
import io.weir.exporters.store.ObjectStore;
import io.weir.exporters.store.ObjectStores;
import io.weir.schemas.Finding;
import io.weir.schemas.json.AvroJsonReader;
import io.weir.schemas.registry.SchemaRegistryClient;
import io.weir.schemas.serde.AvroSerdes;
import io.weir.schemas.topic.TopicSpec;
import io.weir.schemas.topic.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One instance of one sink. Instances of the same name, in any process, share the work by partition; a partition's records are in
 * the same objects whoever stores them.
 */
public final class SinkApp implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SinkApp.class);

    private static final int UPLOAD_THREADS = 4;
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration LEAVE_GROUP_TIMEOUT = Duration.ofSeconds(2);

    private final SinkConfig config;
    private final ObjectStore store;
    private final SchemaRegistryClient registry;
    private final ExecutorService uploads;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final SinkRunner runner;
    private final Thread thread;
    private final Consumer<Throwable> onFailure;
    private boolean started;

    /**
     * Nothing is read before {@link #start}.
     *
     * @param kafkaProps client properties: {@code bootstrap.servers}, {@code schema.registry.url} and whatever else Kafka's clients take
     * @param metrics takes the metrics, {@code weir.exporter.*}
     * @param onFailure told once, from the sink's thread, when it cannot go on
     * @throws org.apache.kafka.common.KafkaException when the client properties are not usable
     */
    public SinkApp(
            SinkConfig config,
            Topics topics,
            Map<String, Object> kafkaProps,
            MeterRegistry metrics,
            Consumer<Throwable> onFailure) {
        this(config, topics, kafkaProps, metrics, onFailure, ObjectStores.open(config.uri(), config.s3()));
    }

    SinkApp(
            SinkConfig config,
            Topics topics,
            Map<String, Object> kafkaProps,
            MeterRegistry metrics,
            Consumer<Throwable> onFailure,
            ObjectStore store) {
        this.config = config;
        this.store = store;
        this.onFailure = onFailure;
        this.registry = SchemaRegistryClient.create(kafkaProps);
        String group = groupId(config, topics);
        this.consumer = SinkConsumer.open(kafkaProps, group);
        this.uploads = uploadThreads(config.name());
        SinkStages stages = new SinkStages(
                encoders(config, topics, kafkaProps, new AvroJsonReader(registry)),
                config.limits(),
                config.compression(),
                config.memoryOctets(),
                store,
                uploads);
        LossCommitter losses = new LossCommitter(kafkaProps, topics.losses().name(), group + '-' + UUID.randomUUID());
        this.runner = new SinkRunner(config.name(), stages, consumer, losses, System::nanoTime);
        SinkMetrics.register(metrics, runner);
        this.thread = new Thread(this::run, "weir-sink-" + config.name());
    }

    /** Consumer group of a sink; the losses' transactional ids begin with it too. */
    public static String groupId(SinkConfig config, Topics topics) {
        return topics.prefix() + "sink." + config.name();
    }

    private static Map<String, RecordEncoder> encoders(
            SinkConfig config, Topics topics, Map<String, Object> kafkaProps, AvroJsonReader reader) {
        Map<String, RecordEncoder> encoders = new HashMap<>();
        for (String topic : config.topics()) {
            TopicSpec<?> spec =
                    switch (topic) {
                        case "findings" -> topics.findings();
                        case "flows" -> topics.flows();
                        case "edges" -> topics.edges();
                        case "losses" -> topics.losses();
                        case "packets" -> topics.packets();
                        default -> throw new IllegalArgumentException(topic);
                    };
            boolean rendered = topic.equals("findings") && config.findingFormat() != FindingFormat.json;
            encoders.put(
                    spec.name(),
                    rendered
                            ? new FindingEncoder(
                                    AvroSerdes.deserializer(Finding.class, kafkaProps), config.findingFormat())
                            : new NdjsonEncoder(reader, spec.valueType()));
        }
        return encoders;
    }

    private static ExecutorService uploadThreads(String name) {
        AtomicInteger number = new AtomicInteger();
        return Executors.newFixedThreadPool(UPLOAD_THREADS, task -> {
            Thread upload = new Thread(task, "weir-sink-" + name + "-upload-" + number.incrementAndGet());
            upload.setDaemon(true);
            return upload;
        });
    }

    /**
     * Looks whether the store is usable, and begins.
     *
     * @throws SinkException when no object can ever be stored as configured
     */
    public synchronized void start() {
        store.defect().ifPresent(defect -> {
            throw new SinkException("Sink " + config.name() + " cannot start: " + defect);
        });
        LOG.info("Sink {} stores {} in {}", config.name(), config.topics(), store);
        started = true;
        thread.start();
    }

    /** What it has done since its start. */
    public SinkStats stats() {
        return runner.stats();
    }

    /** Whether the group has given this instance its share of the partitions, which may be nothing. */
    public boolean isAssigned() {
        return runner.isAssigned();
    }

    /**
     * Metrics of the Kafka client, for a registry; the caller's to close.
     *
     * @param looks looks for new metrics
     * @param every time between two looks
     */
    public KafkaClientMetrics kafkaMetrics(ScheduledExecutorService looks, Duration every) {
        return new KafkaClientMetrics(consumer, Tags.empty(), looks, every);
    }

    private void run() {
        try {
            runner.run();
        } catch (Throwable e) {
            LOG.error("Sink {} cannot go on; what it has not stored stays in Kafka", config.name(), e);
            onFailure.accept(e);
        } finally {
            // An interrupt has done its work; leaving the group spares whoever goes on the wait for this member's
            // session to end.
            boolean unused = Thread.interrupted();
            consumer.close(CloseOptions.timeout(LEAVE_GROUP_TIMEOUT));
        }
    }

    /**
     * Stores what was read and ends. What the store has not taken when the time is over will be read again by whoever goes on.
     *
     * @param timeout for storing
     */
    public void close(Duration timeout) {
        runner.drain();
        end(timeout);
    }

    @Override
    public void close() {
        close(CLOSE_TIMEOUT);
    }

    /** Ends between any two steps, as a crash would. */
    void kill() {
        runner.stop();
        end(Duration.ZERO);
    }

    private synchronized void end(Duration timeout) {
        try {
            if (started) {
                thread.join(Math.max(1, timeout.toMillis()));
                runner.stop();
                thread.join(LEAVE_GROUP_TIMEOUT.toMillis());
                if (thread.isAlive()) {
                    // In a call that waits for Kafka.
                    thread.interrupt();
                    thread.join(LEAVE_GROUP_TIMEOUT.multipliedBy(2).toMillis());
                }
            } else {
                consumer.close(CloseOptions.timeout(Duration.ZERO));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            uploads.shutdownNow();
            store.close();
            registry.close();
        }
    }
}
