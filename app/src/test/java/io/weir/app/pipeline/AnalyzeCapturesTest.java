package io.weir.app.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.weir.app.WeirRun;
import io.weir.app.failure.ExitCode;
import io.weir.testing.Captures;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Real captures through the whole pipeline, against what independent dissectors say of them; one run for all. */
@TestInstance(Lifecycle.PER_CLASS)
class AnalyzeCapturesTest {

    private static final String[] ANALYZED = {"app-", "mix-", "frag-", "pcap-", "ng-", "ipv6-", "link-", "bad-"};

    /** These must agree in every flow, not only in their totals. */
    private static final String[] EXACT = {
        "app-",
        "mix-",
        "ipv6-http.",
        "link-vlan-dot1q",
        "link-sll",
        "link-rawip",
        "link-chdlc",
        "link-frame-relay",
        "link-ipoib",
        "link-nflog",
        "link-pktap",
        "link-ppi",
        "link-snoop"
    };

    /** Flows inside of GTP-U and CAPWAP, which are not looked into yet: the packets are counted in the enclosing flows. */
    private static final List<String> IN_TUNNELS = List.of(
            "inner (6, ('10.1.3.68', 47025), ('74.125.130.188', 443)): missing",
            "inner (6, ('151.121.193.160', 443), ('192.168.147.177', 58496)): missing",
            "inner (6, ('172.29.190.157', 62797), ('18.139.7.8', 443)): missing");

    private static final Pattern TOTALS = Pattern.compile("\"totals\": \\{\"packets\": (\\d+), \"bytes\": (\\d+)");

    @TempDir
    private static Path out;

    private WeirRun run;

    private static List<Path> captures() {
        return Captures.all(ANALYZED);
    }

    private static List<Path> exactCaptures() {
        return Captures.all(EXACT);
    }

    @BeforeAll
    void analyze() {
        List<String> args = new ArrayList<>(List.of("analyze", "--each", "--json", "--out", out.toString()));
        args.addAll(List.of("--cluster", "10.0.0.0/8", "--cluster", "192.168.0.0/16"));
        captures().forEach(capture -> args.add(capture.toString()));
        assumeTrue(!captures().isEmpty(), "the captures are not beside this repository");
        run = WeirRun.of(out, args.toArray(String[]::new));
    }

    @Test
    void shouldAccountForEveryPacketOfAll() {
        assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
        assertThat(run.out()).contains("\"conserved\":true").doesNotContain("\"conserved\":false");
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("captures")
    void shouldAgreeWithTheTotalsOfTheTruth(Path capture) throws IOException {
        Matcher totals = TOTALS.matcher(text(truthOf(capture)));
        assertThat(totals.find()).isTrue();

        assertThat(run.out())
                .contains("\"" + capture.getFileName() + "\":{\"packets\":" + totals.group(1) + ",\"layer2Octets\":"
                        + totals.group(2) + ",");
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("exactCaptures")
    void shouldAgreeWithTheTruthInEveryFlow(Path capture) throws Exception {
        Path checker = capture.resolveSibling("../../tools/check-flows.py").normalize();
        assumeTrue(Files.isRegularFile(checker), "check-flows.py is not beside the captures");
        Path flows = out.resolve(AnalyzeRequest.directoryName(capture)).resolve("flows.jsonl");

        List<String> differences = new ArrayList<>(check(checker, flows, truthOf(capture)));
        differences.removeAll(IN_TUNNELS);

        assertThat(differences).isEmpty();
    }

    /** Lines of the checker, without its last one that sums them up. */
    private static List<String> check(Path checker, Path flows, Path truth) throws IOException, InterruptedException {
        Process process;
        try {
            process = new ProcessBuilder("python3", checker.toString(), flows.toString(), truth.toString())
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            assumeTrue(false, "python3 is not there: " + e.getMessage());
            throw e;
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        List<String> lines = output.lines().toList();
        assertThat(lines).as(output).last().asString().contains(" differences, ");
        return lines.subList(0, lines.size() - 1);
    }

    private static Path truthOf(Path capture) {
        String stem = AnalyzeRequest.directoryName(capture);
        return Stream.of(stem + ".truth.json", stem + ".truth.json.gz")
                .map(capture::resolveSibling)
                .filter(Files::isRegularFile)
                .findFirst()
                .orElseThrow();
    }

    private static String text(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file);
                InputStream plain = file.toString().endsWith(".gz") ? new GZIPInputStream(in) : in) {
            return new String(plain.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
