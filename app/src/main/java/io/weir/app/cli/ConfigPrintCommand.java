package io.weir.app.cli;

import io.weir.app.config.Settings;
import io.weir.app.failure.ExitCode;
import io.weir.app.terminal.Table;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "print",
        header = "Show every setting with its value and where it comes from; secrets are masked.",
        sortOptions = false,
        optionListHeading = "%nOptions:%n")
final class ConfigPrintCommand implements Callable<Integer> {

    @Mixin
    private SettingsOptions options;

    @Mixin
    private LogOptions log;

    private final CommandContext context;

    ConfigPrintCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        log.apply();
        Table table = new Table(Table.left("setting"), Table.left("value"), Table.left("origin"));
        for (Settings.Line line : options.loader(context.environment()).load().lines()) {
            table.add(line.key(), line.value(), line.origin().toString());
        }
        table.lines(0).forEach(context.console().out()::println);
        return ExitCode.DONE;
    }
}
