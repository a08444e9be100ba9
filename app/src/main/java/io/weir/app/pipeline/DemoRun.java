package io.weir.app.pipeline;

import io.weir.advisor.AdvisorApp;
import io.weir.advisor.AdvisorConfig;
import io.weir.app.config.Catalogue;
import io.weir.app.config.Settings;
import io.weir.app.failure.ExitCode;
import io.weir.app.failure.Failure;
import io.weir.app.operations.Operations;
import io.weir.app.read.Endpoints;
import io.weir.app.read.StartPosition;
import io.weir.app.read.SummaryFeed;
import io.weir.app.terminal.Console;
import io.weir.app.terminal.LiveDisplay;
import io.weir.app.terminal.SummaryModel;
import io.weir.app.terminal.SummaryText;
import io.weir.collectors.publish.BatchSender;
import io.weir.collectors.publish.CollectorConfig;
import io.weir.collectors.publish.CollectorReport;
import io.weir.schemas.Finding;
import io.weir.schemas.topic.Topics;
import io.weir.topology.MeterApp;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** {@code weir demo}: the whole pipeline on the bundled sample. */
final class DemoRun {

    /** Networks of the sample's cluster ({@code samples/README.md}). */
    static final List<String> CLUSTER = List.of("10.42.0.0/16", "fd42::/48");

    private static final String SAMPLE = "/io/weir/app/sample.pcap";
    private static final Duration FINDINGS_FLUSH = Duration.ofMillis(100);
    private static final int LISTED = 12;

    private final DemoRequest request;
    private final Settings settings;
    private final Topics topics;

    DemoRun(DemoRequest request) {
        this.request = request;
        this.settings = request.settings();
        this.topics = Cluster.topicsOfOneRun(settings, "demo");
    }

    int run() {
        try (StopSignal stop = new StopSignal();
                WorkDirectory work = WorkDirectory.create("weir-demo-");
                Cluster cluster = Cluster.open(settings, work.path(), request.once(), Map.of(), stop::brokerStopped)) {
            stop.atLeast(work::close);
            cluster.prepare(
                    ModuleConfigs.topicsOf(
                            topics,
                            ModuleConfigs.collectorOfOneShot(settings),
                            false,
                            false,
                            ModuleConfigs.edgeRollUps(settings)),
                    ModuleConfigs.partitionsOfOneShot(settings));
            Path dataDir = settings.get(Catalogue.DATA_DIR);
            Endpoints endpoints = Endpoints.ofThisProcess(cluster.bootstrapServers(), cluster.registryUrl());
            if (!request.once()) {
                endpoints.write(dataDir);
            }
            try {
                boolean conserved = show(cluster, work.path(), stop);
                stop.rethrow();
                return conserved ? ExitCode.DONE : ExitCode.FAILED;
            } finally {
                endpoints.remove(dataDir);
                cluster.deleteTopics(topics);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return ExitCode.FAILED;
        } catch (IOException e) {
            throw Failure.failed("the demo cannot use its directory: " + e.getMessage(), "is the disk full?", e);
        }
    }

    /** Returns true when every packet is accounted for. */
    private boolean show(Cluster cluster, Path workDir, StopSignal stop) throws InterruptedException, IOException {
        Path sample = workDir.resolve("sample.pcap");
        try (InputStream in = DemoRun.class.getResourceAsStream(SAMPLE)) {
            if (in == null) {
                throw Failure.failed("this build holds no sample capture", "build it with samples/make-sample.sh");
            }
            Files.copy(in, sample);
        }
        Path out = Files.createDirectories(workDir.resolve("out"));
        AdvisorConfig advisorConfig =
                ModuleConfigs.advisor(settings).withClusterPrefixes(CLUSTER).withFlushInterval(FINDINGS_FLUSH);
        CaptureInput.Opener capture = CaptureInput.file(sample);
        AnalyzeOutput.Input input = new AnalyzeOutput.Input(capture.name(), out);
        SummaryModel model = new SummaryModel();
        try (SummaryFeed feed = new SummaryFeed(cluster.clientProperties(), topics, model, StartPosition.BEGINNING);
                MeterApp meter = new MeterApp(
                        ModuleConfigs.meter(settings),
                        topics,
                        cluster.oneShotProperties(),
                        workDir.resolve("streams").toString(),
                        Operations.unwatched(),
                        stop::fail);
                AdvisorApp advisor = new AdvisorApp(
                        advisorConfig,
                        topics,
                        ModuleConfigs.advisorClients(settings, cluster, workDir),
                        Operations.unwatched(),
                        stop::fail);
                AnalyzeOutput output = new AnalyzeOutput(cluster.clientProperties(), topics, List.of(input), true);
                Progress progress = Progress.silent();
                Completion completion = new Completion(
                        cluster,
                        List.of(Completion.Finder.advisor(topics)),
                        output,
                        FINDINGS_FLUSH,
                        stop,
                        progress,
                        null)) {
            List<CollectorReport> reports = new ArrayList<>();
            try (LiveDisplay display =
                    new LiveDisplay(request.console(), LiveDisplay.Content.of(model, "weir demo", List.of()))) {
                meter.start();
                advisor.start();
                CollectorConfig config = ModuleConfigs.collectorOfOneShot(settings);
                try (BatchSender sender = new BatchSender(config, topics, cluster.clientProperties())) {
                    if (!completion.collect(List.of(capture), config, sender, reports)) {
                        return false;
                    }
                }
                if (!completion.await()) {
                    return false;
                }
            }
            boolean conserved = input.packets == reports.get(0).seenPackets() && input.isConserved();
            printTables(model, output, cluster, conserved);
            if (!request.once()) {
                stop.await();
            }
            return conserved;
        }
    }

    private void printTables(SummaryModel model, AnalyzeOutput output, Cluster cluster, boolean conserved) {
        Console console = request.console();
        int width = console.columns();
        console.out().println();
        console.out().println("Top edges: who talked to whom");
        SummaryText.topEdges(
                        model.summary(System.currentTimeMillis(), LISTED, 0).topEdges(), width)
                .forEach(console.out()::println);
        console.out().println();
        console.out().println("Largest flows");
        output.largestFlows(LISTED, width).forEach(console.out()::println);
        console.out().println();
        console.out()
                .println("Findings: what began outside of " + String.join(" and ", CLUSTER)
                        + ", and what else stands out");
        List<Finding> findings = output.findings().stream()
                .sorted(Comparator.comparing(Finding::getSeverity)
                        .reversed()
                        .thenComparingLong(Finding::getFirstSeenMicroseconds))
                .toList();
        List<Finding> shown = findings.subList(0, Math.min(LISTED, findings.size()));
        SummaryText.ingressFindings(shown, width).forEach(console.out()::println);
        if (shown.size() < findings.size()) {
            console.out().println("… and " + (findings.size() - shown.size()) + " more, none more severe");
        }
        console.out().println();
        AnalyzeOutput.Input sums = output.inputs().get(0);
        console.out()
                .println(sums.packets + " packets in " + sums.flows + " flows, " + sums.edgeKeys.size() + " edges, "
                        + sums.findingIds.size() + " findings; "
                        + (conserved ? "every packet is accounted for" : "PACKETS ARE MISSING"));
        if (!request.once()) {
            console.out().println();
            console.out()
                    .println("Still serving: kafka " + cluster.bootstrapServers() + ", schema registry "
                            + cluster.registryUrl());
            console.out()
                    .println("Try, in another terminal:  weir flows --limit 5   weir findings --json   weir audit");
            console.out().println("Your own traffic:          sudo weir up --interface eth0 --cluster 10.0.0.0/8");
            console.out().println("Stop with Ctrl-C.");
        }
        console.out().flush();
    }
}
