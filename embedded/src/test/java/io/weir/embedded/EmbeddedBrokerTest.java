package io.weir.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.weir.embedded.EmbeddedStartException.Reason;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Exit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedBrokerTest {
    @TempDir
    Path dir;

    @Test
    void shouldKeepClusterIdAndRecordsOverARestartOnAnotherPort() throws Exception {
        String clusterId;
        int port;
        try (EmbeddedBroker broker = EmbeddedBroker.start(EmbeddedBrokerConfig.defaults(dir))) {
            clusterId = broker.clusterId();
            port = broker.port();
            createTopic(broker, "kept");
            send(broker, "kept", "before");
        }

        try (EmbeddedBroker broker = EmbeddedBroker.start(EmbeddedBrokerConfig.defaults(dir))) {
            send(broker, "kept", "after");

            assertThat(broker.clusterId()).isEqualTo(clusterId);
            assertThat(broker.port()).isNotEqualTo(port);
            assertThat(read(broker, "kept", 2)).containsExactly("before", "after");
            assertThat(broker.fatal()).isEmpty();
        }
        assertThat(bytesIn(dir)).as("data directory of a stopped broker").isLessThan(1024 * 1024);
    }

    @Test
    void shouldTakeRecordBatchesOverKafkasOwnLimit() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(EmbeddedBrokerConfig.defaults(dir))) {
            createTopic(broker, "large");
            send(broker, "large", "x".repeat(5 * 1024 * 1024));

            assertThat(read(broker, "large", 1)).hasSize(1);
        }
    }

    @Test
    void shouldNameThePortWhenItIsTaken() throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            EmbeddedBrokerConfig config = EmbeddedBrokerConfig.defaults(dir).withPort(other.getLocalPort());

            assertThatThrownBy(() -> EmbeddedBroker.start(config))
                    .hasMessageContaining("port " + other.getLocalPort())
                    .hasMessageContaining("choose another port")
                    .asInstanceOf(type(EmbeddedStartException.class))
                    .returns(Reason.PORT_IN_USE, EmbeddedStartException::reason);
        }
    }

    @Test
    void shouldRefuseAnAddressOfAnotherMachine() {
        EmbeddedBrokerConfig config = EmbeddedBrokerConfig.defaults(dir).withHost("192.0.2.1");

        assertThatThrownBy(() -> EmbeddedBroker.start(config))
                .hasMessageContaining("192.0.2.1")
                .asInstanceOf(type(EmbeddedStartException.class))
                .returns(Reason.ADDRESS_NOT_AVAILABLE, EmbeddedStartException::reason);
    }

    @Test
    void shouldRefuseADirectoryInUseAndLeaveItsOwnerAlone() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(EmbeddedBrokerConfig.defaults(dir))) {
            assertThatThrownBy(() -> EmbeddedBroker.start(EmbeddedBrokerConfig.defaults(dir)))
                    .asInstanceOf(type(EmbeddedStartException.class))
                    .returns(Reason.DIRECTORY_IN_USE, EmbeddedStartException::reason);

            createTopic(broker, "alive");
        }
    }

    @Test
    void shouldRefuseADirectoryOfAnotherKafkaNode() throws IOException {
        Path kafka = Files.createDirectories(dir.resolve("kafka"));
        Files.writeString(
                kafka.resolve("meta.properties"), "version=1\nnode.id=7\ncluster.id=4L6g3nShT-eMCtK--X86sw\n", UTF_8);

        assertThatThrownBy(() -> EmbeddedBroker.start(EmbeddedBrokerConfig.defaults(dir)))
                .hasMessageContaining("node 7")
                .asInstanceOf(type(EmbeddedStartException.class))
                .returns(Reason.INCOMPATIBLE_DATA, EmbeddedStartException::reason);
    }

    @Test
    void shouldRefuseADirectoryWithDamagedMetadata() throws IOException {
        Path kafka = Files.createDirectories(dir.resolve("kafka"));
        Files.writeString(kafka.resolve("meta.properties"), "version=99\n", UTF_8);

        assertThatThrownBy(() -> EmbeddedBroker.start(EmbeddedBrokerConfig.defaults(dir)))
                .hasMessageContaining("meta.properties")
                .asInstanceOf(type(EmbeddedStartException.class))
                .returns(Reason.INCOMPATIBLE_DATA, EmbeddedStartException::reason);
    }

    @Test
    void shouldRefuseADirectoryWithADamagedBootstrapFile() throws IOException {
        Path kafka = Files.createDirectories(dir.resolve("kafka"));
        Files.writeString(
                kafka.resolve("meta.properties"), "version=1\nnode.id=1\ncluster.id=4L6g3nShT-eMCtK--X86sw\n", UTF_8);
        Files.write(kafka.resolve("bootstrap.checkpoint"), new byte[200]);

        assertThatThrownBy(() -> EmbeddedBroker.start(EmbeddedBrokerConfig.defaults(dir)))
                .hasMessageContaining(dir.toString())
                .asInstanceOf(type(EmbeddedStartException.class))
                .returns(Reason.INCOMPATIBLE_DATA, EmbeddedStartException::reason);
    }

    @Test
    void shouldLeaveTheDirectoryFreeAfterAFailedStart() throws Exception {
        EmbeddedBrokerConfig wrong = EmbeddedBrokerConfig.defaults(dir).withOverrides(Map.of("num.io.threads", "many"));

        assertThatThrownBy(() -> EmbeddedBroker.start(wrong))
                .hasMessageContaining("num.io.threads")
                .isInstanceOf(EmbeddedStartException.class);

        try (EmbeddedBroker broker = EmbeddedBroker.start(EmbeddedBrokerConfig.defaults(dir))) {
            createTopic(broker, "alive");
        }
    }

    /** Losing its only log directory at run time makes Kafka ask for the end of the process. */
    @Test
    void shouldTellTheOwnerOnceInsteadOfEndingTheProcess() throws Exception {
        CompletableFuture<String> told = new CompletableFuture<>();
        try (EmbeddedBroker broker = EmbeddedBroker.start(EmbeddedBrokerConfig.defaults(dir), told::complete)) {
            Thread failing = new Thread(() -> Exit.halt(1), "log-dir-failure");
            failing.setUncaughtExceptionHandler((thread, stopped) -> {});
            failing.start();

            assertThat(told.get(10, TimeUnit.SECONDS)).contains(dir.toString()).contains("stopped");
            assertThat(broker.fatal()).hasValue(told.get());
            failing.join();
        }
    }

    @Test
    void shouldAllowTheOwnerToCloseFromTheCallback() throws Exception {
        CompletableFuture<EmbeddedBroker> started = new CompletableFuture<>();
        CompletableFuture<Void> closed = new CompletableFuture<>();
        started.complete(EmbeddedBroker.start(EmbeddedBrokerConfig.defaults(dir), message -> {
            started.join().close();
            closed.complete(null);
        }));
        Thread failing = new Thread(() -> Exit.exit(1), "log-dir-failure");
        failing.setUncaughtExceptionHandler((thread, stopped) -> {});
        failing.start();

        closed.get(30, TimeUnit.SECONDS);
        DirectoryLock.acquire(dir).close();
        failing.join();
    }

    private static void createTopic(EmbeddedBroker broker, String topic) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get(30, TimeUnit.SECONDS);
        }
    }

    private static void send(EmbeddedBroker broker, String topic, String value) throws Exception {
        Map<String, Object> props =
                Map.of("bootstrap.servers", broker.bootstrapServers(), "max.request.size", 8 * 1024 * 1024);
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(props, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(topic, value.getBytes(UTF_8))).get(30, TimeUnit.SECONDS);
        }
    }

    private static List<String> read(EmbeddedBroker broker, String topic, int count) {
        List<String> values = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            TopicPartition partition = new TopicPartition(topic, 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
            while (values.size() < count && System.nanoTime() < deadline) {
                for (ConsumerRecord<byte[], byte[]> kafkaRecord : consumer.poll(Duration.ofMillis(200))) {
                    values.add(new String(kafkaRecord.value(), UTF_8));
                }
            }
        }
        return values;
    }

    private static long bytesIn(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }
}
