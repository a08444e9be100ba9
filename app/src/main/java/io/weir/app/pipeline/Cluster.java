package io.weir.app.pipeline;

import io.weir.app.config.Catalogue;
import io.weir.app.config.Settings;
import io.weir.app.failure.Failure;
import io.weir.app.read.ClusterAddress;
import io.weir.embedded.EmbeddedBroker;
import io.weir.embedded.EmbeddedBrokerConfig;
import io.weir.embedded.EmbeddedStartException;
import io.weir.embedded.registry.RegistryConfig;
import io.weir.embedded.registry.SchemaRegistry;
import io.weir.schemas.serde.AvroSerdes;
import io.weir.schemas.serde.AvroSerializer;
import io.weir.schemas.topic.TopicCreator;
import io.weir.schemas.topic.TopicSpec;
import io.weir.schemas.topic.Topics;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.Serializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The Kafka cluster and Schema Registry that a pipeline uses: those of the settings, or its own. */
final class Cluster implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Cluster.class);
    private static final int ANSWER_TIMEOUT_MS = 10_000;
    private static final int ADMIN_TIMEOUT_MS = 20_000;

    private final Map<String, Object> clientProperties;
    private final SchemaRegistry registry;
    private final EmbeddedBroker broker;

    private Cluster(Map<String, Object> clientProperties, SchemaRegistry registry, EmbeddedBroker broker) {
        this.clientProperties = Map.copyOf(clientProperties);
        this.registry = registry;
        this.broker = broker;
    }

    /**
     * Joins the cluster of the settings, or starts one of its own.
     *
     * @param dataDir where a cluster of our own keeps its data
     * @param anyPort true to take free ports instead of the configured ones
     * @param brokerSettings settings of Kafka's for a broker of our own
     * @param onFatal told when the embedded broker dies later on
     */
    static Cluster open(
            Settings settings,
            Path dataDir,
            boolean anyPort,
            Map<String, String> brokerSettings,
            Consumer<String> onFatal) {
        if (settings.joinsCluster()) {
            return join(settings);
        }
        int kafkaPort = anyPort ? 0 : settings.get(Catalogue.EMBEDDED_KAFKA_PORT);
        int registryPort = anyPort ? 0 : settings.get(Catalogue.EMBEDDED_REGISTRY_PORT);
        EmbeddedBroker broker = null;
        try {
            broker = EmbeddedBroker.start(
                    EmbeddedBrokerConfig.defaults(dataDir.resolve("kafka"))
                            .withPort(kafkaPort)
                            .withOverrides(brokerSettings),
                    onFatal);
            SchemaRegistry registry = SchemaRegistry.start(
                    RegistryConfig.defaults(broker.bootstrapServers()).withPort(registryPort));
            Map<String, Object> properties = new HashMap<>(settings.clientProperties());
            properties.put("bootstrap.servers", broker.bootstrapServers());
            properties.put("schema.registry.url", registry.url());
            return new Cluster(properties, registry, broker);
        } catch (RuntimeException | Error e) {
            if (broker != null) {
                broker.close();
            }
            if (e instanceof EmbeddedStartException known) {
                throw startFailure(known);
            }
            throw e;
        }
    }

    /** The broker's message is what happened, and behind the first full stop the way out. */
    private static Failure startFailure(EmbeddedStartException e) {
        String flag =
                switch (e.reason()) {
                    case PORT_IN_USE, ADDRESS_NOT_AVAILABLE ->
                        "ports: -s embedded.kafka.port=PORT, -s embedded.registry.port=PORT; 0 takes a free one";
                    case DIRECTORY_IN_USE, DIRECTORY_NOT_WRITABLE, INCOMPATIBLE_DATA, DISK_FULL ->
                        "directory: --data-dir DIR; for `weir analyze` and `weir demo` WEIR_JAVA_OPTS=-Djava.io.tmpdir=DIR";
                    default -> "run it again with --debug to see more";
                };
        return Failure.failed(e.getMessage(), flag, e);
    }

    /**
     * Topics of a run that ends. A joined cluster may hold topics of others, so there they have names of their own; {@link
     * #deleteTopics} takes them away.
     */
    static Topics topicsOfOneRun(Settings settings, String name) {
        String prefix = settings.get(Catalogue.TOPICS_PREFIX);
        return new Topics(
                settings.joinsCluster() ? prefix + name + "-" + Long.toHexString(System.nanoTime()) + "." : prefix);
    }

    /** The cluster of the settings. */
    static Cluster join(Settings settings) {
        Map<String, Object> properties = settings.clientProperties();
        if (!properties.containsKey("schema.registry.url")) {
            throw Failure.usage(
                    "a Kafka cluster is given, but no Schema Registry",
                    "name it with --registry URL or schema.registry.url");
        }
        return new Cluster(properties, null, null);
    }

    /** The cluster of the settings, else that of a running {@code weir up}. */
    static Cluster running(Settings settings) {
        return settings.joinsCluster()
                ? join(settings)
                : new Cluster(ClusterAddress.clientProperties(settings), null, null);
    }

    /** Properties for Kafka clients and serdes. */
    Map<String, Object> clientProperties() {
        return clientProperties;
    }

    /** The same for a run that takes its broker with it: compression between threads of one process would only cost. */
    Map<String, Object> oneShotProperties() {
        Map<String, Object> properties = new HashMap<>(clientProperties);
        if (isEmbedded()) {
            properties.putIfAbsent(ProducerConfig.COMPRESSION_TYPE_CONFIG, "none");
        }
        return properties;
    }

    String bootstrapServers() {
        return clientProperties.get("bootstrap.servers").toString();
    }

    String registryUrl() {
        return clientProperties.get("schema.registry.url").toString();
    }

    boolean isEmbedded() {
        return broker != null;
    }

    /** Creates the topics that are not there and registers the schemas, so that what is away or does not fit shows at start. */
    void prepare(List<TopicSpec<?>> topics, int partitions) {
        try (Admin admin = admin()) {
            requireAnswer(admin);
            TopicCreator.createMissing(admin, topics, partitions);
        } catch (KafkaException e) {
            throw Failure.failed(
                    "Kafka at " + bootstrapServers() + " cannot be used: " + e.getMessage(),
                    "check --kafka, the kafka.* settings and the rights of this user",
                    e);
        }
        for (TopicSpec<?> topic : topics) {
            register(topic);
        }
    }

    /** A client to administer it; the caller's to close. */
    Admin admin() {
        Map<String, Object> properties = new HashMap<>(clientProperties);
        properties.putIfAbsent(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, ADMIN_TIMEOUT_MS);
        properties.putIfAbsent(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, ADMIN_TIMEOUT_MS / 2);
        try {
            return Admin.create(properties);
        } catch (KafkaException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw Failure.failed(
                    "cannot make a client for Kafka at " + bootstrapServers() + ": " + cause.getMessage(),
                    "check --kafka and the kafka.* settings",
                    e);
        }
    }

    private void requireAnswer(Admin admin) {
        try {
            admin.describeCluster(new DescribeClusterOptions().timeoutMs(ANSWER_TIMEOUT_MS))
                    .nodes()
                    .get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failure.failed("interrupted while connecting to Kafka at " + bootstrapServers(), "", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TimeoutException) {
                throw Failure.failed(
                        "Kafka at " + bootstrapServers() + " does not answer",
                        "check that it runs and that its advertised listeners can be reached from here",
                        e);
            }
            throw Failure.failed(
                    "Kafka at " + bootstrapServers() + " refuses: "
                            + e.getCause().getMessage(),
                    "check the kafka.* settings",
                    e);
        }
    }

    private <T extends SpecificRecord> void register(TopicSpec<T> topic) {
        try (Serializer<T> serializer = AvroSerdes.serializer(topic.valueType(), clientProperties)) {
            // Another serializer than ours has its own word on registering.
            if (serializer instanceof AvroSerializer<T> ours) {
                ours.schemaId(topic.name());
            }
        }
    }

    /** Deletes the topics of a run in a joined cluster, internal ones of its applications among them. Tells when it cannot. */
    void deleteTopics(Topics topics) {
        if (isEmbedded()) {
            return;
        }
        try (Admin admin = admin()) {
            List<String> names = admin.listTopics().names().get().stream()
                    .filter(name -> name.startsWith(topics.prefix()))
                    .toList();
            admin.deleteTopics(names).all().get();
            List<String> groups = admin.listGroups().all().get().stream()
                    .map(GroupListing::groupId)
                    .filter(name -> name.startsWith(topics.prefix()))
                    .toList();
            admin.deleteConsumerGroups(groups).all().get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | KafkaException | Failure e) {
            Throwable cause = e instanceof ExecutionException ? e.getCause() : e;
            LOG.warn(
                    "topics and groups {}* at {} are left over ({}); delete them by hand",
                    topics.prefix(),
                    bootstrapServers(),
                    cause.getMessage());
        }
    }

    @Override
    public void close() {
        if (registry != null) {
            registry.close();
        }
        if (broker != null) {
            broker.close();
        }
    }
}
