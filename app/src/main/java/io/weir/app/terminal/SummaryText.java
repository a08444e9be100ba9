package io.weir.app.terminal;

import io.weir.schemas.Finding;
import io.weir.schemas.FlowClass;
import io.weir.schemas.LossReason;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Draws a {@link Summary} as lines of text. Pure. */
public final class SummaryText {

    private static final int FIXED_LINES = 9;
    private static final int MIN_LISTED = 3;
    private static final int MAX_LISTED = 15;

    private SummaryText() {}

    /**
     * The whole screen.
     *
     * @param title what runs, for example {@code weir up  eth0}
     * @param endpoints where to go on, one a line, for example {@code kafka 127.0.0.1:9092}
     * @param running since start
     * @param width longest line; 0 for any
     * @param height most lines
     */
    public static List<String> screen(
            Summary summary, String title, List<String> endpoints, Duration running, int width, int height) {
        int room = Math.max(2 * MIN_LISTED, height - FIXED_LINES - endpoints.size());
        int findings = Math.min(summary.newestFindings().size(), Math.max(MIN_LISTED, room / 3));
        int edges = Math.min(MAX_LISTED, Math.max(MIN_LISTED, room - findings));

        List<String> lines = new ArrayList<>();
        lines.add(title + "  " + Units.clock(running));
        lines.addAll(endpoints);
        lines.add("");
        lines.add(totals(summary) + ", now " + Units.si(summary.packetsPerSecond()) + " packets/s, "
                + Units.bitsPerSecond(summary.bitsPerSecond()));
        lines.add(losses(summary));
        lines.add("");
        lines.addAll(topEdges(
                summary.topEdges().subList(0, Math.min(edges, summary.topEdges().size())), width));
        lines.add("");
        lines.add(findingCount(summary));
        for (Finding finding : summary.newestFindings().subList(0, findings)) {
            lines.add("  " + findingLine(finding));
        }
        List<String> cut = new ArrayList<>(lines.size());
        for (String line : lines.subList(0, Math.min(lines.size(), Math.max(1, height)))) {
            cut.add(width > 0 ? Text.cut(line, width) : line);
        }
        return cut;
    }

    /** One line, for output that cannot be redrawn. */
    public static String line(Summary summary, Duration running) {
        return Units.clock(running) + "  " + totals(summary) + ", " + Units.si(summary.packetsPerSecond())
                + " packets/s, " + Units.bitsPerSecond(summary.bitsPerSecond()) + "; " + findingCount(summary) + "; "
                + losses(summary);
    }

    /** Top edges as a table; one sentence when there are none. */
    public static List<String> topEdges(List<Summary.EdgeLine> edges, int width) {
        Table table = new Table(
                Table.left("initiator"),
                Table.left("responder"),
                Table.left("service"),
                Table.right("flows"),
                Table.right("refused"),
                Table.right("packets"),
                Table.right("octets"));
        for (Summary.EdgeLine edge : edges) {
            table.add(
                    edge.initiator(),
                    edge.responder(),
                    edge.service(),
                    Units.count(edge.flows()),
                    Units.count(edge.refusedFlows()),
                    Units.count(edge.packets()),
                    Units.octets(edge.layer2Octets()));
        }
        return table.isEmpty() ? List.of("no edges yet") : table.lines(width);
    }

    /** Findings of ingress as a table, in the order given; one sentence when there are none. */
    public static List<String> ingressFindings(List<Finding> findings, int width) {
        Table table = new Table(
                Table.left("first seen"),
                Table.left("severity"),
                Table.left("confidence"),
                Table.left("finding"),
                Table.right("flows"),
                Table.right("packets"));
        for (Finding finding : findings) {
            if (finding.getFlowClass() == FlowClass.ingress) {
                table.add(
                        Units.time(Instant.ofEpochMilli(finding.getFirstSeenMicroseconds() / 1000)),
                        finding.getSeverity().name(),
                        finding.getConfidence().name(),
                        finding.getTitle(),
                        Units.count(finding.getFlows()),
                        Units.count(finding.getPackets()));
            }
        }
        return table.isEmpty() ? List.of("nobody came in from outside the cluster") : table.lines(width);
    }

    private static String totals(Summary summary) {
        return Units.count(summary.packets()) + " packets, " + Units.octets(summary.layer2Octets()) + ", "
                + Units.count(summary.flows()) + " flows, " + (summary.edgesForgotten() ? "more than " : "")
                + Units.count(summary.edges()) + " edges";
    }

    private static String findingCount(Summary summary) {
        return summary.findings() == 0
                ? "no findings"
                : Units.count(summary.findings()) + (summary.findings() == 1 ? " finding, " : " findings, ")
                        + Units.count(summary.ingressFindings()) + " of ingress";
    }

    private static String findingLine(Finding finding) {
        return Units.time(Instant.ofEpochMilli(finding.getLastSeenMicroseconds() / 1000)) + "  "
                + finding.getSeverity().name() + "  " + Text.printable(finding.getTitle());
    }

    private static String losses(Summary summary) {
        if (summary.lossRecords() == 0) {
            return "nothing lost";
        }
        StringBuilder text = new StringBuilder("lost ")
                .append(Units.count(summary.lostPackets()))
                .append(" packets (");
        boolean first = true;
        for (Map.Entry<LossReason, Long> loss : new TreeMap<>(summary.lossPackets()).entrySet()) {
            text.append(first ? "" : ", ").append(loss.getKey()).append(' ').append(Units.count(loss.getValue()));
            first = false;
        }
        return text.append(')').toString();
    }
}
