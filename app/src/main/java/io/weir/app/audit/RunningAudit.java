package io.weir.app.audit;

import java.util.Map;

/**
 * What running books say when they are closed.
 *
 * @param points observation points of which there were batches
 * @param auditedPackets packets of the windows that have settled since the last time and agree
 * @param missingBatches batches whose numbers are missing without a loss record that says why
 * @param unreadableBatches records of the packets topic that cannot be read and are no loss
 */
record RunningAudit(Map<Point, Difference> points, long auditedPackets, long missingBatches, long unreadableBatches) {

    /**
     * Of one observation point, over its settled windows.
     *
     * @param missingPackets packets of batches that are in no flow and no loss
     * @param surplusPackets packets of flows and losses that are in no batch: counted more than once
     * @param windows windows that differ: in packets, in octets, or between flows and edges
     */
    record Difference(long missingPackets, long surplusPackets, int windows) {}

    /** Law 1: every packet of the settled windows is in exactly one root flow or loss. */
    boolean holds() {
        return missingBatches == 0
                && unreadableBatches == 0
                && points.values().stream().allMatch(point -> point.windows() == 0);
    }
}
