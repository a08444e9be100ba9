package io.weir.topology.sketch;

import io.weir.schemas.RoundTrips;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.kafka.common.utils.ByteUtils;

/**
 * How many round trips took how long: buckets of an eighth of a power of two, of which only those that hold something are kept. A percentile
 * is wrong by 1/16 of itself at most; the shortest and the longest are exact. At most {@value #MAX_BUCKETS} buckets of 8 octets, each
 * of which counts to 2^31 - 1 and stays there. Sketches add up: of two, the sum is that of all round trips of both.
 */
public final class RoundTripSketch {

    /** 0 to 7 each have one, then eight for each of the 28 further powers of two below 2^31. */
    static final int MAX_BUCKETS = 8 + 8 * 28;

    private static final int EXACT = 8;

    /** Varints of how many buckets (2 octets at most), samples (10), shortest and longest (5 each). */
    private static final int FIXED_OCTETS = 2 + 10 + 2 * 5;

    /** Varints of distance to the bucket before (2 octets at most) and count (5). */
    private static final int BUCKET_OCTETS = 2 + 5;

    private static final int FIRST_ROOM = 4;

    /** One below the other: bucket in the upper half, its count in the lower one. Together, as a flow's sketch is seldom in a cache. */
    private long[] cells = new long[FIRST_ROOM];

    private int used;

    private long samples;
    private int least = Integer.MAX_VALUE;
    private int greatest;

    /** Takes a round trip in, microseconds, not negative. */
    public void add(int microseconds) {
        count(bucket(microseconds), 1);
        samples++;
        least = Math.min(least, microseconds);
        greatest = Math.max(greatest, microseconds);
    }

    /**
     * Both together; neither is changed unless it is {@code sum}.
     *
     * @param sum takes {@code part} in; null for a new one
     * @param part null for none
     * @return the sum; null when there is nothing in it
     */
    public static RoundTripSketch sum(RoundTripSketch sum, RoundTripSketch part) {
        if (part == null) {
            return sum;
        }
        RoundTripSketch both = sum == null ? new RoundTripSketch() : sum;
        both.add(part);
        return both;
    }

    private void add(RoundTripSketch part) {
        for (int i = 0; i < part.used; i++) {
            count(bucketOf(part.cells[i]), countOf(part.cells[i]));
        }
        samples += part.samples;
        least = Math.min(least, part.least);
        greatest = Math.max(greatest, part.greatest);
    }

    private void count(int bucket, int more) {
        int place = placeOf(bucket);
        if (place == used || bucketOf(cells[place]) != bucket) {
            insert(place, bucket);
        }
        cells[place] = cell(bucket, (int) Math.min((long) countOf(cells[place]) + more, Integer.MAX_VALUE));
    }

    private static long cell(int bucket, int count) {
        return (long) bucket << Integer.SIZE | count;
    }

    private static int bucketOf(long cell) {
        return (int) (cell >>> Integer.SIZE);
    }

    private static int countOf(long cell) {
        return (int) cell;
    }

    /** Of the first bucket that is not below this one. */
    private int placeOf(int bucket) {
        int from = 0;
        int to = used;
        while (from < to) {
            int middle = (from + to) >>> 1;
            if (bucketOf(cells[middle]) < bucket) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        return from;
    }

    private void insert(int place, int bucket) {
        if (used == cells.length) {
            cells = Arrays.copyOf(cells, used * 2);
        }
        System.arraycopy(cells, place, cells, place + 1, used - place);
        cells[place] = cell(bucket, 0);
        used++;
    }

    public long samples() {
        return samples;
    }

    /** Microseconds. */
    public int least() {
        return least;
    }

    /** Microseconds. */
    public int greatest() {
        return greatest;
    }

    /**
     * The shortest time that so many of 100 do not exceed (nearest rank), microseconds.
     *
     * @param percent 1 to 100
     */
    public int percentile(int percent) {
        long rank = (samples * percent + 99) / 100;
        long seen = 0;
        for (int i = 0; i < used; i++) {
            seen += countOf(cells[i]);
            if (seen >= rank) {
                return Math.max(least, Math.min(greatest, middle(bucketOf(cells[i]))));
            }
        }
        return greatest;
    }

    /** What a record says of it; null for none. */
    public static RoundTrips summary(RoundTripSketch sketch) {
        if (sketch == null) {
            return null;
        }
        return new RoundTrips(
                sketch.samples, (long) sketch.least, (long) sketch.percentile(50), (long) sketch.percentile(95), (long)
                        sketch.greatest);
    }

    private static int bucket(int microseconds) {
        if (microseconds < EXACT) {
            return microseconds;
        }
        int power = 31 - Integer.numberOfLeadingZeros(microseconds);
        return EXACT * (power - 2) + (microseconds >>> (power - 3) & 7);
    }

    private static int middle(int bucket) {
        if (bucket < EXACT) {
            return bucket;
        }
        int power = bucket / EXACT + 2;
        int width = 1 << (power - 3);
        return (EXACT + bucket % EXACT) * width + width / 2;
    }

    /** Octets that {@link #put} writes at most. */
    public int octets() {
        return FIXED_OCTETS + used * BUCKET_OCTETS;
    }

    /** Writes what {@link #get} reads, as varints: few buckets, most of them close to the one before and with a count of one. */
    public void put(ByteBuffer out) {
        ByteUtils.writeUnsignedVarint(used, out);
        ByteUtils.writeVarlong(samples, out);
        ByteUtils.writeUnsignedVarint(least, out);
        ByteUtils.writeUnsignedVarint(greatest - least, out);
        int before = 0;
        for (int i = 0; i < used; i++) {
            int bucket = bucketOf(cells[i]);
            ByteUtils.writeUnsignedVarint(bucket - before, out);
            ByteUtils.writeUnsignedVarint(countOf(cells[i]), out);
            before = bucket;
        }
    }

    /** Reads what {@link #put} wrote. */
    public static RoundTripSketch get(ByteBuffer in) {
        RoundTripSketch sketch = new RoundTripSketch();
        sketch.used = ByteUtils.readUnsignedVarint(in);
        if (sketch.used < 0 || sketch.used > MAX_BUCKETS) {
            throw new IllegalArgumentException("a sketch of " + sketch.used + " buckets, there are " + MAX_BUCKETS);
        }
        sketch.samples = ByteUtils.readVarlong(in);
        sketch.least = ByteUtils.readUnsignedVarint(in);
        sketch.greatest = sketch.least + ByteUtils.readUnsignedVarint(in);
        sketch.cells = new long[Math.max(FIRST_ROOM, sketch.used)];
        int bucket = 0;
        for (int i = 0; i < sketch.used; i++) {
            bucket += ByteUtils.readUnsignedVarint(in);
            sketch.cells[i] = cell(bucket, ByteUtils.readUnsignedVarint(in));
        }
        return sketch;
    }
}
