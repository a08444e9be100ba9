package io.weir.app.cli;

import io.weir.app.config.Settings;
import io.weir.app.config.SettingsLoader;
import io.weir.app.failure.Failure;
import io.weir.app.pipeline.AnalyzeRequest;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "analyze",
        header = "Captures in, flows, edges and findings out: one shot.",
        description = {
            "",
            "Sends captures through the same pipeline and the same Kafka topics until every packet is accounted for; writes"
                    + " flows.jsonl, conversations.jsonl, edges.jsonl, findings.jsonl, risks.jsonl and losses.jsonl (fields as in the schemas) and prints a summary."
        },
        sortOptions = false,
        parameterListHeading = "%nParameters:%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  weir analyze office.pcap --cluster 192.168.0.0/16 --out result",
            "  weir analyze day1.pcap day2.pcapng --cluster 10.0.0.0/8 --out result --json",
            "  weir analyze captures/*.pcap --each --cluster 10.0.0.0/8 --out results",
            "  tcpdump -w - -c 10000 | weir analyze - --out result"
        })
final class AnalyzeCommand implements Callable<Integer> {

    @Parameters(
            paramLabel = "FILE",
            arity = "1..*",
            description =
                    "Capture files (pcap, pcapng, snoop), `-` for the standard input. Several are one input, merged by time.")
    private List<Path> files;

    @Option(
            names = {"-o", "--out"},
            paramLabel = "DIR",
            required = true,
            order = 1,
            description = "Directory to write to; created when absent.")
    private Path out;

    @Option(
            names = "--each",
            order = 2,
            description = "Every file is an input of its own and writes to DIR/<file name without suffix>.")
    private boolean each;

    @Option(names = "--json", order = 3, description = "Print the summary as one JSON object.")
    private boolean json;

    @Mixin
    private ClusterOptions cluster;

    @Mixin
    private SettingsOptions options;

    @Mixin
    private LogOptions log;

    private final CommandContext context;

    AnalyzeCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        log.apply();
        SettingsLoader loader = options.loader(context.environment());
        cluster.assign(loader);
        Settings settings = loader.load();
        CaptureFiles.check(files);
        if (each) {
            checkDistinctDirectories();
        }
        CaptureFiles.createDirectory(out);
        return context.pipelines()
                .get()
                .analyze(new AnalyzeRequest(settings, files, out, each, json, context.console()));
    }

    private void checkDistinctDirectories() {
        Map<String, Path> owners = new HashMap<>();
        for (Path file : files) {
            Path other = owners.put(AnalyzeRequest.directoryName(file), file);
            if (other != null) {
                throw Failure.usage(
                        other + " and " + file + " would both write to "
                                + out.resolve(AnalyzeRequest.directoryName(file)),
                        "analyze them in two runs, or rename one");
            }
        }
    }
}
