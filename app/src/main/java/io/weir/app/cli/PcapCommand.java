package io.weir.app.cli;

import io.weir.app.config.Catalogue;
import io.weir.app.config.Settings;
import io.weir.app.failure.ExitCode;
import io.weir.app.failure.Failure;
import io.weir.app.read.ClusterAddress;
import io.weir.app.read.RawPacketExport;
import io.weir.app.read.RecordFilter;
import io.weir.app.read.StartPosition;
import io.weir.app.terminal.Console;
import io.weir.schemas.topic.Topics;
import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "pcap",
        header = "Write the first packets of flows as a capture (pcapng).",
        description = {
            "",
            "Collectors copy packets only when told so: -s collector.raw-packets=10 copies the first 10 of each flow. The filter is that of"
                    + " `weir flows`; a flow is known when its first window has ended."
        },
        sortOptions = false,
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  weir pcap --filter \"responder.port == 443 && application.tlsServerName == 'example.org'\" -o tls.pcapng",
            "  weir pcap --from 10m --filter \"initiator.address == '10.0.0.7'\" | tcpdump -n -r -",
            "  weir pcap --limit 3 --kafka kafka:9092 --registry http://registry:8081 | wireshark -k -i -"
        })
final class PcapCommand implements Callable<Integer> {

    private static final Path STANDARD_OUTPUT = Path.of("-");
    private static final int BUFFER_OCTETS = 1 << 16;

    @Option(
            names = "--filter",
            paramLabel = "EXPR",
            order = 1,
            description =
                    "Only packets of flows for which this is true: an expression in CEL over the fields of a flow.")
    private String filter;

    @Option(
            names = "--from",
            paramLabel = "WHEN",
            order = 2,
            description =
                    "beginning, a time (2026-11-24T08:00:00Z) or a duration before now (10m) by when Kafka took the packets; without it"
                            + " the beginning.")
    private String from;

    @Option(names = "--to", paramLabel = "WHEN", order = 3, description = "The same for the last packets.")
    private String to;

    @Option(
            names = {"-n", "--limit"},
            paramLabel = "N",
            order = 4,
            description = "At most so many packets of each flow.")
    private Long limit;

    @Option(
            names = {"-o", "--out"},
            paramLabel = "FILE",
            order = 5,
            description = "File to write; without it, or with -, the standard output.")
    private Path out = STANDARD_OUTPUT;

    @Mixin
    private SettingsOptions options;

    @Mixin
    private LogOptions log;

    private final CommandContext context;

    PcapCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        log.apply();
        Console console = context.console();
        if (limit != null && limit < 1) {
            throw Failure.usage("--limit " + limit + " is less than 1", "");
        }
        if (out.equals(STANDARD_OUTPUT) && console.outIsTerminal()) {
            throw Failure.usage(
                    "a capture is not for the terminal", "write it with -o FILE, or pipe it: | tcpdump -n -r -");
        }
        StartPosition start = from == null ? StartPosition.BEGINNING : parse("--from", from);
        StartPosition end = to == null ? StartPosition.END : parse("--to", to);
        long endMs = end.kind() == StartPosition.Kind.END ? Long.MAX_VALUE : end.timestampMs();
        RecordFilter compiled = filter == null ? null : RawPacketExport.compile(filter);
        Settings settings = options.loader(context.environment()).load();
        RawPacketExport export = new RawPacketExport(
                ClusterAddress.clientProperties(settings),
                new Topics(settings.get(Catalogue.TOPICS_PREFIX)),
                console,
                compiled,
                start,
                endMs,
                limit == null ? Long.MAX_VALUE : limit);
        try {
            export.run(this::open);
        } catch (IOException e) {
            throw Failure.failed(out + " cannot be written: " + e.getMessage(), "choose another with -o", e);
        }
        return ExitCode.DONE;
    }

    private static StartPosition parse(String option, String text) {
        try {
            return StartPosition.parse(text, Instant.now());
        } catch (IllegalArgumentException e) {
            throw Failure.usage(option + " " + e.getMessage(), "");
        }
    }

    private OutputStream open() throws IOException {
        if (!out.equals(STANDARD_OUTPUT)) {
            return new BufferedOutputStream(Files.newOutputStream(out), BUFFER_OCTETS);
        }
        return new FilterOutputStream(new BufferedOutputStream(context.console().out(), BUFFER_OCTETS)) {
            @Override
            public void write(byte[] octets, int offset, int length) throws IOException {
                out.write(octets, offset, length);
            }

            @Override
            public void close() throws IOException {
                // Others may have to say something there.
                flush();
            }
        };
    }
}
