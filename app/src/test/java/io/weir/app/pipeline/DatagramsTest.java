package io.weir.app.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.app.WeirProcess;
import io.weir.app.WeirRun;
import io.weir.app.failure.ExitCode;
import io.weir.app.read.Endpoints;
import io.weir.schemas.Datagram;
import io.weir.schemas.Loss;
import io.weir.schemas.LossReason;
import io.weir.schemas.serde.AvroSerdes;
import io.weir.schemas.topic.TopicSpec;
import io.weir.schemas.topic.Topics;
import io.weir.testing.Await;
import io.weir.testing.KafkaExtension;
import java.io.IOException;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** sFlow over UDP into the whole program, and flows out of it. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "datagrams are received on Linux only")
class DatagramsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Pattern PORT = Pattern.compile("at udp://127\\.0\\.0\\.1:(\\d+)");
    private static final int RATE = 1000;

    /** Of each flow record. */
    private static final int PACKETS = 12;

    private static final int OCTETS = 1234;

    private static final Pattern COUNTS =
            Pattern.compile("([0-9,]+) datagrams received, ([0-9,]+) in Kafka, ([0-9,]+) lost");
    private static final int BURST = 20;

    @RegisterExtension
    static final KafkaExtension KAFKA = new KafkaExtension();

    @TempDir
    private Path directory;

    @Test
    void shouldCountEverySampleOnceWhenItIsKilledInBetween() throws Exception {
        Path data = directory.resolve("data");
        try (WeirProcess up = up(data)) {
            send(up, 1, 400);
            awaitPackets(data, 400);
            send(up, 401, 100);
            up.kill();
        }
        long kept;
        try (WeirProcess up = up(data)) {
            send(up, 501, 50);
            kept = datagrams(data);
            awaitPackets(data, kept);
            List<JsonNode> flows = flows(data);
            assertThat(flows).isNotEmpty();
            JsonNode flow = flows.get(0);
            assertThat(flow.path("observationPoint").path("host").asText()).isEqualTo("192.0.2.7");
            assertThat(flow.path("observationPoint").path("interface").asText()).isEqualTo("5");
            assertThat(flow.path("observationPoint").path("capture").asText()).isEqualTo("sflow");
            long packets = flow.path("delta").path("initiatorPackets").asLong();
            assertThat(flow.path("sampled").path("samplingRate").asInt()).isEqualTo(RATE);
            assertThat(flow.path("sampled").path("estimatedPackets").asDouble()).isEqualTo((double) packets * RATE);
            assertThat(up.terminate()).isIn(0, 143);
        }
        assertThat(kept).isBetween(450L, 550L);
    }

    /**
     * Killed between template and data, and between data and the template that they wait for: every flow record counts once. Each of the two domains has a
     * message of its own for each step.
     */
    @Test
    void shouldDecodeFlowRecordsOfTemplatesFromBeforeItWasKilled() throws Exception {
        Path data = directory.resolve("netflow");
        int known = 1;
        int unknown = 2;
        try (WeirProcess up = up(data)) {
            send(up, List.of(template(known, 0), records(known, 1, 5), records(unknown, 0, 7)));
            awaitPackets(data, 5 * PACKETS);
            up.kill();
        }
        try (WeirProcess up = up(data)) {
            send(up, List.of(records(known, 2, 3), template(unknown, 1)));
            awaitPackets(data, (5 + 3 + 7) * PACKETS);
            List<JsonNode> flows = flows(data);
            long octets = 0;
            for (JsonNode flow : flows) {
                assertThat(flow.path("observationPoint").path("capture").asText())
                        .isEqualTo("netflow");
                assertThat(flow.path("observationPoint").path("host").asText()).isEqualTo("127.0.0.1");
                JsonNode delta = flow.path("delta");
                octets += delta.path("initiatorOctets").asLong()
                        + delta.path("responderOctets").asLong();
            }
            assertThat(octets).isEqualTo((5 + 3 + 7) * OCTETS);
            assertThat(up.terminate()).isIn(0, 143);
        }
    }

    /** Right after its start nobody was heard; then those who send are listed, and their totals go on after the next start. */
    @Test
    void shouldListWhoSends() throws Exception {
        Path data = directory.resolve("exporters");
        JsonNode before;
        try (WeirProcess up = up(data)) {
            up.awaitMessage(PATIENCE, "takes sFlow");
            WeirRun none = WeirRun.of(directory, "exporters", "--data-dir", data.toString());
            assertThat(none.exitCode()).as(none.err()).isEqualTo(ExitCode.DONE);
            assertThat(none.out()).isEmpty();
            assertThat(none.err()).contains("no exporter has been heard");

            send(up, 1, 5);
            send(up, List.of(template(3, 0), records(3, 1, 4)));
            before = awaitExporter(data, "sflow", 5);
            JsonNode domain = awaitExporter(data, "netflow", 2);
            assertThat(domain.path("exporterAddress").asText()).isEqualTo("127.0.0.1");
            assertThat(domain.path("observationDomainId").asLong()).isEqualTo(3);
            assertThat(domain.path("flowRecords").asLong()).isEqualTo(4);
            assertThat(domain.path("templates").asInt()).isEqualTo(1);
            assertThat(domain.path("missingDatagrams").asLong()).isZero();
            assertThat(domain.path("greatestClockOffsetMilliseconds").asLong()).isBetween(-60_000L, 0L);
            assertThat(up.terminate()).isIn(0, 143);
        }
        try (WeirProcess up = up(data)) {
            send(up, 6, 2);
            JsonNode after = awaitExporter(data, "sflow", 7);
            assertThat(after.path("exporterAddress").asText()).isEqualTo("192.0.2.7");
            assertThat(after.path("firstHeardMilliseconds")).isEqualTo(before.path("firstHeardMilliseconds"));
            assertThat(after.path("flowSamples").asLong()).isEqualTo(7);
            assertThat(after.at("/sampling/leastSamplingRate").asDouble()).isEqualTo(RATE);

            WeirRun table = WeirRun.of(directory, "exporters", "--data-dir", data.toString());
            assertThat(table.out()).contains("192.0.2.7", "sflow 5", "netflow 9", "1:1,000");
            assertThat(up.terminate()).isIn(0, 143);
        }
    }

    private JsonNode awaitExporter(Path data, String protocol, long datagrams) {
        JsonNode[] found = new JsonNode[1];
        Await.until(PATIENCE, datagrams + " datagrams of " + protocol, () -> {
            WeirRun run = WeirRun.of(directory, "exporters", "--json", "--data-dir", data.toString());
            assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
            for (String line : run.out().lines().toList()) {
                JsonNode exporter = new ObjectMapper().readTree(line);
                if (exporter.path("protocol").asText().equals(protocol)
                        && exporter.path("datagrams").asLong() == datagrams) {
                    found[0] = exporter;
                }
            }
            return found[0] != null;
        });
        return found[0];
    }

    /** Notifications of drops: each that stands in Kafka is told once, and none is in a flow. */
    @Test
    void shouldTellEveryDropOnceWhenItIsKilledInBetween() throws Exception {
        Path data = directory.resolve("drops");
        int before = 200;
        int after = 50;
        try (WeirProcess up = up(data)) {
            // Datagrams say how long their agent is up when they are made: those that wait for a slow start look like a
            // restart of it.
            awaitListening(up);
            send(up, notifications(1, before));
            Await.until(
                    PATIENCE, "the drops of the first run", () -> drops(data).size() == before);
            send(up, notifications(before + 1, after));
            up.kill();
        }
        try (WeirProcess up = up(data)) {
            int last = before + 2 * after;
            awaitListening(up);
            send(up, notifications(before + after + 1, after));
            Await.until(PATIENCE, "the last drop of the second run", () -> drops(data).stream()
                    .anyMatch(one -> one.path("sequenceNumber").asInt() == last));
            List<JsonNode> drops = drops(data);
            assertThat(drops).hasSizeBetween(before + after, last);
            assertThat(drops.stream().map(one -> one.path("sequenceNumber").asInt()))
                    .doesNotHaveDuplicates();
            assertThat(drops).allSatisfy(one -> {
                assertThat(one.path("reason").asText()).isEqualTo("acl");
                assertThat(one.path("flow").path("destination").path("port").asInt())
                        .isEqualTo(53);
            });
            int missing = last - drops.size();
            assertThat(drops.stream()
                            .mapToInt(one -> one.path("missingNotifications").asInt())
                            .sum())
                    .as("those that went with the collector")
                    .isEqualTo(missing);
            assertThat(flows(data)).isEmpty();
            WeirRun audit = WeirRun.of(directory, "audit", "--json", "--data-dir", data.toString());
            assertThat(audit.exitCode()).as(audit.out() + audit.err()).isEqualTo(ExitCode.DONE);
            assertThat(up.terminate()).isIn(0, 143);
        }
    }

    private static List<byte[]> notifications(int first, int count) {
        List<byte[]> datagrams = new ArrayList<>();
        for (int number = first; number < first + count; number++) {
            datagrams.add(packet(
                            head(number, (int) System.currentTimeMillis())
                                    // A discarded packet of interface 5, by an access list.
                                    .putInt(5)
                                    .putInt(32 + 8 + 32)
                                    .putInt(number)
                                    .putInt(0)
                                    .putInt(5)
                                    .putInt(0)
                                    .putInt(5)
                                    .putInt(0)
                                    .putInt(258),
                            number)
                    .array());
        }
        return datagrams;
    }

    private List<JsonNode> drops(Path data) throws IOException {
        return read("drops", data);
    }

    private static byte[] template(int domain, int sequence) {
        int[] fields = {8, 4, 12, 4, 7, 2, 11, 2, 4, 1, 2, 4, 1, 4, 152, 8, 153, 8};
        ByteBuffer set = ByteBuffer.allocate(8 + fields.length * 2)
                .putShort((short) 0)
                .putShort((short) (8 + fields.length * 2))
                .putShort((short) 300)
                .putShort((short) (fields.length / 2));
        for (int field : fields) {
            set.putShort((short) field);
        }
        return message(domain, sequence, set.array());
    }

    /** Records of version 9, one for each of some ports, that tell of the last second. */
    private static byte[] records(int domain, int sequence, int count) {
        int octets = 4 + count * 37;
        ByteBuffer set = ByteBuffer.allocate((octets + 3) / 4 * 4)
                .putShort((short) 300)
                .putShort((short) ((octets + 3) / 4 * 4));
        long nowMs = System.currentTimeMillis();
        for (int i = 0; i < count; i++) {
            set.putInt(0x0a000001)
                    .putInt(0x0a000002)
                    .putShort((short) (40_000 + i))
                    .putShort((short) 53)
                    .put((byte) 17)
                    .putInt(PACKETS)
                    .putInt(OCTETS)
                    .putLong(nowMs - 1_000)
                    .putLong(nowMs);
        }
        return message(domain, sequence, set.array());
    }

    private static byte[] message(int domain, int sequence, byte[] set) {
        return ByteBuffer.allocate(20 + set.length)
                .putShort((short) 9)
                .putShort((short) 1)
                .putInt(100_000)
                .putInt((int) (System.currentTimeMillis() / 1000))
                .putInt(sequence)
                .putInt(domain)
                .put(set)
                .array();
    }

    @ParameterizedTest
    @ValueSource(strings = {"up", "run collector"})
    void shouldTellTheFateOfEveryDatagramWhenAnotherInputFails(String command) throws Exception {
        String prefix = KAFKA.uniqueName("fails") + ".";
        List<String> args = new ArrayList<>(List.of(command.split(" ")));
        args.addAll(List.of("--listen", "udp://127.0.0.1:0", "--pcap", "-"));
        args.addAll(List.of("--data-dir", directory.resolve("data").toString()));
        String[] joining = WeirRun.joining(KAFKA, prefix, args.toArray(String[]::new));
        try (WeirProcess weir = WeirProcess.start(directory, joining)) {
            send(weir, 1, BURST);
            try (OutputStream in = weir.in()) {
                in.write("no capture, however much one looks at it".getBytes(StandardCharsets.US_ASCII));
            }
            int[] next = {BURST + 1};
            Await.until(PATIENCE, "its end", () -> {
                send(weir, next[0], BURST);
                next[0] += BURST;
                return !weir.isAlive();
            });

            assertThat(weir.awaitExit(PATIENCE)).isEqualTo(ExitCode.FAILED);
            assertThat(weir.err()).contains("stdin").doesNotContain("no more datagrams are taken");
            Matcher counts = COUNTS.matcher(weir.err());
            assertThat(counts.find()).as(weir.err()).isTrue();
            long received = count(counts.group(1));
            long kept = count(counts.group(2));
            long lost = count(counts.group(3));
            Map<String, Object> client = client(KAFKA.bootstrapServers(), KAFKA.schemaRegistryUrl());
            Topics topics = new Topics(prefix);
            assertThat(kept).isGreaterThanOrEqualTo(BURST).isEqualTo(datagramsNow(client, topics.sflow()));
            List<Loss> losses = losses(client, topics.losses());
            assertThat(losses.stream().mapToLong(Loss::getDatagrams).sum()).isEqualTo(lost);
            long dropped = losses.stream()
                    .filter(loss -> loss.getReason() == LossReason.kernel_drop)
                    .mapToLong(Loss::getDatagrams)
                    .sum();
            assertThat(received + dropped).isEqualTo(kept + lost);
        }
    }

    private static long count(String text) {
        return Long.parseLong(text.replace(",", ""));
    }

    private WeirProcess up(Path data) {
        return WeirProcess.start(
                directory,
                "up",
                "--listen",
                "udp://127.0.0.1:0",
                "--data-dir",
                data.toString(),
                "-s",
                "meter.window=1s",
                "-s",
                "decoder.flow-record-delay=1s",
                "-s",
                "embedded.kafka.port=0",
                "-s",
                "embedded.registry.port=0");
    }

    /** Datagrams with one sample each. */
    private static void send(WeirProcess up, int first, int count) throws IOException {
        List<byte[]> datagrams = new ArrayList<>();
        for (int i = first; i < first + count; i++) {
            datagrams.add(sample(i));
        }
        send(up, datagrams);
    }

    private static void awaitListening(WeirProcess up) {
        up.awaitMessage(PATIENCE, "takes sFlow");
    }

    private static void send(WeirProcess up, List<byte[]> datagrams) throws IOException {
        awaitListening(up);
        Matcher port = PORT.matcher(up.err());
        assertThat(port.find()).isTrue();
        try (DatagramSocket agent = new DatagramSocket()) {
            for (byte[] datagram : datagrams) {
                agent.send(new DatagramPacket(
                        datagram, datagram.length, InetAddress.getLoopbackAddress(), Integer.parseInt(port.group(1))));
            }
        }
    }

    /** A packet of UDP between two hosts, as the agent has read it. */
    private static byte[] sample(int number) {
        return packet(
                        head(number, number)
                                .putInt(1)
                                .putInt(32 + 8 + 32)
                                .putInt(number)
                                .putInt(5)
                                .putInt(RATE)
                                .putInt(number * RATE)
                                .putInt(0)
                                .putInt(5)
                                .putInt(6),
                        number)
                .array();
    }

    /** Of a datagram with one sample. */
    private static ByteBuffer head(int number, int uptimeMs) {
        return ByteBuffer.allocate(28 + 8 + 32 + 8 + 32)
                .putInt(5)
                .putInt(1)
                .put(new byte[] {(byte) 192, 0, 2, 7})
                .putInt(0)
                .putInt(number)
                .putInt(uptimeMs)
                .putInt(1);
    }

    /** The one record of a sample: a packet of UDP, as the agent has read it. */
    private static ByteBuffer packet(ByteBuffer sample, int number) {
        return sample.putInt(1)
                .putInt(3)
                .putInt(32)
                .putInt(100)
                .putInt(17)
                .putInt(0x0a000001)
                .putInt(0x0a000002)
                .putInt(40_000 + number % 10)
                .putInt(53)
                .putInt(0)
                .putInt(0);
    }

    private void awaitPackets(Path data, long packets) {
        WeirRun[] audit = new WeirRun[1];
        Await.until(PATIENCE, "the audit counts " + packets + " packets", () -> {
            audit[0] = WeirRun.of(directory, "audit", "--json", "--wait", "60s", "--data-dir", data.toString());
            return packets(audit[0].out()) == packets;
        });
        assertThat(audit[0].exitCode()).as(audit[0].out() + audit[0].err()).isEqualTo(ExitCode.DONE);
        assertThat(audit[0].out()).contains("\"missingDatagrams\":0").doesNotContain("\"datagrams\":0");
    }

    private static long packets(String audit) throws IOException {
        long packets = 0;
        for (JsonNode point : new ObjectMapper().readTree(audit).path("observationPoints")) {
            packets += point.path("packets").asLong();
        }
        return packets;
    }

    /** What stands in Kafka, when that grows no more. */
    private static long datagrams(Path data) {
        Endpoints endpoints = Endpoints.ofRunning(data).orElseThrow();
        Map<String, Object> client = client(endpoints.bootstrapServers(), endpoints.registryUrl());
        long[] found = {-1};
        Await.until(PATIENCE, "the datagrams of both runs", () -> {
            long now = datagramsNow(client, Topics.ofDefaultPrefix().sflow());
            boolean same = now == found[0] && now >= 450;
            found[0] = now;
            return same;
        });
        return found[0];
    }

    private static Map<String, Object> client(String bootstrapServers, String registryUrl) {
        return Map.of("bootstrap.servers", bootstrapServers, "schema.registry.url", registryUrl);
    }

    /** Those that stand in Kafka now, signs of life left out. */
    private static long datagramsNow(Map<String, Object> client, TopicSpec<Datagram> topic) {
        long now = 0;
        try (Deserializer<Datagram> datagrams = AvroSerdes.deserializer(Datagram.class, client)) {
            for (ConsumerRecord<byte[], byte[]> record : records(client, topic)) {
                Datagram datagram = datagrams.deserialize(topic.name(), record.value());
                now += datagram.getExporterAddress().remaining() == 0 ? 0 : 1;
            }
        }
        return now;
    }

    private static List<Loss> losses(Map<String, Object> client, TopicSpec<Loss> topic) {
        try (Deserializer<Loss> losses = AvroSerdes.deserializer(Loss.class, client)) {
            return records(client, topic).stream()
                    .map(record -> losses.deserialize(topic.name(), record.value()))
                    .toList();
        }
    }

    private static List<ConsumerRecord<byte[], byte[]>> records(Map<String, Object> client, TopicSpec<?> topic) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(client, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic.name()).stream()
                    .map(info -> new TopicPartition(topic.name(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(one -> consumer.position(one) < ends.get(one))) {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            }
        }
        return records;
    }

    private List<JsonNode> flows(Path data) throws IOException {
        return read("flows", data);
    }

    private List<JsonNode> read(String command, Path data) throws IOException {
        WeirRun run = WeirRun.of(directory, command, "--from", "beginning", "--json", "--data-dir", data.toString());
        assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
        ObjectMapper mapper = new ObjectMapper();
        List<JsonNode> records = new ArrayList<>();
        for (String line : run.out().lines().toList()) {
            records.add(mapper.readTree(line));
        }
        return records;
    }
}
