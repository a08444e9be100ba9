package io.weir.advisor.host;

import java.util.Arrays;

/**
 * What reaches a service, as one observation point sees it: counts by {@value #BUCKET_SECONDS} seconds of event time, for the latest
 * {@value #BUCKETS} of them that had traffic. Attempts count in the bucket in which their flow began, packets where its record's last packet lies.
 */
public final class ServiceView extends View<ServiceView> {

    /** Length of a bucket. */
    public static final int BUCKET_SECONDS = 5;

    /** Buckets kept. */
    public static final int BUCKETS = 24;

    static final long BUCKET_MICROS = BUCKET_SECONDS * 1_000_000L;

    static final int LONGS = 7;
    private static final int NUMBER = 0;
    private static final int ATTEMPTS = 1;
    private static final int INCOMPLETE = 2;
    private static final int PACKETS_IN = 3;
    private static final int OCTETS_IN = 4;
    private static final int PACKETS_OUT = 5;
    private static final int OCTETS_OUT = 6;

    /** Ascending by number of bucket. */
    private long[] buckets = new long[LONGS];

    private int size;
    final RecentInitiators initiators = new RecentInitiators();
    long allPacketsIn;

    ServiceView(String point) {
        super(point);
    }

    void add(Observation seen) {
        count(seen);
        if (seen.flow().isFirst()) {
            int at = bucket(Math.floorDiv(seen.flow().startMicros(), BUCKET_MICROS));
            if (at >= 0) {
                buckets[at + ATTEMPTS]++;
                buckets[at + INCOMPLETE] += isIncomplete(seen.outcome()) ? 1 : 0;
            }
            initiators.add(seen);
        }
        allPacketsIn += seen.delta().packetsOut();
        int at = bucket(Math.floorDiv(seen.flow().endMicros(), BUCKET_MICROS));
        if (at >= 0) {
            buckets[at + PACKETS_IN] += seen.delta().packetsOut();
            buckets[at + OCTETS_IN] += seen.delta().octetsOut();
            buckets[at + PACKETS_OUT] += seen.delta().packetsIn();
            buckets[at + OCTETS_OUT] += seen.delta().octetsIn();
        }
    }

    /** It was left hanging: nobody answered, or the handshake was not taken up. What was refused is over, and costs the service nothing. */
    private static boolean isIncomplete(Outcome outcome) {
        return outcome == Outcome.UNANSWERED || outcome == Outcome.ODD || outcome == Outcome.HALF_OPEN;
    }

    /** Where the words of a bucket begin, or -1 when it is older than those that are kept. */
    private int bucket(long number) {
        int index = size;
        while (index > 0 && buckets[(index - 1) * LONGS] > number) {
            index--;
        }
        if (index > 0 && buckets[(index - 1) * LONGS] == number) {
            return (index - 1) * LONGS;
        }
        if (size == BUCKETS) {
            if (index == 0) {
                return -1;
            }
            System.arraycopy(buckets, LONGS, buckets, 0, (index - 1) * LONGS);
            index--;
        } else {
            if (buckets.length == size * LONGS) {
                buckets = Arrays.copyOf(buckets, Math.min(2 * size, BUCKETS) * LONGS);
            }
            System.arraycopy(buckets, index * LONGS, buckets, (index + 1) * LONGS, (size - index) * LONGS);
            size++;
        }
        Arrays.fill(buckets, index * LONGS, (index + 1) * LONGS, 0);
        buckets[index * LONGS + NUMBER] = number;
        return index * LONGS;
    }

    /** Buckets with traffic that are kept, ascending by time. */
    public int size() {
        return size;
    }

    /** Start of a bucket, epoch microseconds. */
    public long startMicros(int index) {
        return buckets[index * LONGS + NUMBER] * BUCKET_MICROS;
    }

    /** Flows that began in the bucket. */
    public long attempts(int index) {
        return buckets[index * LONGS + ATTEMPTS];
    }

    /** Those of them that were unanswered, odd or half-open at the end of their first record. */
    public long incomplete(int index) {
        return buckets[index * LONGS + INCOMPLETE];
    }

    /** Packets to the service, as observed. */
    public long packetsIn(int index) {
        return buckets[index * LONGS + PACKETS_IN];
    }

    /** Octets to the service, as observed. */
    public long octetsIn(int index) {
        return buckets[index * LONGS + OCTETS_IN];
    }

    /** Packets of the service, as observed. */
    public long packetsOut(int index) {
        return buckets[index * LONGS + PACKETS_OUT];
    }

    /** Octets of the service, as observed. */
    public long octetsOut(int index) {
        return buckets[index * LONGS + OCTETS_OUT];
    }

    /** Distinct initiators of the latest one to two minutes with flows, within 9 % (one standard error). */
    public long distinctInitiators() {
        return initiators.estimate();
    }

    /** Packets to the service so far, those of buckets that are no longer kept among them; as observed. */
    public long allPacketsIn() {
        return allPacketsIn;
    }

    long[] words() {
        return buckets;
    }

    void restore(long[] words) {
        buckets = words.length == 0 ? new long[LONGS] : words;
        size = words.length / LONGS;
    }
}
