package io.weir.app.audit;

import io.weir.app.terminal.Table;
import io.weir.app.terminal.Units;
import io.weir.schemas.LossReason;
import io.weir.schemas.json.JsonObject;
import io.weir.schemas.text.Durations;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What the sums say. */
record AuditReport(
        Verdict verdict,
        List<Line> lines,
        long batches,
        long missingBatches,
        long repeatedBatches,
        List<SequenceTracker.Gap> gaps,
        List<SequenceTracker.Gap> unexplainedGaps,
        long unreadableBatches,
        long undecodableLosses,
        Map<String, Long> unreadableRecords,
        boolean trimmed,
        boolean mixedWindows,
        long untrackedSequences,
        Datagrams datagrams) {

    /** Answers, best first. */
    enum Verdict {
        /** Every packet is in exactly one root flow or loss. */
        HOLDS,
        /** There is nothing to audit. */
        EMPTY,
        /** Packets are missing, but their sessions go on: the meter may not have come to them. */
        OPEN,
        /** Packets are missing, or counted more than once. */
        BROKEN;

        Verdict worseOf(Verdict other) {
            return compareTo(other) >= 0 ? this : other;
        }
    }

    /**
     * Edges of longer windows, and the root flows of the same time.
     *
     * @param length of the windows
     */
    record RollUp(Duration length, Sums flows, Sums edges) {}

    /**
     * What collectors of datagrams have sent to Kafka.
     *
     * @param datagrams signs of life are not among them
     * @param missing records whose numbers are missing
     * @param repeated records that came twice
     * @param unexplained gaps of sessions without a loss that says why
     * @param trimmed retention has deleted older ones
     */
    record Datagrams(
            long datagrams,
            long missing,
            long repeated,
            List<SequenceTracker.Gap> gaps,
            List<SequenceTracker.Gap> unexplained,
            boolean trimmed) {}

    /**
     * One observation point.
     *
     * @param compared sums over the windows that could be compared
     * @param rollUps the same for edges of longer windows
     * @param progressingPackets packets of windows that are still open
     * @param cutPackets flow packets of windows whose batches retention has deleted
     * @param firstDifferenceMs start of the first window that differs, epoch milliseconds; null when none does
     * @param places where the batches of that window lie; empty until they were looked for
     * @param collectorLosses what never reached a batch
     * @param lostDatagrams of the same, those that count datagrams
     */
    record Line(
            Point point,
            Verdict verdict,
            WindowSums compared,
            List<RollUp> rollUps,
            long progressingPackets,
            long cutPackets,
            Long firstDifferenceMs,
            List<BatchPlaces.Place> places,
            Map<LossReason, Sums> collectorLosses,
            Map<LossReason, Long> lostDatagrams) {

        private Line withPlaces(List<BatchPlaces.Place> found) {
            return new Line(
                    point,
                    verdict,
                    compared,
                    rollUps,
                    progressingPackets,
                    cutPackets,
                    firstDifferenceMs,
                    found,
                    collectorLosses,
                    lostDatagrams);
        }
    }

    /** Start of the first window that differs, epoch milliseconds, of the points that do not hold. */
    Map<Point, Long> firstDifferences() {
        Map<Point, Long> windows = new HashMap<>();
        for (Line line : lines) {
            if (line.verdict() == Verdict.BROKEN && line.firstDifferenceMs() != null) {
                windows.put(line.point(), line.firstDifferenceMs());
            }
        }
        return windows;
    }

    /** The same with the places of those windows' batches. */
    AuditReport withPlaces(BatchPlaces places) {
        return new AuditReport(
                verdict,
                lines.stream()
                        .map(line -> line.withPlaces(places.of(line.point())))
                        .toList(),
                batches,
                missingBatches,
                repeatedBatches,
                gaps,
                unexplainedGaps,
                unreadableBatches,
                undecodableLosses,
                unreadableRecords,
                trimmed,
                mixedWindows,
                untrackedSequences,
                datagrams);
    }

    /** The table and the sentences below it. */
    List<String> text(int width) {
        List<String> text = new ArrayList<>();
        Table table = new Table(
                Table.left("observation point"),
                Table.right("packets"),
                Table.right("in flows"),
                Table.right("in losses"),
                Table.right("in edges"),
                Table.right("octets"),
                Table.right("in flows"),
                Table.left("verdict"));
        for (Line line : lines) {
            WindowSums sums = line.compared();
            table.add(
                    line.point().toString(),
                    Units.count(sums.batches.packets),
                    Units.count(sums.flows.packets),
                    Units.count(sums.meterLosses.packets),
                    Units.count(sums.edges.packets),
                    Units.count(sums.batches.layer2Octets),
                    Units.count(sums.flows.layer2Octets),
                    verdictOf(line));
        }
        if (!table.isEmpty()) {
            text.addAll(table.lines(width));
            text.add("");
        }
        lines.forEach(line -> describe(line, text));
        if (trimmed) {
            text.add(
                    "Retention has deleted older batches of the packets topic: only windows that are still there in full were compared.");
        }
        if (mixedWindows) {
            text.add(
                    "Flows of another window length are in the topic: a difference between neighbouring windows may be theirs.");
        }
        gaps.forEach(gap -> text.add(describe("Batches", gap, unexplainedGaps)));
        datagrams.gaps().forEach(gap -> text.add(describe("Datagrams", gap, datagrams.unexplained())));
        if (repeatedBatches > 0) {
            text.add(repeatedBatches + " batches were sent twice; each was counted once.");
        }
        if (unreadableBatches > 0) {
            text.add(unreadableBatches + " records of the packets topic cannot be read, "
                    + (unreadableBatches > undecodableLosses
                            ? undecodableLosses + " of them are in the losses topic."
                            : "which the losses topic says."));
        }
        unreadableRecords.forEach((topic, records) ->
                text.add(records + " records of " + topic + " cannot be read and were left out of the sums."));
        if (untrackedSequences > 0) {
            text.add(
                    untrackedSequences
                            + " batches or datagrams belong to more sessions than could be followed; gaps there were not looked for.");
        }
        if (datagrams.repeated() > 0) {
            text.add(Units.count(datagrams.repeated()) + " datagrams stand twice in Kafka.");
        }
        if (datagrams.datagrams() > 0) {
            text.add(Units.count(datagrams.datagrams()) + " datagrams are in Kafka"
                    + (datagrams.trimmed() ? ", older ones deleted by retention" : "") + "; "
                    + (datagrams.missing() == 0
                            ? "no number is missing."
                            : Units.count(datagrams.missing()) + " numbers are missing."));
        }
        text.add(sentence());
        return text;
    }

    private static String describe(String records, SequenceTracker.Gap gap, List<SequenceTracker.Gap> unexplained) {
        return records + " " + gap.first() + " to " + gap.last() + " of session " + gap.sessionId() + " are missing in "
                + gap.topic() + " partition " + gap.partition() + " before offset " + gap.offset()
                + (unexplained.contains(gap) ? "; no loss record says why." : "; loss records of the session say why.");
    }

    private static String verdictOf(Line line) {
        return switch (line.verdict()) {
            case HOLDS, EMPTY -> "holds";
            case OPEN -> "not yet";
            case BROKEN -> "BROKEN";
        };
    }

    private static void describe(Line line, List<String> text) {
        WindowSums sums = line.compared();
        long missing = sums.missingPackets();
        if (missing != 0 || sums.missingLayer2Octets() != 0) {
            text.add(line.point() + ": "
                    + (missing >= 0
                            ? Units.count(missing) + " packets (" + Units.count(sums.missingLayer2Octets())
                                    + " octets) are in no flow and no loss"
                            : Units.count(-missing) + " packets are counted more than once")
                    + (line.firstDifferenceMs() == null
                            ? ""
                            : ", first in the window that starts at "
                                    + Units.time(Instant.ofEpochMilli(line.firstDifferenceMs())) + " UTC")
                    + placesOf(line) + ".");
        } else if (!sums.edges.isEqualTo(sums.flows)) {
            text.add(line.point() + ": edges hold " + Units.count(sums.edges.packets) + " packets, flows "
                    + Units.count(sums.flows.packets) + ".");
        }
        for (RollUp rollUp : line.rollUps()) {
            if (!rollUp.edges().isEqualTo(rollUp.flows())) {
                text.add(line.point() + ": edges of windows of " + Durations.format(rollUp.length()) + " hold "
                        + Units.count(rollUp.edges().packets) + " packets, flows "
                        + Units.count(rollUp.flows().packets) + ".");
            }
        }
        if (line.progressingPackets() > 0) {
            text.add(line.point() + ": " + Units.count(line.progressingPackets())
                    + " packets are in windows that are still open; not compared.");
        }
        if (line.cutPackets() > 0) {
            text.add(line.point() + ": " + Units.count(line.cutPackets())
                    + " packets of flows are older than the batches that are left; not compared.");
        }
        line.collectorLosses()
                .forEach((reason, lost) -> text.add(line.point() + ": " + amount(line, reason, lost)
                        + " lost before the packets topic (" + reason + ")."));
    }

    private static String amount(Line line, LossReason reason, Sums lost) {
        if (lost.packets != 0) {
            return Units.count(lost.packets) + " packets were";
        }
        Long datagrams = line.lostDatagrams().get(reason);
        if (datagrams == null) {
            return "an unknown number of packets was";
        }
        return datagrams == 0 ? "no datagram but signs of life were" : Units.count(datagrams) + " datagrams were";
    }

    private static String placesOf(Line line) {
        return line.places().isEmpty()
                ? ""
                : ", whose batches are among "
                        + line.places().stream()
                                .map(place -> place.topic() + " partition " + place.partition() + " offsets "
                                        + place.first() + " to " + place.last())
                                .collect(Collectors.joining(", "));
    }

    private String sentence() {
        return switch (verdict) {
            case HOLDS -> "Law 1 holds: every packet is in exactly one root flow or loss.";
            case EMPTY -> "There is nothing to audit: the packets topic is empty.";
            case OPEN ->
                "Law 1 cannot be confirmed yet: collectors are running and the meter has not caught up. Repeat with --wait 30s.";
            case BROKEN -> "Law 1 does not hold.";
        };
    }

    private static JsonObject differenceOf(Line line) {
        return new JsonObject()
                .put("windowStart", line.firstDifferenceMs())
                .put(
                        "batches",
                        line.places().stream()
                                .map(place -> new JsonObject()
                                        .put("topic", place.topic())
                                        .put("partition", place.partition())
                                        .put("firstOffset", place.first())
                                        .put("lastOffset", place.last()))
                                .toList());
    }

    /** One JSON object. */
    String json() {
        JsonObject json = new JsonObject()
                .put("verdict", verdict.name().toLowerCase(Locale.ROOT))
                .put("conserved", verdict == Verdict.HOLDS)
                .put("batches", batches)
                .put("missingBatches", missingBatches)
                .put("repeatedBatches", repeatedBatches)
                .put("unreadableBatches", unreadableBatches)
                .put(
                        "unreadableRecords",
                        unreadableRecords.values().stream()
                                .mapToLong(Long::longValue)
                                .sum())
                .put("trimmed", trimmed)
                .put("datagrams", datagrams.datagrams())
                .put("missingDatagrams", datagrams.missing())
                .put("repeatedDatagrams", datagrams.repeated());
        List<JsonObject> points = new ArrayList<>();
        for (Line line : lines) {
            WindowSums sums = line.compared();
            JsonObject losses = new JsonObject();
            line.collectorLosses().forEach((reason, lost) -> losses.put(reason.name(), lost.packets));
            JsonObject lostDatagrams = new JsonObject();
            line.lostDatagrams().forEach((reason, lost) -> lostDatagrams.put(reason.name(), lost));
            JsonObject point = new JsonObject()
                    .put("host", line.point().host())
                    .put("interface", line.point().interfaceName())
                    .put("capture", line.point().capture())
                    .put("verdict", line.verdict().name().toLowerCase(Locale.ROOT))
                    .put("packets", sums.batches.packets)
                    .put("layer2Octets", sums.batches.layer2Octets)
                    .put("flowPackets", sums.flows.packets)
                    .put("flowLayer2Octets", sums.flows.layer2Octets)
                    .put("meterLossPackets", sums.meterLosses.packets)
                    .put("edgePackets", sums.edges.packets)
                    .put(
                            "edgeRollUps",
                            line.rollUps().stream()
                                    .map(rollUp -> new JsonObject()
                                            .put("window", Durations.format(rollUp.length()))
                                            .put("flowPackets", rollUp.flows().packets)
                                            .put("edgePackets", rollUp.edges().packets))
                                    .toList())
                    .put("missingPackets", sums.missingPackets())
                    .put("openWindowPackets", line.progressingPackets())
                    .put("deletedWindowPackets", line.cutPackets())
                    .put("collectorLossPackets", losses)
                    .put("collectorLossDatagrams", lostDatagrams);
            if (line.firstDifferenceMs() != null) {
                point.put("firstDifference", differenceOf(line));
            }
            points.add(point);
        }
        List<JsonObject> listed = new ArrayList<>();
        gaps.forEach(gap -> listed.add(json(gap, unexplainedGaps)));
        datagrams.gaps().forEach(gap -> listed.add(json(gap, datagrams.unexplained())));
        return json.put("observationPoints", points).put("gaps", listed).toString();
    }

    private static JsonObject json(SequenceTracker.Gap gap, List<SequenceTracker.Gap> unexplained) {
        return new JsonObject()
                .put("topic", gap.topic())
                .put("partition", gap.partition())
                .put("offset", gap.offset())
                .put("sessionId", gap.sessionId())
                .put("firstMissing", gap.first())
                .put("lastMissing", gap.last())
                .put("explained", !unexplained.contains(gap));
    }
}
