package io.weir.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.app.WeirRun;
import io.weir.app.failure.ExitCode;
import io.weir.testing.KafkaExtension;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Rules of a file, with the real pipeline. */
class RulesCommandsTest {

    private static final String TRIES = """
            - id: ssh-tries
              title: Many SSH connections
              over: flow
              filter: responder.port == 22 && flowClass == 'ingress'
              groupBy: [initiator.address]
              window: 1m
              measure: flows
              threshold: 3
              severity: high
            """;
    private static final String HEAVY = """
            - id: heavy
              title: Heavy edge
              over: edge
              filter: flowClass == 'ingress'
              groupBy: [initiatorEntity, responderEntity, service.name]
              window: 30s
              measure: sum(initiatorLayer2Octets + responderLayer2Octets)
              threshold: 100000
            """;
    private static final String BAD = """
            - id: bad
              title: Bad
              over: flow
              filter: respnder.port == 22
              window: 1m
              measure: flows
              threshold: 3
            """;

    @RegisterExtension
    static final KafkaExtension KAFKA = new KafkaExtension();

    @TempDir
    Path directory;

    private Path file;
    private Path sample;

    @BeforeEach
    void copySample() throws IOException {
        file = directory.resolve("rules.yaml");
        sample = directory.resolve("sample.pcap");
        try (InputStream in = WeirRun.class.getResourceAsStream("sample.pcap")) {
            Files.copy(in, sample);
        }
    }

    @Test
    void shouldKeepRulesOnTheirTopic() throws Exception {
        String prefix = KAFKA.uniqueName("rules") + ".";
        Files.writeString(file, BAD + TRIES + HEAVY);
        WeirRun put = joined(prefix, "rules", "put", file.toString(), "--prune");
        assertThat(put.exitCode()).as(put.err()).isEqualTo(ExitCode.FAILED);
        assertThat(put.out().lines()).containsExactly("added heavy", "added ssh-tries");
        assertThat(put.err())
                .contains("rules.yaml:4:11: unknown name 'respnder'")
                .contains("nothing is removed, as not every rule of " + file + " can be read");

        WeirRun list = joined(prefix, "rules", "list");
        assertThat(list.exitCode()).as(list.err()).isEqualTo(ExitCode.DONE);
        assertThat(list.out().lines().map(line -> line.replaceAll(" +", " ")))
                .containsExactly(
                        "RULE OVER SEVERITY TITLE",
                        "heavy edge medium Heavy edge",
                        "ssh-tries flow high Many SSH connections");
        assertThat(joined(prefix, "rules", "list", "--yaml").out()).isEqualTo(HEAVY + TRIES);

        Files.writeString(file, TRIES.replace("high", "critical"));
        WeirRun changed = joined(prefix, "rules", "put", file.toString(), "--prune");
        assertThat(changed.exitCode()).as(changed.err()).isEqualTo(ExitCode.DONE);
        assertThat(changed.out().lines()).containsExactly("removed heavy", "changed ssh-tries");
        assertThat(joined(prefix, "rules", "put", file.toString()).out().lines())
                .containsExactly("unchanged ssh-tries");

        // Somebody else's record takes the rule away; it can be put right, and removed.
        garble(prefix + "rules.v1", "ssh-tries");
        garble(prefix + "rules.v1", "strange");
        WeirRun garbled = joined(prefix, "rules", "list");
        assertThat(garbled.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(garbled.out()).contains("cannot be used").doesNotContain("Many SSH");
        assertThat(garbled.err()).contains("rules.v1 strange:1:1: A value of topic");
        assertThat(joined(prefix, "rules", "put", file.toString()).out().lines())
                .containsExactly("changed ssh-tries");
        assertThat(joined(prefix, "rules", "remove", "strange").out().lines()).containsExactly("removed strange");

        WeirRun none = joined(prefix, "rules", "remove", "ssh-tries", "heavy");
        assertThat(none.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(none.err()).contains("there is no rule 'heavy' on " + prefix + "rules.v1");
        assertThat(joined(prefix, "rules", "remove", "ssh-tries").out().lines()).containsExactly("removed ssh-tries");
        assertThat(joined(prefix, "rules", "list").err()).contains("there are no rules");
    }

    private static void garble(String topic, String key) throws Exception {
        Map<String, Object> props = KAFKA.clientProps();
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(props, new StringSerializer(), new StringSerializer())) {
            producer.send(new ProducerRecord<>(topic, key, "garbage")).get();
        }
    }

    private WeirRun joined(String prefix, String... args) {
        return WeirRun.of(directory, WeirRun.joining(KAFKA, prefix, args));
    }

    @Test
    void shouldSayThatRulesAreValid() throws IOException {
        Files.writeString(file, TRIES + HEAVY);

        WeirRun run = WeirRun.of(directory, "rules", "validate", file.toString());

        assertThat(run.exitCode()).isEqualTo(ExitCode.DONE);
        assertThat(run.out()).isEqualTo("The rules are valid (2)." + System.lineSeparator());
    }

    @Test
    void shouldTellEveryMistakeInALine() throws IOException {
        Files.writeString(file, BAD + TRIES.replace("threshold: 3", "threshold: 0"));

        WeirRun run = WeirRun.of(directory, "rules", "validate", file.toString());

        assertThat(run.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(run.out().lines())
                .containsExactly(
                        file + ":4:11: unknown name 'respnder': did you mean responder?",
                        file + ":15:14: '0' is no threshold: write a number above 0");
    }

    @Test
    void shouldSayThatThereIsNoFile() {
        WeirRun run = WeirRun.of(directory, "rules", "validate", file.toString());

        assertThat(run.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(run.err()).startsWith("weir: there is no rule file " + file);
    }

    @Test
    void shouldShowWhatRulesWouldHaveRaised() throws IOException {
        Files.writeString(file, BAD + TRIES + HEAVY);

        WeirRun run = test();

        assertThat(run.exitCode()).as("a rule was left out: %s", run.err()).isEqualTo(ExitCode.FAILED);
        assertThat(run.err()).contains("rules.yaml:4:11: unknown name 'respnder'");
        assertThat(run.out())
                .contains("Many SSH connections: 203.0.113.66")
                .contains("Heavy edge: 203.0.113.7, 10.42.1.11, tcp/80")
                .endsWith("2 findings of 2 rules" + System.lineSeparator());
    }

    @Test
    void shouldPrintRecordsAsJson() throws IOException {
        Files.writeString(file, TRIES);

        WeirRun run = test("--json");

        assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
        assertThat(run.out().lines()).isNotEmpty().allSatisfy(line -> assertThat(line)
                .startsWith("{")
                .contains("\"rule\":\"user.ssh-tries\"")
                .contains("\"severity\":\"high\""));
    }

    @Test
    void shouldRaiseFindingsOfRulesInAnAnalysis() throws IOException {
        Files.writeString(file, TRIES);
        Path out = directory.resolve("out");

        WeirRun run = WeirRun.of(
                directory,
                "analyze",
                sample.toString(),
                "--cluster",
                "10.42.0.0/16",
                "--out",
                out.toString(),
                "-s",
                "rules.file=" + file);

        assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
        assertThat(Files.readString(out.resolve("findings.jsonl")))
                .contains("\"rule\":\"user.ssh-tries\"")
                .contains("\"rule\":\"ingress\"");
        assertThat(Files.readAllLines(out.resolve("risks.jsonl"))).isNotEmpty().anySatisfy(risk -> assertThat(risk)
                .contains("\"rule\":\"ingress\""));
    }

    private WeirRun test(String... more) {
        String[] args = new String[7 + more.length];
        args[0] = "rules";
        args[1] = "test";
        args[2] = file.toString();
        args[3] = "--pcap";
        args[4] = sample.toString();
        args[5] = "--cluster";
        args[6] = "10.42.0.0/16";
        System.arraycopy(more, 0, args, 7, more.length);
        return WeirRun.of(directory, args);
    }
}
