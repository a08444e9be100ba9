package io.weir.exporters.alert;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import io.weir.exporters.run.LossCommitter;
import io.weir.exporters.run.SinkConsumer;
import io.weir.schemas.Finding;
import io.weir.schemas.serde.AvroSerdes;
import io.weir.schemas.topic.Topics;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells one receiver, in a thread and a consumer group of its own. */
public final class AlertSender {

    private static final Logger LOG = LoggerFactory.getLogger(AlertSender.class);

    private static final Duration LEAVE_GROUP_TIMEOUT = Duration.ofSeconds(2);

    /** What waits in memory behind an attempt. */
    private static final int MAX_POLL_RECORDS = 100;

    private final String receiverName;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final AlertCounters counters = new AlertCounters();
    private final AlertRunner runner;
    private final AlertReceiver receiver;
    private final Thread thread;
    private final Consumer<Throwable> onFailure;
    private boolean started;

    AlertSender(
            String receiverName,
            AlertReceiver receiver,
            AlertsConfig config,
            Predicate<Finding> filter,
            Topics topics,
            Map<String, Object> kafkaProps,
            MeterRegistry metrics,
            InstantSource clock,
            Consumer<Throwable> onFailure) {
        this.receiverName = receiverName;
        this.receiver = receiver;
        this.onFailure = onFailure;
        String group = groupId(config, receiverName, topics);
        Map<String, Object> props = new HashMap<>(kafkaProps);
        props.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, MAX_POLL_RECORDS);
        this.consumer = SinkConsumer.open(props, group);
        this.runner = new AlertRunner(
                receiverName,
                topics.findings().name(),
                config,
                receiver,
                filter,
                consumer,
                AvroSerdes.deserializer(Finding.class, kafkaProps),
                new LossCommitter(kafkaProps, topics.losses().name(), group + '-' + UUID.randomUUID()),
                counters,
                clock,
                System::nanoTime);
        AlertMetrics.register(metrics, receiverName, counters);
        this.thread = new Thread(this::run, "weir-alerts-" + receiverName);
    }

    static String groupId(AlertsConfig config, String receiverName, Topics topics) {
        return topics.prefix() + "alerts." + config.name() + '.' + receiverName;
    }

    synchronized void start() {
        started = true;
        thread.start();
    }

    /** What it has done since its start. */
    AlertStats stats() {
        return counters.snapshot();
    }

    boolean isAssigned() {
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
            LOG.error("Alerts to {} cannot go on; what was not told stays in Kafka", receiverName, e);
            onFailure.accept(e);
        } finally {
            // An interrupt has done its work; leaving the group spares whoever goes on the wait for this member's
            // session to end.
            boolean unused = Thread.interrupted();
            consumer.close(CloseOptions.timeout(LEAVE_GROUP_TIMEOUT));
        }
    }

    /** Asks to end; does not wait. */
    void stop() {
        runner.stop();
    }

    /** Ends between any two steps, as a crash would. */
    void kill() {
        runner.kill();
        end(Duration.ZERO);
    }

    /** Waits for the attempt that is being made, then ends it. */
    synchronized void end(Duration timeout) {
        try {
            if (started) {
                thread.join(Math.max(1, timeout.toMillis()));
                if (thread.isAlive()) {
                    // In an attempt, or in a call that waits for Kafka.
                    thread.interrupt();
                    thread.join(LEAVE_GROUP_TIMEOUT.multipliedBy(2).toMillis());
                }
            } else {
                consumer.close(CloseOptions.timeout(Duration.ZERO));
                receiver.close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
