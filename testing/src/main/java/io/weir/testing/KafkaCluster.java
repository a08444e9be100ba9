package io.weir.testing;

import io.weir.embedded.registry.RegistryConfig;
import io.weir.embedded.registry.SchemaRegistry;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/** A Kafka cluster with a Schema Registry, shared by all tests of a run: name topics with {@link #uniqueName}. */
public final class KafkaCluster implements AutoCloseable {
    private static final int TIMEOUT_SECONDS = 30;
    /** Process and count: unique on a broker that outlives this run, too. */
    private static final String RUN = Long.toString(ProcessHandle.current().pid(), Character.MAX_RADIX);

    private final AtomicInteger names = new AtomicInteger();
    private final String bootstrapServers;
    private final TestBroker broker;
    private final SchemaRegistry registry;
    private final Admin admin;

    private KafkaCluster(TestBroker broker) {
        this.broker = broker;
        this.bootstrapServers = broker.bootstrapServers();
        this.registry = SchemaRegistry.start(RegistryConfig.defaults(bootstrapServers));
        this.admin = Admin.create(clientProps());
    }

    /**
     * Starts the kind of broker that {@code -Dweir.test.kafka} asks for: in this JVM, or {@code testcontainers}. For a test that stops its
     * broker; all others share the one of {@link KafkaExtension}.
     */
    public static KafkaCluster start() {
        TestBroker broker = TestBroker.start();
        try {
            return new KafkaCluster(broker);
        } catch (RuntimeException | Error e) {
            broker.close();
            throw e;
        }
    }

    public String bootstrapServers() {
        return bootstrapServers;
    }

    public String schemaRegistryUrl() {
        return registry.url();
    }

    /** Settings that any client of the cluster needs, in a map of its own. */
    public Map<String, Object> clientProps() {
        Map<String, Object> props = new HashMap<>();
        props.put("bootstrap.servers", bootstrapServers);
        // A consumer that is closed waits for its last fetch: half a second by default.
        props.put("fetch.max.wait.ms", 20);
        return props;
    }

    /** Closed with the cluster. */
    public Admin admin() {
        return admin;
    }

    /** A name for a topic, a group or a prefix that no other test uses. */
    public String uniqueName(String stem) {
        return stem + "-" + RUN + "-" + names.incrementAndGet();
    }

    /** Creates a topic, unreplicated, and returns its name. */
    public String createTopic(String name, int partitions) {
        return createTopic(name, partitions, Map.of());
    }

    /** Creates a topic, unreplicated, and returns its name. */
    public String createTopic(String name, int partitions, Map<String, String> configs) {
        try {
            admin.createTopics(List.of(new NewTopic(name, partitions, (short) 1).configs(configs)))
                    .all()
                    .get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
            // Not before the leaders answer: a producer that is faster than they are may get stuck on its first batch.
            Map<TopicPartition, OffsetSpec> leaders = new HashMap<>();
            for (int partition = 0; partition < partitions; partition++) {
                leaders.put(new TopicPartition(name, partition), OffsetSpec.latest());
            }
            // A broker learns of a new topic a little after the controller has made it, and refuses until then.
            Await.until(Duration.ofSeconds(TIMEOUT_SECONDS), "leaders of topic " + name, () -> {
                admin.listOffsets(leaders).all().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
                return true;
            });
            return name;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while creating topic " + name, e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("cannot create topic " + name, e);
        }
    }

    /** Stops broker and registry, and deletes what they have kept. */
    @Override
    public void close() {
        admin.close();
        registry.close();
        broker.close();
    }
}
