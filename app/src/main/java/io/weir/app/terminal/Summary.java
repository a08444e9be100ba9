package io.weir.app.terminal;

import io.weir.schemas.Finding;
import io.weir.schemas.LossReason;
import java.util.List;
import java.util.Map;

/**
 * The summary at one moment.
 *
 * @param packets in all edges so far
 * @param layer2Octets in all edges so far
 * @param flows that began so far
 * @param edges distinct ones that are remembered
 * @param edgesForgotten some were forgotten, so that {@code edges} and the lines' sums are lower bounds
 * @param packetsPerSecond of the newest complete window
 * @param bitsPerSecond of the newest complete window, layer 2
 * @param topEdges by octets, largest first
 * @param findings opened so far
 * @param ingressFindings among them
 * @param newestFindings newest first
 * @param lossRecords losses so far
 * @param lossPackets packets lost by reason, where known
 */
public record Summary(
        long packets,
        long layer2Octets,
        long flows,
        int edges,
        boolean edgesForgotten,
        double packetsPerSecond,
        double bitsPerSecond,
        List<EdgeLine> topEdges,
        long findings,
        long ingressFindings,
        List<Finding> newestFindings,
        long lossRecords,
        Map<LossReason, Long> lossPackets) {

    /**
     * One edge, summed over windows and observation points.
     *
     * @param flows that began
     * @param refusedFlows TCP connections that the responder refused
     */
    public record EdgeLine(
            String initiator,
            String responder,
            String service,
            long flows,
            long refusedFlows,
            long packets,
            long layer2Octets) {}

    /** Packets that are known to be lost. */
    public long lostPackets() {
        return lossPackets.values().stream().mapToLong(Long::longValue).sum();
    }
}
