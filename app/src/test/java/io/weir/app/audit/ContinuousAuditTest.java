package io.weir.app.audit;

import static io.weir.testing.PacketBatchBuilder.aBatch;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.app.operations.Readiness;
import io.weir.app.read.StartPosition;
import io.weir.app.read.TopicReader;
import io.weir.schemas.PacketBatch;
import io.weir.schemas.registry.SchemaRegistryClient;
import io.weir.schemas.topic.TopicCreator;
import io.weir.schemas.topic.Topics;
import io.weir.testing.Await;
import io.weir.testing.KafkaExtension;
import io.weir.testing.PacketBatchBuilder;
import io.weir.topology.MeterApp;
import io.weir.topology.MeterConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The audit beside a meter that runs. */
class ContinuousAuditTest {

    @RegisterExtension
    static final KafkaExtension KAFKA = new KafkaExtension();

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final AuditConfig CONFIG =
            new AuditConfig(Duration.ofSeconds(10), Duration.ofMillis(200), Duration.ofSeconds(3));

    @TempDir
    private Path directory;

    private final Topics topics = new Topics(KAFKA.uniqueName("audit") + ".");
    private final Map<String, Object> client = new HashMap<>(KAFKA.clientProps());
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final List<Throwable> failures = new CopyOnWriteArrayList<>();

    @Test
    void shouldHoldBesideASoundMeterAndShowWhatIsCountedTwiceOrNever() throws Exception {
        client.put("schema.registry.url", KAFKA.schemaRegistryUrl());
        TopicCreator.createMissing(KAFKA.admin(), topics.all(), 1);
        try (ContinuousAudit audit =
                new ContinuousAudit(client, topics, CONFIG, new AuditMetrics(registry), failures::add)) {
            assertThat(audit.readiness()).isEqualTo(Readiness.STARTING);
            audit.start();
            send(
                    "session-1",
                    0,
                    aBatch().at(0).udp("10.0.0.2:40000 > 10.0.0.1:53").udp("10.0.0.1:53 > 10.0.0.2:40000"));
            try (MeterApp meter = new MeterApp(
                    MeterConfig.defaults(),
                    topics,
                    client,
                    directory.toString(),
                    new SimpleMeterRegistry(),
                    failures::add)) {
                meter.start();
                send(
                        "session-1",
                        1,
                        aBatch().at(11_000).udp("10.0.0.2:40000 > 10.0.0.1:53").endOfInput());

                Await.untilAsserted(PATIENCE, "three packets are found", () -> assertThat(audited())
                        .isEqualTo(3));
                assertThat(gauge("holds")).isOne();
                assertThat(audit.readiness()).isEqualTo(Readiness.RUNNING);
            }

            // What a meter that counts twice would write.
            send(topics.flows().name(), lastFlow());
            Await.untilAsserted(PATIENCE, "it is counted twice", () -> assertThat(gauge("surplus.packets"))
                    .isOne());
            assertThat(gauge("holds")).isZero();
            assertThat(gauge("missing.packets")).isZero();

            // No meter runs.
            send(
                    "session-2",
                    0,
                    aBatch().at(100_000).udp("10.0.0.2:40000 > 10.0.0.1:53").endOfInput());
            Await.untilAsserted(PATIENCE, "one is missing", () -> assertThat(gauge("missing.packets"))
                    .isOne());
            assertThat(gauge("differing.windows")).isEqualTo(2);
            assertThat(audited()).isEqualTo(3);
        }
        assertThat(failures).isEmpty();
    }

    private double gauge(String name) {
        return registry.get("weir.audit." + name).gauge().value();
    }

    private double audited() {
        return registry.get("weir.audit.packets").counter().count();
    }

    private void send(String session, long number, PacketBatchBuilder batch) throws Exception {
        String topic = topics.packets().name();
        int schemaId;
        try (SchemaRegistryClient schemas = SchemaRegistryClient.create(client)) {
            schemaId = schemas.register(topic + "-value", PacketBatch.getClassSchema());
        }
        send(topic, batch.numbered(session, number).encode(schemaId));
    }

    private void send(String topic, byte[] value) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(client, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(topic, 0, null, value)).get();
        }
    }

    private byte[] lastFlow() {
        List<byte[]> values = new ArrayList<>();
        try (TopicReader reader = new TopicReader(client, List.of(topics.flows().name()), true)) {
            reader.seek(StartPosition.BEGINNING);
            reader.readTo(reader.ranges(), record -> {
                values.add(record.value());
                return true;
            });
        }
        return values.get(values.size() - 1);
    }
}
