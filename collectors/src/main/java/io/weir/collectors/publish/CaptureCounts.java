package io.weir.collectors.publish;

/**
 * What a thread of a collector, or all of them together, have done with packets so far.
 *
 * @param packets summarised
 * @param layer2Octets of these
 * @param ownPackets left out as they belong to this process's own connections
 * @param unsampledPackets left out by sampling
 * @param droppedPackets that never came to this process
 * @param damagedPackets that came to it and could not be used
 */
record CaptureCounts(
        long packets,
        long layer2Octets,
        long ownPackets,
        long unsampledPackets,
        long droppedPackets,
        long damagedPackets) {

    static final CaptureCounts NONE = new CaptureCounts(0, 0, 0, 0, 0, 0);

    /** Packets that came to this process. */
    long receivedPackets() {
        return packets + ownPackets + unsampledPackets + damagedPackets;
    }

    CaptureCounts plus(CaptureCounts other) {
        return new CaptureCounts(
                packets + other.packets,
                layer2Octets + other.layer2Octets,
                ownPackets + other.ownPackets,
                unsampledPackets + other.unsampledPackets,
                droppedPackets + other.droppedPackets,
                damagedPackets + other.damagedPackets);
    }
}
