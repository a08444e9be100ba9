package io.weir.app.cli;

import io.weir.app.config.ConfigurationDoc;
import io.weir.app.failure.ExitCode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "doc",
        header = "Print the documentation of all settings as Markdown.",
        sortOptions = false,
        optionListHeading = "%nOptions:%n")
final class ConfigDocCommand implements Callable<Integer> {

    @Mixin
    private LogOptions log;

    private final CommandContext context;

    ConfigDocCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        log.apply();
        context.console().out().print(ConfigurationDoc.markdown());
        return ExitCode.DONE;
    }
}
