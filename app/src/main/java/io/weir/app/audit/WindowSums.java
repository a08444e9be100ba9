package io.weir.app.audit;

/** What the topics say about one window of one observation point. */
final class WindowSums {

    final Sums batches = new Sums();
    final Sums flows = new Sums();
    final Sums edges = new Sums();
    final Sums meterLosses = new Sums();

    void add(WindowSums other) {
        batches.add(other.batches);
        flows.add(other.flows);
        edges.add(other.edges);
        meterLosses.add(other.meterLosses);
    }

    /** Packets of the batches that are neither in flows nor in losses; negative when they are there more than once. */
    long missingPackets() {
        return batches.packets - flows.packets - meterLosses.packets;
    }

    long missingLayer2Octets() {
        return batches.layer2Octets - flows.layer2Octets - meterLosses.layer2Octets;
    }
}
