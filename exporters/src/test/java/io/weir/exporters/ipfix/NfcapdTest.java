package io.weir.exporters.ipfix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.exporters.transport.Connections;
import io.weir.exporters.transport.TlsConfig;
import io.weir.schemas.Counters;
import io.weir.schemas.Flow;
import io.weir.schemas.ObservationPoint;
import io.weir.schemas.Sampling;
import io.weir.testing.Await;
import io.weir.testing.Commands;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What nfdump's collector makes of our messages. */
class NfcapdTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration STOP = Duration.ofSeconds(10);

    @TempDir
    private Path directory;

    @BeforeEach
    void needNfdump() throws InterruptedException {
        assumeTrue(
                Commands.run("nfcapd", "-V") && Commands.run("nfdump", "-V"),
                "nfcapd and nfdump are not installed (Debian: nfdump)");
    }

    /** What nfdump shows of the messages of these flows. */
    private List<JsonNode> collect(IpfixConfig options, List<Flow> flows) throws Exception {
        Path files = Files.createDirectories(directory.resolve("files"));
        Path log = directory.resolve("log");
        int port;
        try (DatagramSocket free = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Process nfcapd = new ProcessBuilder(
                        "nfcapd", "-w", files.toString(), "-p", Integer.toString(port), "-b", "127.0.0.1", "-t", "3600")
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            Await.until(PATIENCE, "nfcapd listens", () -> Files.readString(log).contains("Startup nfcapd"));
            IpfixConfig config = new IpfixConfig(
                    "test",
                    URI.create("udp://127.0.0.1:" + port),
                    options.biflow(),
                    options.totals(),
                    false,
                    options.applications(),
                    options.messageOctets(),
                    options.templateInterval(),
                    options.templateMessages(),
                    2_000,
                    TlsConfig.defaults());
            IpfixCounters counters = new IpfixCounters();
            try (MessageWriter writer = new MessageWriter(
                    config,
                    Connections.opener(config.to(), config.tls(), "ipfix.tls"),
                    1,
                    counters,
                    InstantSource.system(),
                    System::nanoTime,
                    failure -> {})) {
                writer.start();
                MessageBatch batch = new MessageBatch();
                IpfixEncoder encoder = new IpfixEncoder(config.format(), config.messageOctets(), batch);
                flows.forEach(flow -> encoder.encode(TestFlows.read(flow)));
                encoder.flush();
                writer.submit(batch);
                assertThat(writer.awaitIdle(PATIENCE)).isTrue();
            }
            long sent = counters.snapshot().records();
            Await.until(PATIENCE, "nfcapd has read everything", () -> receiveQueue(port) == 0);
            nfcapd.destroy();
            assertThat(nfcapd.waitFor(STOP.toSeconds(), TimeUnit.SECONDS)).isTrue();
            String told = Files.readString(log);
            assertThat(told).contains("Sequence Errors: 0").contains("Bad Packets: 0");
            assertThat(told).contains("Flows: " + sent + ",");
        } finally {
            nfcapd.destroyForcibly();
        }
        return read(files);
    }

    /** Octets that wait in the socket of a port of 127.0.0.1. */
    private static long receiveQueue(int port) throws IOException {
        String local = String.format(Locale.ROOT, ":%04X", port);
        for (String line : Files.readAllLines(Path.of("/proc/net/udp"))) {
            String[] columns = line.strip().split("\\s+");
            if (columns[1].endsWith(local)) {
                return Long.parseLong(columns[4].substring(columns[4].indexOf(':') + 1), 16);
            }
        }
        throw new AssertionError("nobody listens at port " + port);
    }

    private static List<JsonNode> read(Path files) throws IOException, InterruptedException {
        List<JsonNode> records = new ArrayList<>();
        try (Stream<Path> all = Files.list(files)) {
            Path file = all.filter(path -> path.getFileName().toString().startsWith("nfcapd."))
                    .findFirst()
                    .orElseThrow();
            ProcessBuilder command = new ProcessBuilder("nfdump", "-r", file.toString(), "-o", "json", "-q");
            command.environment().put("TZ", "UTC");
            Process nfdump = command.start();
            String json = new String(nfdump.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(nfdump.waitFor()).isZero();
            String array = json.strip();
            new ObjectMapper()
                    .readTree(array.startsWith("[") ? array : "[" + array + "]")
                    .forEach(records::add);
        }
        return records;
    }

    private static IpfixConfig options(boolean biflow, boolean totals) {
        IpfixConfig defaults = IpfixConfig.defaults(URI.create("udp://127.0.0.1:1"));
        return new IpfixConfig(
                defaults.name(),
                defaults.to(),
                biflow,
                totals,
                false,
                true,
                defaults.messageOctets(),
                defaults.templateInterval(),
                defaults.templateMessages(),
                defaults.messageRate(),
                defaults.tls());
    }

    /** Flows that nfdump can keep: its counters are of 64 bits, its ports and flags as ours. */
    private static List<Flow> flows(int count, int points) {
        Random random = new Random(9);
        List<Flow> flows = new ArrayList<>();
        while (flows.size() < count) {
            Flow flow = TestFlows.random(random, points);
            if (flow.getIpVersion() != null) {
                flow.setDelta(small(random, flow.getDelta()));
                flow.setSampled(null);
                flows.add(flow);
            }
        }
        return flows;
    }

    private static Counters small(Random random, Counters of) {
        long there = random.nextInt(3) == 0 ? 0 : random.nextInt(100_000);
        long back = random.nextInt(3) == 0 ? 0 : random.nextInt(100_000);
        return new Counters(
                there,
                there * 700,
                there * 714,
                of.getInitiatorTcpControlBits() == null ? null : of.getInitiatorTcpControlBits() & 0xff,
                back,
                back * 60,
                back * 74,
                of.getResponderTcpControlBits() == null ? null : of.getResponderTcpControlBits() & 0xff);
    }

    private static String address(JsonNode record, String end) {
        JsonNode four = record.path(end + "4_addr");
        return four.isMissingNode() ? record.path(end + "6_addr").asText() : four.asText();
    }

    /** nfdump multiplies by the rate of the point. */
    private static void expect(
            Map<String, long[]> sums,
            Flow flow,
            String source,
            Integer sourcePort,
            String destination,
            Integer destinationPort,
            long packets,
            long octets) {
        if (packets == 0) {
            return;
        }
        boolean icmp = flow.getIcmp() != null;
        add(
                sums,
                key(
                        flow.getProtocolIdentifier(),
                        source,
                        icmp ? 0 : sourcePort,
                        destination,
                        icmp ? 0 : destinationPort,
                        flow.getVlanIds().isEmpty() ? 0 : flow.getVlanIds().get(0)),
                packets * flow.getObservationPoint().getSamplingRate(),
                octets * flow.getObservationPoint().getSamplingRate());
    }

    private static String key(
            int protocol, String source, int sourcePort, String destination, int destinationPort, int vlan) {
        return String.format(
                Locale.ROOT, "%d %s %d %s %d %d", protocol, source, sourcePort, destination, destinationPort, vlan);
    }

    private static void add(Map<String, long[]> sums, String key, long packets, long octets) {
        long[] sum = sums.computeIfAbsent(key, ignored -> new long[2]);
        sum[0] += packets;
        sum[1] += octets;
    }

    private static Map<String, long[]> expected(List<Flow> flows) {
        Map<String, long[]> expected = new HashMap<>();
        for (Flow flow : flows) {
            Counters delta = flow.getDelta();
            var from = flow.getInitiator();
            var to = flow.getResponder();
            expect(
                    expected,
                    flow,
                    from.getAddress(),
                    from.getPort(),
                    to.getAddress(),
                    to.getPort(),
                    delta.getInitiatorPackets(),
                    delta.getInitiatorOctets());
            expect(
                    expected,
                    flow,
                    to.getAddress(),
                    to.getPort(),
                    from.getAddress(),
                    from.getPort(),
                    delta.getResponderPackets(),
                    delta.getResponderOctets());
        }
        return expected;
    }

    private static String keyOf(JsonNode record) {
        return key(
                record.get("proto").asInt(),
                address(record, "src"),
                record.path("src_port").asInt(),
                address(record, "dst"),
                record.path("dst_port").asInt(),
                record.path("src_vlan").asInt());
    }

    private static Map<String, long[]> seen(List<JsonNode> records) {
        Map<String, long[]> seen = new HashMap<>();
        for (JsonNode record : records) {
            add(
                    seen,
                    keyOf(record),
                    record.get("in_packets").asLong(),
                    record.get("in_bytes").asLong());
        }
        return seen;
    }

    @Test
    void shouldReadTheSameSumsPerKey() throws Exception {
        List<Flow> flows = flows(3_000, 5);

        List<JsonNode> records = collect(options(false, false), flows);

        assertThat(seen(records)).usingRecursiveComparison().isEqualTo(expected(flows));
    }

    @Test
    void shouldNotTakeTotalsForCounts() throws Exception {
        List<Flow> flows = flows(300, 2);

        List<JsonNode> records = collect(options(false, true), flows);

        assertThat(seen(records)).usingRecursiveComparison().isEqualTo(expected(flows));
    }

    @Test
    void shouldReadTimesFlagsIcmpAndInterfaces() throws Exception {
        List<JsonNode> records = collect(
                options(false, false),
                List.of(TestFlows.tcp().build(), TestFlows.ping6().build()));

        assertThat(records).hasSize(4);
        JsonNode tcp = records.get(0);
        assertThat(millis(tcp.get("first"))).isEqualTo(TestFlows.WINDOW_START_MS + 123);
        assertThat(millis(tcp.get("last"))).isEqualTo(TestFlows.WINDOW_START_MS + 5678);
        assertThat(tcp.get("tcp_flags").asText()).isEqualTo("...AP.SF");
        assertThat(tcp.get("input_snmp").asLong()).isPositive();
        assertThat(records.get(2).get("icmp_type").asInt()).isEqualTo(128);
        assertThat(records.get(3).get("icmp_type").asInt()).isEqualTo(129);
    }

    private static long millis(JsonNode time) {
        return LocalDateTime.parse(time.asText()).toInstant(ZoneOffset.UTC).toEpochMilli();
    }

    @Test
    void shouldMultiplyWhatWasSampled() throws Exception {
        Flow sampled = TestFlows.tcp()
                .setSampled(new Sampling(100, 1.0, 1.0, 1.0))
                .setObservationPoint(new ObservationPoint("node-1", "eth1", "sflow", 100))
                .build();

        List<JsonNode> records = collect(
                options(false, false),
                List.of(TestFlows.tcp().build(), sampled, TestFlows.tcp().build()));

        assertThat(records)
                .extracting(record -> record.get("in_packets").asLong())
                .containsExactlyInAnyOrder(10L, 7L, 1000L, 700L, 10L, 7L);
    }

    @Test
    void shouldReadTheWayThatDevicesSay() throws Exception {
        List<JsonNode> records =
                collect(options(false, false), List.of(TestFlows.reported().build()));

        assertThat(records).hasSize(2);
        JsonNode there = records.get(0);
        assertThat(there.get("in_packets").asLong()).isEqualTo(10);
        assertThat(there.get("in_bytes").asLong()).isEqualTo(1000);
        assertThat(there.get("input_snmp").asLong()).isEqualTo(501);
        assertThat(there.get("output_snmp").asLong()).isEqualTo(0xffff_fffeL);
        assertThat(there.get("src_as").asLong()).isEqualTo(64_500);
        assertThat(there.get("dst_as").asLong()).isEqualTo(4_200_000_001L);
        assertThat(there.get("src_mask").asInt()).isEqualTo(24);
        assertThat(there.get("dst_mask").asInt()).isEqualTo(16);
        assertThat(there.get("src_tos").asInt()).isEqualTo(184);
        assertThat(there.get("ip4_next_hop").asText()).isEqualTo("192.0.2.254");
        assertThat(there.get("bgp4_next_hop").asText()).isEqualTo("198.51.100.254");
        assertThat(there.get("src4_xlt_ip").asText()).isEqualTo("203.0.113.9");
        assertThat(there.get("dst4_xlt_ip").asText()).isEqualTo("10.0.0.80");
        assertThat(there.get("mpls_1").asText()).isEqualTo("16065-0-0");
        assertThat(there.get("mpls_2").asText()).isEqualTo("3-0-1");
        JsonNode back = records.get(1);
        assertThat(back.get("in_packets").asLong()).isEqualTo(7);
        assertThat(back.get("output_snmp").asLong()).isEqualTo(501);
        assertThat(back.get("src_as").asLong()).isZero();
    }

    @Test
    void shouldReadBothDirectionsOfARecord() throws Exception {
        List<JsonNode> records =
                collect(options(true, false), List.of(TestFlows.tcp().build()));

        assertThat(records).singleElement().satisfies(record -> {
            assertThat(record.get("in_packets").asLong()).isEqualTo(10);
            assertThat(record.get("in_bytes").asLong()).isEqualTo(1000);
            assertThat(record.get("out_packets").asLong()).isEqualTo(7);
            assertThat(record.get("out_bytes").asLong()).isEqualTo(7000);
        });
    }

    @Test
    void shouldReadFramesWithoutIp() throws Exception {
        List<JsonNode> records =
                collect(options(false, false), List.of(TestFlows.arp().build()));

        assertThat(records).hasSize(2);
        assertThat(records.get(0).get("in_packets").asLong()).isEqualTo(2);
        assertThat(records.get(0).get("in_src_mac").asText()).isEqualTo("02:00:00:00:00:01");
    }
}
