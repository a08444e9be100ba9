package io.weir.advisor.host;

import io.weir.advisor.host.Observation.Traffic;

/** A contact as one observation point sees it. Sums, minima, maxima and the latest flows: the order of the records does not matter. */
public final class PointView extends View<PointView> {

    final RecentFlows flows = new RecentFlows();

    /** Sums over all flows so far, as observed. */
    long packetsOut;

    long octetsOut;
    long packetsIn;
    long octetsIn;

    PointView(String point) {
        super(point);
    }

    void add(Observation seen) {
        flows.add(seen);
        count(seen);
        Traffic delta = seen.delta();
        packetsOut += delta.packetsOut();
        octetsOut += delta.octetsOut();
        packetsIn += delta.packetsIn();
        octetsIn += delta.octetsIn();
    }

    /** The latest flows. */
    public RecentFlows flows() {
        return flows;
    }

    /** Sum over all flows so far, as observed. */
    public Traffic traffic() {
        return new Traffic(packetsOut, octetsOut, packetsIn, octetsIn);
    }

    /** Packets of both sides so far. */
    public long packets() {
        return packetsOut + packetsIn;
    }
}
