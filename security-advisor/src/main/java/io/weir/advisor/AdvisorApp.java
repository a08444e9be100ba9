package io.weir.advisor;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.schemas.topic.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import org.apache.kafka.streams.KafkaStreams;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One instance of the advisor. More instances with the same topic prefix share the partitions. */
public final class AdvisorApp implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AdvisorApp.class);

    private final StreamsInstance streams;
    private final AdvisorMetrics metrics;

    /** Null when flows are read as they come. */
    private final Replay replay;

    /**
     * @param kafkaProps Kafka client and Streams properties as the user gave them, with {@code bootstrap.servers} and {@code
     *     schema.registry.url}; application id, processing guarantee and naming are ours
     * @param registry takes the metrics, {@code weir.advisor.*}
     * @param onFailure told of what stops this instance, once for each thread; runs on the failing thread, so it must not call {@link
     *     #close}
     */
    public AdvisorApp(
            AdvisorConfig config,
            Topics topics,
            Map<String, Object> kafkaProps,
            MeterRegistry registry,
            Consumer<Throwable> onFailure) {
        this(config, topics, null, kafkaProps, registry, onFailure);
    }

    private AdvisorApp(
            AdvisorConfig config,
            Topics topics,
            Replay replay,
            Map<String, Object> kafkaProps,
            MeterRegistry registry,
            Consumer<Throwable> onFailure) {
        this.metrics = new AdvisorMetrics(registry);
        this.replay = replay;
        this.streams = new StreamsInstance(
                "advisor",
                AdvisorTopology.build(config, topics, kafkaProps, metrics, replay, System::nanoTime),
                replay == null
                        ? AdvisorSettings.of(topics, kafkaProps)
                        : AdvisorSettings.of(replay.applicationId(), kafkaProps),
                onFailure);
        if (config.clusterPrefixes().isEmpty() && config.clusterSets().isEmpty()) {
            LOG.warn(
                    "No cluster prefix is given (--cluster, cluster.prefixes, cluster.sets): until {} names some, every flow is"
                            + " external and nothing is found",
                    topics.subnets().name());
        }
    }

    /**
     * An advisor over a past range. Its group must have committed where each partition begins.
     *
     * @param kafkaProps as for one that reads flows as they come
     * @param onFailure told of what stops this instance, once for each thread; runs on the failing thread, so it must not call {@link
     *     #close}
     */
    public static AdvisorApp ofReplay(
            Replay replay,
            AdvisorConfig config,
            Topics topics,
            Map<String, Object> kafkaProps,
            Consumer<Throwable> onFailure) {
        return new AdvisorApp(config, topics, replay, kafkaProps, new SimpleMeterRegistry(), onFailure);
    }

    /** The whole range was worked off: what event time says to be over is closed at the next looks, the rest stays open. Of a replay only. */
    public void endInput() {
        replay.end().reach();
    }

    /** Whether all that follows from the end of the range has been told; a close that does not fail commits it. Of a replay only. */
    public boolean hasToldAll() {
        return state() == KafkaStreams.State.RUNNING && replay.end().isTold();
    }

    /** What it has read; complete once it is closed. Of a replay only. */
    public AdvisorCounts counts() {
        return metrics.counts();
    }

    /** Looks for findings without anything new, until the evidence counts as complete for now. */
    public static final int QUIET_FLUSHES = DetectionConfig.QUIET_FLUSHES;

    /** Topics between the advisor's steps: when its group has read the flows and these, it knows all that findings are made of. */
    public static List<String> topicsBetweenSteps(Topics topics) {
        return topicsBetweenSteps(groupId(topics));
    }

    /** The same of another application id. */
    public static List<String> topicsBetweenSteps(String applicationId) {
        return List.of(
                applicationId + "-" + AdvisorTopology.BY_EPISODE + "-repartition",
                applicationId + "-" + AdvisorTopology.BY_HOST + "-repartition");
    }

    /** Topic behind the findings: when the advisor's group has read it as well, it knows all that risks are made of. */
    public static String topicOfRiskParts(Topics topics) {
        return groupId(topics) + "-" + AdvisorTopology.BY_ENTITY + "-repartition";
    }

    /** Consumer group of the advisor, for lag. */
    public static String groupId(Topics topics) {
        return AdvisorSettings.applicationId(topics);
    }

    /** Reads the subnets topic, then begins with the flows. Returns once the subnets are read. */
    public void start() {
        streams.start();
    }

    public KafkaStreams.State state() {
        return streams.state();
    }

    /** {@link StreamsInstance#kafkaMetrics}. */
    public KafkaStreamsMetrics kafkaMetrics(ScheduledExecutorService looks, Duration every) {
        return streams.kafkaMetrics(looks, every);
    }

    /** {@link StreamsInstance#close(Duration)}. */
    public boolean close(Duration timeout) {
        return streams.close(timeout);
    }

    @Override
    public void close() {
        streams.close();
    }
}
