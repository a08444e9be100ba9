package io.weir.app.pipeline;

import static io.weir.testing.Commands.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.weir.app.CaptureFiles;
import io.weir.app.WeirProcess;
import io.weir.app.WeirRun;
import io.weir.app.failure.ExitCode;
import io.weir.testing.KafkaExtension;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is wrong is named in one line with a way out, and ends the command in bounded time with its exit code. */
class BadInputTest {

    @RegisterExtension
    static final KafkaExtension KAFKA = new KafkaExtension();

    /** Nothing listens there. */
    private static final String NOBODY = "127.0.0.1:1";

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    private Path directory;

    private Path capture;

    @BeforeEach
    void makeCapture() throws IOException {
        capture = CaptureFiles.udp(directory.resolve("good.pcap"), 100, 3, 10);
    }

    @Test
    void shouldRefuseUnknownFlags() {
        assertRefused(
                ExitCode.USAGE, analyze(capture, "--clustr", "10.0.0.0/8"), "--clustr", "did you mean --cluster?");
    }

    @Test
    void shouldRefuseInvalidCidr() {
        assertRefused(ExitCode.USAGE, analyze(capture, "--cluster", "10.0.0.0/33"), "10.0.0.0/33");
    }

    @Test
    void shouldRefuseMissingFile() {
        assertRefused(
                ExitCode.FAILED, analyze(directory.resolve("no.pcap")), "no.pcap", "give an existing capture file");
    }

    @Test
    void shouldRefuseUnreadableFile() throws IOException {
        Files.setPosixFilePermissions(capture, PosixFilePermissions.fromString("---------"));
        assumeFalse(Files.isReadable(capture), "this user may read everything");

        assertRefused(ExitCode.FAILED, analyze(capture), "good.pcap cannot be read", "change its mode");
    }

    @Test
    void shouldRefuseEmptyFile() throws IOException {
        Path empty = Files.createFile(directory.resolve("zero.pcap"));

        assertRefused(ExitCode.FAILED, analyze(empty), "zero.pcap: is empty", "did the program that writes it fail");
    }

    @Test
    void shouldRefuseWhatIsNoCapture() throws IOException {
        Path text = Files.writeString(directory.resolve("notes.pcap"), "some notes, and more of them\n");

        assertRefused(
                ExitCode.FAILED,
                analyze(text),
                "notes.pcap: not a pcap, pcapng or snoop capture",
                "write them with: tcpdump -w");
    }

    @Test
    void shouldKeepWhatIsGoodOfDamagedCaptures() throws IOException {
        Path empty = CaptureFiles.empty(directory.resolve("empty.pcap"));
        Path cut = directory.resolve("cut.pcap");
        byte[] whole = Files.readAllBytes(capture);
        Files.write(cut, Arrays.copyOf(whole, CaptureFiles.HEADER_OCTETS + 7 * CaptureFiles.RECORD_OCTETS - 5));
        Path unknownLink = CaptureFiles.ofLinkType(directory.resolve("user0.pcap"), 147, 4);

        WeirRun run = analyze(empty, cut.toString(), unknownLink.toString(), "--each", "--json");

        assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
        assertThat(run.out())
                .containsPattern("\"empty.pcap\":\\{\"packets\":0,.*?\"lost\":0,\"conserved\":true}")
                .containsPattern("\"cut.pcap\":\\{\"packets\":6,.*?\"lost\":1,\"conserved\":true}")
                .containsPattern(
                        "\"user0.pcap\":\\{\"packets\":4,\"layer2Octets\":240,\"flows\":1,.*?\"conserved\":true}");
        assertThat(directory.resolve("out/empty/flows.jsonl")).isEmptyFile();
        assertThat(directory.resolve("out/cut/losses.jsonl"))
                .content()
                .contains("\"reason\":\"truncated_file\"", "\"packets\":1", "\"interface\":\"cut.pcap\"");
        assertThat(directory.resolve("out/user0/losses.jsonl")).isEmptyFile();
        assertThat(run.err()).contains("user0.pcap: link type 147 is not known", "cut.pcap: cut short at octet");
    }

    @Test
    void shouldSayWhenTheDiskIsFull() throws IOException {
        Path full = Path.of("/dev/full");
        assumeTrue(Files.exists(full), "there is no /dev/full");
        Path out = Files.createDirectories(directory.resolve("out"));
        Files.createSymbolicLink(out.resolve("flows.jsonl"), full);

        WeirRun run = analyze(capture, "--json");

        assertRefused(
                ExitCode.FAILED, run, "flows.jsonl cannot be written: No space left", "Choose another with --out");
        assertThat(run.out()).as("nothing is said to be done").isEmpty();
    }

    @Test
    void shouldSayWhenTheBrokersDiskIsFull() throws Exception {
        Path small = Files.createDirectories(directory.resolve("small"));
        assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=40m", "weir-test", small.toString()),
                "cannot mount a tmpfs here");
        try {
            Path big = CaptureFiles.udp(directory.resolve("big.pcap"), 1_500_000, 200_000, 10_000);
            try (WeirProcess up = startUp(small, big, "-s", "collector.compression=none")) {
                assertThat(up.awaitExit(PATIENCE)).isEqualTo(ExitCode.FAILED);
                assertThat(up.err())
                        .contains("Kafka in " + small + "/kafka stopped: its disk is full", "Free some space")
                        .doesNotContain("\tat ");
            }
        } finally {
            assertThat(run("umount", small.toString())).isTrue();
        }
    }

    @Test
    void shouldSayWhichPortIsTaken() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());
            Path dataDir = directory.resolve("data");

            assertRefused(
                    ExitCode.FAILED, up(capture, dataDir, port, "0"), "Kafka port " + port, "embedded.kafka.port=PORT");
            assertRefused(
                    ExitCode.FAILED,
                    up(capture, dataDir, "0", port),
                    "egistry port " + port,
                    "embedded.registry.port=PORT");
        }
    }

    @Test
    void shouldSayWhenKafkaIsAway() {
        assertRefused(
                ExitCode.FAILED,
                WeirRun.of(directory, "run", "meter", "--kafka", NOBODY, "--registry", "http://" + NOBODY),
                "Kafka at " + NOBODY + " does not answer",
                "check that it runs");
        assertRefused(
                ExitCode.FAILED,
                analyze(capture, "--kafka", NOBODY, "--registry", "http://" + NOBODY),
                "Kafka at " + NOBODY + " does not answer",
                "check that it runs");
    }

    @Test
    void shouldSayWhenKafkasNameIsUnknown() {
        assertRefused(
                ExitCode.FAILED,
                WeirRun.of(
                        directory, "run", "advisor", "--kafka", "kafka.invalid:9092", "--registry", "http://" + NOBODY),
                "kafka.invalid:9092",
                "check --kafka");
    }

    @Test
    void shouldSayWhenTheRegistryIsAway() {
        String prefix = KAFKA.uniqueName("no-registry") + ".";
        for (String part : new String[] {"collector", "meter", "advisor"}) {
            assertRefused(
                    ExitCode.FAILED,
                    WeirRun.of(
                            directory,
                            "run",
                            part,
                            "--pcap",
                            capture.toString(),
                            "--kafka",
                            KAFKA.bootstrapServers(),
                            "--registry",
                            "http://" + NOBODY,
                            "-s",
                            "topics.prefix=" + prefix),
                    "Schema Registry http://" + NOBODY + " cannot be reached",
                    "check that it runs");
        }
    }

    @Test
    void shouldSayWhichSchemaDoesNotFit() throws IOException {
        String prefix = KAFKA.uniqueName("other") + ".";
        String subject = prefix + "packets.v1-value";
        register(subject, "{\"schema\":\"\\\"string\\\"\"}");

        assertRefused(
                ExitCode.FAILED,
                WeirRun.of(directory, WeirRun.joining(KAFKA, prefix, "run", "meter")),
                subject,
                "topics.prefix=NAME");
    }

    @Test
    void shouldSayWhenKafkaGoesAwayInTheMiddle() throws Exception {
        byte[] packets = Files.readAllBytes(CaptureFiles.udp(directory.resolve("stream.pcap"), 5_000, 10, 1000));
        Path dataDir = directory.resolve("data");
        try (WeirProcess kafka = startUp(dataDir, capture).awaitMessage(PATIENCE, "packets/s")) {
            try (WeirProcess collector = WeirProcess.start(
                    directory,
                    "run",
                    "collector",
                    "--pcap",
                    "-",
                    "--data-dir",
                    dataDir.toString(),
                    "--kafka",
                    endpoint(dataDir, "bootstrap.servers"),
                    "--registry",
                    endpoint(dataDir, "schema.registry.url"),
                    "-s",
                    "kafka.delivery.timeout.ms=4000",
                    "-s",
                    "kafka.request.timeout.ms=2000",
                    "-s",
                    "kafka.max.block.ms=4000")) {
                OutputStream in = collector.in();
                in.write(packets, 0, packets.length / 2);
                in.flush();
                collector.awaitMessage(PATIENCE, "collector runs against");
                kafka.kill();
                in.write(packets, packets.length / 2, packets.length - packets.length / 2);
                in.close();

                int exitCode = collector.awaitExit(PATIENCE);

                assertThat(exitCode).isEqualTo(ExitCode.FAILED);
                assertThat(collector.err())
                        .contains("Kafka did not take a batch", "kafka.delivery.timeout.ms", "only here")
                        .containsPattern("5,000 packets collected, [0-9,]+ in Kafka, [0-9,]+ lost")
                        .doesNotContain("\tat ");
            }
        }
    }

    @Test
    void shouldLeaveADataDirectoryToTheFirstInstance() {
        Path dataDir = directory.resolve("data");
        try (WeirProcess first = startUp(dataDir, capture).awaitMessage(PATIENCE, "packets/s")) {
            assertRefused(
                    ExitCode.FAILED,
                    up(capture, dataDir, "0", "0"),
                    "is in use by another broker (process " + first.pid() + ")",
                    "--data-dir DIR");
            assertThat(dataDir.resolve("endpoints.properties")).isNotEmptyFile();
        }
    }

    /** The pipeline with ports of its own, serving. */
    private WeirProcess startUp(Path dataDir, Path file, String... more) {
        List<String> args = new ArrayList<>(List.of("up", "--pcap", file.toString(), "--data-dir", dataDir.toString()));
        args.addAll(List.of("-s", "embedded.kafka.port=0", "-s", "embedded.registry.port=0"));
        args.addAll(List.of(more));
        return WeirProcess.start(directory, args.toArray(String[]::new));
    }

    private static String endpoint(Path dataDir, String key) throws IOException {
        Properties properties = new Properties();
        try (InputStream in = Files.newInputStream(dataDir.resolve("endpoints.properties"))) {
            properties.load(in);
        }
        return properties.getProperty(key);
    }

    private WeirRun analyze(Path file, String... more) {
        List<String> args = new ArrayList<>(List.of("analyze", file.toString()));
        args.addAll(List.of("--out", directory.resolve("out").toString()));
        args.addAll(List.of(more));
        return WeirRun.of(directory, args.toArray(String[]::new));
    }

    private WeirRun up(Path file, Path dataDir, String kafkaPort, String registryPort) {
        List<String> args = new ArrayList<>(List.of("up", "--pcap", file.toString(), "--data-dir", dataDir.toString()));
        args.addAll(List.of("-s", "embedded.kafka.port=" + kafkaPort, "-s", "embedded.registry.port=" + registryPort));
        return WeirRun.of(directory, args.toArray(String[]::new));
    }

    private static void assertRefused(int exitCode, WeirRun run, String... said) {
        assertThat(run.err()).contains(said).doesNotContain("\tat ").doesNotContain("unexpected");
        assertThat(run.err().lines().toList())
                .as("each line is a message or its hint")
                .allMatch(line -> line.startsWith("weir: ") || line.startsWith("  "));
        assertThat(run.exitCode()).as(run.err()).isEqualTo(exitCode);
    }

    private static void register(String subject, String body) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) URI.create(KAFKA.schemaRegistryUrl() + "/subjects/" + subject + "/versions")
                        .toURL()
                        .openConnection();
        connection.setRequestMethod("POST");
        connection.setRequestProperty("Content-Type", "application/vnd.schemaregistry.v1+json");
        connection.setDoOutput(true);
        try (OutputStream out = connection.getOutputStream()) {
            out.write(body.getBytes(StandardCharsets.UTF_8));
        }
        assertThat(connection.getResponseCode()).isEqualTo(200);
    }
}
