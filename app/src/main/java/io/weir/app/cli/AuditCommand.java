package io.weir.app.cli;

import io.weir.app.audit.Auditor;
import io.weir.app.config.Catalogue;
import io.weir.app.config.Settings;
import io.weir.app.failure.ExitCode;
import io.weir.app.failure.Failure;
import io.weir.app.pipeline.ModuleConfigs;
import io.weir.app.read.ClusterAddress;
import io.weir.app.terminal.Console;
import io.weir.schemas.text.Durations;
import io.weir.schemas.topic.Topics;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "audit",
        header = "Prove by sums over the topics that every packet is counted exactly once.",
        description = {
            "",
            "Per observation point and window, packets and layer-2 octets of the batches in the packets topic must equal those of the"
                    + " root flows plus what the losses topic holds, and those of the edges, of longer windows too; batch numbers must have no gap. Windows that"
                    + " are still open, or whose batches retention has deleted, are named and left out.",
            "Exit code 0 when it holds, 1 when it does not or cannot be confirmed yet."
        },
        sortOptions = false,
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {"  weir audit", "  weir audit --wait 30s --json --kafka kafka:9092 --registry http://registry:8081"})
final class AuditCommand implements Callable<Integer> {

    private static final Duration LONGEST_WAIT = Duration.ofDays(1);

    @Option(
            names = "--wait",
            paramLabel = "DURATION",
            order = 1,
            description = "Repeat for so long while it does not hold, for a meter that is catching up.")
    private String wait;

    @Option(names = "--json", order = 2, description = "Print the result as one JSON object.")
    private boolean json;

    @Mixin
    private SettingsOptions options;

    @Mixin
    private LogOptions log;

    private final CommandContext context;

    AuditCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        log.apply();
        Duration longest = parseWait();
        Settings settings = options.loader(context.environment()).load();
        Console console = context.console();
        Auditor auditor = new Auditor(
                ClusterAddress.clientProperties(settings),
                new Topics(settings.get(Catalogue.TOPICS_PREFIX)),
                settings.get(Catalogue.METER_WINDOW),
                ModuleConfigs.grace(settings),
                settings.get(Catalogue.METER_EDGE_ROLL_UPS),
                records -> {
                    if (console.errIsTerminal()) {
                        console.err().print("\rweir: " + records + " records read \033[K");
                        console.err().flush();
                    }
                });
        Auditor.Result result = auditor.run(longest);
        if (console.errIsTerminal()) {
            console.err().print("\r\033[K");
            console.err().flush();
        }
        if (json) {
            console.out().println(result.json());
        } else {
            result.text(console.columns()).forEach(console.out()::println);
        }
        return result.holds() ? ExitCode.DONE : ExitCode.FAILED;
    }

    private Duration parseWait() {
        if (wait == null) {
            return Duration.ZERO;
        }
        try {
            Duration parsed = Durations.parse(wait);
            if (parsed.compareTo(LONGEST_WAIT) <= 0) {
                return parsed;
            }
        } catch (IllegalArgumentException e) {
            // Said below.
        }
        throw Failure.usage("--wait " + wait + " is not a duration up to 1d", "for example --wait 30s");
    }
}
