package io.weir.advisor.host;

import io.weir.advisor.host.Observation.Traffic;

/** A contact as one observation point sees it. Sums, minima, maxima and the latest flows: the order of the records does not matter. */
public final class PointView {

    final String point;
    final RecentFlows flows = new RecentFlows();
    long flowCount;
    Traffic traffic = Traffic.NONE;
    long firstMicros = Long.MAX_VALUE;
    long lastMicros = Long.MIN_VALUE;
    int samplingRate = 1;

    PointView(String point) {
        this.point = point;
    }

    void add(Observation seen) {
        flows.add(seen);
        if (seen.flow().isFirst()) {
            flowCount++;
        }
        traffic = traffic.plus(seen.delta());
        firstMicros = Math.min(firstMicros, seen.flow().startMicros());
        lastMicros = Math.max(lastMicros, seen.flow().endMicros());
        samplingRate = Math.max(samplingRate, seen.samplingRate());
    }

    /** {@code host|interface|capture}. */
    public String point() {
        return point;
    }

    /** The latest flows. */
    public RecentFlows flows() {
        return flows;
    }

    /** Flows so far, those that are no longer remembered among them. */
    public long flowCount() {
        return flowCount;
    }

    /** Sum over all flows so far, as observed. */
    public Traffic traffic() {
        return traffic;
    }

    /** Start of the first flow, epoch microseconds. */
    public long firstMicros() {
        return firstMicros;
    }

    /** Last packet, epoch microseconds. */
    public long lastMicros() {
        return lastMicros;
    }

    /** N where one packet in N was seen; 1 = every packet. */
    public int samplingRate() {
        return samplingRate;
    }
}
