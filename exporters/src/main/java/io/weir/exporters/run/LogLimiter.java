package io.weir.exporters.run;

import java.time.Duration;
import java.util.function.LongSupplier;

/** Lets one log line through per period. Used by one thread. */
final class LogLimiter {

    private final LongSupplier nanoClock;
    private final long periodNanos;
    private long nextNanos;

    LogLimiter(LongSupplier nanoClock, Duration period) {
        this.nanoClock = nanoClock;
        this.periodNanos = period.toNanos();
        this.nextNanos = nanoClock.getAsLong();
    }

    boolean permits() {
        long now = nanoClock.getAsLong();
        if (now - nextNanos < 0) {
            return false;
        }
        nextNanos = now + periodNanos;
        return true;
    }
}
