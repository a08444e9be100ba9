package io.weir.collectors.capture;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * When the frames of a recording are due, if it is replayed at its own speed or a multiple of it. Counted from the first frame; one whose
 * time is before that of its predecessor is due at once. One thread uses it.
 */
public final class Pace {

    /** A source is asked for its end, and its batches are looked after, at least this often. */
    private static final long MAX_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final double speed;
    private final LongSupplier clockNanos;
    private final LongConsumer waitNanos;

    private boolean started;
    private long firstFrameNanos;
    private long startedNanos;

    Pace(double speed, LongSupplier clockNanos, LongConsumer waitNanos) {
        if (!(speed > 0) || Double.isInfinite(speed)) {
            throw new IllegalArgumentException("a speed of " + speed + "; it must be above 0");
        }
        this.speed = speed;
        this.clockNanos = clockNanos;
        this.waitNanos = waitNanos;
    }

    /** @param speed how many times as fast as recorded, above 0 */
    public static Pace of(double speed) {
        return new Pace(speed, System::nanoTime, LockSupport::parkNanos);
    }

    /**
     * Whether a frame is due.
     *
     * @param frameNanos its time, epoch nanoseconds
     * @param wait if it is not, wait for it, but not longer than some 50 ms
     */
    boolean isDue(long frameNanos, boolean wait) {
        if (!started) {
            started = true;
            firstFrameNanos = frameNanos;
            startedNanos = clockNanos.getAsLong();
            return true;
        }
        long dueNanos = startedNanos + (long) ((frameNanos - firstFrameNanos) / speed);
        long early = dueNanos - clockNanos.getAsLong();
        if (early > 0 && wait) {
            waitNanos.accept(Math.min(early, MAX_WAIT_NANOS));
            early = dueNanos - clockNanos.getAsLong();
        }
        return early <= 0;
    }
}
