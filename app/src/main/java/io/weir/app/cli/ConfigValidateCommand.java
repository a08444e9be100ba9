package io.weir.app.cli;

import io.weir.app.config.Origin;
import io.weir.app.config.Settings;
import io.weir.app.failure.ExitCode;
import io.weir.app.failure.Failure;
import io.weir.app.pipeline.ModuleConfigs;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "validate",
        header = "Check the settings and report every mistake; starts nothing.",
        sortOptions = false,
        optionListHeading = "%nOptions:%n")
final class ConfigValidateCommand implements Callable<Integer> {

    @Mixin
    private SettingsOptions options;

    @Mixin
    private LogOptions log;

    private final CommandContext context;

    ConfigValidateCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        log.apply();
        Settings settings = options.loader(context.environment()).load();
        List<String> problems = ModuleConfigs.problemsOfAdvisor(settings);
        if (!problems.isEmpty()) {
            throw Failure.usage(
                    String.join("; ", problems),
                    "the other entries of the allow-list hold; put these right or take them out");
        }
        List<String> rules = ModuleConfigs.problemsOfRules(settings);
        if (!rules.isEmpty()) {
            throw Failure.usage(String.join("; ", rules), "the other rules hold; put these right or take them out");
        }
        long given = settings.lines().stream()
                .filter(line -> line.origin().source() != Origin.Source.BUILT_IN)
                .count();
        context.console().out().println("The settings are valid (" + given + " given, the others built-in).");
        return ExitCode.DONE;
    }
}
