package io.weir.app.terminal;

import io.weir.schemas.Edge;
import io.weir.schemas.Finding;
import io.weir.schemas.FindingStatus;
import io.weir.schemas.FlowClass;
import io.weir.schemas.Loss;
import io.weir.schemas.LossReason;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the live summary shows, gathered from edges, findings and losses. Bounded: {@value #MAX_EDGES} edges (beyond it the smaller half is
 * forgotten, so figures of later ones are lower bounds), {@value #MAX_FINDINGS} findings, {@value #MAX_WINDOWS} windows. Thread-safe.
 */
public final class SummaryModel {

    static final int MAX_EDGES = 20_000;
    static final int MAX_FINDINGS = 1_000;
    private static final int MAX_WINDOWS = 8;
    /** A window that has not grown for so long is complete. */
    private static final long SETTLED_MS = 1_000;

    private record EdgeKey(String initiator, String responder, String service) {}

    private static final class EdgeSum {
        private long packets;
        private long layer2Octets;
        private long newFlows;
        private long refusedFlows;
    }

    private static final class WindowSum {
        private long packets;
        private long layer2Octets;
        private long lengthMs;
        private long lastGrowthMs;
    }

    private final Map<EdgeKey, EdgeSum> edges = new HashMap<>();
    private final LinkedHashMap<String, Finding> findings = new LinkedHashMap<>();
    private final TreeMap<Long, WindowSum> windows = new TreeMap<>();
    private final Map<LossReason, Long> lossPackets = new EnumMap<>(LossReason.class);
    private long packets;
    private long layer2Octets;
    private long newFlows;
    private long findingCount;
    private long ingressCount;
    private long lossRecords;
    private boolean edgesForgotten;

    /** @param nowMs clock of the reader, epoch milliseconds */
    public synchronized void edge(Edge edge, long nowMs) {
        long morePackets = edge.getInitiatorPackets() + edge.getResponderPackets();
        long moreOctets = edge.getInitiatorLayer2Octets() + edge.getResponderLayer2Octets();
        newFlows += edge.getNewFlows();

        if (!edge.getDuplicate()) {
            addToEdge(edge, morePackets, moreOctets);
        }
        if (edge.getEnclosed()) {
            // Counted with its tunnel.
            return;
        }
        packets += morePackets;
        layer2Octets += moreOctets;
        WindowSum window = windows.computeIfAbsent(edge.getWindowStart(), ignored -> new WindowSum());
        window.packets += morePackets;
        window.layer2Octets += moreOctets;
        window.lengthMs = edge.getWindowEnd() - edge.getWindowStart();
        window.lastGrowthMs = nowMs;
        if (windows.size() > MAX_WINDOWS) {
            windows.pollFirstEntry();
        }
    }

    private void addToEdge(Edge edge, long morePackets, long moreOctets) {
        EdgeSum sum = edges.computeIfAbsent(
                new EdgeKey(edge.getInitiatorEntity(), edge.getResponderEntity(), serviceOf(edge)),
                ignored -> new EdgeSum());
        sum.packets += morePackets;
        sum.layer2Octets += moreOctets;
        sum.newFlows += edge.getNewFlows();
        sum.refusedFlows += edge.getRefusedFlows();
        if (edges.size() > MAX_EDGES) {
            forgetSmallerHalf();
        }
    }

    /** Name of the service, with a word behind it where its flows travelled in tunnels. */
    public static String serviceOf(Edge edge) {
        String name = edge.getService().getName();
        return edge.getEnclosed() ? name + " in tunnel" : name;
    }

    private void forgetSmallerHalf() {
        long median = edges.values().stream()
                .mapToLong(sum -> sum.layer2Octets)
                .sorted()
                .skip(edges.size() / 2)
                .findFirst()
                .orElse(0);
        edges.values().removeIf(sum -> sum.layer2Octets <= median);
        edgesForgotten = true;
    }

    public synchronized void finding(Finding finding) {
        if (finding.getStatus() == FindingStatus.opened) {
            findingCount++;
            if (finding.getFlowClass() == FlowClass.ingress) {
                ingressCount++;
            }
        }
        // To the end, where the newest are.
        findings.remove(finding.getFindingId());
        findings.put(finding.getFindingId(), finding);
        if (findings.size() > MAX_FINDINGS) {
            findings.remove(findings.keySet().iterator().next());
        }
    }

    public synchronized void loss(Loss loss) {
        lossRecords++;
        if (loss.getRawPackets() == null) {
            lossPackets.merge(loss.getReason(), loss.getPackets() == null ? 0L : loss.getPackets(), Long::sum);
        }
    }

    /**
     * A view at one moment.
     *
     * @param nowMs clock of the reader, epoch milliseconds
     * @param edgeLimit edges at most, largest first
     * @param findingLimit findings at most, newest first
     */
    public synchronized Summary summary(long nowMs, int edgeLimit, int findingLimit) {
        List<Summary.EdgeLine> top = edges.entrySet().stream()
                .sorted(Comparator.comparingLong((Map.Entry<EdgeKey, EdgeSum> entry) -> -entry.getValue().layer2Octets)
                        .thenComparing(entry -> entry.getKey().toString()))
                .limit(edgeLimit)
                .map(entry -> new Summary.EdgeLine(
                        entry.getKey().initiator(),
                        entry.getKey().responder(),
                        entry.getKey().service(),
                        entry.getValue().newFlows,
                        entry.getValue().refusedFlows,
                        entry.getValue().packets,
                        entry.getValue().layer2Octets))
                .toList();
        List<Finding> newest = new ArrayList<>(findings.values());
        Collections.reverse(newest);
        WindowSum current = settledWindow(nowMs);
        double seconds = current == null ? 1 : Math.max(1, current.lengthMs) / 1000.0;
        return new Summary(
                packets,
                layer2Octets,
                newFlows,
                edges.size(),
                edgesForgotten,
                current == null ? 0 : current.packets / seconds,
                current == null ? 0 : current.layer2Octets * 8 / seconds,
                top,
                findingCount,
                ingressCount,
                newest.subList(0, Math.min(findingLimit, newest.size())),
                lossRecords,
                Map.copyOf(lossPackets));
    }

    /** The newest window that is probably complete. */
    private WindowSum settledWindow(long nowMs) {
        for (WindowSum window : windows.descendingMap().values()) {
            if (nowMs - window.lastGrowthMs >= SETTLED_MS) {
                return window;
            }
        }
        return windows.isEmpty() ? null : windows.firstEntry().getValue();
    }
}
