package io.weir.app.cli;

import static io.weir.app.terminal.Table.left;
import static io.weir.app.terminal.Table.right;

import io.weir.app.config.Catalogue;
import io.weir.app.config.Settings;
import io.weir.app.failure.ExitCode;
import io.weir.app.failure.Failure;
import io.weir.app.read.ClusterAddress;
import io.weir.app.read.ExporterList;
import io.weir.app.read.ExporterList.Entry;
import io.weir.app.read.ExporterList.Order;
import io.weir.app.terminal.Console;
import io.weir.app.terminal.Table;
import io.weir.app.terminal.Units;
import io.weir.schemas.CounterDeviation;
import io.weir.schemas.ExportProtocol;
import io.weir.schemas.ExporterStatus;
import io.weir.schemas.SamplingStatus;
import io.weir.schemas.text.Durations;
import io.weir.schemas.topic.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "exporters",
        header = "List who sends sFlow, NetFlow and IPFIX: rates, losses, templates, sampling, clocks.",
        description = {
            "",
            "Decoders say how each exporter stands every ten seconds while something comes. Counts are totals since it was first heard. docs/exporters.md says what the"
                    + " columns mean."
        },
        sortOptions = false,
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  weir exporters",
            "  weir exporters --sort loss --silent-after 10m",
            "  weir exporters --json --kafka kafka:9092 --registry http://registry:8081"
        })
final class ExportersCommand implements Callable<Integer> {

    /** Agents that send nothing but counters do so every 20 to 60 seconds. */
    private static final String DEFAULT_SILENT_AFTER = "2m";

    /** A deviation of more standard errors is no chance. */
    private static final double SIGNIFICANT_STANDARD_ERRORS = 3;

    private static final double PERCENT = 100;
    private static final double MILLIS_PER_SECOND = 1_000;

    /** A clock that is off by more is told in days. */
    private static final long MIN_DAYS = 2;

    @Option(
            names = "--sort",
            paramLabel = "ORDER",
            defaultValue = "silence",
            order = 1,
            description =
                    "silence (default): those that have fallen silent first, then those that miss the greatest share; loss: those that miss the greatest share; exporter: by address.")
    private Order order;

    @Option(
            names = "--silent-after",
            paramLabel = "DURATION",
            defaultValue = DEFAULT_SILENT_AFTER,
            order = 2,
            description = "An exporter of which nothing is heard for so long is silent; without it 2m.")
    private String silentAfter;

    @Option(names = "--json", order = 3, description = "Print one JSON object a line, with every field of the schema.")
    private boolean json;

    @Mixin
    private SettingsOptions options;

    @Mixin
    private LogOptions log;

    private final CommandContext context;

    ExportersCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        log.apply();
        Duration silence = silence();
        Settings settings = options.loader(context.environment()).load();
        Console console = context.console();
        Map<String, Object> client = ClusterAddress.clientProperties(settings);
        long nowMs = System.currentTimeMillis();
        ExporterList list = ExporterList.read(
                client, new Topics(settings.get(Catalogue.TOPICS_PREFIX)), console, nowMs - silence.toMillis());
        List<Entry> entries = list.all(order);
        if (entries.isEmpty()) {
            console.err().println("weir: no exporter has been heard");
        } else if (json) {
            list.printJson(entries, client, console);
        } else {
            print(entries, nowMs, console);
        }
        return ExitCode.DONE;
    }

    private Duration silence() {
        try {
            return Durations.parse(silentAfter);
        } catch (IllegalArgumentException e) {
            throw Failure.usage("--silent-after " + silentAfter + " is not a duration", "for example 5m");
        }
    }

    private static void print(List<Entry> entries, long nowMs, Console console) {
        Table table = new Table(
                left("exporter"),
                left("protocol"),
                right("domain"),
                right("heard"),
                right("datagrams"),
                right("/s"),
                right("records"),
                right("missing"),
                left("templates"),
                left("sampling"),
                right("deviation"),
                right("clock"));
        for (Entry entry : entries) {
            ExporterStatus status = entry.status();
            table.add(
                    address(status),
                    protocol(status),
                    Long.toString(entry.number()),
                    heard(entry, nowMs),
                    Units.count(status.getDatagrams()),
                    entry.silent() || status.getDatagramsPerSecond() == null
                            ? null
                            : Units.si(status.getDatagramsPerSecond()),
                    Units.count(entry.records()),
                    missing(entry),
                    templates(status),
                    sampling(status.getSampling()),
                    deviation(status.getDeviation()),
                    clock(status));
        }
        table.lines(console.columns()).forEach(console.out()::println);
        entries.forEach(entry -> explain(entry, console));
    }

    private static String address(ExporterStatus status) {
        return status.getExporterAddress()
                + (status.getExporterTransportPort() == null ? "" : " port " + status.getExporterTransportPort());
    }

    private static String protocol(ExporterStatus status) {
        return status.getProtocol() == ExportProtocol.ipfix
                ? status.getProtocol().name()
                : status.getProtocol() + " " + status.getVersion();
    }

    private static String heard(Entry entry, long nowMs) {
        String since = Units.clock(Duration.ofMillis(nowMs - entry.status().getLastHeardMilliseconds()));
        return (entry.silent() ? "silent " : "") + since;
    }

    private static String missing(Entry entry) {
        return entry.missing() == 0
                ? "0"
                : Units.count(entry.missing()) + " ("
                        + String.format(Locale.ROOT, "%.2f%%", entry.missingShare() * PERCENT) + ")";
    }

    private static String templates(ExporterStatus status) {
        if (status.getTemplates() == null || status.getOptionsTemplates() == null || status.getPendingSets() == null) {
            return null;
        }
        return status.getTemplates() + "+" + status.getOptionsTemplates()
                + (status.getPendingSets() == 0 ? "" : ", " + Units.count(status.getPendingSets()) + " sets wait");
    }

    private static String sampling(SamplingStatus sampling) {
        if (sampling == null || sampling.getLeastSamplingRate() == null) {
            return null;
        }
        String least = rate(sampling.getLeastSamplingRate());
        String greatest = rate(sampling.getGreatestSamplingRate());
        String named = least.equals(greatest) ? "1:" + least : "1:" + least + " to 1:" + greatest;
        return isDifferent(sampling) ? named + " (1:" + rate(sampling.getEffectiveSamplingRate()) + ")" : named;
    }

    private static boolean isDifferent(SamplingStatus sampling) {
        return sampling.getDifferingSources() != null && sampling.getDifferingSources() > 0;
    }

    private static String rate(double packetsPerSample) {
        return Units.count(Math.round(packetsPerSample));
    }

    private static String deviation(CounterDeviation deviation) {
        if (deviation == null || deviation.getPacketsDeviation() == null) {
            return null;
        }
        return percent(deviation.getPacketsDeviation())
                + String.format(Locale.ROOT, " ± %.1f%%", deviation.getPacketsStandardError() * PERCENT);
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%+.1f%%", share * PERCENT);
    }

    private static String clock(ExporterStatus status) {
        Long milliseconds = status.getGreatestClockOffsetMilliseconds() == null
                ? status.getUptimeDriftMilliseconds()
                : status.getClockOffsetMilliseconds();
        if (milliseconds == null) {
            return null;
        }
        Duration off = Duration.ofMillis(Math.abs(milliseconds));
        String sign = milliseconds < 0 ? "-" : "+";
        if (off.toDays() >= MIN_DAYS) {
            return sign + Units.count(off.toDays()) + " d";
        }
        return sign
                + (off.toHours() > 0
                        ? Units.clock(off)
                        : off.toSeconds() > 0
                                ? String.format(Locale.ROOT, "%.1f s", off.toMillis() / MILLIS_PER_SECOND)
                                : off.toMillis() + " ms");
    }

    /** What a number in a table does not say by itself. */
    private static void explain(Entry entry, Console console) {
        ExporterStatus status = entry.status();
        String who = "weir: " + address(status) + ", " + protocol(status)
                + (status.getSubAgentId() == null ? ", domain " : ", sub-agent ") + entry.number() + ": ";
        if (entry.silent()) {
            console.err()
                    .println(who + "nothing heard since "
                            + Units.time(Instant.ofEpochMilli(status.getLastHeardMilliseconds())));
        }
        SamplingStatus sampling = status.getSampling();
        if (sampling != null && isDifferent(sampling)) {
            console.err()
                    .println(who + sampling.getDifferingSources() + " of " + sampling.getSources()
                            + " sources do not sample as they say; source " + sampling.getMostDifferingSource()
                            + " says 1:" + rate(sampling.getMostDifferingSourceSamplingRate())
                            + " and takes one in "
                            + String.format(
                                    Locale.ROOT, "%.1f", sampling.getMostDifferingSourceEffectiveSamplingRate()));
        }
        CounterDeviation deviation = status.getDeviation();
        if (deviation != null
                && deviation.getMostDeviatingInterfaceStandardErrors() != null
                && Math.abs(deviation.getMostDeviatingInterfaceStandardErrors()) > SIGNIFICANT_STANDARD_ERRORS
                && deviation.getMostDeviatingInterfacePacketsDeviation() != null) {
            console.err()
                    .println(who + "packets estimated for interface " + deviation.getMostDeviatingInterface()
                            + " deviate by " + percent(deviation.getMostDeviatingInterfacePacketsDeviation())
                            + " from its counters, "
                            + String.format(
                                    Locale.ROOT, "%.1f", Math.abs(deviation.getMostDeviatingInterfaceStandardErrors()))
                            + " standard errors");
        }
    }
}
