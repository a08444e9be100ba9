package io.weir.app.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "config",
        header = "Look at the settings.",
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  weir config print --config weir.properties",
            "  weir config validate --config weir.properties -s meter.window=30s"
        })
final class ConfigCommand implements Runnable {

    @SuppressWarnings("UnusedVariable") // picocli reads it.
    @Mixin
    private LogOptions log;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "one of print, validate, doc is missing");
    }
}
