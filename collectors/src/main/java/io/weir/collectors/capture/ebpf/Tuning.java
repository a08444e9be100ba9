package io.weir.collectors.capture.ebpf;

import io.weir.collectors.capture.LiveConfig;

/**
 * Sizes of a capture.
 *
 * @param ringOctets of the ring for frames, a power of two
 * @param flows directions of flows that are counted at once; packets of more are handed over as frames
 * @param snapOctets most octets handed over of a frame
 * @param sweepMs how often what was counted is delivered
 */
record Tuning(int ringOctets, int flows, int snapOctets, int sweepMs) {

    /** Room for a frame in the kernel's program. */
    static final int MAX_SNAP_OCTETS = 2048;

    /** Of a configuration's buffer, what the ring takes: most packets never come into it, and it is mapped twice in a row. */
    private static final int RING_SHARE = 4;

    /** 34 MiB in the kernel, both maps together. */
    private static final int MAX_FLOWS = 65_536;

    private static final int MIN_FLOWS = 1024;
    private static final int OCTETS_PER_FLOW = 1024;

    /** Below the meter's grace: what is counted comes to it later than frames by this much. */
    private static final int SWEEP_MS = 500;

    static Tuning of(LiveConfig config) {
        return new Tuning(
                Integer.highestOneBit(config.bufferOctets() / RING_SHARE),
                Math.max(MIN_FLOWS, Math.min(config.bufferOctets() / OCTETS_PER_FLOW, MAX_FLOWS)),
                Math.min(config.snapOctets(), MAX_SNAP_OCTETS),
                SWEEP_MS);
    }
}
