package io.weir.topology.sflow;

/**
 * A packet that was dropped, and why [sflow_drops.txt]. No rate: each is one packet; those that the limit on notifications kept back are in
 * {@link #drops}.
 *
 * <pre>
 * 0 sequence (4)  4 source (4 + 4)  12 drops  16 input  20 output  24 reason  28 records   32 first record
 * </pre>
 */
public final class DiscardedPacket extends SflowSample {
    /** Notifications that were not sent so far, modulo 2^32. */
    public long drops;
    /** Index of the interface that the packet came in by, 0 if not known; a plain number. */
    public long inputIfIndex;
    /** Index of the interface that it would have gone out by, 0 if it was dropped before; a plain number. */
    public long outputIfIndex;
    /** Why, see {@link DropReasons}; numbers without a name are kept. */
    public long reason;
    /** What the records say of the packet. */
    public final SampledPacket packet = new SampledPacket();

    DiscardedPacket() {}
}
