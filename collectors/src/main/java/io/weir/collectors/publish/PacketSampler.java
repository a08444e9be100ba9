package io.weir.collectors.publish;

import java.util.SplittableRandom;

/**
 * Takes each packet with the probability 1/N, independent of every other: uniform probabilistic sampling, RFC 5475 section 5.2.2.1. What
 * is drawn is the distance to the next packet taken, so that one passed over costs a subtraction. The same seed chooses the same.
 */
final class PacketSampler {

    private final int rate;
    private final double logOfMiss;
    private final SplittableRandom random;
    private long left;
    private long passedOver;

    /** @param rate N, at least 1 */
    PacketSampler(int rate, long seed) {
        this.rate = rate;
        this.logOfMiss = Math.log1p(-1.0 / rate);
        this.random = new SplittableRandom(seed);
        this.left = distance();
    }

    /** Whether the next packet is taken. */
    boolean takes() {
        if (--left > 0) {
            passedOver++;
            return false;
        }
        left = distance();
        return true;
    }

    /** Geometrically distributed, at least 1. */
    private long distance() {
        return rate == 1 ? 1 : 1 + (long) (Math.log(1 - random.nextDouble()) / logOfMiss);
    }

    /** Packets that were not taken. */
    long passedOver() {
        return passedOver;
    }
}
