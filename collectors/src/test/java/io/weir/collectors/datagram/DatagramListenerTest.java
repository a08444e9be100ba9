package io.weir.collectors.datagram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.collectors.capture.CaptureOpenException;
import io.weir.collectors.publish.BatchSender;
import io.weir.collectors.publish.CollectorConfig;
import io.weir.schemas.Datagram;
import io.weir.schemas.Loss;
import io.weir.schemas.LossReason;
import io.weir.schemas.serde.AvroSerdes;
import io.weir.schemas.topic.TopicCreator;
import io.weir.schemas.topic.TopicSpec;
import io.weir.schemas.topic.Topics;
import io.weir.testing.Await;
import io.weir.testing.KafkaCluster;
import io.weir.testing.KafkaExtension;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Datagrams over the loopback interface, through Kafka, and back. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "datagrams are received on Linux only")
class DatagramListenerTest {

    @RegisterExtension
    static final KafkaExtension KAFKA = new KafkaExtension();

    private static final int PARTITIONS = 3;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int SMALL_BUFFER = DatagramConfig.MIN_BUFFER_OCTETS;
    private static final int LARGE_OCTETS = 50_000;
    private static final int BURST = 20;

    private final Topics topics = new Topics(KAFKA.uniqueName("datagrams") + ".");

    private record Received(TopicPartition partition, String key, Datagram value) {}

    @BeforeEach
    void createTopics() {
        TopicCreator.createMissing(
                KAFKA.admin(),
                List.of(topics.sflow(), topics.netflow(), topics.packets(), topics.losses()),
                PARTITIONS);
    }

    @Test
    void shouldSendDatagramsAsTheyCame() throws Exception {
        Instant before = Instant.now();
        int port;
        List<byte[]> sent = new ArrayList<>();
        try (BatchSender sender = sender();
                DatagramListener listener = DatagramListener.open(URI.create("udp://127.0.0.1:0"), config(List.of()))) {
            listener.start(topics, sender, InstantSource.system());
            try (DatagramSocket exporter =
                    new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
                port = exporter.getLocalPort();
                for (int i = 0; i < 300; i++) {
                    sent.add(i % 2 == 0 ? sflow(i % 6, i) : ipfix(i % 5, i));
                    send(exporter, listener, sent.get(i));
                }
                sent.add(new byte[65_507]);
                System.arraycopy(sflow(1, 4), 0, sent.get(300), 0, 28);
                send(exporter, listener, sent.get(300));
            }
            Await.until(
                    PATIENCE, "all datagrams in Kafka", () -> listener.counts().sent() == 301);
            listener.stop(PATIENCE.toMillis());
            assertThat(listener.counts().received()).isEqualTo(301);
            assertThat(listener.counts().lost()).isZero();
            assertThat(listener.name()).startsWith("127.0.0.1:");
        }

        List<Received> sflow = read(topics.sflow());
        List<Received> netflow = read(topics.netflow());
        assertThat(payloads(sflow))
                .containsExactlyInAnyOrderElementsOf(texts(IntStream.range(0, 301)
                        .filter(i -> i % 2 == 0)
                        .mapToObj(sent::get)
                        .toList()));
        assertThat(payloads(netflow))
                .containsExactlyInAnyOrderElementsOf(texts(IntStream.range(0, 300)
                        .filter(i -> i % 2 == 1)
                        .mapToObj(sent::get)
                        .toList()));
        for (Received one : sflow) {
            Datagram datagram = one.value;
            if (isLife(datagram)) {
                continue;
            }
            assertThat(one.key).isEqualTo("192.0.2.7|" + datagram.getPayload().getInt(12));
            assertThat(one.partition.partition())
                    .isEqualTo(Utils.toPositive(Utils.murmur2(one.key.getBytes(StandardCharsets.UTF_8))) % PARTITIONS);
            assertThat(datagram.getHost()).isEqualTo("collector");
            assertThat(datagram.getExporterAddress()).isEqualTo(ByteBuffer.wrap(new byte[] {127, 0, 0, 1}));
            assertThat(datagram.getExporterPort()).isEqualTo(port);
            assertThat(datagram.getReceiveTimeNanoseconds()).isBetween(nanos(before), nanos(Instant.now()));
        }
        netflow.stream().filter(one -> !isLife(one.value)).forEach(one -> assertThat(one.key)
                .isEqualTo("127.0.0.1|" + one.value.getPayload().getInt(12)));
        assertNumbered(sflow);
        assertNumbered(netflow);
    }

    @Test
    void shouldTakeBothFamiliesAtAnIpv6Port() throws Exception {
        try (BatchSender sender = sender();
                DatagramListener listener = DatagramListener.open(URI.create("udp://[::]:0"), config(List.of()))) {
            listener.start(topics, sender, InstantSource.system());
            for (String host : new String[] {"127.0.0.1", "::1"}) {
                InetAddress address = InetAddress.getByName(host);
                try (DatagramSocket exporter = new DatagramSocket(new InetSocketAddress(address, 0))) {
                    byte[] datagram = ipfix(9, 1);
                    exporter.send(new DatagramPacket(datagram, datagram.length, address, port(listener)));
                }
            }
            Await.until(PATIENCE, "both in Kafka", () -> listener.counts().sent() == 2);
            listener.stop(PATIENCE.toMillis());
        }

        assertThat(read(topics.netflow()).stream()
                        .filter(one -> !isLife(one.value))
                        .map(Received::key))
                .containsExactlyInAnyOrder("127.0.0.1|9", "::1|9");
    }

    @Test
    void shouldCountWhatTheKernelDroppedAndWhatItRefuses() throws Exception {
        int many = 5_000;
        try (BatchSender sender = sender();
                DatagramListener listener = DatagramListener.open(
                        URI.create("udp://127.0.0.1:0"),
                        new DatagramConfig("collector", 1, SMALL_BUFFER, Duration.ofMillis(100), List.of()))) {
            try (DatagramSocket exporter = new DatagramSocket()) {
                // Nobody takes them yet.
                for (int i = 0; i < many; i++) {
                    send(exporter, listener, i % 10 == 0 ? new byte[] {1, 2, 3} : sflow(1, i));
                }
            }
            listener.start(topics, sender, InstantSource.system());
            Await.until(
                    PATIENCE,
                    "every datagram sent or lost",
                    () -> listener.counts().sent() + listener.counts().lost() == many);
            listener.stop(PATIENCE.toMillis());

            assertThat(listener.counts().lost(LossReason.kernel_drop)).isPositive();
            assertThat(listener.counts().lost(LossReason.unknown_protocol)).isPositive();
            assertThat(listener.counts().sent()).isPositive();
            sender.flush();
            assertThat(told(LossReason.kernel_drop)).isEqualTo(listener.counts().lost(LossReason.kernel_drop));
            assertThat(told(LossReason.unknown_protocol))
                    .isEqualTo(listener.counts().lost(LossReason.unknown_protocol));
        }
    }

    @Test
    void shouldKnowTheFateOfEveryDatagramWhenKafkaGoesForGood() throws Exception {
        CollectorConfig small = smallBuffer();
        long sent;
        DatagramCounts counts;
        BatchSender sender;
        try (DatagramListener listener = DatagramListener.open(URI.create("udp://127.0.0.1:0"), config(List.of()));
                DatagramSocket exporter = new DatagramSocket()) {
            counts = listener.counts();
            try (KafkaCluster kafka = KafkaCluster.start()) {
                TopicCreator.createMissing(
                        kafka.admin(),
                        List.of(topics.sflow(), topics.netflow(), topics.packets(), topics.losses()),
                        PARTITIONS);
                Map<String, Object> client = new HashMap<>(kafka.clientProps());
                client.put("schema.registry.url", kafka.schemaRegistryUrl());
                client.put("request.timeout.ms", 500);
                client.put("delivery.timeout.ms", 1_000);
                client.put("max.block.ms", 1_500);
                sender = new BatchSender(small, topics, client);
                listener.start(topics, sender, InstantSource.system());
                send(exporter, listener, sflow(1, 1));
                Await.until(PATIENCE, "one in Kafka", () -> counts.sent() == 1);
                sent = 1;
            }
            byte[] large = new byte[LARGE_OCTETS];
            System.arraycopy(sflow(1, 2), 0, large, 0, sflow(1, 2).length);
            long[] more = {sent};
            // Many times what may wait.
            Await.until(PATIENCE, "losses", () -> {
                for (int i = 0; i < BURST; i++) {
                    send(exporter, listener, large);
                }
                more[0] += BURST;
                assertThat(sender.waitingOctets()).isLessThanOrEqualTo(small.bufferOctets());
                return more[0] * LARGE_OCTETS > 10 * small.bufferOctets() && counts.lost(LossReason.kafka_error) > 0;
            });
            Await.until(PATIENCE, "the fate of all", () -> counts.sent() + counts.lost() == more[0]);
            listener.check();
            listener.stop(PATIENCE.toMillis());

            assertThat(counts.received() + counts.lost(LossReason.kernel_drop)).isEqualTo(more[0]);
            assertThat(counts.lost(LossReason.kafka_error)
                            + counts.lost(LossReason.buffer_full)
                            + counts.lost(LossReason.kernel_drop))
                    .isEqualTo(counts.lost());
            assertThat(counts.sent()).isEqualTo(1);
            assertThat(sender.isTaken()).isFalse();
            sender.close();
            assertThat(sender.waitingOctets()).isZero();
        }
    }

    @Test
    void shouldTakeNothingFromOtherAddressesThanThoseAllowed() throws Exception {
        AddressRange other = AddressRange.of(new byte[] {10, 0, 0, 0}, 8);
        try (BatchSender sender = sender();
                DatagramListener listener =
                        DatagramListener.open(URI.create("udp://127.0.0.1:0"), config(List.of(other)))) {
            listener.start(topics, sender, InstantSource.system());
            try (DatagramSocket exporter = new DatagramSocket()) {
                send(exporter, listener, sflow(1, 1));
            }
            Await.until(PATIENCE, "refusal", () -> listener.counts().lost(LossReason.not_allowed) == 1);
            listener.stop(PATIENCE.toMillis());
            sender.flush();
            assertThat(listener.counts().sent()).isZero();
            assertThat(told(LossReason.not_allowed)).isEqualTo(1);
        }
        assertThat(read(topics.sflow())).isEmpty();
    }

    @Test
    void shouldSpreadExportersOverThreads() throws Exception {
        try (BatchSender sender = sender();
                DatagramListener listener = DatagramListener.open(
                        URI.create("udp://127.0.0.1:0"),
                        new DatagramConfig("collector", 4, SMALL_BUFFER, Duration.ofMillis(100), List.of()))) {
            listener.start(topics, sender, InstantSource.system());
            for (int i = 0; i < 40; i++) {
                try (DatagramSocket exporter = new DatagramSocket()) {
                    send(exporter, listener, sflow(i, 1));
                }
            }
            Await.until(PATIENCE, "all in Kafka", () -> listener.counts().sent() == 40);
            listener.stop(PATIENCE.toMillis());
        }

        List<Received> received = read(topics.sflow());
        assertThat(received.stream()
                        .map(one -> one.value.getSessionId())
                        .distinct()
                        .count())
                .isGreaterThan(1);
        assertNumbered(received);
    }

    @Test
    void shouldSayWhyItCannotListen() {
        assertThatThrownBy(() -> DatagramListener.open(URI.create("udp://192.0.2.1:6343"), config(List.of())))
                .isInstanceOf(CaptureOpenException.class)
                .hasMessageContaining("udp://192.0.2.1:6343")
                .hasMessageContaining("another port or address");
        assertThatThrownBy(() -> DatagramListener.open(URI.create("udp://127.0.0.1"), config(List.of())))
                .isInstanceOf(CaptureOpenException.class)
                .hasMessageContaining("an example is udp://0.0.0.0:6343");
    }

    private static DatagramConfig config(List<AddressRange> allowed) {
        return new DatagramConfig("collector", 1, 4 * 1024 * 1024, Duration.ofMillis(100), allowed);
    }

    private BatchSender sender() {
        return new BatchSender(CollectorConfig.defaults("collector"), topics, clientProperties());
    }

    /** Of the least buffer that there is. */
    private static CollectorConfig smallBuffer() {
        CollectorConfig defaults = CollectorConfig.defaults("collector");
        return new CollectorConfig(
                defaults.host(),
                defaults.batchPackets(),
                defaults.batchDelay(),
                defaults.heartbeat(),
                CollectorConfig.MIN_BUFFER_OCTETS,
                defaults.compression(),
                defaults.tunnelDepth(),
                defaults.facts(),
                defaults.tcpNotes(),
                defaults.trajectorySampling(),
                defaults.samplingRate(),
                defaults.ownTraffic(),
                defaults.rawPackets());
    }

    private static Map<String, Object> clientProperties() {
        Map<String, Object> properties = new HashMap<>(KAFKA.clientProps());
        properties.put("schema.registry.url", KAFKA.schemaRegistryUrl());
        return properties;
    }

    private static int port(DatagramListener listener) {
        return Integer.parseInt(listener.name().substring(listener.name().lastIndexOf(':') + 1));
    }

    private static void send(DatagramSocket from, DatagramListener to, byte[] datagram) throws IOException {
        from.send(new DatagramPacket(datagram, datagram.length, InetAddress.getLoopbackAddress(), port(to)));
    }

    private static byte[] sflow(int subAgent, int sequence) {
        return ByteBuffer.allocate(28)
                .putInt(5)
                .putInt(1)
                .put(new byte[] {(byte) 192, 0, 2, 7})
                .putInt(subAgent)
                .putInt(sequence)
                .putInt(0)
                .putInt(0)
                .array();
    }

    private static byte[] ipfix(int domain, int sequence) {
        return ByteBuffer.allocate(16)
                .putShort((short) 10)
                .putShort((short) 16)
                .putInt(0)
                .putInt(sequence)
                .putInt(domain)
                .array();
    }

    private static boolean isLife(Datagram datagram) {
        return datagram.getExporterAddress().remaining() == 0;
    }

    private static List<String> payloads(List<Received> received) {
        return texts(received.stream()
                .filter(one -> !isLife(one.value))
                .map(one -> {
                    byte[] payload = new byte[one.value.getPayload().remaining()];
                    one.value.getPayload().get(0, payload);
                    return payload;
                })
                .toList());
    }

    private static List<String> texts(List<byte[]> payloads) {
        return payloads.stream()
                .map(payload -> new String(payload, StandardCharsets.ISO_8859_1))
                .toList();
    }

    private static long nanos(Instant instant) {
        return instant.getEpochSecond() * 1_000_000_000L + instant.getNano();
    }

    /** From 0 without gaps, each session in each partition, the last one the end; times do not go back. */
    private static void assertNumbered(List<Received> received) {
        Map<String, List<Datagram>> sessions = new TreeMap<>();
        received.forEach(
                one -> sessions.computeIfAbsent(one.partition + one.value.getSessionId(), id -> new ArrayList<>())
                        .add(one.value));
        for (List<Datagram> session : sessions.values()) {
            for (int i = 0; i < session.size(); i++) {
                assertThat(session.get(i).getSequenceNumber()).isEqualTo(i);
                assertThat(session.get(i).getEndOfInput()).isEqualTo(i == session.size() - 1);
            }
            Datagram end = session.get(session.size() - 1);
            assertThat(isLife(end)).isTrue();
            assertThat(session.stream()
                            .mapToLong(Datagram::getReceiveTimeNanoseconds)
                            .max()
                            .getAsLong())
                    .isEqualTo(end.getReceiveTimeNanoseconds());
        }
    }

    private long told(LossReason reason) {
        long datagrams = 0;
        try (Deserializer<Loss> losses = AvroSerdes.deserializer(Loss.class, clientProperties())) {
            for (ConsumerRecord<byte[], byte[]> record : records(topics.losses())) {
                Loss loss = losses.deserialize(record.topic(), record.value());
                if (loss.getReason() == reason) {
                    assertThat(loss.getPackets()).isNull();
                    datagrams += loss.getDatagrams();
                }
            }
        }
        return datagrams;
    }

    private List<Received> read(TopicSpec<Datagram> topic) {
        List<Received> received = new ArrayList<>();
        try (Deserializer<Datagram> datagrams = AvroSerdes.deserializer(Datagram.class, clientProperties())) {
            for (ConsumerRecord<byte[], byte[]> record : records(topic)) {
                String key = record.key() == null ? null : new String(record.key(), StandardCharsets.UTF_8);
                received.add(new Received(
                        new TopicPartition(record.topic(), record.partition()),
                        key,
                        datagrams.deserialize(record.topic(), record.value())));
            }
        }
        return received;
    }

    private static List<ConsumerRecord<byte[], byte[]>> records(TopicSpec<?> topic) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        List<TopicPartition> partitions = IntStream.range(0, PARTITIONS)
                .mapToObj(partition -> new TopicPartition(topic.name(), partition))
                .toList();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(clientProperties(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            }
        }
        return records;
    }
}
