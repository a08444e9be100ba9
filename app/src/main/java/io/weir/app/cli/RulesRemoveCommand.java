package io.weir.app.cli;

import io.weir.app.config.Settings;
import io.weir.app.pipeline.RuleTopicRequest;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "remove",
        header = "Remove rules from their topic: what they have open is closed.",
        sortOptions = false,
        parameterListHeading = "%nParameters:%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {"  weir rules remove ssh-tries"})
final class RulesRemoveCommand implements Callable<Integer> {

    @Parameters(paramLabel = "ID", arity = "1..*", description = "Ids of the rules, as `weir rules list` shows them.")
    private List<String> ids;

    @Mixin
    private SettingsOptions options;

    @Mixin
    private LogOptions log;

    private final CommandContext context;

    RulesRemoveCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        log.apply();
        Settings settings = options.loader(context.environment()).load();
        return context.pipelines()
                .get()
                .writeRules(new RuleTopicRequest(settings, Map.of(), Set.copyOf(ids), false, context.console()));
    }
}
