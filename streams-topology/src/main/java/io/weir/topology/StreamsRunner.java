package io.weir.topology;

import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import io.weir.schemas.topic.Topics;
import io.weir.schemas.transaction.LostTransactions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the applications of this module have in common: settings of Kafka Streams, and how they begin, fail and end. */
final class StreamsRunner implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(StreamsRunner.class);

    /** How much longer than the commit interval a transaction may last. */
    private static final Duration TRANSACTION_SLACK = Duration.ofSeconds(10);

    private final KafkaStreams streams;

    /**
     * @param name of the application, for the log
     * @param onFailure told, once, when the application cannot go on
     */
    StreamsRunner(String name, Topology topology, Properties properties, Consumer<Throwable> onFailure) {
        streams = new KafkaStreams(topology, properties);
        LostTransactions lost = new LostTransactions(InstantSource.system());
        streams.setUncaughtExceptionHandler(error -> {
            if (lost.permits(error)) {
                LOG.warn(
                        "the broker has ended a transaction of the {}, which begins again from its last commit",
                        name,
                        error);
                return StreamThreadExceptionResponse.REPLACE_THREAD;
            }
            LOG.error("the {} cannot go on: {}", name, error.getMessage(), error);
            onFailure.accept(error);
            return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        });
    }

    void start() {
        streams.start();
    }

    KafkaStreams.State state() {
        return streams.state();
    }

    /** See {@link MeterApp#kafkaMetrics}. */
    KafkaStreamsMetrics kafkaMetrics(ScheduledExecutorService looks, Duration every) {
        return new KafkaStreamsMetrics(streams, Tags.empty(), looks, every);
    }

    @Override
    public void close() {
        // Without leaving, whoever takes over waits until the group has missed this instance for a session timeout.
        streams.close(CloseOptions.groupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP)
                .withTimeout(Duration.ofSeconds(30)));
    }

    /**
     * Partitions of a topic.
     *
     * @throws KafkaException when the cluster does not answer or the topic is not there
     */
    static int partitionsOf(String topic, Map<String, Object> clientConfigs) {
        try (Admin admin = Admin.create(clientConfigs)) {
            return admin.describeTopics(List.of(topic))
                    .topicNameValues()
                    .get(topic)
                    .get()
                    .partitions()
                    .size();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted while looking for topic " + topic, e);
        } catch (ExecutionException e) {
            throw new KafkaException(
                    "topic " + topic + " at " + clientConfigs.get(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG)
                            + " cannot be used: " + e.getCause().getMessage(),
                    e.getCause());
        }
    }

    /**
     * Settings of Kafka Streams: the user's over ours, apart from those that exactly-once rests on.
     *
     * @param standbyReplicas how many other instances keep a copy of each task's state
     * @param stateDir folder for Kafka Streams' own lock and id files
     */
    static Properties properties(
            String applicationId,
            int threads,
            Duration commitInterval,
            boolean exactlyOnce,
            int standbyReplicas,
            Map<String, Object> clientConfigs,
            String stateDir) {
        Map<String, Object> all = new HashMap<>();
        // Without Kafka Streams' prefixes, which would win over what the user sets without them.
        // Batches are large: few of them fill a poll, and a commit should not wait for thousands.
        all.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 200);
        all.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, Topics.MAX_RECORD_OCTETS);
        // After a crash its partitions wait for this long.
        all.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 10_000);
        all.put(StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, 200);
        // Each task has one input, so there is none to wait for; else Kafka Streams writes a sentence about it at each
        // record.
        all.put(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, StreamsConfig.MAX_TASK_IDLE_MS_DISABLED);
        all.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        all.put(ProducerConfig.LINGER_MS_CONFIG, 20);
        all.put(ProducerConfig.BATCH_SIZE_CONFIG, 256 * 1024);
        // What it cannot read it writes again as it was.
        all.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Topics.MAX_REJECTED_OCTETS);
        // Under this name alone Kafka Streams compares it with the commit interval, which must be shorter. Readers of
        // committed records wait for as long when an instance dies within a transaction.
        all.put(StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG), (int)
                commitInterval.plus(TRANSACTION_SLACK).toMillis());
        all.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, -1);
        all.putAll(clientConfigs);
        all.put(StreamsConfig.APPLICATION_ID_CONFIG, applicationId);
        all.put(
                StreamsConfig.PROCESSING_GUARANTEE_CONFIG,
                exactlyOnce ? StreamsConfig.EXACTLY_ONCE_V2 : StreamsConfig.AT_LEAST_ONCE);
        all.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, standbyReplicas);
        all.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
        all.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, threads);
        all.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, commitInterval.toMillis());
        all.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0);
        all.put(StreamsConfig.STATE_DIR_CONFIG, stateDir);
        // Who starts late takes what was kept.
        all.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
        // With at-least-once Kafka Streams would also read what a collector has taken back.
        all.put(StreamsConfig.consumerPrefix(ConsumerConfig.ISOLATION_LEVEL_CONFIG), "read_committed");
        Properties properties = new Properties();
        properties.putAll(all);
        return properties;
    }
}
