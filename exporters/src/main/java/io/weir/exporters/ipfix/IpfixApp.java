package io.weir.exporters.ipfix;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import io.weir.exporters.run.LossCommitter;
import io.weir.exporters.run.SinkConsumer;
import io.weir.exporters.transport.Connection;
import io.weir.exporters.transport.Connections;
import io.weir.schemas.json.AvroJsonReader;
import io.weir.schemas.registry.SchemaRegistryClient;
import io.weir.schemas.topic.Topics;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One instance of one export of flows to an IPFIX collector. Instances of the same name, in any process, share the work by partition; each is an
 * Exporting Process with a transport session of its own.
 */
public final class IpfixApp implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(IpfixApp.class);

    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration LEAVE_GROUP_TIMEOUT = Duration.ofSeconds(2);

    private final IpfixConfig config;
    private final SchemaRegistryClient registry;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final IpfixCounters counters = new IpfixCounters();
    private final MessageWriter writer;
    private final IpfixRunner runner;
    private final Thread thread;
    private final Consumer<Throwable> onFailure;
    private final AtomicBoolean failed = new AtomicBoolean();
    private boolean started;

    /**
     * Nothing is read or sent before {@link #start}.
     *
     * @param kafkaProps client properties: {@code bootstrap.servers}, {@code schema.registry.url} and whatever else Kafka's clients take
     * @param metrics takes the metrics, {@code weir.ipfix.*}
     * @param onFailure told once, from a thread of the export, when it cannot go on
     * @throws IllegalArgumentException when a file for TLS cannot be used
     * @throws org.apache.kafka.common.KafkaException when the client properties are not usable
     */
    public IpfixApp(
            IpfixConfig config,
            Topics topics,
            Map<String, Object> kafkaProps,
            MeterRegistry metrics,
            Consumer<Throwable> onFailure) {
        this(
                config,
                topics,
                kafkaProps,
                metrics,
                onFailure,
                Connections.opener(config.to(), config.tls(), "ipfix.tls"));
    }

    IpfixApp(
            IpfixConfig config,
            Topics topics,
            Map<String, Object> kafkaProps,
            MeterRegistry metrics,
            Consumer<Throwable> onFailure,
            Connection.Opener opener) {
        this.config = config;
        this.onFailure = onFailure;
        this.registry = SchemaRegistryClient.create(kafkaProps);
        String group = groupId(config, topics);
        this.consumer = SinkConsumer.open(kafkaProps, group);
        this.writer = new MessageWriter(
                config,
                opener,
                (int) ProcessHandle.current().pid(),
                counters,
                InstantSource.system(),
                System::nanoTime,
                this::fail);
        this.runner = new IpfixRunner(
                config,
                topics.flows().name(),
                new FlowReader(new AvroJsonReader(registry)),
                writer,
                consumer,
                new LossCommitter(kafkaProps, topics.losses().name(), group + '-' + UUID.randomUUID()),
                counters,
                System::nanoTime);
        IpfixMetrics.register(metrics, counters);
        this.thread = new Thread(this::run, "weir-ipfix-" + config.name());
    }

    /** Consumer group of an export; the losses' transactional ids begin with it too. */
    public static String groupId(IpfixConfig config, Topics topics) {
        return topics.prefix() + "sink." + config.name();
    }

    /** Begins; the collector may be away. */
    public synchronized void start() {
        LOG.info("Sink {} exports flows to {}", config.name(), config.to());
        started = true;
        writer.start();
        thread.start();
    }

    /** What it has done since its start. */
    public IpfixStats stats() {
        return counters.snapshot();
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
            fail(e);
        } finally {
            // An interrupt has done its work; leaving the group spares whoever goes on the wait for this member's
            // session to end.
            boolean unused = Thread.interrupted();
            consumer.close(CloseOptions.timeout(LEAVE_GROUP_TIMEOUT));
        }
    }

    private void fail(Throwable e) {
        if (failed.compareAndSet(false, true)) {
            LOG.error("Sink {} cannot go on; what it has not sent stays in Kafka", config.name(), e);
            runner.stop();
            onFailure.accept(e);
        }
    }

    /**
     * Sends what was read and ends. What the collector has not taken when the time is over will be read again by whoever goes on.
     *
     * @param timeout for sending
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
                writer.close();
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
            registry.close();
        }
    }
}
