package io.weir.app.cli;

import io.weir.app.config.Catalogue;
import io.weir.app.config.Settings;
import io.weir.app.failure.ExitCode;
import io.weir.app.failure.Failure;
import io.weir.app.read.ClusterAddress;
import io.weir.app.read.ReadableTopic;
import io.weir.app.read.RecordFilter;
import io.weir.app.read.StartPosition;
import io.weir.app.read.TopicPrinter;
import io.weir.app.read.TopicReader;
import io.weir.exporters.finding.FindingFormat;
import io.weir.schemas.serde.Avro;
import io.weir.schemas.text.Durations;
import io.weir.schemas.topic.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(sortOptions = false, optionListHeading = "%nOptions:%n", footerHeading = "%nExamples:%n")
final class ReadCommand implements Callable<Integer> {

    /** Option of edges only. */
    private static final String WINDOW = "--window";

    /** Option of findings only. */
    private static final String FORMAT = "--format";

    @Option(
            names = {"-f", "--follow"},
            order = 1,
            description = "Go on with new records until stopped.")
    private boolean follow;

    @Option(
            names = "--from",
            paramLabel = "WHEN",
            order = 2,
            description =
                    "beginning, end, a time (2026-11-24T08:00:00Z) or a duration before now (10m) by when Kafka took the record;"
                            + " without it the beginning, with --follow the end.")
    private String from;

    @Option(
            names = {"-n", "--limit"},
            paramLabel = "N",
            order = 3,
            description = "Stop after so many records.")
    private Long limit;

    @Option(
            names = "--filter",
            paramLabel = "EXPR",
            order = 4,
            description = "Only records for which this is true: an expression in CEL over the fields of the record.")
    private String filter;

    @Option(names = "--json", order = 5, description = "One JSON object a line, fields as in the schema.")
    private boolean json;

    @Spec
    private CommandSpec command;

    @Mixin
    private SettingsOptions options;

    @Mixin
    private LogOptions log;

    private final ReadableTopic topic;
    private final CommandContext context;

    private ReadCommand(ReadableTopic topic, CommandContext context) {
        this.topic = topic;
        this.context = context;
    }

    static CommandSpec specFor(ReadableTopic topic, CommandContext context) {
        CommandSpec spec = CommandSpec.forAnnotatedObject(new ReadCommand(topic, context));
        spec.name(topic.name());
        spec.usageMessage()
                .header(topic.header())
                .footer(
                        "  weir " + topic + " --follow",
                        "  weir " + topic + " --filter \"" + topic.exampleFilter() + "\"",
                        "  weir " + topic + " --json --kafka kafka:9092 --registry http://registry:8081");
        if (topic == ReadableTopic.edges) {
            spec.addOption(OptionSpec.builder(WINDOW)
                    .paramLabel("LENGTH")
                    .type(String.class)
                    .order(6)
                    .description("Edges of windows of this length, for example 1m: that of meter.window or one of"
                            + " meter.edge-rollups; without it the former.")
                    .build());
        }
        if (topic == ReadableTopic.findings) {
            spec.addOption(OptionSpec.builder(FORMAT)
                    .paramLabel("FORMAT")
                    .type(FindingFormat.class)
                    .order(6)
                    .description(
                            "One JSON object a line: json as with --json, ocsf (Detection Finding 2004), ecs (an alert) or stix (a"
                                    + " bundle of STIX 2.1).")
                    .build());
        }
        return spec;
    }

    @Override
    public Integer call() {
        log.apply();
        if (limit != null && limit < 1) {
            throw Failure.usage("--limit " + limit + " is less than 1", "");
        }
        FindingFormat format = format();
        StartPosition start = startPosition();
        Settings settings = options.loader(context.environment()).load();
        Topics topics = new Topics(settings.get(Catalogue.TOPICS_PREFIX));
        Duration window = window(settings);
        var spec = window == null ? topic.spec(topics) : topics.edges(window);
        RecordFilter compiled = filter == null ? null : RecordFilter.compile(Avro.schemaOf(spec.valueType()), filter);
        Map<String, Object> client = ClusterAddress.clientProperties(settings);
        try (TopicReader reader = window == null
                        ? new TopicReader(client, List.of(spec.name()), true)
                        : new TopicReader(
                                client,
                                List.of(spec.name()),
                                true,
                                "the meter gives edges of such windows where its meter.edge-rollups names them");
                TopicPrinter printer = new TopicPrinter(
                        topic,
                        client,
                        context.console(),
                        format != null ? format == FindingFormat.json : json,
                        format == FindingFormat.json ? null : format,
                        compiled,
                        limit == null ? Long.MAX_VALUE : limit,
                        follow)) {
            reader.seek(start);
            if (follow) {
                reader.follow(printer);
            } else {
                reader.readTo(reader.ranges(), printer);
            }
            printer.finish();
            if (printer.printed() == 0 && context.console().errIsTerminal()) {
                context.console().err().println("weir: no records" + (filter == null ? "" : " that pass the filter"));
            }
        }
        return ExitCode.DONE;
    }

    /** Form of findings; null where none is asked for. */
    private FindingFormat format() {
        OptionSpec option = command.findOption(FORMAT);
        FindingFormat format = option == null ? null : option.getValue();
        if (json && format != null && format != FindingFormat.json) {
            throw Failure.usage("--json and " + FORMAT + ' ' + format + " are two forms", "give one of them");
        }
        return format;
    }

    /** Length of longer windows of edges; null for the meter's own. */
    private Duration window(Settings settings) {
        OptionSpec option = command.findOption(WINDOW);
        String text = option == null ? null : option.getValue();
        if (text == null) {
            return null;
        }
        try {
            Duration length = Durations.parse(text);
            if (length.toMillis() > 0) {
                return length.equals(settings.get(Catalogue.METER_WINDOW)) ? null : length;
            }
        } catch (IllegalArgumentException e) {
            // Said below.
        }
        throw Failure.usage(WINDOW + " " + text + " is not a duration", "for example " + WINDOW + " 1m");
    }

    private StartPosition startPosition() {
        if (from == null) {
            return follow ? StartPosition.END : StartPosition.BEGINNING;
        }
        try {
            return StartPosition.parse(from, Instant.now());
        } catch (IllegalArgumentException e) {
            throw Failure.usage("--from " + e.getMessage(), "");
        }
    }
}
