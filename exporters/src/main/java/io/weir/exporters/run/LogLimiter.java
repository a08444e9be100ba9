package io.weir.exporters.run;

import java.time.Duration;
import java.util.function.LongSupplier;

/** Lets one log line through per period. Used by one thread. */
public final class LogLimiter {

    private final LongSupplier nanoClock;
    private final long periodNanos;
    private long nextNanos;

    /** @param nanoClock as {@link System#nanoTime} */
    public LogLimiter(LongSupplier nanoClock, Duration period) {
        this.nanoClock = nanoClock;
        this.periodNanos = period.toNanos();
        this.nextNanos = nanoClock.getAsLong();
    }

    /** Whether a line may be written now. */
    public boolean permits() {
        long now = nanoClock.getAsLong();
        if (now - nextNanos < 0) {
            return false;
        }
        nextNanos = now + periodNanos;
        return true;
    }
}
