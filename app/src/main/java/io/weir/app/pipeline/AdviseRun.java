package io.weir.app.pipeline;

import io.weir.advisor.AdvisorApp;
import io.weir.advisor.AdvisorConfig;
import io.weir.advisor.AdvisorCounts;
import io.weir.advisor.Replay;
import io.weir.app.config.Catalogue;
import io.weir.app.config.Settings;
import io.weir.app.failure.ExitCode;
import io.weir.app.failure.Failure;
import io.weir.app.read.FindingEpisodes;
import io.weir.app.read.StartPosition;
import io.weir.app.read.TopicReader;
import io.weir.app.terminal.Console;
import io.weir.app.terminal.Table;
import io.weir.app.terminal.Units;
import io.weir.schemas.Finding;
import io.weir.schemas.FindingStatus;
import io.weir.schemas.Severity;
import io.weir.schemas.json.AvroJsonReader;
import io.weir.schemas.json.JsonBuffer;
import io.weir.schemas.json.JsonObject;
import io.weir.schemas.registry.SchemaRegistryClient;
import io.weir.schemas.serde.AvroSerdes;
import io.weir.schemas.topic.TopicSpec;
import io.weir.schemas.topic.Topics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Deserializer;

/** {@code weir advise}: the rules over a past range of the flows, beside the live advisor. */
final class AdviseRun {

    private static final long LOOK_MS = 200;

    /** Time without any progress after which the run counts as stuck. */
    private static final Duration STALL = Duration.ofSeconds(60);

    private final AdviseRequest request;
    private final Settings settings;
    private final Console console;
    private final Topics topics;
    private final ReplayNames names;

    /** What came out. */
    private record Result(AdvisorCounts counts, FindingEpisodes episodes) {

        long open() {
            return episodes.all().stream()
                    .filter(finding -> finding.getStatus() != FindingStatus.closed)
                    .count();
        }

        /** Findings by rule, then severity. */
        Map<String, Map<Severity, Long>> byRule() {
            Map<String, Map<Severity, Long>> byRule = new TreeMap<>();
            for (Finding finding : episodes.all()) {
                byRule.computeIfAbsent(finding.getRule(), rule -> new EnumMap<>(Severity.class))
                        .merge(finding.getSeverity(), 1L, Long::sum);
            }
            return byRule;
        }

        boolean hasFlows() {
            return counts.earliestMilliseconds() <= counts.latestMilliseconds();
        }
    }

    AdviseRun(AdviseRequest request) {
        this.request = request;
        this.settings = request.settings();
        this.console = request.console();
        this.topics = ModuleConfigs.topics(settings);
        this.names = ReplayNames.next(
                topics, Instant.now(), ThreadLocalRandom.current().nextInt());
    }

    int run() {
        refuseTopicsOfOthers();
        AdvisorConfig config = ModuleConfigs.advisor(settings);
        try (StopSignal stop = new StopSignal();
                WorkDirectory work = WorkDirectory.create("weir-advise-");
                Cluster cluster = Cluster.running(settings)) {
            stop.atLeast(work::close);
            ReplayRemains remains = new ReplayRemains(cluster, topics);
            remains.leftOver().forEach((run, count) -> console.err()
                    .println("weir: warning: replay " + run + ", if it was killed, has left " + count
                            + " topics over; remove them with `weir advise --remove " + run + "`"));
            ReplayRange range =
                    ReplayRange.find(cluster.clientProperties(), topics.flows().name(), request.from(), request.to());
            TopicSpec<Finding> findings = topics.replayedFindings(findingsTopic());
            try (JsonLines lines = request.out() == null ? null : new JsonLines(file())) {
                prepare(cluster, findings);
                Result result = replay(cluster, work.path(), config, range, findings, lines, stop);
                if (result == null) {
                    console.err().println("weir: stopped before the end; " + place() + " does not hold all findings");
                    return ExitCode.FAILED;
                }
                print(range, result);
                return ExitCode.DONE;
            } finally {
                remains.clean(names);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return ExitCode.FAILED;
        }
    }

    /** Nobody may take a replay for what happens now. */
    private void refuseTopicsOfOthers() {
        String wanted = request.outTopic();
        if (wanted == null) {
            return;
        }
        List<TopicSpec<?>> all = topics.all(settings.get(Catalogue.METER_EDGE_ROLL_UPS));
        boolean isLive =
                all.stream().anyMatch(topic -> wanted.equals(topic.name()) || wanted.equals(topic.rejectedName()));
        if (isLive || ReplayNames.of(topics, wanted).isPresent()) {
            throw Failure.usage(
                    "--out-topic " + wanted + " is a topic of Weir's own",
                    "leave it out for one of the run's own, or give a name such as " + names.findings());
        }
    }

    /** Where the findings go to; that of a run that writes a file goes with the run. */
    private String findingsTopic() {
        if (request.outTopic() != null) {
            return request.outTopic();
        }
        return request.out() == null ? names.findings() : names.passingFindings();
    }

    private Path file() {
        return Files.isDirectory(request.out()) ? request.out().resolve(AdviseRequest.FILE) : request.out();
    }

    private String place() {
        return request.out() == null ? findingsTopic() : file().toString();
    }

    private void prepare(Cluster cluster, TopicSpec<Finding> findings) {
        cluster.prepare(List.of(findings), settings.get(Catalogue.TOPICS_PARTITIONS));
        try (TopicReader reader = new TopicReader(cluster.clientProperties(), List.of(findings.name()), false)) {
            if (reader.ranges().values().stream().anyMatch(range -> range.end() > range.beginning())) {
                throw Failure.failed(
                        "topic " + findings.name()
                                + " holds records already, which would be taken for findings of this run",
                        "give another with --out-topic, or delete it");
            }
        }
    }

    /** Returns null when asked to stop before the end. */
    private Result replay(
            Cluster cluster,
            Path workDir,
            AdvisorConfig config,
            ReplayRange range,
            TopicSpec<Finding> findings,
            JsonLines lines,
            StopSignal stop)
            throws InterruptedException {
        AdvisorCounts counts = new AdvisorCounts(0, 0, 0, Long.MAX_VALUE, Long.MIN_VALUE);
        if (range.offsets() > 0) {
            begin(cluster, range);
            AdvisorApp advisor = AdvisorApp.ofReplay(
                    new Replay(names.applicationId(), findings, range.starts(), range.ends()),
                    config,
                    topics,
                    ModuleConfigs.advisorClients(settings, cluster, workDir),
                    stop::fail);
            try (advisor;
                    Progress progress = new Progress(console);
                    GroupProgress group = new GroupProgress(cluster.clientProperties(), names.applicationId())) {
                advisor.start();
                if (!awaitEnd(group, range, progress, stop) || !awaitLastFindings(advisor, stop)) {
                    return null;
                }
                if (!advisor.close(STALL)) {
                    throw stuck("the replay has told its last findings, but has not committed them");
                }
            }
            counts = advisor.counts();
        }
        return new Result(counts, read(cluster, findings.name(), lines));
    }

    /** The group begins where the range does. */
    private void begin(Cluster cluster, ReplayRange range) throws InterruptedException {
        Map<TopicPartition, OffsetAndMetadata> starts = new HashMap<>();
        range.starts().forEach((partition, offset) -> starts.put(partition, new OffsetAndMetadata(offset)));
        try (Admin admin = cluster.admin()) {
            admin.alterConsumerGroupOffsets(names.applicationId(), starts).all().get();
        } catch (ExecutionException e) {
            throw Failures.of("weir advise", e.getCause());
        }
    }

    private boolean awaitEnd(GroupProgress group, ReplayRange range, Progress progress, StopSignal stop)
            throws InterruptedException {
        List<String> between = AdvisorApp.topicsBetweenSteps(names.applicationId());
        Stall stall = new Stall(STALL);
        long before = 0;
        while (!(group.hasReached(range.ends()) && between.stream().allMatch(group::hasFinished))) {
            if (stop.await(LOOK_MS)) {
                stop.rethrow();
                return false;
            }
            long now = group.sum();
            stall.progress(now != before);
            before = now;
            long read = group.committedOf(range.starts(), range.ends());
            progress.tell(() -> Units.count(read) + " of " + Units.count(range.offsets()) + " flow records worked off");
            if (stall.isOver()) {
                throw stuck("the replay has stood still at " + Units.count(read) + " of " + Units.count(range.offsets())
                        + " flow records");
            }
        }
        return true;
    }

    /** What is told only once nothing can come any more. */
    private boolean awaitLastFindings(AdvisorApp advisor, StopSignal stop) throws InterruptedException {
        advisor.endInput();
        Stall stall = new Stall(STALL);
        while (!advisor.hasToldAll()) {
            if (stop.await(LOOK_MS)) {
                stop.rethrow();
                return false;
            }
            if (stall.isOver()) {
                throw stuck("the replay has read its range, but has not told what follows");
            }
        }
        return true;
    }

    private static Failure stuck(String what) {
        return Failure.failed(
                what + " for " + STALL.toSeconds() + " s",
                "look at the brokers; a shorter range may end before retention deletes it");
    }

    private FindingEpisodes read(Cluster cluster, String topic, JsonLines lines) {
        FindingEpisodes episodes = new FindingEpisodes(topic, null);
        Map<String, Object> client = cluster.clientProperties();
        JsonBuffer buffer = new JsonBuffer();
        try (TopicReader reader = new TopicReader(client, List.of(topic), true);
                SchemaRegistryClient registry = SchemaRegistryClient.create(client);
                Deserializer<Finding> deserializer = AvroSerdes.deserializer(Finding.class, client)) {
            AvroJsonReader json = new AvroJsonReader(registry);
            reader.seek(StartPosition.BEGINNING);
            reader.readTo(reader.ranges(), record -> {
                byte[] value = record.value();
                if (lines != null) {
                    buffer.reset();
                    json.write(value, buffer);
                    lines.write(buffer);
                }
                episodes.add(deserializer.deserialize(topic, value));
                return true;
            });
        }
        return episodes;
    }

    private void print(ReplayRange range, Result result) {
        if (request.json()) {
            console.out().println(json(result));
        } else {
            printText(range, result);
        }
        console.out().flush();
        AdvisorCounts counts = result.counts();
        if (counts.refusedRecords() > 0) {
            console.err()
                    .println("weir: warning: " + Units.count(counts.refusedRecords())
                            + " records could not be read and were left out");
        }
        if (counts.evicted() > 0) {
            console.err()
                    .println(
                            "weir: warning: " + Units.count(counts.evicted())
                                    + " hosts, episodes or findings made room for others: raise advisor.max-hosts and advisor.max-contacts to find all");
        }
    }

    private JsonObject json(Result result) {
        AdvisorCounts counts = result.counts();
        JsonObject byRule = new JsonObject();
        result.byRule().forEach((rule, bySeverity) -> {
            JsonObject severities = new JsonObject();
            bySeverity.forEach((severity, count) -> severities.put(severity.name(), count.longValue()));
            byRule.put(rule, severities);
        });
        JsonObject json = new JsonObject()
                .put("run", names.run())
                .put("flowRecords", counts.flowRecords())
                .put("refusedRecords", counts.refusedRecords())
                .put("evicted", counts.evicted());
        if (result.hasFlows()) {
            json.put("earliestWindowStart", counts.earliestMilliseconds())
                    .put("latestWindowStart", counts.latestMilliseconds());
        }
        return json.put("findings", result.episodes().all().size())
                .put("open", result.open())
                .put("byRule", byRule)
                .put("topic", isKept() ? findingsTopic() : null)
                .put("file", request.out() == null ? null : file().toString());
    }

    /** Whether the topic outlives the run. */
    private boolean isKept() {
        return request.out() == null || request.outTopic() != null;
    }

    private void printText(ReplayRange range, Result result) {
        AdvisorCounts counts = result.counts();
        var out = console.out();
        out.println("replay " + names.run() + " of " + topics.flows().name());
        out.println("  records   " + Units.count(counts.flowRecords()) + " of "
                + range.starts().size() + " partitions");
        if (result.hasFlows()) {
            out.println("  windows   " + Units.time(Instant.ofEpochMilli(counts.earliestMilliseconds())) + " to "
                    + Units.time(Instant.ofEpochMilli(counts.latestMilliseconds())) + " UTC, event time");
        }
        long open = result.open();
        out.println("  findings  " + Units.count(result.episodes().all().size())
                + (open == 0 ? "" : ", " + Units.count(open) + " of them still open at the end"));
        if (isKept()) {
            out.println("  topic     " + findingsTopic());
        }
        if (request.out() != null) {
            out.println("  written   " + file());
        }
        if (!result.episodes().all().isEmpty()) {
            out.println();
            table(result).lines(console.columns()).forEach(out::println);
        }
    }

    private static Table table(Result result) {
        Table table = new Table(
                Table.left("rule"),
                Table.right("critical"),
                Table.right("high"),
                Table.right("medium"),
                Table.right("low"),
                Table.right("informational"));
        result.byRule()
                .forEach((rule, bySeverity) -> table.add(
                        rule,
                        count(bySeverity, Severity.critical),
                        count(bySeverity, Severity.high),
                        count(bySeverity, Severity.medium),
                        count(bySeverity, Severity.low),
                        count(bySeverity, Severity.informational)));
        return table;
    }

    private static String count(Map<Severity, Long> bySeverity, Severity severity) {
        return bySeverity.containsKey(severity) ? Units.count(bySeverity.get(severity)) : null;
    }
}
