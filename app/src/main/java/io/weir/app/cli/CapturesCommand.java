package io.weir.app.cli;

import static io.weir.app.terminal.Table.left;
import static io.weir.app.terminal.Table.right;

import io.weir.app.config.Catalogue;
import io.weir.app.config.Settings;
import io.weir.app.failure.ExitCode;
import io.weir.app.read.CaptureList;
import io.weir.app.read.CaptureList.Entry;
import io.weir.app.read.CaptureList.Standing;
import io.weir.app.read.ClusterAddress;
import io.weir.app.terminal.Console;
import io.weir.app.terminal.Table;
import io.weir.app.terminal.Units;
import io.weir.schemas.Capture;
import io.weir.schemas.ObservationPoint;
import io.weir.schemas.json.JsonObject;
import io.weir.schemas.topic.Topics;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "captures",
        header = "List what is captured where: packets received, dropped and lost, and the rate.",
        description = {
            "",
            "Collectors report every few seconds (collector.report-interval). A capture that did not end and of which nothing is heard for"
                    + " three intervals is silent: its process is gone, or cannot reach Kafka."
        },
        sortOptions = false,
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {"  weir captures", "  weir captures --all --json --kafka kafka:9092 --registry http://registry:8081"})
final class CapturesCommand implements Callable<Integer> {

    private static final int BITS_PER_OCTET = 8;

    @Option(
            names = "--all",
            order = 1,
            description =
                    "Also those that have ended, of the last week, and those that others have taken the place of.")
    private boolean all;

    @Option(names = "--json", order = 2, description = "Print one JSON object a line.")
    private boolean json;

    @Mixin
    private SettingsOptions options;

    @Mixin
    private LogOptions log;

    private final CommandContext context;

    CapturesCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        log.apply();
        Settings settings = options.loader(context.environment()).load();
        Console console = context.console();
        CaptureList list = CaptureList.read(
                ClusterAddress.clientProperties(settings),
                new Topics(settings.get(Catalogue.TOPICS_PREFIX)),
                console,
                System.currentTimeMillis());
        List<Entry> entries = all ? list.all() : list.current();
        if (json) {
            entries.forEach(entry -> console.out().println(json(entry)));
        } else if (entries.isEmpty()) {
            console.err().println("weir: nothing is captured now" + (all ? "" : "; --all shows what was"));
        } else {
            print(entries, console);
        }
        return ExitCode.DONE;
    }

    private static void print(List<Entry> entries, Console console) {
        Table table = new Table(
                left("host"),
                left("interface"),
                left("capture"),
                left("state"),
                left("since"),
                right("received"),
                right("left out"),
                right("dropped"),
                right("lost"),
                right("packets/s"),
                right("rate"));
        for (Entry entry : entries) {
            Capture capture = entry.capture();
            ObservationPoint point = capture.getObservationPoint();
            boolean runs = entry.standing() == Standing.running;
            table.add(
                    point.getHost(),
                    point.getInterface$(),
                    point.getCapture() + (point.getSamplingRate() == 1 ? "" : " 1:" + point.getSamplingRate()),
                    entry.standing().name(),
                    Units.time(Instant.ofEpochMilli(capture.getStartMilliseconds())),
                    Units.count(capture.getReceivedPackets()),
                    Units.count(capture.getOwnPackets() + capture.getUnsampledPackets()),
                    Units.count(capture.getDroppedPackets()),
                    Units.count(capture.getLostPackets()),
                    runs ? Units.si(capture.getPacketsPerSecond()) : null,
                    runs ? Units.bitsPerSecond(capture.getLayer2OctetsPerSecond() * BITS_PER_OCTET) : null);
        }
        table.lines(console.columns()).forEach(console.out()::println);
        for (Entry entry : entries) {
            String place = entry.capture().getObservationPoint().getInterface$() + " at "
                    + entry.capture().getObservationPoint().getHost();
            if (entry.standing() == Standing.failed) {
                console.err().println("weir: " + place + ": " + entry.capture().getMessage());
            } else if (entry.standing() == Standing.silent) {
                console.err()
                        .println("weir: " + place + ": nothing heard since "
                                + Units.time(Instant.ofEpochMilli(entry.heardMs()))
                                + "; its process is gone, or cannot reach Kafka");
            }
        }
    }

    private static JsonObject json(Entry entry) {
        Capture capture = entry.capture();
        ObservationPoint point = capture.getObservationPoint();
        JsonObject object = new JsonObject()
                .put("captureId", capture.getCaptureId())
                .put(
                        "observationPoint",
                        new JsonObject()
                                .put("host", point.getHost())
                                .put("interface", point.getInterface$())
                                .put("capture", point.getCapture())
                                .put("samplingRate", point.getSamplingRate()))
                .put("state", entry.standing().name());
        if (capture.getMessage() != null) {
            object.put("message", capture.getMessage());
        }
        return object.put("threads", capture.getThreads())
                .put("startMilliseconds", capture.getStartMilliseconds())
                .put("heardMilliseconds", entry.heardMs())
                .put("receivedPackets", capture.getReceivedPackets())
                .put("packets", capture.getPackets())
                .put("layer2Octets", capture.getLayer2Octets())
                .put("ownPackets", capture.getOwnPackets())
                .put("unsampledPackets", capture.getUnsampledPackets())
                .put("droppedPackets", capture.getDroppedPackets())
                .put("lostPackets", capture.getLostPackets())
                .put("packetsPerSecond", Math.round(capture.getPacketsPerSecond()))
                .put("layer2OctetsPerSecond", Math.round(capture.getLayer2OctetsPerSecond()));
    }
}
