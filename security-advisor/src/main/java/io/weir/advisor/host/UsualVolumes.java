package io.weir.advisor.host;

import java.util.Arrays;

/** What a host usually sends outside, by hour of the day: a mean of the octets of that hour which favours the latest week. */
final class UsualVolumes {

    private static final int HOURS_A_DAY = 24;

    /** Weight of the latest day in what is usual: seven days count as much as all before. */
    private static final double LATEST_WEIGHT = 2.0 / (7 + 1);

    /** By hour of the day; negative where there was none yet. */
    private final double[] usual = new double[HOURS_A_DAY];

    /** As {@link #usual} was before its latest hour, by which that hour itself is to be judged. */
    private final double[] before = new double[HOURS_A_DAY];

    /** The latest hour that went into {@link #usual}. */
    private final long[] upTo = new long[HOURS_A_DAY];

    UsualVolumes() {
        Arrays.fill(usual, -1);
        Arrays.fill(before, -1);
        Arrays.fill(upTo, Long.MIN_VALUE);
    }

    /**
     * Takes an hour that is over.
     *
     * @param hour since the epoch
     * @param octets sent in it
     */
    void add(long hour, long octets) {
        int at = hourOfDay(hour);
        before[at] = usual[at];
        upTo[at] = hour;
        usual[at] = usual[at] < 0 ? octets : usual[at] + LATEST_WEIGHT * (octets - usual[at]);
    }

    /** Octets in that hour of the day before, without the hour itself and later ones; -1 when there was none. */
    double octets(long hour) {
        int at = hourOfDay(hour);
        return hour <= upTo[at] ? before[at] : usual[at];
    }

    private static int hourOfDay(long hour) {
        return (int) Math.floorMod(hour, (long) HOURS_A_DAY);
    }

    void write(EvidenceOutput out) {
        for (int i = 0; i < HOURS_A_DAY; i++) {
            out.bits(Double.doubleToLongBits(usual[i]));
            out.bits(Double.doubleToLongBits(before[i]));
            out.number(upTo[i]);
        }
    }

    static UsualVolumes read(EvidenceInput in) {
        UsualVolumes volumes = new UsualVolumes();
        for (int i = 0; i < HOURS_A_DAY; i++) {
            volumes.usual[i] = Double.longBitsToDouble(in.bits());
            volumes.before[i] = Double.longBitsToDouble(in.bits());
            volumes.upTo[i] = in.number();
        }
        return volumes;
    }
}
