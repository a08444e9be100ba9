package io.weir.app.pipeline;

import static io.weir.testing.Commands.must;
import static io.weir.testing.Commands.output;
import static io.weir.testing.Commands.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.app.WeirProcess;
import io.weir.app.WeirRun;
import io.weir.testing.Await;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Real programs talk between two network namespaces while {@code weir up} captures at one end: what the flows count is what the kernel
 * counted at the interface, packet by packet and octet by octet. Skipped where namespaces cannot be made or a program is missing.
 */
class RealTrafficTest {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Pattern FLOW = Pattern.compile("\"interface\":\"(?<interface>[^\"]*)\""
            + ".*\"protocolIdentifier\":(?<protocol>\\w+)"
            + ".*\"responder\":\\{\"address\":[^,]*,\"port\":(?<port>\\w+)"
            + ".*\"delta\":\\{\"initiatorPackets\":(?<sent>\\d+).*?\"initiatorLayer2Octets\":(?<sentOctets>\\d+)"
            + ".*?\"responderPackets\":(?<answered>\\d+).*?\"responderLayer2Octets\":(?<answeredOctets>\\d+)");
    private static final String CLIENT = "10.99.0.1";
    private static final String SERVER = "10.99.0.2";

    /** The pattern {@code weir*} finds it. */
    private static final String DEVICE = "weir0";

    private record Sums(long packets, long layer2Octets) {
        Sums minus(Sums other) {
            return new Sums(packets - other.packets, layer2Octets - other.layer2Octets);
        }

        Sums plus(Matcher flow, String packetsGroup, String octetsGroup) {
            return new Sums(
                    packets + Long.parseLong(flow.group(packetsGroup)),
                    layer2Octets + Long.parseLong(flow.group(octetsGroup)));
        }
    }

    @TempDir
    private Path directory;

    private final String near = "weirt-" + ProcessHandle.current().pid() + "-near";
    private final String far = "weirt-" + ProcessHandle.current().pid() + "-far";
    private final List<Process> servers = new ArrayList<>();

    @BeforeEach
    void needPrograms() throws Exception {
        for (String program : List.of("ip", "iperf3", "curl", "dig", "dnsmasq", "ethtool", "python3")) {
            Assumptions.assumeTrue(run("sh", "-c", "command -v " + program), "no program " + program);
        }
        Assumptions.assumeTrue(run("ip", "netns", "add", near), "no network namespace can be made");
    }

    @ParameterizedTest
    @ValueSource(strings = {"afpacket", "pcap", "ebpf"})
    void shouldCountWhatTheInterfaceCounts(String capture) throws Exception {
        Path dataDir = directory.resolve("data");
        try {
            network();
            try (WeirProcess up = WeirProcess.start(
                    directory,
                    "up",
                    "-i",
                    near + ":weir*",
                    "--capture",
                    capture,
                    "--data-dir",
                    dataDir.toString(),
                    "-s",
                    "embedded.kafka.port=0",
                    "-s",
                    "embedded.registry.port=0",
                    "-s",
                    "collector.report-interval=1s",
                    "-s",
                    "meter.window=1s",
                    "-s",
                    "collector.snap-length=2048",
                    "-s",
                    "collector.ring.size=64MB",
                    "--cluster",
                    "10.99.0.0/24")) {
                up.awaitMessage(PATIENCE, "captures from " + near + ":" + DEVICE);
                Sums before = counted();
                transfer();
                Sums counted = counted().minus(before);

                assertThat(counted.packets()).isGreaterThan(1000);
                Await.untilAsserted(
                        PATIENCE, "flows of all packets", () -> assertThat(flowSums(dataDir, new TreeSet<>()))
                                .isEqualTo(counted));
                Set<String> services = new TreeSet<>();
                flowSums(dataDir, services);
                assertThat(services).contains("17:53", "6:8080", "6:5201", "17:5201", "1:null");
                Await.untilAsserted(PATIENCE, "the capture's own count", () -> assertThat(listed(dataDir, capture))
                        .contains("\"receivedPackets\":" + counted.packets() + ",\"packets\":" + counted.packets()
                                + ",\"layer2Octets\":" + counted.layer2Octets() + ",")
                        .contains("\"droppedPackets\":0,\"lostPackets\":0,"));
                assertThat(up.terminate()).isIn(0, 143);
                assertThat(up.err()).doesNotContain("warning");
            }
        } finally {
            for (Process server : servers) {
                server.destroy();
                server.waitFor();
            }
            run("ip", "netns", "del", near);
            run("ip", "netns", "del", far);
        }
    }

    /** Nothing speaks by itself, and no packet is more than one on the wire. */
    private void network() throws Exception {
        must("ip", "netns", "add", far);
        must("ip", "-n", near, "link", "add", DEVICE, "type", "veth", "peer", "name", "eth0", "netns", far);
        for (String[] end : new String[][] {{near, DEVICE, CLIENT}, {far, "eth0", SERVER}}) {
            must("ip", "-n", end[0], "link", "set", end[1], "addrgenmode", "none");
            must("ip", "-n", end[0], "addr", "add", end[2] + "/24", "dev", end[1]);
            must("ip", "netns", "exec", end[0], "ethtool", "-K", end[1], "tx", "off", "tso", "off", "gso", "off");
            must("ip", "-n", end[0], "link", "set", end[1], "up");
            must("ip", "-n", end[0], "link", "set", "lo", "up");
        }
    }

    private void transfer() throws Exception {
        serve("python3", "-m", "http.server", "8080", "--bind", SERVER, "--directory", directory.toString());
        serve("iperf3", "-s", "-B", SERVER);
        serve("dnsmasq", "--no-daemon", "--no-resolv", "--no-hosts", "--conf-file=", "--address=/weir.test/10.0.0.9");
        client("ping", "-c", "3", "-i", "0.2", SERVER);
        Await.until(PATIENCE, "curl", () -> tryClient("curl", "-sf", "-o", "/dev/null", "http://" + SERVER + ":8080/"));
        Await.until(PATIENCE, "dig", () -> tryClient("dig", "+tries=1", "@" + SERVER, "a.weir.test"));
        client("iperf3", "-c", SERVER, "-n", "4M");
        client("iperf3", "-c", SERVER, "-R", "-n", "4M");
        client("iperf3", "-c", SERVER, "-u", "-b", "8M", "-n", "1M");
    }

    private void serve(String... command) throws IOException {
        servers.add(new ProcessBuilder(inside(far, command))
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve(command[0] + ".log").toFile())
                .start());
    }

    private boolean tryClient(String... command) throws Exception {
        return run(inside(near, command).toArray(String[]::new));
    }

    private void client(String... command) throws Exception {
        must(inside(near, command).toArray(String[]::new));
    }

    private static List<String> inside(String namespace, String... command) {
        List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
        all.addAll(List.of(command));
        return all;
    }

    /** Received and sent. */
    private Sums counted() throws Exception {
        return new Sums(counter("rx_packets") + counter("tx_packets"), counter("rx_bytes") + counter("tx_bytes"));
    }

    private long counter(String name) throws Exception {
        String file = "/sys/class/net/" + DEVICE + "/statistics/" + name;
        return Long.parseLong(output(inside(near, "cat", file).toArray(String[]::new)));
    }

    /** What is said of the capture, in one line. */
    private String listed(Path dataDir, String capture) {
        WeirRun captures = WeirRun.of(directory, "captures", "--json", "--data-dir", dataDir.toString());
        assertThat(captures.out().lines())
                .singleElement()
                .asString()
                .contains(
                        "\"interface\":\"" + near + ":" + DEVICE + "\",\"capture\":\"" + capture + "\"",
                        "\"state\":\"running\"");
        return captures.out();
    }

    private Sums flowSums(Path dataDir, Set<String> services) {
        WeirRun flows =
                WeirRun.of(directory, "flows", "--json", "--from", "beginning", "--data-dir", dataDir.toString());
        Sums sums = new Sums(0, 0);
        for (String line : flows.out().lines().toList()) {
            Matcher flow = FLOW.matcher(line);
            assertThat(flow.find()).as(line).isTrue();
            assertThat(flow.group("interface")).isEqualTo(near + ":" + DEVICE);
            sums = sums.plus(flow, "sent", "sentOctets").plus(flow, "answered", "answeredOctets");
            services.add(flow.group("protocol") + ":" + flow.group("port"));
        }
        return sums;
    }
}
