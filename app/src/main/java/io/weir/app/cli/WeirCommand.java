package io.weir.app.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "weir",
        header = "Measures the traffic of a cluster as streams on Apache Kafka.",
        synopsisSubcommandLabel = "COMMAND",
        versionProvider = Version.class,
        sortOptions = false,
        commandListHeading = "%nCommands:%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  weir demo                                    see it work on the bundled sample",
            "  weir up --interface eth0 --cluster 10.0.0.0/8",
            "  weir analyze office.pcap --cluster 192.168.0.0/16 --out result",
            "  weir flows --follow --filter 'responder.port == 443'",
            "",
            "Exit codes: 0 done, 1 failed, 2 the command line or the settings are wrong."
        })
final class WeirCommand implements Runnable {

    @SuppressWarnings("UnusedVariable") // picocli reads it.
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help; every command has its own.")
    private boolean help;

    @SuppressWarnings("UnusedVariable") // picocli reads it.
    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Show the version.")
    private boolean version;

    @picocli.CommandLine.Spec
    private picocli.CommandLine.Model.CommandSpec spec;

    @Override
    public void run() {
        throw new picocli.CommandLine.ParameterException(spec.commandLine(), "a command is missing");
    }
}
