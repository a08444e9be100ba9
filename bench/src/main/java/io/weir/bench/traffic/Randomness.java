package io.weir.bench.traffic;

/** SplitMix64 (Steele, Lea, Flood 2014): the same numbers from a seed on every platform and Java release. */
final class Randomness {

    private long state;

    Randomness(long seed) {
        this.state = seed;
    }

    long next() {
        state += 0x9e3779b97f4a7c15L;
        long z = state;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }

    /** Uniform in 0 (inclusive) to bound (exclusive); the bias of the multiplication is below 2^-32 per value. */
    int below(int bound) {
        return (int) (((next() >>> 32) * bound) >>> 32);
    }

    /** Uniform in 0 (inclusive) to 1 (exclusive). */
    double unit() {
        return (next() >>> 11) * 0x1.0p-53;
    }

    boolean chance(int percent) {
        return below(100) < percent;
    }
}
