package io.weir.topology.meter;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * How many round trips took how long: buckets of an eighth of a power of two, of which only those that hold something are kept. A percentile
 * is wrong by 1/16 of itself at most; the shortest and the longest are exact. At most {@value #MAX_BUCKETS} buckets of 6 octets.
 */
final class RoundTripSketch {

    /** 0 to 7 each have one, then eight for each of the 28 further powers of two below 2^31. */
    static final int MAX_BUCKETS = 8 + 8 * 28;

    private static final int EXACT = 8;

    private short[] buckets = new short[4];
    private int[] counts = new int[4];
    private int used;

    private long samples;
    private int least = Integer.MAX_VALUE;
    private int greatest;

    /** Takes a round trip in, microseconds, not negative. */
    void add(int microseconds) {
        short bucket = bucket(microseconds);
        int place = Arrays.binarySearch(buckets, 0, used, bucket);
        if (place < 0) {
            place = -1 - place;
            insert(place, bucket);
        }
        counts[place]++;
        samples++;
        least = Math.min(least, microseconds);
        greatest = Math.max(greatest, microseconds);
    }

    private void insert(int place, short bucket) {
        if (used == buckets.length) {
            buckets = Arrays.copyOf(buckets, used * 2);
            counts = Arrays.copyOf(counts, used * 2);
        }
        System.arraycopy(buckets, place, buckets, place + 1, used - place);
        System.arraycopy(counts, place, counts, place + 1, used - place);
        buckets[place] = bucket;
        counts[place] = 0;
        used++;
    }

    long samples() {
        return samples;
    }

    /** Microseconds. */
    int least() {
        return least;
    }

    /** Microseconds. */
    int greatest() {
        return greatest;
    }

    /**
     * The shortest time that so many of 100 do not exceed (nearest rank), microseconds.
     *
     * @param percent 1 to 100
     */
    int percentile(int percent) {
        long rank = (samples * percent + 99) / 100;
        long seen = 0;
        for (int i = 0; i < used; i++) {
            seen += counts[i];
            if (seen >= rank) {
                return Math.max(least, Math.min(greatest, middle(buckets[i])));
            }
        }
        return greatest;
    }

    private static short bucket(int microseconds) {
        if (microseconds < EXACT) {
            return (short) microseconds;
        }
        int power = 31 - Integer.numberOfLeadingZeros(microseconds);
        return (short) (EXACT * (power - 2) + (microseconds >>> (power - 3) & 7));
    }

    private static int middle(int bucket) {
        if (bucket < EXACT) {
            return bucket;
        }
        int power = bucket / EXACT + 2;
        int width = 1 << (power - 3);
        return (EXACT + bucket % EXACT) * width + width / 2;
    }

    /** Octets that {@link #put} writes. */
    int octets() {
        return 2 + 8 + 4 + 4 + used * 6;
    }

    void put(ByteBuffer out) {
        out.putShort((short) used).putLong(samples).putInt(least).putInt(greatest);
        for (int i = 0; i < used; i++) {
            out.putShort(buckets[i]).putInt(counts[i]);
        }
    }

    static RoundTripSketch get(ByteBuffer in) {
        RoundTripSketch sketch = new RoundTripSketch();
        sketch.used = in.getShort();
        sketch.samples = in.getLong();
        sketch.least = in.getInt();
        sketch.greatest = in.getInt();
        sketch.buckets = new short[Math.max(4, sketch.used)];
        sketch.counts = new int[Math.max(4, sketch.used)];
        for (int i = 0; i < sketch.used; i++) {
            sketch.buckets[i] = in.getShort();
            sketch.counts[i] = in.getInt();
        }
        return sketch;
    }
}
