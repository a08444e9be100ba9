package io.weir.exporters.ipfix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.exporters.transport.TlsConfig;
import io.weir.schemas.Counters;
import io.weir.schemas.Flow;
import io.weir.schemas.Loss;
import io.weir.schemas.LossReason;
import io.weir.schemas.registry.SchemaRegistryClient;
import io.weir.schemas.serde.AvroSerdes;
import io.weir.schemas.topic.Topics;
import io.weir.testing.Await;
import io.weir.testing.KafkaExtension;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** From the flows topic to a collector. */
class IpfixAppTest {

    @RegisterExtension
    static final KafkaExtension KAFKA = new KafkaExtension();

    private static final int PARTITIONS = 3;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int RECEIVE_BUFFER = 8 << 20;

    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final List<IpfixApp> apps = new ArrayList<>();
    private final List<Throwable> failures = new CopyOnWriteArrayList<>();
    private Map<String, Object> props;
    private Topics topics;
    private Producer<byte[], byte[]> producer;
    private Serializer<Flow> serializer;
    private long produced;

    @BeforeEach
    void createTopics() {
        topics = new Topics(KAFKA.uniqueName("ipfix") + ".");
        KAFKA.createTopic(topics.flows().name(), PARTITIONS);
        KAFKA.createTopic(topics.losses().name(), 1);
        KAFKA.createTopic(topics.flows().rejectedName(), 1);
        props = KAFKA.clientProps();
        props.put(SchemaRegistryClient.URL_CONFIG, KAFKA.schemaRegistryUrl());
        serializer = AvroSerdes.serializer(Flow.class, props);
        producer = new KafkaProducer<>(KAFKA.clientProps(), new ByteArraySerializer(), new ByteArraySerializer());
    }

    @AfterEach
    void close() {
        apps.forEach(IpfixApp::kill);
        producer.close();
        serializer.close();
        assertThat(failures).isEmpty();
    }

    private IpfixApp start(String to) {
        return start(new IpfixConfig(
                "test",
                URI.create(to),
                true,
                false,
                false,
                true,
                1400,
                Duration.ofMinutes(1),
                4000,
                0,
                TlsConfig.defaults()));
    }

    private IpfixApp start(IpfixConfig config) {
        IpfixApp app = new IpfixApp(config, topics, props, registry, failures::add);
        apps.add(app);
        app.start();
        return app;
    }

    /** Flows that are numbered by their packets. */
    private void produce(int flows) {
        for (int i = 0; i < flows; i++) {
            produced++;
            send(TestFlows.tcp()
                    .setDelta(new Counters(produced, produced * 100, produced * 114, 0, 0L, 0L, 0L, 0))
                    .build());
        }
        producer.flush();
    }

    private void send(Flow flow) {
        send((int) (produced % PARTITIONS), serializer.serialize(topics.flows().name(), flow));
    }

    private void send(int partition, byte[] value) {
        var unused = producer.send(new ProducerRecord<>(topics.flows().name(), partition, null, value));
    }

    private void assertHoldsEveryFlowOnce(TestCollector collector) {
        assertThat(collector.problems).isEmpty();
        assertThat(collector.flows).hasSize((int) produced);
        assertThat(collector.sum(2)).isEqualTo(produced * (produced + 1) / 2);
        assertThat(collector.sum(1)).isEqualTo(produced * (produced + 1) / 2 * 100);
    }

    /** Receives until so many flow records are there. */
    private static void receive(DatagramSocket socket, TestCollector collector, long records) throws IOException {
        byte[] octets = new byte[2000];
        socket.setSoTimeout((int) PATIENCE.toMillis());
        while (collector.flows.size() < records) {
            DatagramPacket packet = new DatagramPacket(octets, octets.length);
            socket.receive(packet);
            collector.take(octets, 0, packet.getLength());
        }
    }

    @Test
    void shouldSendTheFlowsOfTheTopicAsDatagrams() throws Exception {
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            socket.setReceiveBufferSize(RECEIVE_BUFFER);
            produce(500);
            // Not to be exported: they count nothing, or what others count.
            send(TestFlows.tcp().setIsEarly(true).build());
            send(TestFlows.tcp().setParentFlowId("0".repeat(32)).build());
            send(TestFlows.tcp()
                    .setDelta(new Counters(0L, 0L, 0L, 0, 0L, 0L, 0L, 0))
                    .build());
            IpfixApp app = start("udp://127.0.0.1:" + socket.getLocalPort());
            TestCollector collector = new TestCollector();
            receive(socket, collector, produced);
            Await.until(
                    PATIENCE,
                    "all are read",
                    () -> app.stats().early()
                                    + app.stats().enclosed()
                                    + app.stats().empty()
                            == 3);

            assertHoldsEveryFlowOnce(collector);
            assertThat(app.isAssigned()).isTrue();
            assertThat(app.stats().isConnected()).isTrue();
            assertThat(app.stats().early()).isEqualTo(1);
            assertThat(app.stats().enclosed()).isEqualTo(1);
            assertThat(app.stats().empty()).isEqualTo(1);
            assertThat(collector.options.stream().filter(option -> option.domain() == 0))
                    .hasSize(1);
            assertThat(registry.get("weir.ipfix.records").functionCounter().count())
                    .isEqualTo(collector.flows.size());
            assertThat(registry.get("weir.ipfix.messages").functionCounter().count())
                    .isEqualTo(collector.messages);
            assertThat(registry.get("weir.ipfix.connected").gauge().value()).isEqualTo(1);
            app.close();
            assertThat(app.isAssigned()).isFalse();
            assertThat(committed()).isEqualTo(ends());
        }
    }

    @Test
    void shouldGoOnWhereItEndedAndShareTheWork() throws Exception {
        try (StreamCollector collector = new StreamCollector(null, false, 0)) {
            String to = "tcp://127.0.0.1:" + collector.port();
            produce(300);
            IpfixApp first = start(to);
            Await.until(PATIENCE, "all are sent", () -> first.stats().records() == 300);
            first.close();
            produce(300);
            IpfixApp second = start(to);
            Await.until(PATIENCE, "the rest is sent", () -> second.stats().records() == 300);
            second.close();

            Await.until(PATIENCE, "the sessions have ended", () -> collector.sessions.stream()
                    .allMatch(session -> session.ended));
            assertHoldsEveryFlowOnce(collector.decode());
            assertThat(collector.sessions).hasSize(2).allMatch(session -> session.endedInOrder);
        }
    }

    @Test
    void shouldExportEveryFlowAtLeastOnceWhenInstancesComeAndGo() throws Exception {
        try (StreamCollector collector = new StreamCollector(null, false, 0)) {
            String to = "tcp://127.0.0.1:" + collector.port();
            produce(300);
            IpfixApp first = start(to);
            Await.until(PATIENCE, "some are sent", () -> first.stats().records() > 0);
            IpfixApp second = start(to);
            Await.until(PATIENCE, "the second has its share", () -> {
                produce(PARTITIONS);
                return second.stats().records() > 0;
            });
            first.kill();
            produce(300);
            IpfixApp third = start(to);
            produce(300);

            Await.until(
                    PATIENCE,
                    "every flow is there",
                    () -> collector.decode().flows.stream()
                                    .mapToLong(flow -> flow.get(2))
                                    .distinct()
                                    .count()
                            == produced);
            second.close();
            third.close();
            assertThat(collector.decode().problems).isEmpty();
            assertThat(committed()).isEqualTo(ends());
        }
    }

    @Test
    void shouldPauseWithBoundedMemoryWhileTheCollectorTakesNothing() throws Exception {
        produce(9_000);
        StreamCollector collector = new StreamCollector(null, false, 0);
        int port = collector.port();
        collector.close();
        IpfixApp app = start("tcp://127.0.0.1:" + port);
        Await.until(
                PATIENCE,
                "it has read until its memory is full",
                () -> app.stats().failures() > 0 && app.stats().heldOctets() > 2L * MessageBatch.FULL_OCTETS);
        assertThat(app.stats().records()).isZero();
        assertThat(app.stats().heldOctets()).isLessThan(8L * MessageBatch.FULL_OCTETS);
        assertThat(app.isAssigned()).isTrue();
        assertThat(committed()).isEmpty();

        try (StreamCollector back = new StreamCollector(null, false, port)) {
            Await.until(PATIENCE, "all are sent", () -> app.stats().records() == produced);
            app.close();
            Await.until(PATIENCE, "the session has ended", () -> back.sessions.get(0).ended);
            assertHoldsEveryFlowOnce(back.decode());
        }
    }

    @Test
    void shouldTellOnceWhatCannotBeReadAndWhatRetentionTook() throws Exception {
        try (StreamCollector collector = new StreamCollector(null, false, 0)) {
            String to = "tcp://127.0.0.1:" + collector.port();
            IpfixApp first = start(to);
            produce(30);
            send(1, new byte[] {1, 2, 3});
            send(1, null);
            produce(30);
            Await.until(
                    PATIENCE,
                    "all are sent and told",
                    () -> first.stats().records() == 60 && first.stats().undecodable() == 2);
            first.close();
            produce(30);
            TopicPartition partition = new TopicPartition(topics.flows().name(), 0);
            KAFKA.admin()
                    .deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(24)))
                    .all()
                    .get();
            IpfixApp second = start(to);
            Await.until(
                    PATIENCE,
                    "the rest is sent",
                    () -> second.stats().records() == 26 && second.stats().expired() == 4);
            second.close();

            assertThat(losses())
                    .extracting(
                            Loss::getStage, Loss::getReason, Loss::getSource, Loss::getFirstOffset, Loss::getLastOffset)
                    .containsExactlyInAnyOrder(
                            tuple(
                                    "exporter",
                                    LossReason.undecodable_record,
                                    topics.flows().name() + "-1",
                                    10L,
                                    11L),
                            tuple(
                                    "exporter",
                                    LossReason.retention,
                                    topics.flows().name() + "-0",
                                    20L,
                                    23L));
            assertThat(committed(topics.flows().rejectedName())).hasSize(2);
            assertThat(collector.decode().problems).isEmpty();
            assertThat(committed()).isEqualTo(ends());
        }
    }

    private Map<TopicPartition, OffsetAndMetadata> committed() throws Exception {
        return KAFKA.admin()
                .listConsumerGroupOffsets(topics.prefix() + "sink.test")
                .partitionsToOffsetAndMetadata()
                .get();
    }

    private Map<TopicPartition, OffsetAndMetadata> ends() {
        Map<TopicPartition, OffsetAndMetadata> ends = new HashMap<>();
        try (Consumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(KAFKA.clientProps(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            for (int partition = 0; partition < PARTITIONS; partition++) {
                TopicPartition at = new TopicPartition(topics.flows().name(), partition);
                ends.put(
                        at,
                        new OffsetAndMetadata(consumer.endOffsets(List.of(at)).get(at)));
            }
        }
        return ends;
    }

    private List<Loss> losses() {
        try (Deserializer<Loss> deserializer = AvroSerdes.deserializer(Loss.class, props)) {
            return committed(topics.losses().name()).stream()
                    .map(record -> deserializer.deserialize(record.topic(), record.value()))
                    .toList();
        }
    }

    /** Committed records of a topic with one partition. */
    private static List<ConsumerRecord<byte[], byte[]>> committed(String topic) {
        Map<String, Object> reading = KAFKA.clientProps();
        reading.put("isolation.level", "read_committed");
        TopicPartition partition = new TopicPartition(topic, 0);
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        try (Consumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(reading, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).get(partition);
            while (consumer.position(partition) < end) {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            }
        }
        return records;
    }
}
