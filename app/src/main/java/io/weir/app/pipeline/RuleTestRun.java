package io.weir.app.pipeline;

import io.weir.app.config.Settings;
import io.weir.app.failure.ExitCode;
import io.weir.app.failure.Failure;
import io.weir.app.operations.Operations;
import io.weir.app.read.RecordRows;
import io.weir.app.terminal.Console;
import io.weir.app.terminal.Table;
import io.weir.collectors.publish.BatchSender;
import io.weir.collectors.publish.CollectorConfig;
import io.weir.collectors.publish.CollectorReport;
import io.weir.rules.RulesApp;
import io.weir.rules.RulesConfig;
import io.weir.schemas.Finding;
import io.weir.schemas.topic.Topics;
import io.weir.topology.MeterApp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** {@code weir rules test}: captures through the pipeline with the user's rules alone, and what these raise. */
final class RuleTestRun {

    /** The end of the captures should not wait half a second for the last finding. */
    private static final Duration FINDINGS_FLUSH = Duration.ofMillis(100);

    private final RuleTestRequest request;
    private final Settings settings;
    private final Console console;
    private final Topics topics;

    RuleTestRun(RuleTestRequest request) {
        this.request = request;
        this.settings = request.settings();
        this.console = request.console();
        this.topics = Cluster.topicsOfOneRun(settings, "rules");
    }

    int run() {
        RulesConfig rules = ModuleConfigs.rulesOfFile(settings)
                .withAdvisor(ModuleConfigs.advisor(settings).withFlushInterval(FINDINGS_FLUSH));
        try (StopSignal stop = new StopSignal();
                WorkDirectory work = WorkDirectory.create("weir-rules-");
                Cluster cluster =
                        Cluster.open(settings, work.path(), true, TopicTrim.BROKER_SETTINGS, stop::brokerStopped)) {
            stop.atLeast(work::close);
            cluster.prepare(
                    ModuleConfigs.topicsOf(topics, ModuleConfigs.collectorOfAnalyze(settings), false, false, List.of()),
                    ModuleConfigs.partitionsOfOneShot(settings));
            try {
                return test(rules, cluster, work.path(), stop);
            } finally {
                cluster.deleteTopics(topics);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return ExitCode.FAILED;
        } catch (IOException e) {
            throw Failure.failed(
                    "the findings cannot be kept: " + e.getMessage(),
                    "make room in the directory for temporary files",
                    e);
        }
    }

    private int test(RulesConfig config, Cluster cluster, Path workDir, StopSignal stop)
            throws InterruptedException, IOException {
        Path out = Files.createDirectories(workDir.resolve("out"));
        CaptureInput.Opener capture = CaptureInput.merged(request.files());
        CollectorConfig collector = ModuleConfigs.collectorOfAnalyze(settings);
        List<CollectorReport> reports = new ArrayList<>();
        List<Finding> findings;
        int count;
        try (AnalyzeOutput.Input input = new AnalyzeOutput.Input(capture.name(), out)) {
            try (MeterApp meter = new MeterApp(
                            ModuleConfigs.meterOfAnalyze(settings),
                            topics,
                            cluster.oneShotProperties(),
                            workDir.resolve("streams").toString(),
                            Operations.unwatched(),
                            stop::fail);
                    RulesApp rules = ModuleConfigs.rulesApp(
                            config, settings, topics, cluster, workDir, Operations.unwatched(), stop);
                    AnalyzeOutput output =
                            new AnalyzeOutput(cluster.clientProperties(), topics, List.of(input), false);
                    Progress progress = new Progress(console);
                    Completion completion = new Completion(
                            cluster,
                            List.of(Completion.Finder.rules(config, topics)),
                            output,
                            FINDINGS_FLUSH,
                            stop,
                            progress,
                            null)) {
                meter.start();
                rules.start();
                boolean collected;
                try (BatchSender sender = new BatchSender(collector, topics, cluster.clientProperties())) {
                    collected = completion.collect(List.of(capture), collector, sender, reports);
                }
                if (!collected || !completion.await()) {
                    console.err().println("weir: stopped before the end");
                    return ExitCode.FAILED;
                }
                findings = output.findings();
                count = input.findingIds.size();
            }
        }
        reports.forEach(report ->
                report.problems().forEach(problem -> console.err().println("weir: warning: " + problem.message())));
        print(config, findings, count, out.resolve("findings.jsonl"));
        return ExitCode.DONE;
    }

    private void print(RulesConfig config, List<Finding> findings, int count, Path lines) throws IOException {
        if (request.json()) {
            console.out().print(Files.readString(lines));
            console.out().flush();
            return;
        }
        Table table = new Table(RecordRows.FINDING_COLUMNS.toArray(Table.Column[]::new));
        findings.stream()
                .sorted(Comparator.comparingLong(Finding::getFirstSeenMicroseconds)
                        .thenComparing(Finding::getRule)
                        .thenComparing(Finding::getTitle))
                .forEach(finding -> table.add(RecordRows.of(finding)));
        if (!table.isEmpty()) {
            table.lines(console.columns()).forEach(console.out()::println);
        }
        if (findings.size() < count) {
            console.out().println("… and " + (count - findings.size()) + " more; --json prints all");
        }
        console.out()
                .println(count + (count == 1 ? " finding" : " findings") + " of "
                        + config.rules().size() + (config.rules().size() == 1 ? " rule" : " rules"));
        console.out().flush();
    }
}
