package io.weir.collectors.capture.ebpf;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;

/**
 * Tells the time of day of what the kernel timed by CLOCK_MONOTONIC. The difference between the two clocks is measured anew by {@link
 * #adjust}, as the time of day may be set, and the other clock stands still while the machine sleeps.
 */
final class KernelClock implements AutoCloseable {

    /** Below, differences are errors of the measurement: times of one capture should not jump by them. */
    private static final long TOLERANCE_NANOS = 50_000;

    private static final int ATTEMPTS = 3;
    private static final int TIMESPEC_OCTETS = 16;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final Memory before = new Memory(TIMESPEC_OCTETS);
    private final Memory between = new Memory(TIMESPEC_OCTETS);
    private final Memory behind = new Memory(TIMESPEC_OCTETS);
    private long offsetNanos;

    KernelClock() {
        offsetNanos = measure();
    }

    /** Takes over a step of the time of day. */
    void adjust() {
        offsetNanos = adjusted(offsetNanos, measure());
    }

    static long adjusted(long known, long measured) {
        return Math.abs(measured - known) > TOLERANCE_NANOS ? measured : known;
    }

    /** Nanoseconds since the epoch. */
    long epochNanos(long monotonicNanos) {
        return monotonicNanos + offsetNanos;
    }

    /** What the kernel's programs would be told now. */
    long monotonicNanos() {
        return read(SystemCalls.CLOCK_MONOTONIC, before);
    }

    /** Of several measurements that which was least interrupted. */
    private long measure() {
        long offset = 0;
        long least = Long.MAX_VALUE;
        for (int i = 0; i < ATTEMPTS; i++) {
            long first = read(SystemCalls.CLOCK_MONOTONIC, before);
            long epoch = read(SystemCalls.CLOCK_REALTIME, between);
            long last = read(SystemCalls.CLOCK_MONOTONIC, behind);
            if (last - first < least) {
                least = last - first;
                offset = epoch - (first + (last - first) / 2);
            }
        }
        return offset;
    }

    private static long read(int clock, Pointer time) {
        SystemCalls.clock_gettime(clock, time);
        return time.getLong(0) * NANOS_PER_SECOND + time.getLong(Long.BYTES);
    }

    @Override
    public void close() {
        before.close();
        between.close();
        behind.close();
    }
}
