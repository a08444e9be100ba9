package io.weir.app.cli;

import io.weir.app.config.Catalogue;
import io.weir.app.config.Settings;
import io.weir.app.config.SettingsLoader;
import io.weir.app.failure.ExitCode;
import io.weir.app.pipeline.RuleTestRequest;
import io.weir.rules.file.RuleFile;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "test",
        header = "Show what rules would have raised from captures.",
        description = {
            "",
            "Sends captures through the same pipeline and the same Kafka topics as `weir analyze`, with these rules and no others, and prints"
                    + " their findings. A finding that is not closed is open at the end of the captures. Rules with mistakes are told and left"
                    + " out; the exit code is then 1."
        },
        sortOptions = false,
        parameterListHeading = "%nParameters:%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {"  weir rules test rules.yaml --pcap office.pcap --cluster 192.168.0.0/16"})
final class RulesTestCommand implements Callable<Integer> {

    @Parameters(paramLabel = "FILE", description = "Rules in YAML, see docs/rules.md.")
    private Path file;

    @Option(
            names = {"-r", "--pcap"},
            paramLabel = "CAPTURE",
            required = true,
            order = 1,
            description =
                    "Capture file (pcap, pcapng, snoop), `-` for the standard input; repeatable: several are one input, merged by time.")
    private List<Path> captures;

    @Option(names = "--json", order = 2, description = "Print every record of a finding as one JSON object a line.")
    private boolean json;

    @Mixin
    private ClusterOptions cluster;

    @Mixin
    private SettingsOptions options;

    @Mixin
    private LogOptions log;

    private final CommandContext context;

    RulesTestCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        log.apply();
        SettingsLoader loader = options.loader(context.environment());
        loader.assign(Catalogue.RULES_FILE, file.toString(), "FILE");
        cluster.assign(loader);
        Settings settings = loader.load();
        CaptureFiles.check(captures);
        RuleFile read = RulesValidateCommand.read(file);
        read.problems().forEach(context.console().err()::println);
        int exitCode = read.problems().isEmpty() ? ExitCode.DONE : ExitCode.FAILED;
        if (read.rules().isEmpty()) {
            context.console().err().println("weir: there is no rule in " + file + " that can be used");
            return ExitCode.FAILED;
        }
        int tested =
                context.pipelines().get().testRules(new RuleTestRequest(settings, captures, json, context.console()));
        return Math.max(exitCode, tested);
    }
}
