package io.weir.app.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.app.CaptureFiles;
import io.weir.app.WeirProcess;
import io.weir.app.WeirRun;
import io.weir.app.failure.ExitCode;
import io.weir.testing.Await;
import java.io.IOException;
import java.io.OutputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program as people start, read and stop it. */
class ServingTest {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    private Path directory;

    @Test
    void shouldShowFlowsEdgesAndIngressOfTheSample() {
        WeirRun demo = WeirRun.of(directory, "demo", "--once", "--data-dir", directory.toString());

        assertThat(demo.exitCode()).as(demo.err()).isEqualTo(ExitCode.DONE);
        assertThat(section(demo.out(), "Top edges")).hasSizeGreaterThan(2).anyMatch(line -> line.contains("10.42."));
        assertThat(section(demo.out(), "Largest flows"))
                .hasSizeGreaterThan(2)
                .anyMatch(line -> line.contains("10.42."));
        assertThat(section(demo.out(), "Findings: ")).hasSizeGreaterThan(1);
        assertThat(demo.out()).contains("every packet is accounted for");
        assertThat(demo.err().lines())
                .as("nothing but the live summary, where it takes so long")
                .allMatch(line -> line.matches("\\d+:\\d\\d  .*; nothing lost"));
    }

    @Test
    void shouldServeStopInOrderAndComeBackWithItsData() throws Exception {
        Path capture = CaptureFiles.udp(directory.resolve("udp.pcap"), 5000, 10, 100);
        Path empty = CaptureFiles.empty(directory.resolve("empty.pcap"));
        Path dataDir = directory.resolve("data");
        try (WeirProcess up = up(capture, dataDir)) {
            up.awaitMessage(PATIENCE, "packets/s");
            assertThat(dataDir.resolve("endpoints.properties")).content().contains("pid=" + up.pid());
            assertAuditHolds(dataDir, 5000);

            assertThat(up.terminate()).isIn(0, 143);

            assertThat(up.err().lines()).allMatch(line -> line.startsWith("weir: ") || line.contains("packets/s"));
        }
        assertThat(dataDir.resolve("endpoints.properties")).doesNotExist();
        try (WeirProcess up = up(empty, dataDir)) {
            up.awaitMessage(PATIENCE, "packets/s");

            assertAuditHolds(dataDir, 5000);
            WeirRun flows = WeirRun.of(directory, "flows", "--json", "--limit", "3", "--data-dir", dataDir.toString());
            assertThat(flows.exitCode()).isEqualTo(ExitCode.DONE);
            assertThat(flows.out().lines()).hasSize(3).allMatch(line -> line.startsWith("{\"flowId\":\""));
            assertThat(up.terminate()).isIn(0, 143);
        }
    }

    @Test
    void shouldWriteTheFirstPacketsOfChosenFlowsAsACapture() throws Exception {
        Path capture = CaptureFiles.udp(directory.resolve("udp.pcap"), 5000, 10, 100);
        Path dataDir = directory.resolve("data");
        Path result = directory.resolve("result.pcapng");
        try (WeirProcess up = up(capture, dataDir, "-s", "collector.raw-packets=2")) {
            up.awaitMessage(PATIENCE, "packets/s");
            assertAuditHolds(dataDir, 5000);

            assertThat(firstPackets(dataDir, result)).hasSize(20);
            // The same, when every flow is chosen: each packet finds its own.
            assertThat(firstPackets(dataDir, result, "--filter", "responder.port == 53"))
                    .hasSize(20);
            assertThat(firstPackets(
                            dataDir, result, "--filter", "initiator.port in [3, 4] && total.initiatorPackets > 90"))
                    .hasSize(4)
                    .allSatisfy(packet -> {
                        assertThat(packet.interfaceName()).endsWith("/udp.pcap");
                        assertThat(packet.capturedOctets()).isEqualTo(CaptureFiles.FRAME_OCTETS);
                    })
                    .isSortedAccordingTo(Comparator.comparingLong(CaptureFiles.Packet::timeNanos));
            assertThat(up.terminate()).isIn(0, 143);
        }
    }

    private List<CaptureFiles.Packet> firstPackets(Path dataDir, Path result, String... options) throws IOException {
        List<String> args = new ArrayList<>(List.of("pcap", "-o", result.toString()));
        args.addAll(List.of("--data-dir", dataDir.toString()));
        args.addAll(List.of(options));
        WeirRun run = WeirRun.of(directory, args.toArray(String[]::new));
        assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
        return CaptureFiles.packets(Files.readAllBytes(result));
    }

    @Test
    void shouldLoseNothingThatCameBeforeTheStop() throws Exception {
        byte[] packets = Files.readAllBytes(CaptureFiles.udp(directory.resolve("stream.pcap"), 3000, 10, 1000));
        Path dataDir = directory.resolve("data");
        try (WeirProcess up = up(Path.of("-"), dataDir)) {
            OutputStream in = up.in();
            in.write(packets);
            in.flush();
            up.awaitMessage(PATIENCE, "packets/s");
            // The pipe stays open: the program waits in a read when it is told to stop.
            assertThat(up.terminate()).isIn(0, 143);
        }
        Path empty = CaptureFiles.empty(directory.resolve("empty.pcap"));
        try (WeirProcess up = up(empty, dataDir)) {
            up.awaitMessage(PATIENCE, "packets/s");
            assertAuditHolds(dataDir, 3000);
        }
    }

    @Test
    void shouldTakeCapturesFromASocketAndOutliveOneThatIsNone() throws Exception {
        byte[] packets = Files.readAllBytes(CaptureFiles.udp(directory.resolve("stream.pcap"), 700, 10, 1000));
        Path dataDir = directory.resolve("data");
        Path socket = directory.resolve("weir.sock");
        try (WeirProcess up = WeirProcess.start(
                directory,
                "up",
                "--listen",
                "unix://" + socket,
                "--data-dir",
                dataDir.toString(),
                "-s",
                "embedded.kafka.port=0",
                "-s",
                "embedded.registry.port=0")) {
            up.awaitMessage(PATIENCE, "takes captures at unix://" + socket);
            send(socket, "no capture at all, but some text".getBytes(StandardCharsets.UTF_8));
            up.awaitMessage(PATIENCE, "warning: unix");
            send(socket, packets);
            assertAuditHolds(dataDir, 700);

            assertThat(up.terminate()).isIn(0, 143);
        }
        assertThat(socket).doesNotExist();
    }

    private static void send(Path socket, byte[] octets) throws IOException {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            ByteBuffer left = ByteBuffer.wrap(octets);
            while (left.hasRemaining()) {
                channel.write(left);
            }
        }
    }

    @Test
    void shouldRemoveItsTemporaryDirectoryWhenStopped() throws Exception {
        Path temporary = Files.createDirectories(directory.resolve("tmp"));
        try (WeirProcess analyze = WeirProcess.start(
                temporary, "analyze", "-", "--out", directory.resolve("out").toString(), "--json")) {
            OutputStream in = analyze.in();
            in.write(Files.readAllBytes(CaptureFiles.udp(directory.resolve("a.pcap"), 100, 3, 10)));
            in.flush();
            Await.until(
                    PATIENCE,
                    "the pipeline has begun",
                    () -> workDirectories(temporary) == 1 && analyze.err().contains("packets read"));

            assertThat(analyze.terminate()).isEqualTo(143);

            assertThat(analyze.err()).contains("stopped before the end");
            assertThat(analyze.out()).isEmpty();
            assertThat(workDirectories(temporary)).isZero();
        }
    }

    @Test
    void shouldMergeFilesAndTheStandardInput() throws Exception {
        Path first = CaptureFiles.udp(directory.resolve("first.pcap"), 100, 3, 10);
        Path second = CaptureFiles.udp(directory.resolve("second.pcap"), 50, 3, 10);
        Path out = directory.resolve("out");
        try (WeirProcess analyze = WeirProcess.start(
                directory, "analyze", first.toString(), "-", second.toString(), "--out", out.toString(), "--json")) {
            try (OutputStream in = analyze.in()) {
                in.write(Files.readAllBytes(first));
            }
            assertThat(analyze.awaitExit(PATIENCE)).as(analyze.err()).isZero();
            assertThat(analyze.out()).startsWith("{\"packets\":250,").contains("\"conserved\":true");
            assertThat(workDirectories(directory)).isZero();
        }
    }

    private WeirProcess up(Path capture, Path dataDir, String... options) {
        List<String> args = new ArrayList<>(List.of("up", "--pcap", capture.toString()));
        args.addAll(List.of("--data-dir", dataDir.toString()));
        args.addAll(List.of("-s", "embedded.kafka.port=0", "-s", "embedded.registry.port=0"));
        args.addAll(List.of(options));
        return WeirProcess.start(directory, args.toArray(String[]::new));
    }

    /** What was sent a moment ago may still be on its way to Kafka. */
    private void assertAuditHolds(Path dataDir, int packets) {
        WeirRun[] audit = new WeirRun[1];
        Await.until(PATIENCE, "the audit counts " + packets + " packets", () -> {
            audit[0] = WeirRun.of(directory, "audit", "--json", "--wait", "60s", "--data-dir", dataDir.toString());
            return audit[0].out().contains(":" + packets);
        });
        assertThat(audit[0].exitCode()).as(audit[0].out() + audit[0].err()).isEqualTo(ExitCode.DONE);
    }

    private static long workDirectories(Path parent) throws IOException {
        try (Stream<Path> files = Files.list(parent)) {
            return files.filter(file -> file.getFileName().toString().startsWith("weir-"))
                    .count();
        }
    }

    /** Lines behind a title, up to an empty one. */
    private static List<String> section(String text, String title) {
        return text.lines()
                .dropWhile(line -> !line.startsWith(title))
                .skip(1)
                .takeWhile(line -> !line.isBlank())
                .toList();
    }
}
