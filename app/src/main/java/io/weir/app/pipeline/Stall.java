package io.weir.app.pipeline;

import java.time.Duration;

/** Notices that nothing has moved for some time. */
final class Stall {

    private final long limitNanos;
    private long lastNanos = System.nanoTime();

    Stall(Duration limit) {
        limitNanos = limit.toNanos();
    }

    /** Something moved, or not. */
    void progress(boolean moved) {
        if (moved) {
            lastNanos = System.nanoTime();
        }
    }

    boolean isOver() {
        return System.nanoTime() - lastNanos >= limitNanos;
    }
}
