package io.weir.rules;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import io.weir.advisor.AdvisorSettings;
import io.weir.schemas.topic.Topics;
import io.weir.schemas.transaction.LostTransactions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One instance of the rules that users write. More instances with the same topic prefix share the partitions. */
public final class RulesApp implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RulesApp.class);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(30);

    private final KafkaStreams streams;

    /**
     * @param kafkaProps Kafka client and Streams properties as the user gave them, with {@code bootstrap.servers} and {@code
     *     schema.registry.url}; application id, processing guarantee and naming are ours
     * @param registry takes the metrics, {@code weir.rules.*}
     * @param onFailure told of what stops this instance, once for each thread; runs on the failing thread, so it must not call {@link
     *     #close}
     */
    public RulesApp(
            RulesConfig config,
            Topics topics,
            Map<String, Object> kafkaProps,
            MeterRegistry registry,
            Consumer<Throwable> onFailure) {
        Properties properties = new Properties();
        properties.putAll(AdvisorSettings.of(groupId(topics), kafkaProps));
        streams = new KafkaStreams(
                RulesTopology.build(config, topics, kafkaProps, new RulesMetrics(registry)), properties);
        LostTransactions lost = new LostTransactions(InstantSource.system());
        streams.setUncaughtExceptionHandler(failure -> {
            if (lost.permits(failure)) {
                LOG.warn(
                        "The broker has ended a transaction of the rules, which begin again from its last commit",
                        failure);
                return StreamThreadExceptionResponse.REPLACE_THREAD;
            }
            LOG.error("The rules stop", failure);
            onFailure.accept(failure);
            return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        });
    }

    /** The topic between the steps: when its group has read the flows, the edges and this one, it knows everything. */
    public static String topicBetweenSteps(Topics topics) {
        return groupId(topics) + "-" + RulesTopology.BY_GROUP + "-repartition";
    }

    /** Consumer group of the rules, for lag. */
    public static String groupId(Topics topics) {
        return RulesTopology.applicationId(topics);
    }

    /** Reads the subnets topic, then begins with the records. Returns once the subnets are read. */
    public void start() {
        streams.start();
    }

    public KafkaStreams.State state() {
        return streams.state();
    }

    /**
     * Metrics of Kafka Streams and its clients, for a registry; the caller's to close.
     *
     * @param looks looks for new metrics
     * @param every time between two looks
     */
    public KafkaStreamsMetrics kafkaMetrics(ScheduledExecutorService looks, Duration every) {
        return new KafkaStreamsMetrics(streams, Tags.empty(), looks, every);
    }

    /**
     * Stops after the current records and leaves the consumer group, so that the next start need not wait until this instance counts
     * as dead.
     *
     * @return false when it took longer than that
     */
    public boolean close(Duration timeout) {
        return streams.close(
                CloseOptions.timeout(timeout).withGroupMembershipOperation(GroupMembershipOperation.LEAVE_GROUP));
    }

    @Override
    public void close() {
        close(CLOSE_TIMEOUT);
    }
}
