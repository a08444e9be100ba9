package io.weir.testing;

import io.weir.embedded.EmbeddedBroker;
import io.weir.embedded.EmbeddedBrokerConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.kafka.KafkaContainer;

/** The broker behind the tests, either kind with the same settings. */
interface TestBroker extends AutoCloseable {
    String KIND_PROPERTY = "weir.test.kafka";
    String IMAGE_PROPERTY = "weir.test.kafka.image";

    String bootstrapServers();

    @Override
    void close();

    /** Why the kind of broker that is asked for cannot run here; empty when it can. */
    static Optional<String> unavailable() {
        return kind().equals("testcontainers")
                        && !DockerClientFactory.instance().isDockerAvailable()
                ? Optional.of("-D" + KIND_PROPERTY + "=testcontainers needs a Docker engine, and none answers")
                : Optional.empty();
    }

    private static String kind() {
        return System.getProperty(KIND_PROPERTY, "embedded");
    }

    static TestBroker start() {
        String kind = kind();
        return switch (kind) {
            case "embedded" -> new InProcess();
            case "testcontainers" -> Container.start();
            default ->
                throw new IllegalArgumentException(
                        "-D" + KIND_PROPERTY + " must be embedded or testcontainers, not '" + kind + "'");
        };
    }

    /** In this JVM, on a temporary directory. */
    final class InProcess implements TestBroker {
        private final Path dir;
        private final EmbeddedBroker broker;

        private InProcess() {
            try {
                dir = Files.createTempDirectory("weir-test-kafka");
            } catch (IOException e) {
                throw new UncheckedIOException("no temporary directory for the test broker", e);
            }
            broker = EmbeddedBroker.start(EmbeddedBrokerConfig.defaults(dir));
        }

        @Override
        public String bootstrapServers() {
            return broker.bootstrapServers();
        }

        @Override
        public void close() {
            broker.close();
            try {
                deleteTree(dir);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot delete " + dir, e);
            }
        }

        private static void deleteTree(Path root) throws IOException {
            List<Path> deepestFirst;
            try (Stream<Path> files = Files.walk(root)) {
                deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
            }
            for (Path file : deepestFirst) {
                Files.deleteIfExists(file);
            }
        }
    }

    /** Apache's image in a container. */
    final class Container implements TestBroker {
        private final KafkaContainer container;

        private Container(KafkaContainer container) {
            this.container = container;
        }

        private static Container start() {
            KafkaContainer container = new KafkaContainer(System.getProperty(IMAGE_PROPERTY, "apache/kafka:4.1.0"))
                    .withEnv("KAFKA_MESSAGE_MAX_BYTES", Integer.toString(8 * 1024 * 1024))
                    .withEnv("KAFKA_AUTO_CREATE_TOPICS_ENABLE", "false")
                    .withEnv("KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS", "0");
            container.start();
            return new Container(container);
        }

        @Override
        public String bootstrapServers() {
            // The container names its listener, clients want the bare address.
            String servers = container.getBootstrapServers();
            return servers.substring(servers.indexOf("//") < 0 ? 0 : servers.indexOf("//") + 2);
        }

        @Override
        public void close() {
            container.stop();
        }
    }
}
