package io.weir.app.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.weir.app.config.Catalogue;
import io.weir.app.config.Cidr;
import io.weir.app.config.Environment;
import io.weir.app.failure.ExitCode;
import io.weir.app.failure.Failure;
import io.weir.app.pipeline.AdviseRequest;
import io.weir.app.pipeline.AnalyzeRequest;
import io.weir.app.pipeline.DemoRequest;
import io.weir.app.pipeline.Pipelines;
import io.weir.app.pipeline.RemoveReplayRequest;
import io.weir.app.pipeline.RuleTestRequest;
import io.weir.app.pipeline.RuleTopicRequest;
import io.weir.app.pipeline.RunRequest;
import io.weir.app.pipeline.UpRequest;
import io.weir.app.read.StartPosition;
import io.weir.app.terminal.Console;
import io.weir.collectors.capture.InterfacePattern;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLinesTest {

    @TempDir
    private Path directory;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Recorder recorder = new Recorder();

    @Test
    void shouldHandOverWhatUpIsToDo() throws IOException {
        Path capture = capture("a.pcap");

        int exitCode = run(
                "up",
                "-i",
                "eth0",
                "--pcap",
                capture.toString(),
                "--cluster",
                "10.0.0.0/8",
                "-c",
                "fd42::/48",
                "--filter",
                "not port 22",
                "--capture",
                "pcap",
                "-s",
                "meter.window=30s");

        assertThat(exitCode).isEqualTo(ExitCode.DONE);
        UpRequest request = (UpRequest) recorder.request;
        assertThat(request.settings().get(Catalogue.COLLECTOR_INTERFACES))
                .containsExactly(InterfacePattern.parse("eth0"));
        assertThat(request.settings().get(Catalogue.COLLECTOR_FILES)).containsExactly(capture.toString());
        assertThat(request.settings().get(Catalogue.COLLECTOR_FILTER)).isEqualTo("not port 22");
        assertThat(request.settings().get(Catalogue.COLLECTOR_CAPTURE)).isEqualTo(Catalogue.Capture.PCAP);
        assertThat(request.settings().get(Catalogue.CLUSTER_PREFIXES))
                .containsExactly(Cidr.parse("10.0.0.0/8"), Cidr.parse("fd42::/48"));
        assertThat(request.settings().get(Catalogue.METER_WINDOW)).hasSeconds(30);
    }

    @Test
    void shouldHandOverWhatAnalyzeIsToDo() throws IOException {
        Path result = directory.resolve("deep/result");

        int exitCode =
                run("analyze", capture("a.pcap").toString(), "-", "--out", result.toString(), "--each", "--json");

        assertThat(exitCode).isEqualTo(ExitCode.DONE);
        AnalyzeRequest request = (AnalyzeRequest) recorder.request;
        assertThat(request.files()).containsExactly(directory.resolve("a.pcap"), AnalyzeRequest.STANDARD_INPUT);
        assertThat(request.each()).isTrue();
        assertThat(request.json()).isTrue();
        assertThat(result).isDirectory();
    }

    @Test
    void shouldHandOverDemoAndRun() {
        assertThat(run("demo", "--once")).isEqualTo(ExitCode.DONE);
        assertThat(((DemoRequest) recorder.request).once()).isTrue();

        assertThat(run("run", "meter", "--kafka", "a:9092", "--registry", "http://r:8081"))
                .isEqualTo(ExitCode.DONE);
        assertThat(((RunRequest) recorder.request).part()).isEqualTo(RunRequest.Part.meter);
    }

    @Test
    void shouldHandOverAReplay() {
        assertThat(run("advise", "--from", "2026-11-29", "--to", "1796040000000", "-c", "10.0.0.0/8", "--json"))
                .isEqualTo(ExitCode.DONE);
        AdviseRequest request = (AdviseRequest) recorder.request;
        assertThat(request.from().timestampMs())
                .isEqualTo(Instant.parse("2026-11-29T00:00:00Z").toEpochMilli());
        assertThat(request.to().timestampMs()).isEqualTo(1_796_040_000_000L);
        assertThat(request.outTopic()).isNull();
        assertThat(request.json()).isTrue();

        Path file = directory.resolve("deep/findings.jsonl");
        assertThat(run("advise", "--out", file.toString(), "--out-topic", "mine"))
                .isEqualTo(ExitCode.DONE);
        request = (AdviseRequest) recorder.request;
        assertThat(request.from()).isEqualTo(StartPosition.BEGINNING);
        assertThat(request.to()).isEqualTo(StartPosition.END);
        assertThat(request.out()).isEqualTo(file).hasParentRaw(directory.resolve("deep"));
        assertThat(directory.resolve("deep")).isDirectory();

        assertThat(run("advise", "--remove", "20261130-130502-3fa9")).isEqualTo(ExitCode.DONE);
        assertThat(((RemoveReplayRequest) recorder.request).run()).isEqualTo("20261130-130502-3fa9");
        assertThat(run("advise", "--remove", "20261130-130502-3fa9", "--to", "1h"))
                .isEqualTo(ExitCode.USAGE);
        assertThat(run("advise", "--from", "end")).isEqualTo(ExitCode.USAGE);
        assertThat(run("advise", "--from", "1h", "--to", "1h")).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("nothing lies between --from 1h and --to 1h");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--help",
                "up --help",
                "demo --help",
                "analyze --help",
                "run --help",
                "flows --help",
                "edges --help",
                "findings --help",
                "losses --help",
                "pcap --help",
                "audit --help",
                "advise --help",
                "rules --help",
                "rules diff --help",
                "config --help",
                "config print --help",
                "config validate --help",
                "help flows",
                "--version"
            })
    void shouldHelpOnStandardOutput(String line) {
        assertThat(run(line.split(" "))).isEqualTo(ExitCode.DONE);
        assertThat(out.toString(StandardCharsets.UTF_8)).isNotBlank();
        assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = "=>",
            quoteCharacter = '`',
            value = {
                "flwos => unknown command flwos => did you mean flows?",
                "up --clutser 10.0.0.0/8 => unknown option --clutser of weir up => did you mean --cluster?",
                "flows --folow => unknown option --folow of weir flows => did you mean --follow?",
                "config prnt => unknown command prnt of weir config => did you mean print?",
                "audit now => unexpected argument now of weir audit => see weir audit --help",
                "up => nothing to capture => give --interface IF, --pcap FILE or --listen ADDRESS",
                "up -i eth0 --cluster 10.0.0.0/33 => cluster.prefixes = '10.0.0.0/33' (command line --cluster) => is not between 0 and 32",
                "up -i eth0 --kafka broker:port --registry http://r:1 => kafka.bootstrap.servers = 'broker:port' => a host and a port",
                "up -i eth0 --kafka broker:70000 --registry http://r:1 => port 70000 is not between 1 and 65535 => a host and a port",
                "up -i eth0 --kafka broker:9092 => schema.registry.url (command line --kafka): is needed => --registry http",
                "up -i eth0 -s embedded.kafka.port=http => embedded.kafka.port = 'http' => a whole number from 0 to 65535",
                "up -i eth0 -s meter.windw=1s => unknown setting, did you mean meter.window? => docs/configuration.md",
                "up -i eth0 -s meter.window => -s meter.window is not KEY=VALUE => for example",
                "up -i eth0 --config no.properties => there is no file no.properties => docs/configuration.md",
                "analyze --out x => missing required parameter: 'FILE' => see weir analyze --help",
                "analyze a.pcap => missing required option: '--out=DIR' => see weir analyze --help",
                "run => missing required parameter: 'PART' => see weir run --help",
                "run console => expected one of [collector, decoder, meter, advisor, rules, exporter, ipfix, alerts, auditor] => see weir run --help",
                "run meter => a part alone needs a Kafka cluster => give --kafka HOST:PORT and --registry URL",
                "run collector --kafka a:1 --registry http://r:1 => nothing to capture => give --interface IF",
                "run ipfix --kafka a:1 --registry http://r:1 => nowhere to send flows to => --to udp://HOST:4739",
                "run ipfix --kafka a:1 --registry http://r:1 --to ftp://h:1 => ipfix.to => udp:// or tcp:// or tls://",
                "run alerts --kafka a:1 --registry http://r:1 => nobody to tell of findings => -s alerts.webhook.url=URL",
                "rules => one of validate, test, diff, put, list, remove is missing => see weir rules --help",
                "rules remove => missing required parameter: 'ID' => see weir rules remove --help",
                "rules test x.yaml => missing required option: '--pcap=CAPTURE' => see weir rules test --help",
                "run exporter --kafka a:1 --registry http://r:1 => nowhere to export to => -s sink.uri=file",
                "findings --json --format ocsf => --json and --format ocsf are two forms => give one of them",
                "findings --format xml => expected one of [json, ocsf, ecs, stix] => see weir findings --help",
                "flows --limit 0 => --limit 0 is less than 1 => ",
                "flows --limit many => 'many' is not a long => see weir flows --help",
                "flows --from yesterday => --from 'yesterday' is not beginning, end, a time => or a duration before now",
                "flows --filter responder.prt==1 => --filter, column 10: unknown field 'prt' => did you mean port?",
                "pcap --filter responder.prt==1 => --filter, column 10: unknown field 'prt' => did you mean port?",
                "pcap --limit 0 => --limit 0 is less than 1 => ",
                "pcap --to tomorrow => --to 'tomorrow' is not beginning, end, a time => or a duration before now",
                "audit --wait long => --wait long is not a duration => for example --wait 30s",
                "config => one of print, validate, doc is missing => see weir config --help",
                "config validate -s meter.grace=1 => meter.grace = '1' (command line -s) => a number with ms, s, m, h or d",
                "flows --log-level loud => expected one of [error, warn, info, debug, trace] => see weir flows --help"
            })
    void shouldNameTheMistakeAndTheWayOut(String line, String message, String hint) {
        assertThat(run(line.split(" "))).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .startsWith("weir: ")
                .contains(message)
                .contains(hint == null ? "" : hint)
                .doesNotContain("\tat ");
        assertThat(out.toString(StandardCharsets.UTF_8)).isEmpty();
        assertThat(recorder.request).isNull();
    }

    @Test
    void shouldFindTheMistakesInTheAdvisorsFiles(@TempDir Path directory) throws IOException {
        Path sets = Files.writeString(directory.resolve("sets"), "pod:10.1.0.0/16\npods:10.2.0.0/16\n");
        assertThat(run("config", "validate", "-s", "cluster.sets-file=" + sets)).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains(sets + ":2: 'pods:10.2.0.0/16' has the kind 'pods'");
        Path list = Files.writeString(directory.resolve("allow"), "a.source = 192.0.2.1\n");
        assertThat(run("config", "validate", "-s", "advisor.allow-list=" + list))
                .isEqualTo(ExitCode.USAGE);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains(list + ":1: owner, reason, expires are missing");
        assertThat(run("config", "validate", "-s", "advisor.allow-list=" + directory.resolve("none")))
                .isEqualTo(ExitCode.USAGE);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("there is no allow-list");
    }

    @Test
    void shouldFailBeforeStartingWhenAFileCannotBeUsed() throws IOException {
        Path missing = directory.resolve("missing.pcap");
        assertThat(run("analyze", missing.toString(), "--out", directory.toString()))
                .isEqualTo(ExitCode.FAILED);
        assertError("weir: there is no file " + missing);

        assertThat(run("up", "--pcap", directory.toString())).isEqualTo(ExitCode.FAILED);
        assertError("weir: " + directory + " is a directory");

        Path capture = capture("a.pcap");
        assertThat(run("analyze", capture.toString(), capture.toString(), "--out", directory.toString()))
                .isEqualTo(ExitCode.USAGE);
        assertError("weir: " + capture + " is given twice");

        assertThat(run("analyze", capture.toString(), "--out", capture.toString()))
                .isEqualTo(ExitCode.FAILED);
        assertError("weir: " + capture + " is a file");

        assertThat(run(
                        "analyze",
                        capture.toString(),
                        capture("a.pcapng").toString(),
                        "--each",
                        "--out",
                        directory.toString()))
                .isEqualTo(ExitCode.USAGE);
        assertError("would both write to " + directory.resolve("a"));
        assertThat(recorder.request).isNull();
    }

    @Test
    void shouldFailBeforeStartingWhenAFileIsNotReadable() throws IOException {
        Path capture = capture("secret.pcap");
        assumeThat(capture.toFile().setReadable(false)).isTrue();
        assumeThat(Files.isReadable(capture))
                .as("the superuser reads everything")
                .isFalse();

        assertThat(run("analyze", capture.toString(), "--out", directory.toString()))
                .isEqualTo(ExitCode.FAILED);
        assertError("weir: " + capture + " cannot be read: permission denied");
    }

    @Test
    void shouldSayWhereItLookedForARunningWeir() {
        assertThat(run("flows", "--data-dir", directory.toString())).isEqualTo(ExitCode.FAILED);
        assertError("weir: no weir is running here (looked in " + directory + ")");
        assertError("--kafka HOST:PORT --registry URL");
    }

    @Test
    void shouldShowAStackTraceOnlyForDebugging() {
        recorder.failure = new IllegalStateException("boom");
        assertThat(run("demo")).isEqualTo(ExitCode.FAILED);
        assertError("weir: unexpected IllegalStateException: boom");
        assertError("run it again with --debug");
        assertThat(err.toString(StandardCharsets.UTF_8)).doesNotContain("\tat ");

        assertThat(run("demo", "--debug")).isEqualTo(ExitCode.FAILED);
        assertError("\tat io.weir");
    }

    @Test
    void shouldPassOnFailuresOfThePipeline() {
        recorder.failure = Failure.failed("port 9092 is taken", "give -s embedded.kafka.port=0");

        assertThat(run("demo")).isEqualTo(ExitCode.FAILED);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .isEqualTo("weir: port 9092 is taken\n  give -s embedded.kafka.port=0\n");
    }

    @Test
    void shouldPrintSettingsWithOriginAndWithoutSecrets() {
        assertThat(run("config", "print", "-s", "sink.s3.access-key=AK", "-s", "sink.s3.secret-key=hush"))
                .isEqualTo(ExitCode.DONE);

        assertThat(out.toString(StandardCharsets.UTF_8).lines())
                .anySatisfy(line -> assertThat(line).matches("meter\\.window +10s +built-in"))
                .anySatisfy(line -> assertThat(line).matches("sink\\.s3\\.secret-key +\\*{6} +command line -s"))
                .noneMatch(line -> line.contains("hush"));
    }

    @Test
    void shouldShowHelpAndFailWithoutACommand() {
        assertThat(run()).isEqualTo(ExitCode.USAGE);
        assertError("Usage: weir");
    }

    private int run(String... args) {
        Console console = new Console(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false,
                false,
                0,
                24);
        Environment environment = new Environment(Map.of(), directory);
        return CommandLines.execute(new CommandContext(environment, console, () -> recorder), args);
    }

    private void assertError(String text) {
        assertThat(err.toString(StandardCharsets.UTF_8)).contains(text);
    }

    private Path capture(String name) throws IOException {
        return Files.write(directory.resolve(name), new byte[24]);
    }

    private static final class Recorder implements Pipelines {

        private Object request;
        private RuntimeException failure;

        @Override
        public int up(UpRequest request) {
            return record(request);
        }

        @Override
        public int demo(DemoRequest request) {
            return record(request);
        }

        @Override
        public int analyze(AnalyzeRequest request) {
            return record(request);
        }

        @Override
        public int writeRules(RuleTopicRequest request) {
            return record(request);
        }

        @Override
        public int testRules(RuleTestRequest request) {
            return record(request);
        }

        @Override
        public int run(RunRequest request) {
            return record(request);
        }

        @Override
        public int advise(AdviseRequest request) {
            return record(request);
        }

        @Override
        public int removeReplay(RemoveReplayRequest request) {
            return record(request);
        }

        private int record(Object given) {
            if (failure != null) {
                throw failure;
            }
            request = given;
            return ExitCode.DONE;
        }
    }
}
