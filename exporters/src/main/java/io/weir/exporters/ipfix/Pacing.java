package io.weir.exporters.ipfix;

import java.util.concurrent.TimeUnit;

/** Spreads datagrams over time, as a collector that is overrun loses them in silence. Knows no clock; not thread-safe. */
final class Pacing {

    /** What was not sent for a while may follow at once, for this long. */
    private static final long BURST_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    /** Shorter waits are saved up: each costs a switch of threads. */
    private static final long LEAST_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final long gapNanos;
    private boolean begun;
    private long dueNanos;

    /** @param rate messages a second; 0 is no limit */
    Pacing(int rate) {
        this.gapNanos = rate == 0 ? 0 : TimeUnit.SECONDS.toNanos(1) / rate;
    }

    /** Nanoseconds to wait before the next message, whose turn this is. */
    long waitNanos(long nowNanos) {
        if (gapNanos == 0) {
            return 0;
        }
        if (!begun || nowNanos - dueNanos > BURST_NANOS) {
            dueNanos = nowNanos - (begun ? BURST_NANOS : 0);
            begun = true;
        }
        long wait = dueNanos - nowNanos;
        dueNanos += gapNanos;
        return wait < LEAST_WAIT_NANOS ? 0 : wait;
    }
}
