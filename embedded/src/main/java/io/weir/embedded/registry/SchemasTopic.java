package io.weir.embedded.registry;

import io.weir.embedded.EmbeddedStartException;
import io.weir.embedded.EmbeddedStartException.Reason;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;

/** The topic that holds the schemas: one partition, compacted. Anything else would lose or reorder them. */
final class SchemasTopic {
    static final String NAME = "_schemas";

    private static final int MAX_REPLICAS = 3;

    private SchemasTopic() {}

    /**
     * Creates the topic, or checks the one that is there.
     *
     * @throws EmbeddedStartException when Kafka does not answer or the topic would not keep schemas
     */
    static void ensure(RegistryConfig config) {
        Map<String, Object> props = SchemaLog.clientProps(config, "weir-schema-registry-admin");
        props.put("default.api.timeout.ms", SchemaLog.timeoutMs(config));
        props.put("request.timeout.ms", SchemaLog.timeoutMs(config));
        try (Admin admin = Admin.create(props)) {
            if (!create(admin, config)) {
                check(admin, config);
            }
        } catch (ExecutionException e) {
            throw unreachable(config, e.getCause());
        } catch (TimeoutException | org.apache.kafka.common.KafkaException e) {
            throw unreachable(config, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EmbeddedStartException(Reason.FAILED, "Interrupted while the Schema Registry was starting.", e);
        }
    }

    private static boolean create(Admin admin, RegistryConfig config)
            throws ExecutionException, InterruptedException, TimeoutException {
        int nodes = get(admin.describeCluster().nodes(), config).size();
        NewTopic topic = new NewTopic(NAME, 1, (short) Math.min(MAX_REPLICAS, Math.max(1, nodes)))
                .configs(Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT));
        try {
            get(admin.createTopics(List.of(topic)).all(), config);
            return true;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TopicExistsException) {
                return false;
            }
            throw e;
        }
    }

    private static void check(Admin admin, RegistryConfig config)
            throws ExecutionException, InterruptedException, TimeoutException {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, NAME);
        KafkaFuture<org.apache.kafka.clients.admin.Config> settings =
                admin.describeConfigs(List.of(resource)).values().get(resource);
        int partitions = get(admin.describeTopics(List.of(NAME)).allTopicNames(), config)
                .get(NAME)
                .partitions()
                .size();
        if (partitions != 1) {
            throw unsuitable(
                    config, "has " + partitions + " partitions instead of 1. Move its records to a topic of one");
        }
        String policy =
                get(settings, config).get(TopicConfig.CLEANUP_POLICY_CONFIG).value();
        if (!policy.equals(TopicConfig.CLEANUP_POLICY_COMPACT)) {
            throw unsuitable(
                    config,
                    "has cleanup.policy=" + policy
                            + ", which deletes schemas. Set it with kafka-configs --alter --entity-type topics"
                            + " --entity-name " + NAME + " --add-config cleanup.policy=compact");
        }
    }

    private static EmbeddedStartException unsuitable(RegistryConfig config, String why) {
        return new EmbeddedStartException(
                Reason.TOPIC_UNSUITABLE, "Topic " + NAME + " on " + config.bootstrapServers() + " " + why + ".");
    }

    static EmbeddedStartException unreachable(RegistryConfig config, Throwable cause) {
        return new EmbeddedStartException(
                Reason.KAFKA_UNREACHABLE,
                "The Schema Registry cannot use Kafka at " + config.bootstrapServers() + " (" + cause.getMessage()
                        + "). Check the address, that the cluster is up, and that this client may read and write topic "
                        + NAME + ".",
                cause);
    }

    private static <T> T get(KafkaFuture<T> future, RegistryConfig config)
            throws ExecutionException, InterruptedException, TimeoutException {
        return future.get(config.kafkaTimeout().toMillis(), TimeUnit.MILLISECONDS);
    }
}
