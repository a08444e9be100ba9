package io.weir.app.pipeline;

import io.weir.advisor.AdvisorApp;
import io.weir.advisor.AdvisorConfig;
import io.weir.advisor.rule.ingress.EpisodeScope;
import io.weir.app.config.Settings;
import io.weir.app.failure.ExitCode;
import io.weir.app.failure.Failure;
import io.weir.app.operations.Operations;
import io.weir.app.terminal.Console;
import io.weir.app.terminal.Units;
import io.weir.collectors.publish.BatchSender;
import io.weir.collectors.publish.CollectorConfig;
import io.weir.collectors.publish.CollectorReport;
import io.weir.rules.RulesApp;
import io.weir.rules.RulesConfig;
import io.weir.schemas.json.JsonObject;
import io.weir.schemas.topic.Topics;
import io.weir.topology.MeterApp;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code weir analyze}: captures through the whole pipeline until every packet is accounted for. */
final class AnalyzeRun {

    private static final Logger LOG = LoggerFactory.getLogger(AnalyzeRun.class);

    /** Findings are told this often: the end of the input should not wait half a second for the last. */
    private static final Duration FINDINGS_FLUSH = Duration.ofMillis(100);

    private final AnalyzeRequest request;
    private final Settings settings;
    private final Topics topics;

    /** What one input gave, for the summary. */
    private record Result(AnalyzeOutput.Input output, CollectorReport report) {

        boolean isConserved() {
            boolean octetsFit = output.lostPackets > 0 || output.layer2Octets == report.layer2Octets();
            boolean tunnelsFit = output.lostPackets > 0 || output.enclosedPackets == report.enclosedPackets();
            return output.packets + output.lostPackets == report.seenPackets()
                    && octetsFit
                    && tunnelsFit
                    && output.isConserved();
        }

        JsonObject json() {
            return new JsonObject()
                    .put("packets", output.packets)
                    .put("layer2Octets", output.layer2Octets)
                    .put("flows", output.flows)
                    .put("flowRecords", output.flowRecords)
                    .put("conversationRecords", output.conversationRecords)
                    .put("edges", output.edgeKeys.size())
                    .put("findings", output.findingIds.size())
                    .put("risks", output.risks)
                    .put("enclosedPackets", output.enclosedPackets)
                    .put("lost", output.lostPackets)
                    .put("conserved", isConserved());
        }
    }

    AnalyzeRun(AnalyzeRequest request) {
        this.request = request;
        this.settings = request.settings();
        this.topics = Cluster.topicsOfOneRun(settings, "analyze");
    }

    int run() {
        List<CaptureInput.Opener> captures = openers();
        List<AnalyzeOutput.Input> inputs = openOutputs(captures);
        try (StopSignal stop = new StopSignal();
                WorkDirectory work = WorkDirectory.create("weir-analyze-");
                Cluster cluster =
                        Cluster.open(settings, work.path(), true, TopicTrim.BROKER_SETTINGS, stop::brokerStopped)) {
            stop.atLeast(work::close);
            cluster.prepare(
                    ModuleConfigs.topicsOf(topics, ModuleConfigs.collectorOfAnalyze(settings), false, false, List.of()),
                    ModuleConfigs.partitionsOfOneShot(settings));
            try {
                return analyze(cluster, work.path(), captures, inputs, stop);
            } finally {
                cluster.deleteTopics(topics);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return ExitCode.FAILED;
        } finally {
            closeQuietly(inputs);
        }
    }

    private int analyze(
            Cluster cluster,
            Path workDir,
            List<CaptureInput.Opener> captures,
            List<AnalyzeOutput.Input> inputs,
            StopSignal stop)
            throws InterruptedException {
        AdvisorConfig advisorConfig = ModuleConfigs.advisor(settings)
                .withFlushInterval(FINDINGS_FLUSH)
                .withEpisodeScope(request.each() ? EpisodeScope.OBSERVATION_POINT : EpisodeScope.CLUSTER);
        CollectorConfig config = ModuleConfigs.collectorOfAnalyze(settings);
        RulesConfig rulesConfig = ModuleConfigs.hasRuleFile(settings)
                ? ModuleConfigs.rulesOfFile(settings).withAdvisor(advisorConfig)
                : null;
        List<Completion.Finder> finders = new ArrayList<>(List.of(Completion.Finder.advisor(topics)));
        if (rulesConfig != null) {
            finders.add(Completion.Finder.rules(rulesConfig, topics));
        }
        List<CollectorReport> reports = new ArrayList<>();
        try (MeterApp meter = new MeterApp(
                        ModuleConfigs.meterOfAnalyze(settings),
                        topics,
                        cluster.oneShotProperties(),
                        workDir.resolve("streams").toString(),
                        Operations.unwatched(),
                        stop::fail);
                AdvisorApp advisor = new AdvisorApp(
                        advisorConfig,
                        topics,
                        ModuleConfigs.advisorClientsOfAnalyze(settings, cluster, workDir),
                        Operations.unwatched(),
                        stop::fail);
                RulesApp rules = rulesConfig == null
                        ? null
                        : ModuleConfigs.rulesApp(
                                rulesConfig, settings, topics, cluster, workDir, Operations.unwatched(), stop);
                AnalyzeOutput output = new AnalyzeOutput(cluster.clientProperties(), topics, inputs, false);
                Progress progress = new Progress(request.console());
                // Rules read edges, too: what they have not read must stay.
                TopicTrim trim = rules == null ? new TopicTrim(cluster.clientProperties(), topics) : null;
                Completion completion =
                        new Completion(cluster, finders, output, FINDINGS_FLUSH, stop, progress, trim)) {
            meter.start();
            advisor.start();
            if (rules != null) {
                rules.start();
            }
            boolean collected;
            try (BatchSender sender = new BatchSender(config, topics, cluster.clientProperties())) {
                collected = completion.collect(captures, config, sender, reports);
            }
            if (!collected || !completion.await()) {
                request.console()
                        .err()
                        .println("weir: stopped before the end; the files in " + request.out() + " are not complete");
                return ExitCode.FAILED;
            }
            output.writeRisks();
        }
        // What the disk does not take must be known before anything is said to be done.
        inputs.forEach(AnalyzeOutput.Input::close);
        List<Result> results = new ArrayList<>();
        for (int i = 0; i < inputs.size(); i++) {
            results.add(new Result(inputs.get(i), reports.get(i)));
        }
        return print(results);
    }

    /** After a failure, which says more than that the rest of the buffers could not be written either. */
    private static void closeQuietly(List<AnalyzeOutput.Input> inputs) {
        for (AnalyzeOutput.Input input : inputs) {
            try {
                input.close();
            } catch (Failure e) {
                LOG.debug("{}", e.getMessage());
            }
        }
    }

    private List<CaptureInput.Opener> openers() {
        if (!request.each()) {
            return List.of(CaptureInput.merged(request.files()));
        }
        return request.files().stream().map(CaptureInput::file).toList();
    }

    private List<AnalyzeOutput.Input> openOutputs(List<CaptureInput.Opener> captures) {
        List<AnalyzeOutput.Input> inputs = new ArrayList<>();
        for (int i = 0; i < captures.size(); i++) {
            Path directory = request.out();
            if (request.each()) {
                directory = directory.resolve(
                        AnalyzeRequest.directoryName(request.files().get(i)));
            }
            try {
                Files.createDirectories(directory);
            } catch (IOException e) {
                throw Failure.failed(directory + " cannot be made: " + e.getMessage(), "choose another with --out", e);
            }
            inputs.add(new AnalyzeOutput.Input(captures.get(i).name(), directory));
        }
        return inputs;
    }

    private int print(List<Result> results) {
        Console console = request.console();
        boolean conserved = results.stream().allMatch(Result::isConserved);
        if (request.json()) {
            console.out()
                    .println(request.each() ? eachJson(results) : results.get(0).json());
        } else {
            results.forEach(result -> printText(console.out(), result));
        }
        for (Result result : results) {
            result.report().problems().forEach(problem -> console.err().println("weir: warning: " + problem.message()));
        }
        console.out().flush();
        if (!conserved) {
            console.err().println("weir: not every packet is accounted for; the files hold what is");
        }
        return conserved ? ExitCode.DONE : ExitCode.FAILED;
    }

    /** The sums of all inputs, and each input's own under its name. */
    private static JsonObject eachJson(List<Result> results) {
        JsonObject inputs = new JsonObject();
        long packets = 0;
        long octets = 0;
        long enclosed = 0;
        long flows = 0;
        long records = 0;
        long conversationRecords = 0;
        long edges = 0;
        long findings = 0;
        long risks = 0;
        long lost = 0;
        boolean conserved = true;
        for (Result result : results) {
            AnalyzeOutput.Input output = result.output();
            inputs.put(output.name, result.json());
            packets += output.packets;
            octets += output.layer2Octets;
            enclosed += output.enclosedPackets;
            flows += output.flows;
            records += output.flowRecords;
            conversationRecords += output.conversationRecords;
            edges += output.edgeKeys.size();
            findings += output.findingIds.size();
            risks += output.risks;
            lost += output.lostPackets;
            conserved &= result.isConserved();
        }
        return new JsonObject()
                .put("packets", packets)
                .put("layer2Octets", octets)
                .put("flows", flows)
                .put("flowRecords", records)
                .put("conversationRecords", conversationRecords)
                .put("edges", edges)
                .put("findings", findings)
                .put("risks", risks)
                .put("enclosedPackets", enclosed)
                .put("lost", lost)
                .put("conserved", conserved)
                .put("inputs", inputs);
    }

    private static void printText(PrintStream out, Result result) {
        AnalyzeOutput.Input sums = result.output();
        out.println(sums.name);
        out.println("  packets   " + Units.count(sums.packets) + "  (" + Units.octets(sums.layer2Octets) + ")");
        if (sums.enclosedPackets > 0) {
            out.println(
                    "  tunnels   " + Units.count(sums.enclosedPackets) + " packets in them, counted with those around");
        }
        out.println("  flows     " + Units.count(sums.flows) + "  in " + Units.count(sums.flowRecords) + " records");
        if (sums.conversationRecords > 0) {
            out.println("  paths     " + Units.count(sums.conversationRecords)
                    + " records of conversations that several observation points saw");
        }
        out.println("  edges     " + Units.count(sums.edgeKeys.size()));
        out.println("  findings  " + Units.count(sums.findingIds.size()));
        out.println("  lost      " + Units.count(sums.lostPackets));
        out.println("  conserved " + (result.isConserved() ? "yes: every packet is in exactly one flow" : "NO"));
        out.println("  written   " + sums.directory);
    }
}
