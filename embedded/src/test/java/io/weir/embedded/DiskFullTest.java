package io.weir.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.weir.embedded.EmbeddedStartException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A disk of its own, so small that it fills up. */
@EnabledOnOs(OS.LINUX)
class DiskFullTest {
    private static final int RECORD_BYTES = 512 * 1024;
    private static final int RECORDS_OVER_THE_DISK = 256;

    @TempDir
    static Path parent;

    private Path disk;

    @BeforeEach
    void mount() throws Exception {
        disk = Files.createDirectories(parent.resolve("disk"));
        assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", disk.toString()) == 0,
                "mounting a small file system needs privileges");
    }

    @AfterEach
    void unmount() throws Exception {
        // Lazily: a broker that lost its disk leaves files of it open.
        run("umount", "-l", disk.toString());
    }

    @Test
    void shouldTellTheOwnerAndKeepAcknowledgedRecordsForTheNextStart() throws Exception {
        Path ballast = disk.resolve("ballast");
        Files.write(ballast, new byte[24 * 1024 * 1024]);
        EmbeddedBrokerConfig config = EmbeddedBrokerConfig.defaults(disk.resolve("data"));
        CompletableFuture<String> told = new CompletableFuture<>();
        long acknowledged;

        try (EmbeddedBroker broker = EmbeddedBroker.start(config, told::complete)) {
            acknowledged = fill(broker, told);

            assertThat(told.get(30, TimeUnit.SECONDS))
                    .contains(config.dataDir().toString())
                    .contains("disk is full");
        }
        assertThatThrownBy(() -> EmbeddedBroker.start(config))
                .hasMessageContaining(config.dataDir().toString())
                .asInstanceOf(type(EmbeddedStartException.class))
                .returns(Reason.DISK_FULL, EmbeddedStartException::reason);

        Files.delete(ballast);
        try (EmbeddedBroker broker = EmbeddedBroker.start(config)) {
            assertThat(broker.fatal()).isEmpty();
            assertThat(acknowledged).isPositive();
            assertThat(recordsIn(broker)).isGreaterThanOrEqualTo(acknowledged);
        }
    }

    /** Returns how many records were acknowledged. */
    private static long fill(EmbeddedBroker broker, CompletableFuture<String> told) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic("t", 1, (short) 1))).all().get(30, TimeUnit.SECONDS);
        }
        byte[] incompressible = new byte[RECORD_BYTES];
        new Random(1).nextBytes(incompressible);
        AtomicLong acknowledged = new AtomicLong();
        KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers(), "max.block.ms", 1000),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        try {
            for (int i = 0; i < RECORDS_OVER_THE_DISK && !told.isDone(); i++) {
                Future<RecordMetadata> unused =
                        producer.send(new ProducerRecord<>("t", incompressible), (metadata, failure) -> {
                            if (failure == null) {
                                acknowledged.incrementAndGet();
                            }
                        });
            }
            told.get(30, TimeUnit.SECONDS);
        } finally {
            producer.close(Duration.ZERO);
        }
        return acknowledged.get();
    }

    /** Reads them, since an end offset alone would not show a damaged batch. */
    private static long recordsIn(EmbeddedBroker broker) {
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            TopicPartition partition = new TopicPartition("t", 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).get(partition);
            long records = 0;
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
            while (consumer.position(partition) < end && System.nanoTime() < deadline) {
                records += consumer.poll(Duration.ofMillis(200)).count();
            }
            return records;
        }
    }

    private static int run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }
}
