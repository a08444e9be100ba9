package io.weir.advisor;

import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
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
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running topology of the advisor or of users' rules: begins again after a transaction that was lost, stops at any other failure. */
public final class StreamsInstance implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(StreamsInstance.class);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(30);

    private final KafkaStreams streams;

    /**
     * @param name what the log calls it
     * @param settings Kafka Streams settings, whole
     * @param onFailure told of what stops this instance, once for each thread; runs on the failing thread, so it must not call {@link
     *     #close}
     */
    public StreamsInstance(
            String name, Topology topology, Map<String, Object> settings, Consumer<Throwable> onFailure) {
        Properties properties = new Properties();
        properties.putAll(settings);
        streams = new KafkaStreams(topology, properties);
        LostTransactions lost = new LostTransactions(InstantSource.system());
        streams.setUncaughtExceptionHandler(failure -> {
            if (lost.permits(failure)) {
                LOG.warn(
                        "The broker has ended a transaction of {}, which begins again from its last commit",
                        name,
                        failure);
                return StreamThreadExceptionResponse.REPLACE_THREAD;
            }
            LOG.error("Stopping {}", name, failure);
            onFailure.accept(failure);
            return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        });
    }

    /** Returns once the topics read whole before the first record are read. */
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
