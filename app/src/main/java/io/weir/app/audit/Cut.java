package io.weir.app.audit;

import java.util.HashSet;
import java.util.Set;

/** What retention has cut of the windows of one observation point. */
final class Cut {

    private final Set<Integer> partitions = new HashSet<>();
    private long untilMs;

    /** Takes a batch of a partition that has lost its first records: what was sent before the first one is gone, and with it parts of every window up to here. */
    void note(BatchHead head, Books books) {
        if (partitions.add(head.partition())) {
            long reachedMs = Math.max(head.firstTimeNanoseconds(), head.watermarkNanoseconds()) / 1_000_000;
            untilMs = Math.max(untilMs, books.windowStart(reachedMs) + 1);
        }
    }

    /** Whether parts of a window may be gone. */
    boolean holds(long windowStartMs) {
        return windowStartMs < untilMs;
    }
}
