package io.weir.app.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "rules",
        header = "Rules that you write, and what rules found.",
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  weir rules validate rules.yaml",
            "  weir rules test rules.yaml --pcap office.pcap --cluster 192.168.0.0/16",
            "  weir run rules --kafka kafka:9092 --registry http://registry:8081 -s rules.file=rules.yaml",
            "  weir rules put rules.yaml",
            "  weir rules diff before.jsonl after.jsonl"
        })
final class RulesCommand implements Runnable {

    @SuppressWarnings("UnusedVariable") // picocli reads it.
    @Mixin
    private LogOptions log;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(),
                "one of " + String.join(", ", spec.subcommands().keySet()) + " is missing");
    }
}
