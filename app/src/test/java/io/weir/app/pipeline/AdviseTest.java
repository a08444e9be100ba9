package io.weir.app.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.app.TestRecords;
import io.weir.app.WeirProcess;
import io.weir.app.WeirRun;
import io.weir.app.failure.ExitCode;
import io.weir.app.read.TopicReader;
import io.weir.schemas.Flow;
import io.weir.schemas.serde.AvroSerdes;
import io.weir.schemas.topic.TopicCreator;
import io.weir.schemas.topic.Topics;
import io.weir.testing.Await;
import io.weir.testing.KafkaExtension;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** {@code weir advise} and {@code weir rules diff} beside a live advisor. */
class AdviseTest {

    @RegisterExtension
    static final KafkaExtension KAFKA = new KafkaExtension();

    private static final Duration PATIENCE = Duration.ofMinutes(3);

    /** Of the sample, and of the flows of {@link TestRecords}. */
    private static final List<String> CLUSTER =
            List.of("--cluster", "10.42.0.0/16", "--cluster", "fd42::/64", "--cluster", "10.0.0.0/24");

    @TempDir
    private Path directory;

    private Topics topics;

    @BeforeEach
    void nameTheTopics() {
        topics = new Topics(KAFKA.uniqueName("replayed") + ".");
    }

    @Test
    void shouldFindWhatTheLiveAdvisorFindsBesideIt() throws Exception {
        List<String> live = new ArrayList<>(List.of("up", "--pcap", sample().toString()));
        live.addAll(CLUSTER);
        live.addAll(List.of("-s", "collector.host=lab"));
        try (WeirProcess up = WeirProcess.start(directory, joining(live))) {
            up.awaitMessage(PATIENCE, "packets/s");
            Await.until(
                    PATIENCE,
                    "every packet is in a flow",
                    () -> run("audit", "--json", "--wait", "60s").exitCode() == ExitCode.DONE);
            Path first = directory.resolve("first.jsonl");
            // The live advisor may still have something to tell.
            Await.until(PATIENCE, "the same findings, ids among them", () -> {
                WeirRun advise = advise("--out", first.toString());
                assertThat(advise.exitCode()).as(advise.err()).isEqualTo(ExitCode.DONE);
                // Nor has the time to close what has fallen silent come.
                return run("rules", "diff", topics.findings().name(), first.toString(), "--ignore", "status")
                                .exitCode()
                        == ExitCode.DONE;
            });
            assertThat(Files.readAllLines(first))
                    .hasSizeGreaterThan(100)
                    .anyMatch(line -> line.contains("\"scan_vertical\""));
            long losses = written(topics.losses().name());
            long findings = written(topics.findings().name());

            Path again = Files.createDirectory(directory.resolve("again"));
            WeirRun second = advise("--out", again.toString(), "--json");
            assertThat(second.out()).startsWith("{\"run\":\"").contains("\"scan_vertical\":{", "\"refusedRecords\":0");
            WeirRun same = run("rules", "diff", first.toString(), again.toString());
            assertThat(same.exitCode()).as(same.out()).isEqualTo(ExitCode.DONE);

            WeirRun without =
                    advise("--out-topic", topics.prefix() + "without", "-s", "advisor.detections-off=scan_vertical");
            assertThat(without.exitCode()).as(without.err()).isEqualTo(ExitCode.DONE);
            WeirRun diff = run("rules", "diff", first.toString(), topics.prefix() + "without");
            assertThat(diff.exitCode()).isEqualTo(1);
            assertThat(diff.out().lines().filter(line -> line.startsWith("A ")))
                    .isNotEmpty()
                    .allMatch(line -> line.matches("A +scan_vertical .*"));
            assertThat(diff.out()).contains("only in B 0, in both and different 0");

            assertThat(written(topics.findings().name()))
                    .as("the live findings")
                    .isEqualTo(findings);
            assertThat(written(topics.losses().name())).as("the losses").isEqualTo(losses);
            assertThat(second.err() + without.err()).doesNotContain("left over");
            assertThat(names()).noneMatch(name -> name.startsWith(topics.prefix() + "advise."));
            up.terminate();
        }
    }

    @Test
    void shouldCutByWhenKafkaTookTheFlow() throws Exception {
        prepare();
        see("203.0.113.1", "10.0.0.1");
        see("203.0.113.2", "10.0.0.2");
        long cut = System.currentTimeMillis() + 1;
        Await.until(PATIENCE, "a later millisecond", () -> System.currentTimeMillis() > cut);
        see("198.51.100.3", "10.0.0.3");

        assertThat(advise("--json").out()).contains("\"flowRecords\":3", "\"findings\":3");
        assertThat(advise("--json", "--to", Long.toString(cut)).out()).contains("\"flowRecords\":2", "\"findings\":2");
        Path file = directory.resolve("later.jsonl");
        assertThat(advise("--json", "--from", Long.toString(cut), "--out", file.toString())
                        .out())
                .contains("\"flowRecords\":1", "\"findings\":1", "\"open\":1");
        assertThat(file).content().contains("198.51.100.3");
        WeirRun none = advise("--json", "--from", Long.toString(System.currentTimeMillis() + 3_600_000));
        assertThat(none.exitCode()).isEqualTo(ExitCode.DONE);
        assertThat(none.out()).contains("\"flowRecords\":0", "\"findings\":0");
    }

    @Test
    void shouldCountWhatItCannotReadAndTellNobodyElse() throws Exception {
        prepare();
        see("203.0.113.1", "10.0.0.1");
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(client(), new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(
                            topics.flows().name(), "no flow at all".getBytes(StandardCharsets.UTF_8)))
                    .get();
        }

        WeirRun advise = advise("--json");

        assertThat(advise.out()).contains("\"flowRecords\":2", "\"refusedRecords\":1", "\"findings\":1");
        assertThat(advise.err()).contains("1 records could not be read");
        assertThat(written(topics.losses().name())).isZero();
        assertThat(written(topics.flows().rejectedName())).isZero();
    }

    @Test
    void shouldRefuseTopicsOfOthersAndThoseInUse() throws Exception {
        prepare();
        see("203.0.113.1", "10.0.0.1");
        WeirRun live = advise("--out-topic", topics.findings().name());
        assertThat(live.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(live.err()).contains("is a topic of Weir's own");
        String mine = topics.prefix() + "mine";
        assertThat(advise("--out-topic", mine).exitCode()).isEqualTo(ExitCode.DONE);
        WeirRun again = advise("--out-topic", mine);
        assertThat(again.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(again.err()).contains("holds records already");
        assertThat(advise("--from", "1h", "--to", "2h").exitCode()).isEqualTo(ExitCode.USAGE);
        WeirRun missing = run("rules", "diff", mine, topics.prefix() + "missing");
        assertThat(missing.exitCode()).as("as diff").isEqualTo(2);
        assertThat(missing.err()).contains("there is no topic");
    }

    @Test
    void shouldNameAndRemoveWhatAKilledRunLeaves() throws Exception {
        prepare();
        see("203.0.113.1", "10.0.0.1");
        String left;
        try (WeirProcess killed = WeirProcess.start(directory, joining(adviseLine()))) {
            Await.until(PATIENCE, "it works", () -> names().stream().anyMatch(AdviseTest::isChangelog));
            killed.kill();
            left = names().stream().filter(AdviseTest::isChangelog).findFirst().orElseThrow();
        }
        String run = ReplayNames.of(topics, left).orElseThrow().run();

        // Until the broker has missed its heartbeats it counts as alive.
        Await.until(PATIENCE, "it is named", () -> advise("--json").err().contains("--remove " + run));
        WeirRun removed = run("advise", "--remove", run);

        assertThat(removed.exitCode()).as(removed.err()).isEqualTo(ExitCode.DONE);
        assertThat(removed.out()).contains("removed " + left, "removed group " + topics.prefix() + "advise." + run);
        assertThat(names()).noneMatch(name -> name.contains(run));
        assertThat(run("advise", "--remove", run).err()).contains("there is nothing of a replay " + run);
        assertThat(run("advise", "--remove", "x").exitCode()).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void shouldTakeItsOwnAwayWhenStopped() throws Exception {
        prepare();
        see("203.0.113.1", "10.0.0.1");
        try (WeirProcess stopped = WeirProcess.start(directory, joining(adviseLine()))) {
            Await.until(PATIENCE, "it works", () -> names().stream().anyMatch(AdviseTest::isChangelog));

            assertThat(stopped.terminate()).isEqualTo(143);

            assertThat(names()).noneMatch(name -> name.startsWith(topics.prefix() + "advise."));
        }
    }

    private static boolean isChangelog(String name) {
        return name.contains(".advise.") && name.endsWith("-changelog");
    }

    private Path sample() throws IOException {
        Path file = directory.resolve("sample.pcap");
        try (InputStream in = AdviseTest.class.getResourceAsStream("/io/weir/app/sample.pcap")) {
            Files.copy(in, file);
        }
        return file;
    }

    private void prepare() {
        TopicCreator.createMissing(KAFKA.admin(), topics.all(), 2);
    }

    private Map<String, Object> client() {
        Map<String, Object> client = KAFKA.clientProps();
        client.put("schema.registry.url", KAFKA.schemaRegistryUrl());
        return client;
    }

    private void see(String initiator, String responder) throws ExecutionException, InterruptedException {
        Flow flow = TestRecords.flow(initiator, 40_000, responder, 22, 5, 4);
        flow.setFlowId(HexFormat.of()
                .formatHex((initiator + responder + "                ").getBytes(StandardCharsets.UTF_8), 0, 16));
        try (Serializer<Flow> serializer = AvroSerdes.serializer(Flow.class, client());
                KafkaProducer<byte[], byte[]> producer =
                        new KafkaProducer<>(client(), new ByteArraySerializer(), new ByteArraySerializer())) {
            byte[] value = serializer.serialize(topics.flows().name(), flow);
            producer.send(new ProducerRecord<>(
                            topics.flows().name(), flow.getFlowId().getBytes(StandardCharsets.UTF_8), value))
                    .get();
        }
    }

    private List<String> names() throws ExecutionException, InterruptedException {
        List<String> names = new ArrayList<>(KAFKA.admin().listTopics().names().get());
        KAFKA.admin().listGroups().all().get().stream()
                .map(GroupListing::groupId)
                .forEach(names::add);
        return names.stream()
                .filter(name -> name.startsWith(topics.prefix()))
                .sorted()
                .toList();
    }

    private long written(String topic) {
        try (TopicReader reader = new TopicReader(client(), List.of(topic), false)) {
            return reader.ranges().values().stream()
                    .mapToLong(TopicReader.Range::end)
                    .sum();
        }
    }

    private List<String> adviseLine(String... args) {
        List<String> line = new ArrayList<>(List.of("advise"));
        line.addAll(List.of(args));
        line.addAll(CLUSTER);
        return line;
    }

    private WeirRun advise(String... args) {
        return run(adviseLine(args).toArray(String[]::new));
    }

    private WeirRun run(String... args) {
        return WeirRun.of(directory, joining(List.of(args)));
    }

    private String[] joining(List<String> args) {
        return WeirRun.joining(KAFKA, topics.prefix(), args.toArray(String[]::new));
    }
}
