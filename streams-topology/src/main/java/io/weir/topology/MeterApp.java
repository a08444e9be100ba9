package io.weir.topology;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import io.weir.schemas.topic.Topics;
import io.weir.topology.meter.MeterMetrics;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.streams.KafkaStreams;

/** Runs the {@link MeterTopology} against a cluster. Several instances share the work by consumer group. */
public final class MeterApp implements AutoCloseable {

    private final StreamsRunner runner;

    /**
     * @param clientConfigs Kafka client properties with {@code bootstrap.servers} and {@code schema.registry.url}; they win over the
     *     settings made here, apart from those that exactly-once rests on
     * @param stateDir folder for Kafka Streams' own lock and id files; the state itself is in memory and in its changelog
     * @param registry takes the metrics, see {@link MeterMetrics}
     * @param onFailure told, once, when the application cannot go on
     * @throws KafkaException when the cluster does not answer or the packets topic is not there
     */
    public MeterApp(
            MeterConfig config,
            Topics topics,
            Map<String, Object> clientConfigs,
            String stateDir,
            MeterRegistry registry,
            Consumer<Throwable> onFailure) {
        int partitions = StreamsRunner.partitionsOf(topics.packets().name(), clientConfigs);
        MeterMetrics metrics = new MeterMetrics(registry, config.maxFlows());
        runner = new StreamsRunner(
                "meter",
                MeterTopology.build(config, topics, partitions, clientConfigs, metrics),
                properties(config, topics, clientConfigs, stateDir),
                onFailure);
    }

    /** Name of the consumer group, and prefix of internal topics. */
    public static String applicationId(Topics topics) {
        return topics.prefix() + "meter";
    }

    /** Begins to work. */
    public void start() {
        runner.start();
    }

    public KafkaStreams.State state() {
        return runner.state();
    }

    /**
     * Metrics of Kafka Streams and its clients, for a registry; the caller's to close.
     *
     * @param looks looks for new metrics
     * @param every time between two looks
     */
    public KafkaStreamsMetrics kafkaMetrics(ScheduledExecutorService looks, Duration every) {
        return runner.kafkaMetrics(looks, every);
    }

    @Override
    public void close() {
        runner.close();
    }

    /** Settings of Kafka Streams: the user's over ours, apart from those that exactly-once rests on. */
    static Properties properties(
            MeterConfig config, Topics topics, Map<String, Object> clientConfigs, String stateDir) {
        return StreamsRunner.properties(
                applicationId(topics),
                config.threads(),
                config.commitInterval(),
                config.exactlyOnce(),
                config.standbyReplicas(),
                clientConfigs,
                stateDir);
    }
}
