package io.weir.advisor;

import io.weir.schemas.topic.Topics;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TopologyConfig;
import org.apache.kafka.streams.state.BuiltInDslStoreSuppliers;

/** Kafka Streams' settings of the advisor. */
final class AdvisorSettings {

    private static final String SESSION_TIMEOUT = ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG;
    private static final String MAIN_SESSION_TIMEOUT = StreamsConfig.consumerPrefix(SESSION_TIMEOUT);

    /** An instance that died is given up after this time; Kafka's 45 s would delay every finding by as much. */
    private static final int SESSION_TIMEOUT_MS = 10_000;

    /**
     * Longest delay of a finding under load; at rest it is committed at once. Kafka Streams' own 100 ms is a transaction over every
     * partition ten times a second.
     */
    private static final int COMMIT_INTERVAL_MS = 200;

    private AdvisorSettings() {}

    /** The user's Kafka settings, with those that the advisor's results depend on set. */
    static Map<String, Object> of(Topics topics, Map<String, ?> kafkaProps) {
        return of(applicationId(topics), kafkaProps);
    }

    /** The same under another name. */
    static Map<String, Object> of(String applicationId, Map<String, ?> kafkaProps) {
        Map<String, Object> settings = new HashMap<>(kafkaProps);
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, applicationId);
        // Law 8: state, findings and offsets change together or not at all.
        settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        // A generated name would change with the topology and lose the state behind it.
        settings.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
        if (!kafkaProps.containsKey(SESSION_TIMEOUT) && !kafkaProps.containsKey(MAIN_SESSION_TIMEOUT)) {
            settings.put(MAIN_SESSION_TIMEOUT, SESSION_TIMEOUT_MS);
        }
        // What it cannot read it writes again as it was.
        settings.putIfAbsent(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Topics.MAX_REJECTED_OCTETS);
        settings.putIfAbsent(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, COMMIT_INTERVAL_MS);
        // Each task has one input, so there is none to wait for; else Kafka Streams writes a sentence about it at each
        // record.
        settings.putIfAbsent(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, StreamsConfig.MAX_TASK_IDLE_MS_DISABLED);
        // There is no RocksDB on the class path.
        settings.put(
                StreamsConfig.DSL_STORE_SUPPLIERS_CLASS_CONFIG,
                BuiltInDslStoreSuppliers.InMemoryDslStoreSuppliers.class);
        return settings;
    }

    static String applicationId(Topics topics) {
        return topics.prefix() + "advisor";
    }

    static TopologyConfig topologyConfig(String applicationId, Map<String, ?> kafkaProps) {
        Map<String, Object> settings = of(applicationId, kafkaProps);
        // The builder connects to nothing, but StreamsConfig wants a value.
        settings.putIfAbsent(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "localhost:9092");
        return new TopologyConfig(new StreamsConfig(settings));
    }
}
