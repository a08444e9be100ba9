package io.weir.app.cli;

import io.weir.app.config.Settings;
import io.weir.app.config.SettingsLoader;
import io.weir.app.failure.Failure;
import io.weir.app.pipeline.AdviseRequest;
import io.weir.app.pipeline.RemoveReplayRequest;
import io.weir.app.read.StartPosition;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "advise",
        header = "Run the rules of the Security Advisor over a past range of the flows.",
        description = {
            "",
            "Reads the flows that Kafka took in a range of time once more, with the settings of this command line, beside the live advisor"
                    + " and without touching anything of it. Findings go to a topic of their own or to a file; what is open at the end of the"
                    + " range stays open. `weir rules diff` compares two runs. Internal topics and the group of the run are deleted at its end."
        },
        sortOptions = false,
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  weir advise --from 24h --cluster 10.0.0.0/8",
            "  weir advise --from 2026-11-29 --to 2026-11-30 --cluster 10.0.0.0/8 --out before.jsonl",
            "  weir advise --from 1h --cluster 10.0.0.0/8 -s advisor.detections-off=scan_vertical --out after.jsonl",
            "  weir advise --remove 20261130-130502-3fa9"
        })
final class AdviseCommand implements Callable<Integer> {

    @Option(
            names = "--from",
            paramLabel = "WHEN",
            order = 1,
            description =
                    "beginning, a time (2026-11-24T08:00:00Z) or a duration before now (24h) by when Kafka took the flow; without it the"
                            + " beginning.")
    private String from;

    @Option(
            names = "--to",
            paramLabel = "WHEN",
            order = 2,
            description = "The same for the end, which is left out; without it what is there now.")
    private String to;

    @Option(
            names = "--out-topic",
            paramLabel = "NAME",
            order = 3,
            description =
                    "Topic that takes the findings, and stays; without it and --out weir.findings.replay.RUN. Refused when it is a topic of Weir's own or"
                            + " holds records.")
    private String outTopic;

    @Option(
            names = {"-o", "--out"},
            paramLabel = "FILE|DIR",
            order = 4,
            description =
                    "Write the findings as JSON lines, in a directory to findings.jsonl; no topic stays then unless one is named.")
    private Path out;

    @Option(names = "--json", order = 5, description = "Print the summary as one JSON object.")
    private boolean json;

    @Option(
            names = "--remove",
            paramLabel = "RUN",
            order = 6,
            description =
                    "Instead of a run: delete what one has left, its topic of findings (weir.findings.replay.RUN) among it.")
    private String remove;

    @Mixin
    private ClusterOptions cluster;

    @Mixin
    private SettingsOptions options;

    @Mixin
    private LogOptions log;

    private final CommandContext context;

    AdviseCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        log.apply();
        SettingsLoader loader = options.loader(context.environment());
        cluster.assign(loader);
        Settings settings = loader.load();
        if (remove != null) {
            if (from != null || to != null || outTopic != null || out != null) {
                throw Failure.usage("--remove runs no rules", "give it without --from, --to, --out-topic and --out");
            }
            return context.pipelines().get().removeReplay(new RemoveReplayRequest(settings, remove, context.console()));
        }
        Instant now = Instant.now();
        StartPosition begin = from == null ? StartPosition.BEGINNING : position("--from", from, now);
        StartPosition end = to == null ? StartPosition.END : position("--to", to, now);
        if (begin.kind() == StartPosition.Kind.END
                || end.kind() == StartPosition.Kind.BEGINNING
                || (begin.kind() == StartPosition.Kind.TIME
                        && end.kind() == StartPosition.Kind.TIME
                        && begin.timestampMs() >= end.timestampMs())) {
            throw Failure.usage(
                    "nothing lies between --from " + (from == null ? "beginning" : from) + " and --to "
                            + (to == null ? "end" : to),
                    "--from is to be earlier than --to");
        }
        if (out != null && !Files.isDirectory(out) && out.toAbsolutePath().getParent() != null) {
            CaptureFiles.createDirectory(out.toAbsolutePath().getParent());
        }
        return context.pipelines()
                .get()
                .advise(new AdviseRequest(settings, begin, end, outTopic, out, json, context.console()));
    }

    private static StartPosition position(String option, String text, Instant now) {
        try {
            return StartPosition.parse(text, now);
        } catch (IllegalArgumentException e) {
            throw Failure.usage(option + " " + e.getMessage(), "");
        }
    }
}
