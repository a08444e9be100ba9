package io.weir.collectors.capture;

/**
 * Turns the 64 bit tick count of a pcapng packet into epoch nanoseconds (draft-ietf-opsawg-pcapng, options if_tsresol and
 * if_tsoffset). Digits below a nanosecond are cut off.
 */
final class TimestampResolution {

    /** Answer for a time that does not fit 64 bit nanoseconds. */
    static final long OUT_OF_RANGE = Long.MIN_VALUE;

    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final long[] POWERS_OF_TEN = new long[19];

    static {
        POWERS_OF_TEN[0] = 1;
        for (int i = 1; i < POWERS_OF_TEN.length; i++) {
            POWERS_OF_TEN[i] = POWERS_OF_TEN[i - 1] * 10;
        }
    }

    private final boolean binary;
    private final int exponent;
    private final long offsetSeconds;
    /** Nanoseconds a tick, 0 when a tick is shorter. */
    private final long nanosPerTick;

    private final long maxTicks;

    /**
     * A resolution as written in a capture.
     *
     * @param code negative power of 10 of a second, or of 2 when bit 7 is set
     * @param offsetSeconds to add to each time
     */
    TimestampResolution(int code, long offsetSeconds) {
        this.binary = (code & 0x80) != 0;
        this.exponent = code & 0x7f;
        this.offsetSeconds = offsetSeconds;
        this.nanosPerTick = !binary && exponent <= 9 ? POWERS_OF_TEN[9 - exponent] : 0;
        this.maxTicks = nanosPerTick == 0 ? 0 : Long.MAX_VALUE / nanosPerTick;
    }

    /** Epoch nanoseconds of an unsigned tick count, or {@link #OUT_OF_RANGE}. */
    long toEpochNanos(long ticks) {
        long nanos;
        if (nanosPerTick != 0) {
            if (ticks < 0 || ticks > maxTicks) {
                return OUT_OF_RANGE;
            }
            nanos = ticks * nanosPerTick;
        } else {
            nanos = binary ? fromPowerOfTwo(ticks) : fromShortTicks(ticks);
            if (nanos < 0) {
                return OUT_OF_RANGE;
            }
        }
        return offsetSeconds == 0 ? nanos : addOffset(nanos);
    }

    private long fromShortTicks(long ticks) {
        int digits = exponent - 9;
        if (digits >= POWERS_OF_TEN.length) {
            // 10^19 is the greatest power of ten below 2^64: one such unit can be in the count, ten cannot.
            return digits == 19 && Long.compareUnsigned(ticks, -8_446_744_073_709_551_616L) >= 0 ? 1 : 0;
        }
        return Long.divideUnsigned(ticks, POWERS_OF_TEN[digits]);
    }

    /** ticks * 10^9 / 2^exponent over 128 bits; negative when the result does not fit. */
    private long fromPowerOfTwo(long ticks) {
        long high = Math.multiplyHigh(ticks, NANOS_PER_SECOND) + (ticks < 0 ? NANOS_PER_SECOND : 0);
        long low = ticks * NANOS_PER_SECOND;
        if (exponent >= 64) {
            return high >>> (exponent - 64);
        }
        if (exponent == 0) {
            return high == 0 ? low : -1;
        }
        if (high >>> exponent != 0) {
            return -1;
        }
        return (high << (64 - exponent)) | (low >>> exponent);
    }

    private long addOffset(long nanos) {
        long limit = Long.MAX_VALUE / NANOS_PER_SECOND - 1;
        if (offsetSeconds > limit || offsetSeconds < -limit) {
            return OUT_OF_RANGE;
        }
        long offsetNanos = offsetSeconds * NANOS_PER_SECOND;
        long sum = nanos + offsetNanos;
        boolean overflow = ((nanos ^ sum) & (offsetNanos ^ sum)) < 0;
        return overflow ? OUT_OF_RANGE : sum;
    }
}
