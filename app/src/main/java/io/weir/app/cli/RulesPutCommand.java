package io.weir.app.cli;

import io.weir.app.config.Settings;
import io.weir.app.failure.ExitCode;
import io.weir.app.pipeline.RuleTopicRequest;
import io.weir.rules.file.RuleFile;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "put",
        header = "Write rules to their topic: they hold at once, nothing is restarted.",
        description = {
            "",
            "`weir run rules` applies the rules of the topic where no rules.file is named, `weir up` with -s rules.from-topic=true. A rule with a"
                    + " mistake is told and left out, and the exit code is then 1; the one with its id on the topic stays."
        },
        sortOptions = false,
        parameterListHeading = "%nParameters:%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  weir rules put rules.yaml",
            "  weir rules put rules.yaml --prune --kafka kafka:9092 --registry http://registry:8081"
        })
final class RulesPutCommand implements Callable<Integer> {

    @Parameters(paramLabel = "FILE", description = "Rules in YAML, see docs/rules.md.")
    private Path file;

    @Option(
            names = "--prune",
            order = 1,
            description = "Remove the rules that are not in the file. Not done when one in the file has a mistake.")
    private boolean prune;

    @Mixin
    private SettingsOptions options;

    @Mixin
    private LogOptions log;

    private final CommandContext context;

    RulesPutCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        log.apply();
        Settings settings = options.loader(context.environment()).load();
        RuleFile read = RulesValidateCommand.read(file);
        read.problems().forEach(context.console().err()::println);
        boolean isWhole = read.problems().isEmpty();
        if (read.rules().isEmpty()) {
            context.console().err().println("weir: there is no rule in " + file + " that can be used");
            return ExitCode.FAILED;
        }
        if (prune && !isWhole) {
            context.console().err().println("weir: nothing is removed, as not every rule of " + file + " can be read");
        }
        int written = context.pipelines()
                .get()
                .writeRules(
                        new RuleTopicRequest(settings, read.texts(), Set.of(), prune && isWhole, context.console()));
        return isWhole ? written : Math.max(ExitCode.FAILED, written);
    }
}
