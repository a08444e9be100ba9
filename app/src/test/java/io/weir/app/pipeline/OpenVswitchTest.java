package io.weir.app.pipeline;

import static io.weir.testing.Commands.must;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.app.WeirProcess;
import io.weir.app.WeirRun;
import io.weir.app.failure.ExitCode;
import io.weir.app.pipeline.OpenVswitch.PortCounters;
import io.weir.app.read.Endpoints;
import io.weir.app.read.StartPosition;
import io.weir.app.read.TopicReader;
import io.weir.collectors.capture.NetworkNamespace;
import io.weir.schemas.DeviceCounters;
import io.weir.schemas.serde.AvroSerdes;
import io.weir.schemas.topic.TopicSpec;
import io.weir.schemas.topic.Topics;
import io.weir.testing.Await;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/**
 * Open vSwitch exports what passes through it as sFlow, NetFlow and IPFIX, by the commands of docs/datagrams.md, to {@code weir up}: what comes
 * out is what the switch has counted at its ports. One run for all tests; skipped where there is no Open vSwitch or no namespace can be made.
 */
@TestInstance(Lifecycle.PER_CLASS)
class OpenVswitchTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int PATIENCE_MS = 10_000;
    private static final Topics TOPICS = Topics.ofDefaultPrefix();

    private static final int SAMPLING_RATE = 16;

    /** An estimate is off by more than this many standard errors once in some million runs. */
    private static final double STANDARD_ERRORS = 5;

    // More flows than a datagram of NetFlow v5 holds; fewer datagrams under way than a port's socket has room for.
    private static final int UDP_FLOWS = 40;
    private static final int UDP_ROUNDS = 40;
    private static final int UDP_WINDOW = 32;
    private static final int UDP_FIRST_PORT = 40_000;
    private static final int UDP_SERVICE = 7_777;
    private static final int REQUEST_OCTETS = 200;
    private static final int RESPONSE_OCTETS = 50;
    private static final int UDP_PACKETS = UDP_FLOWS * UDP_ROUNDS * UDP_WINDOW;

    private static final int TCP_SERVICE = 8_080;
    private static final int TCP_CHUNK = 8_192;
    private static final int TCP_CHUNKS = 256;

    private static final int PINGS = 100;

    private static final int ETHERNET_OCTETS = 14;
    private static final int UDP_HEADER_OCTETS = ETHERNET_OCTETS + 20 + 8;
    private static final int PING_OCTETS = ETHERNET_OCTETS + 84;
    private static final long NANOS_PER_MICRO = 1_000;

    /** Messages of IPFIX tell the time in whole seconds, from which those of packets count. */
    private static final long CLOCK_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** What one direction of the traffic amounts to. */
    private record Sums(long packets, long layer2Octets) {
        private static final Sums NONE = new Sums(0, 0);

        Sums plus(long morePackets, long moreOctets) {
            return new Sums(packets + morePackets, layer2Octets + moreOctets);
        }
    }

    /** What samples say that packets amount to, with the squares of the standard errors. */
    private record Estimate(double packets, double packetsVariance, double layer2Octets, double octetsVariance) {
        private static final Estimate NONE = new Estimate(0, 0, 0, 0);

        /** What one side of a flow has sent, by the error that its record states for both: its packets are of much the same length. */
        static Estimate of(JsonNode flow, String side) {
            JsonNode delta = flow.path("delta");
            double samples = delta.path(side + "Packets").asDouble();
            double error = flow.path("sampled").path("packetsStandardError").asDouble();
            double ofBoth = delta.path("initiatorPackets").asDouble()
                    + delta.path("responderPackets").asDouble();
            if (samples == 0) {
                return NONE;
            }
            double octets = delta.path(side + "Layer2Octets").asDouble();
            double variance = error * error * samples / ofBoth;
            double length = octets / samples;
            return new Estimate(samples * SAMPLING_RATE, variance, octets * SAMPLING_RATE, variance * length * length);
        }

        Estimate plus(Estimate other) {
            return new Estimate(
                    packets + other.packets,
                    packetsVariance + other.packetsVariance,
                    layer2Octets + other.layer2Octets,
                    octetsVariance + other.octetsVariance);
        }
    }

    @TempDir
    private static Path directory;

    private Path dataDir;
    private OpenVswitch ovs;
    private WeirProcess up;
    private long begun;
    private long ended;
    private PortCounters left;
    private PortCounters right;

    @BeforeAll
    void letTrafficPass() throws Exception {
        dataDir = directory.resolve("data");
        ovs = OpenVswitch.start(Files.createDirectory(directory.resolve("switch")));
        up = atCollector(this::up);
        up.awaitMessage(PATIENCE, "takes sFlow, NetFlow and IPFIX at udp://" + OpenVswitch.COLLECTOR_ADDRESS + ":4739");
        ovs.shell(documentedCommands());
        // The traffic is short.
        ovs.set("sFlow", "sampling=" + SAMPLING_RATE, "polling=1");
        ovs.set("NetFlow", "active_timeout=1");
        ovs.set("IPFIX", "cache_active_timeout=1");
        begun = nowNanos();
        exchangeDatagrams();
        transfer();
        must(
                "ip",
                "netns",
                "exec",
                ovs.hostNamespace(OpenVswitch.LEFT),
                "ping",
                "-q",
                "-c",
                String.valueOf(PINGS),
                "-i",
                "0.002",
                OpenVswitch.RIGHT_ADDRESS);
        ended = nowNanos();
        left = ovs.counters(OpenVswitch.LEFT);
        right = ovs.counters(OpenVswitch.RIGHT);
    }

    @AfterAll
    void stop() throws Exception {
        try {
            if (up != null) {
                up.close();
            }
        } finally {
            if (ovs != null) {
                ovs.close();
            }
        }
    }

    private static long nowNanos() {
        return TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis());
    }

    private WeirProcess up() {
        List<String> args = new ArrayList<>(List.of("up", "--data-dir", dataDir.toString()));
        for (int port : new int[] {6343, 2055, 4739}) {
            args.addAll(List.of("--listen", "udp://" + OpenVswitch.COLLECTOR_ADDRESS + ":" + port));
        }
        for (String setting : List.of(
                "meter.window=1s",
                "decoder.flow-record-delay=3s",
                "embedded.kafka.port=0",
                "embedded.registry.port=0")) {
            args.addAll(List.of("-s", setting));
        }
        return WeirProcess.start(directory, args.toArray(String[]::new));
    }

    /** Those that the document gives, as they stand there. */
    private static String documentedCommands() throws IOException {
        String document = Files.readString(Path.of(System.getProperty("weir.root"), "docs", "datagrams.md"));
        int section = document.indexOf("\n## Open vSwitch\n");
        assertThat(section).isNotNegative();
        int begin = document.indexOf("```\n", section) + 4;
        String commands = document.substring(begin, document.indexOf("```", begin));
        assertThat(commands.lines()).hasSize(3).allMatch(line -> line.startsWith("ovs-vsctl "));
        return "set -e\n" + commands;
    }

    /** Nothing gets lost on the way: the next datagrams go out when the last ones have come in. */
    private void exchangeDatagrams() throws Exception {
        InetSocketAddress service = new InetSocketAddress(OpenVswitch.RIGHT_ADDRESS, UDP_SERVICE);
        DatagramPacket request = new DatagramPacket(new byte[REQUEST_OCTETS], REQUEST_OCTETS, service);
        DatagramPacket received = new DatagramPacket(new byte[REQUEST_OCTETS], REQUEST_OCTETS);
        try (DatagramSocket server = in(OpenVswitch.RIGHT, () -> new DatagramSocket(service))) {
            server.setSoTimeout(PATIENCE_MS);
            for (int flow = 0; flow < UDP_FLOWS; flow++) {
                InetSocketAddress address = new InetSocketAddress(OpenVswitch.LEFT_ADDRESS, UDP_FIRST_PORT + flow);
                DatagramPacket response = new DatagramPacket(new byte[RESPONSE_OCTETS], RESPONSE_OCTETS, address);
                try (DatagramSocket client = in(OpenVswitch.LEFT, () -> new DatagramSocket(address))) {
                    client.setSoTimeout(PATIENCE_MS);
                    for (int round = 0; round < UDP_ROUNDS; round++) {
                        exchange(client, request, server, received);
                        exchange(server, response, client, received);
                    }
                }
            }
        }
    }

    private static void exchange(DatagramSocket from, DatagramPacket sent, DatagramSocket to, DatagramPacket received)
            throws IOException {
        for (int i = 0; i < UDP_WINDOW; i++) {
            from.send(sent);
        }
        for (int i = 0; i < UDP_WINDOW; i++) {
            received.setLength(REQUEST_OCTETS);
            to.receive(received);
            assertThat(received.getLength()).isEqualTo(sent.getLength());
        }
    }

    /** Over TCP; chunks that are small enough to fit into all buffers on the way. */
    private void transfer() throws Exception {
        InetSocketAddress service = new InetSocketAddress(OpenVswitch.RIGHT_ADDRESS, TCP_SERVICE);
        try (ServerSocket listening = in(OpenVswitch.RIGHT, () -> {
                    ServerSocket socket = new ServerSocket();
                    socket.bind(service);
                    return socket;
                });
                Socket client = in(OpenVswitch.LEFT, Socket::new)) {
            listening.setSoTimeout(PATIENCE_MS);
            // An Inet socket gets its place only when it is made, which is put off until it connects.
            in(OpenVswitch.LEFT, () -> {
                client.connect(service, PATIENCE_MS);
                return null;
            });
            try (Socket server = listening.accept()) {
                server.setSoTimeout(PATIENCE_MS);
                for (int i = 0; i < TCP_CHUNKS; i++) {
                    client.getOutputStream().write(new byte[TCP_CHUNK]);
                    assertThat(server.getInputStream().readNBytes(TCP_CHUNK)).hasSize(TCP_CHUNK);
                }
                client.shutdownOutput();
                assertThat(server.getInputStream().read()).isEqualTo(-1);
            }
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void shouldSeeAllOfTheTraffic() {
        assertThat(left.receivedPackets()).isEqualTo(right.sentPackets());
        assertThat(right.receivedPackets()).isEqualTo(left.sentPackets());
        assertThat(left.receivedOctets()).isEqualTo(right.sentOctets());
        assertThat(right.receivedOctets()).isEqualTo(left.sentOctets());
        assertThat(left.receivedPackets()).isGreaterThan(UDP_PACKETS + PINGS);
        assertThat(left.receivedOctets())
                .isGreaterThan((long) UDP_PACKETS * REQUEST_OCTETS + (long) TCP_CHUNKS * TCP_CHUNK);
    }

    @Test
    void shouldTellThePortsCountersFromSflow() throws Exception {
        for (String port : List.of(OpenVswitch.LEFT, OpenVswitch.RIGHT)) {
            Map<String, Object> values = awaitFinalCounters(port);
            PortCounters counters = port.equals(OpenVswitch.LEFT) ? left : right;
            assertThat(values)
                    .containsEntry("ifIndex", (long) ovs.ifIndex(port))
                    .containsEntry("ifInOctets", counters.receivedOctets())
                    .containsEntry("ifInUcastPkts", counters.receivedPackets())
                    .containsEntry("ifInDiscards", 0L)
                    .containsEntry("ifInErrors", 0L)
                    .containsEntry("ifOutOctets", counters.sentOctets())
                    .containsEntry("ifOutUcastPkts", counters.sentPackets())
                    .containsEntry("ifOutDiscards", 0L)
                    .containsEntry("ifOutErrors", 0L);
        }
    }

    /** The last counters of an interface, when they are those at the end of the traffic. */
    private Map<String, Object> awaitFinalCounters(String port) throws Exception {
        String ifIndex = String.valueOf(ovs.ifIndex(port));
        long octets = (port.equals(OpenVswitch.LEFT) ? left : right).receivedOctets();
        Map<String, Object> values = new HashMap<>();
        await("the counters of " + port + " at the end", () -> {
            for (DeviceCounters record : records(TOPICS.counters())) {
                if (ifIndex.equals(record.getObservationPoint().getInterface$())
                        && "if_counters".equals(record.getStructure())) {
                    assertThat(record.getObservationPoint().getHost()).isEqualTo(OpenVswitch.SWITCH_ADDRESS);
                    values.putAll(record.getValues());
                }
            }
            return Long.valueOf(octets).equals(values.get("ifInOctets"));
        });
        return values;
    }

    @Test
    void shouldEstimateFromSflowWhatThePortsHaveCounted() throws Exception {
        // The agent sends samples no later than the counters that it reads after them.
        awaitFinalCounters(OpenVswitch.LEFT);
        awaitFinalCounters(OpenVswitch.RIGHT);
        SflowSamples samples = new SflowSamples();
        atCollector(() -> {
            records(TOPICS.sflow()).forEach(samples::add);
            return null;
        });
        assertThat(samples.problems()).isEmpty();
        List<JsonNode> flows = new ArrayList<>();
        await("flows of " + samples.packets() + " samples", () -> {
            flows.clear();
            flows.addAll(flows("sflow"));
            long packets = 0;
            for (JsonNode flow : flows) {
                packets += flow.path("delta").path("initiatorPackets").asLong()
                        + flow.path("delta").path("responderPackets").asLong();
            }
            return packets == samples.packets();
        });
        Estimate intoLeft = Estimate.NONE;
        Estimate intoRight = Estimate.NONE;
        double estimatedPackets = 0;
        double estimatedOctets = 0;
        for (JsonNode flow : flows) {
            JsonNode point = flow.path("observationPoint");
            assertThat(point.path("host").asText()).isEqualTo(OpenVswitch.SWITCH_ADDRESS);
            // All samples of a bridge are of one source, which is none of its ports.
            assertThat(point.path("interface").asText()).isEqualTo("entity 1000");
            assertThat(point.path("samplingRate").asInt()).isEqualTo(SAMPLING_RATE);
            boolean begunLeft = flow.path("initiator").path("address").asText().equals(OpenVswitch.LEFT_ADDRESS);
            intoLeft = intoLeft.plus(Estimate.of(flow, begunLeft ? "initiator" : "responder"));
            intoRight = intoRight.plus(Estimate.of(flow, begunLeft ? "responder" : "initiator"));
            estimatedPackets += flow.path("sampled").path("estimatedPackets").asDouble();
            estimatedOctets +=
                    flow.path("sampled").path("estimatedLayer2Octets").asDouble();
        }
        check("left to right", intoLeft, left);
        check("right to left", intoRight, right);
        assertThat(estimatedPackets).isEqualTo(intoLeft.packets() + intoRight.packets());
        assertThat(estimatedOctets).isEqualTo(intoLeft.layer2Octets() + intoRight.layer2Octets());
    }

    /** Packets are sampled where they come in. */
    private static void check(String direction, Estimate estimate, PortCounters counters) {
        double packetsError = Math.sqrt(estimate.packetsVariance());
        double octetsError = Math.sqrt(estimate.octetsVariance());
        // Of some thousand samples.
        assertThat(packetsError).isBetween(estimate.packets() / 100, estimate.packets() / 50);
        assertThat(estimate.packets())
                .as("packets " + direction)
                .isCloseTo((double) counters.receivedPackets(), within(STANDARD_ERRORS * packetsError));
        assertThat(estimate.layer2Octets())
                .as("octets " + direction)
                .isCloseTo((double) counters.receivedOctets(), within(STANDARD_ERRORS * octetsError));
    }

    @Test
    void shouldReadFromNetflowAndIpfixWhatThePortsHaveCounted() throws Exception {
        Map<String, Sums> expected = new HashMap<>();
        for (String port : List.of(OpenVswitch.LEFT, OpenVswitch.RIGHT)) {
            PortCounters counters = port.equals(OpenVswitch.LEFT) ? left : right;
            Sums received = new Sums(counters.receivedPackets(), counters.receivedOctets());
            // NetFlow names ports by their numbers in OpenFlow, IPFIX by their ifIndex.
            expected.put("v5 into " + ovs.openFlowPort(port), received);
            expected.put("IPFIX into " + ovs.ifIndex(port), received);
            expected.put("IPFIX out of " + ovs.ifIndex(port), new Sums(counters.sentPackets(), counters.sentOctets()));
        }
        ExportedTotals[] exported = new ExportedTotals[1];
        await("records of all packets", () -> {
            exported[0] = new ExportedTotals();
            records(TOPICS.netflow()).forEach(exported[0]::add);
            Map<String, Sums> sums = new HashMap<>();
            exported[0]
                    .packets()
                    .forEach((name, packets) -> sums.put(
                            name, Sums.NONE.plus(packets, exported[0].octets().get(name))));
            assertThat(sums).isEqualTo(expected);
            return true;
        });
        assertThat(exported[0].problems()).isEmpty();
        assertThat(exported[0].missing()).isZero();
        assertThat(exported[0].heldSets()).isZero();
        assertThat(exported[0].estimatedTimes()).isZero();
        assertThat(exported[0].firstNanos()).isBetween(begun - CLOCK_NANOS, ended);
        assertThat(exported[0].lastNanos()).isBetween(exported[0].firstNanos(), ended + CLOCK_NANOS);
    }

    /** Flows of IPFIX are seen at both ports, on the way in and out; those of NetFlow where they come in. */
    @Test
    void shouldCountInFlowsOfNetflowAndIpfixWhatThePortsHaveCounted() throws Exception {
        Map<String, Sums> expected = new TreeMap<>();
        expect(expected, ovs.openFlowPort(OpenVswitch.LEFT), OpenVswitch.LEFT_ADDRESS, REQUEST_OCTETS, left);
        expect(expected, ovs.openFlowPort(OpenVswitch.RIGHT), OpenVswitch.RIGHT_ADDRESS, RESPONSE_OCTETS, right);
        for (String port : List.of(OpenVswitch.LEFT, OpenVswitch.RIGHT)) {
            expect(expected, ovs.ifIndex(port), OpenVswitch.LEFT_ADDRESS, REQUEST_OCTETS, left);
            expect(expected, ovs.ifIndex(port), OpenVswitch.RIGHT_ADDRESS, RESPONSE_OCTETS, right);
        }
        Set<Integer> openFlowPorts = Set.of(ovs.openFlowPort(OpenVswitch.LEFT), ovs.openFlowPort(OpenVswitch.RIGHT));
        List<JsonNode> flows = new ArrayList<>();
        Await.untilAsserted(PATIENCE, "flows of all packets", () -> {
            flows.clear();
            flows.addAll(atCollector(() -> flows("netflow")));
            Map<String, Sums> sums = new TreeMap<>();
            flows.forEach(flow -> {
                addSide(sums, flow, "initiator");
                addSide(sums, flow, "responder");
            });
            assertThat(sums).isEqualTo(expected);
        });
        Map<String, Long> differences = new TreeMap<>();
        for (JsonNode flow : flows) {
            JsonNode point = flow.path("observationPoint");
            assertThat(point.path("host").asText()).isEqualTo(OpenVswitch.SWITCH_ADDRESS);
            assertThat(point.path("samplingRate").asInt()).isEqualTo(1);
            assertThat(flow.path("sampled").isNull()).isTrue();
            assertThat(flow.path("flowStartMicroseconds").asLong() * NANOS_PER_MICRO)
                    .isBetween(begun - CLOCK_NANOS, ended);
            // Open vSwitch puts octets of layer 2 into NetFlow.
            int header = openFlowPorts.contains(portOf(flow)) ? 0 : ETHERNET_OCTETS;
            // Of all records of a flow: what is shared out to its windows is rounded, each count by itself.
            JsonNode delta = flow.path("delta");
            for (String side : List.of("initiator", "responder")) {
                long headers = delta.path(side + "Layer2Octets").asLong()
                        - delta.path(side + "Octets").asLong();
                differences.merge(
                        flow.path("flowId").asText() + side,
                        headers - header * delta.path(side + "Packets").asLong(),
                        Long::sum);
            }
        }
        assertThat(differences.values()).isNotEmpty().containsOnly(0L);
    }

    /** What one host has sent, as it is told of by a port: by protocol, of which that of TCP is what is left. */
    private static void expect(
            Map<String, Sums> expected, int port, String sender, int payloadOctets, PortCounters counters) {
        Sums udp = new Sums(UDP_PACKETS, (long) UDP_PACKETS * (UDP_HEADER_OCTETS + payloadOctets));
        Sums icmp = new Sums(PINGS, (long) PINGS * PING_OCTETS);
        expected.put(name(port, sender, 17), udp);
        expected.put(name(port, sender, 1), icmp);
        expected.put(
                name(port, sender, 6),
                new Sums(
                        counters.receivedPackets() - udp.packets() - icmp.packets(),
                        counters.receivedOctets() - udp.layer2Octets() - icmp.layer2Octets()));
    }

    /** Number of the port, which stands behind that of the domain where there is one. */
    private static int portOf(JsonNode flow) {
        String at = flow.path("observationPoint").path("interface").asText();
        return Integer.parseInt(at.substring(at.indexOf(':') + 1));
    }

    private static void addSide(Map<String, Sums> sums, JsonNode flow, String side) {
        JsonNode delta = flow.path("delta");
        long packets = delta.path(side + "Packets").asLong();
        if (packets > 0) {
            String name = name(
                    portOf(flow),
                    flow.path(side).path("address").asText(),
                    flow.path("protocolIdentifier").asInt());
            sums.merge(
                    name,
                    new Sums(packets, delta.path(side + "Layer2Octets").asLong()),
                    (a, b) -> a.plus(b.packets(), b.layer2Octets()));
        }
    }

    private static String name(int port, String sender, int protocol) {
        return "protocol " + protocol + " of " + sender + " at " + port;
    }

    @Test
    void shouldConserveWhatCameAndMissNothing() throws Exception {
        awaitFinalCounters(OpenVswitch.LEFT);
        WeirRun audit = atCollector(
                () -> WeirRun.of(directory, "audit", "--json", "--wait", "30s", "--data-dir", dataDir.toString()));
        assertThat(audit.exitCode()).as(audit.out() + audit.err()).isEqualTo(ExitCode.DONE);
        assertThat(atCollector(() -> records(TOPICS.losses()))).isEmpty();
    }

    /** Records of {@code weir flows} with this capture. */
    private List<JsonNode> flows(String capture) throws IOException {
        WeirRun run = WeirRun.of(directory, "flows", "--from", "beginning", "--json", "--data-dir", dataDir.toString());
        assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
        ObjectMapper mapper = new ObjectMapper();
        List<JsonNode> flows = new ArrayList<>();
        for (String line : run.out().lines().toList()) {
            JsonNode flow = mapper.readTree(line);
            if (flow.path("observationPoint").path("capture").asText().equals(capture)) {
                flows.add(flow);
            }
        }
        return flows;
    }

    /** All that is committed in a topic now; to be called at the collector. */
    private <T extends SpecificRecord> List<T> records(TopicSpec<T> topic) {
        Endpoints endpoints = Endpoints.ofRunning(dataDir).orElseThrow();
        Map<String, Object> client = Map.of(
                "bootstrap.servers", endpoints.bootstrapServers(), "schema.registry.url", endpoints.registryUrl());
        List<T> records = new ArrayList<>();
        try (TopicReader reader = new TopicReader(client, List.of(topic.name()), true);
                Deserializer<T> values = AvroSerdes.deserializer(topic.valueType(), client)) {
            reader.seek(StartPosition.BEGINNING);
            reader.readTo(reader.ranges(), record -> records.add(values.deserialize(topic.name(), record.value())));
        }
        return records;
    }

    private void await(String what, Callable<Boolean> condition) throws Exception {
        atCollector(() -> {
            Await.until(PATIENCE, what, condition);
            return null;
        });
    }

    private <T> T atCollector(Callable<T> call) throws Exception {
        return inside(ovs.collectorNamespace(), call);
    }

    private <T> T in(String port, Callable<T> call) throws Exception {
        return inside(ovs.hostNamespace(port), call);
    }

    /** Sockets, threads and processes that are made in a namespace stay there. */
    private static <T> T inside(String namespace, Callable<T> call) throws Exception {
        return NetworkNamespace.inside(namespace, () -> {
            try {
                return call.call();
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
    }
}
