package io.weir.app.pipeline;

import static io.weir.testing.Commands.must;
import static io.weir.testing.Commands.output;
import static io.weir.testing.Commands.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.app.WeirProcess;
import io.weir.testing.Await;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Somebody outside, in a network namespace, connects to services inside while other traffic runs: how long after the handshake a reader of the topic
 * has the finding. Skipped where namespaces cannot be made.
 */
class IngressTimelinessTest {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration BOUND = Duration.ofSeconds(2);

    private static final String OUTSIDER = "192.0.2.1";
    private static final String INSIDER = "10.99.0.2";
    private static final int FIRST_PORT = 7001;
    private static final int CONNECTIONS = 5;

    /** Port by port, so that each connection is an episode of its own. */
    private static final String ACCEPT = """
            import socket, select, sys
            servers = [socket.create_server((sys.argv[1], int(sys.argv[2]) + i)) for i in range(int(sys.argv[3]))]
            print("ready", flush=True)
            kept = []
            while True:
                kept += [server.accept() for server in select.select(servers, [], [])[0]]
            """;

    /** Says when the handshake was over, epoch milliseconds. */
    private static final String CONNECT = """
            import socket, sys, time
            with socket.create_connection((sys.argv[1], int(sys.argv[2])), timeout=10):
                print(int(time.time() * 1000), flush=True)
                time.sleep(0.05)
            """;

    /** Datagrams from inside to outside, many flows: what the connections have to be found among. */
    private static final String CHATTER = """
            import socket, sys, time
            sockets = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(50)]
            while True:
                for one in sockets:
                    one.sendto(b"x" * 200, (sys.argv[1], 9))
                time.sleep(0.05)
            """;

    @TempDir
    private Path directory;

    private final String outside = "weiri-" + ProcessHandle.current().pid() + "-out";
    private final String inside = "weiri-" + ProcessHandle.current().pid() + "-in";
    private final List<Process> programs = new ArrayList<>();

    @BeforeEach
    void network() throws Exception {
        Assumptions.assumeTrue(run("sh", "-c", "command -v python3"), "no program python3");
        Assumptions.assumeTrue(run("ip", "netns", "add", outside), "no network namespace can be made");
        must("ip", "netns", "add", inside);
        must("ip", "-n", inside, "link", "add", "eth0", "type", "veth", "peer", "name", "eth0", "netns", outside);
        for (String[] end : new String[][] {{outside, OUTSIDER, INSIDER}, {inside, INSIDER, OUTSIDER}}) {
            must("ip", "-n", end[0], "link", "set", "eth0", "addrgenmode", "none");
            must("ip", "-n", end[0], "addr", "add", end[1] + "/32", "peer", end[2] + "/32", "dev", "eth0");
            must("ip", "-n", end[0], "link", "set", "eth0", "up");
        }
    }

    @AfterEach
    void tidyUp() throws Exception {
        for (Process program : programs) {
            program.destroy();
            program.waitFor();
        }
        run("ip", "netns", "del", outside);
        run("ip", "netns", "del", inside);
    }

    @Test
    void shouldTellOfAnOutsiderWithinTwoSecondsOfItsHandshake() throws Exception {
        String dataDir = directory.resolve("data").toString();
        Process server = python(inside, ACCEPT, INSIDER, "" + FIRST_PORT, "" + (CONNECTIONS + 1));
        assertThat(server.inputReader().readLine()).isEqualTo("ready");
        try (WeirProcess up = WeirProcess.start(
                directory,
                "up",
                "-i",
                inside + ":eth*",
                "--data-dir",
                dataDir,
                "-s",
                "embedded.kafka.port=0",
                "-s",
                "embedded.registry.port=0",
                "-s",
                "operations.listen=none",
                "-s",
                "cluster.sets=node/web:" + INSIDER)) {
            up.awaitMessage(PATIENCE, "captures from " + inside + ":eth0");
            python(inside, CHATTER, OUTSIDER);
            try (WeirProcess findings =
                    WeirProcess.start(directory, "findings", "--follow", "--json", "--data-dir", dataDir)) {
                // The first one warms up the parts and the reader.
                connect(FIRST_PORT + CONNECTIONS);
                awaitFinding(findings, FIRST_PORT + CONNECTIONS);

                List<Long> delays = new ArrayList<>();
                for (int port = FIRST_PORT; port < FIRST_PORT + CONNECTIONS; port++) {
                    long connectedMs = connect(port);
                    delays.add(awaitFinding(findings, port) - connectedMs);
                }
                Collections.sort(delays);
                assertThat(delays.get(CONNECTIONS / 2))
                        .as("milliseconds from handshake to finding, the median of %s", delays)
                        .isLessThanOrEqualTo(BOUND.toMillis());
                assertThat(findings.out()).contains("responder in " + INSIDER + "/32 (node web); node");
                assertThat(findings.terminate()).isIn(0, 130, 143);
            }
            assertThat(up.terminate()).isIn(0, 143);
        }
    }

    private long connect(int port) throws Exception {
        return Long.parseLong(
                output("ip", "netns", "exec", outside, "python3", "-c", CONNECT, INSIDER, Integer.toString(port))
                        .strip());
    }

    /** When the finding was there, epoch milliseconds. */
    private static long awaitFinding(WeirProcess findings, int port) {
        String responder = "\"responder\":{\"address\":\"" + INSIDER + "\",\"port\":" + port;
        long[] cameMs = new long[1];
        Await.until(PATIENCE, "the finding of port " + port, () -> {
            cameMs[0] = System.currentTimeMillis();
            return findings.out().contains(responder);
        });
        return cameMs[0];
    }

    private Process python(String namespace, String script, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("ip", "netns", "exec", namespace, "python3", "-c", script));
        command.addAll(List.of(arguments));
        Process program = new ProcessBuilder(command)
                .redirectError(directory.resolve("python.log").toFile())
                .start();
        programs.add(program);
        return program;
    }
}
