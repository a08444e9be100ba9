package io.weir.app.cli;

import static io.weir.app.terminal.Table.left;
import static io.weir.app.terminal.Table.right;

import io.weir.app.config.Catalogue;
import io.weir.app.config.Settings;
import io.weir.app.failure.ExitCode;
import io.weir.app.failure.Failure;
import io.weir.app.read.ClusterAddress;
import io.weir.app.read.RiskList;
import io.weir.app.read.RiskList.Entry;
import io.weir.app.read.StartPosition;
import io.weir.app.terminal.Console;
import io.weir.app.terminal.Table;
import io.weir.app.terminal.Units;
import io.weir.schemas.ObservationPoint;
import io.weir.schemas.Risk;
import io.weir.schemas.RiskContributor;
import io.weir.schemas.topic.Topics;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "risks",
        header = "List the addresses and networks that findings make risky, gravest first.",
        description = {
            "",
            "A score of 0 to 100, which halves in every advisor.risk-half-life after the latest finding. What an allow-list permits does not count. docs/risks.md says how it"
                    + " is made."
        },
        sortOptions = false,
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  weir risks",
            "  weir risks --at latest --min 40",
            "  weir risks --json --kafka kafka:9092 --registry http://registry:8081"
        })
final class RisksCommand implements Callable<Integer> {

    private static final String LATEST = "latest";

    /** Findings that a line names. */
    private static final int MAX_NAMED = 3;

    @Option(
            names = "--at",
            paramLabel = "TIME",
            order = 1,
            description =
                    "The time that scores have decayed to: a time such as 2026-11-24T08:00:00Z, a duration before now such as 10m, or latest for that of the latest finding, which is"
                            + " what captures of the past want. Without it now.")
    private String at;

    @Option(
            names = "--min",
            paramLabel = "SCORE",
            defaultValue = "1",
            order = 2,
            description = "The least score to list, 0 to 100; without it 1.")
    private double min;

    @Option(
            names = "--json",
            order = 3,
            description =
                    "Print one JSON object a line, with every field of the schema, decayed to the time asked for.")
    private boolean json;

    @Mixin
    private SettingsOptions options;

    @Mixin
    private LogOptions log;

    private final CommandContext context;

    RisksCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        log.apply();
        Long asked = LATEST.equals(at) ? null : (Long) askedMicros();
        Settings settings = options.loader(context.environment()).load();
        Console console = context.console();
        Map<String, Object> client = ClusterAddress.clientProperties(settings);
        RiskList list = RiskList.read(client, new Topics(settings.get(Catalogue.TOPICS_PREFIX)), console);
        List<Entry> entries = list.at(asked == null ? list.latestMicros() : asked, min);
        if (entries.isEmpty()) {
            console.err().println("weir: " + nothing(list));
        } else if (json) {
            RiskList.printJson(entries, console);
        } else {
            print(entries, console);
        }
        return ExitCode.DONE;
    }

    private long askedMicros() {
        Instant now = Instant.now();
        if (at == null) {
            return now.toEpochMilli() * 1000;
        }
        try {
            StartPosition position = StartPosition.parse(at, now);
            if (position.kind() == StartPosition.Kind.TIME) {
                return position.timestampMs() * 1000;
            }
        } catch (IllegalArgumentException e) {
            // Said below, with what is allowed here.
        }
        throw Failure.usage(
                "--at " + at + " is no time",
                "write a time such as 2026-11-24T08:00:00Z, a duration before now such as 10m, or latest");
    }

    private String nothing(RiskList list) {
        return list.latestMicros() == Long.MIN_VALUE
                ? "no finding makes anybody risky"
                : "no score is " + number(min) + " or more; the latest finding is of " + time(list.latestMicros())
                        + ": --at latest lists the scores of then";
    }

    private static void print(List<Entry> entries, Console console) {
        Table table = new Table(
                right("score"),
                left("level"),
                left("entity"),
                left("place"),
                right("was"),
                left("latest finding"),
                right("findings"),
                left("by"));
        for (Entry entry : entries) {
            Risk now = entry.now();
            table.add(
                    number(now.getScore()),
                    now.getLevel().name(),
                    entityOf(now),
                    now.getPlace().name(),
                    number(entry.told().getScore()),
                    time(entry.told().getAsOfMicroseconds()),
                    Integer.toString(now.getContributors().size()),
                    contributors(now.getContributors()));
        }
        table.lines(console.columns()).forEach(console.out()::println);
    }

    private static String entityOf(Risk risk) {
        ObservationPoint point = risk.getObservationPoint();
        return point == null
                ? risk.getEntity()
                : risk.getEntity() + " at " + point.getHost() + " " + point.getInterface$();
    }

    private static String contributors(List<RiskContributor> all) {
        return all.stream()
                .limit(MAX_NAMED)
                .map(one -> one.getRule() + " " + number(one.getContribution()))
                .collect(Collectors.joining(", ", "", all.size() > MAX_NAMED ? ", …" : ""));
    }

    private static String time(long micros) {
        return Units.time(Instant.ofEpochMilli(Math.floorDiv(micros, 1000)));
    }

    private static String number(double score) {
        return String.format(Locale.ROOT, "%.1f", score);
    }
}
