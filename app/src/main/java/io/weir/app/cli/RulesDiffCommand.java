package io.weir.app.cli;

import io.weir.app.config.Settings;
import io.weir.app.failure.ExitCode;
import io.weir.app.failure.Failure;
import io.weir.app.pipeline.AdviseRequest;
import io.weir.app.read.ClusterAddress;
import io.weir.app.read.FindingEpisodes;
import io.weir.app.read.FindingsDiff;
import io.weir.app.read.RecordFilter;
import io.weir.schemas.Finding;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "diff",
        header = "Compare the findings of two runs.",
        description = {
            "",
            "A and B are topics of findings, files of JSON lines (of `weir advise --out`, `weir analyze` or `weir findings --json`) or"
                    + " directories with a findings.jsonl. The final record of each episode counts. Two are the same thing by their id, else by rule,"
                    + " initiator, responder, port and protocol when they overlap in time.",
            "Exit code 0 when both have found the same, 1 when not, 2 when they cannot be compared."
        },
        sortOptions = false,
        parameterListHeading = "%nParameters:%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  weir rules diff before.jsonl after.jsonl",
            "  weir rules diff weir.findings.v1 weir.findings.replay.20261130-130502-3fa9 --ignore status",
            "  weir rules diff before after --filter \"severity in ['high', 'critical']\" --json"
        })
final class RulesDiffCommand implements Callable<Integer> {

    @Parameters(index = "0", paramLabel = "A", description = "The first run: topic, file or directory.")
    private String a;

    @Parameters(index = "1", paramLabel = "B", description = "The second run.")
    private String b;

    @Option(
            names = "--filter",
            paramLabel = "EXPR",
            order = 1,
            description =
                    "Only episodes for whose final record this is true: an expression in CEL over the fields of the finding.")
    private String filter;

    @Option(
            names = "--ignore",
            paramLabel = "FIELD",
            split = ",",
            order = 2,
            description = "What is no difference, by its name in the output, for example status; repeatable.")
    private List<String> ignored = new ArrayList<>();

    @Option(names = "--json", order = 3, description = "Print the result as one JSON object.")
    private boolean json;

    @Mixin
    private SettingsOptions options;

    @Mixin
    private LogOptions log;

    private final CommandContext context;

    RulesDiffCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        log.apply();
        Settings settings = options.loader(context.environment()).load();
        RecordFilter compiled = filter == null ? null : RecordFilter.compile(Finding.getClassSchema(), filter);
        FindingsDiff diff;
        try {
            diff = FindingsDiff.of(
                    read(a, settings, compiled).all(),
                    read(b, settings, compiled).all(),
                    new HashSet<>(ignored));
        } catch (Failure e) {
            // As with diff(1), 1 says that they differ.
            throw Failure.usage(e.getMessage(), e.hint());
        }
        if (json) {
            context.console().out().println(diff.json());
        } else {
            diff.text(context.console().columns()).forEach(context.console().out()::println);
        }
        context.console().out().flush();
        return diff.isSame() ? ExitCode.DONE : ExitCode.FAILED;
    }

    /** A name of a file that is there is that file; a path is none of a topic. */
    private static FindingEpisodes read(String name, Settings settings, RecordFilter filter) {
        Path path = Path.of(name);
        if (Files.isDirectory(path)) {
            path = path.resolve(AdviseRequest.FILE);
        }
        if (Files.isRegularFile(path)) {
            return FindingEpisodes.ofFile(path, filter);
        }
        if (name.contains("/") || name.endsWith(".jsonl")) {
            throw Failure.usage("there is no file " + path, "give a file of JSON lines, or the name of a topic");
        }
        return FindingEpisodes.ofTopic(ClusterAddress.clientProperties(settings), name, filter);
    }
}
