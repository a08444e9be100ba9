package io.weir.advisor.detection;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * How much connections look like those of a program that calls home: regular in time, alike in size, spread evenly and for long. The score of RITA 5, with
 * its roundings: the mean of four parts between 0 and 1.
 *
 * @param timing regularity of the intervals
 * @param size likeness of the octets sent
 * @param histogram evenness over {@value #BINS} parts of the time looked at
 * @param duration how much of that time it went on
 */
record BeaconScore(double timing, double size, double histogram, double duration) {

    /** Fewest connections that can be scored. */
    static final int MIN_CONNECTIONS = 4;

    static final int BINS = 24;

    private static final int MIN_INTERVALS = 3;

    /** Quartiles that lie closer together are not called skewed: seconds, and octets. */
    private static final double MIN_SPREAD = 10;

    /** Counts of bins are of the same height within this part of the highest. */
    private static final double SAME_HEIGHT = 0.05;

    private static final int MIN_BINS_OF_TWO_HEIGHTS = 11;
    private static final int MIN_BINS_OF_DURATION = 6;
    private static final double IDEAL_RUN = 12;

    /**
     * The score; null when there are too few connections, or too few at different seconds.
     *
     * @param starts of connections, seconds, ascending
     * @param octets that the initiator sent, one for each connection, in any order
     * @param from when the time looked at began, seconds
     * @param to when it ended, seconds
     */
    static BeaconScore of(long[] starts, long[] octets, long from, long to) {
        if (starts.length < MIN_CONNECTIONS || to <= from) {
            return null;
        }
        double[] intervals = new double[starts.length - 1];
        int count = 0;
        for (int i = 1; i < starts.length; i++) {
            if (starts[i] > starts[i - 1]) {
                intervals[count++] = starts[i] - starts[i - 1];
            }
        }
        if (count < MIN_INTERVALS) {
            return null;
        }
        double timing = regularity(Arrays.copyOf(intervals, count), 1);
        double size = regularity(Arrays.stream(octets).asDoubleStream().toArray(), 0);
        int[] bins = bins(starts, from, to);
        return new BeaconScore(
                timing,
                size,
                Math.max(evenness(bins), twoHeights(bins)),
                duration(bins, starts[starts.length - 1] - starts[0], to - from));
    }

    /** The whole, to a thousandth. */
    double total() {
        return rounded((timing + size + histogram + duration) / 4);
    }

    /** Mean of the scores of Bowley's skewness and of the median absolute deviation. */
    static double regularity(double[] values, double whenMedianIsBelowOne) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return rounded((skewScore(sorted) + deviationScore(sorted, whenMedianIsBelowOne)) / 2);
    }

    private static double skewScore(double[] sorted) {
        int half = sorted.length / 2;
        double q1 = median(Arrays.copyOfRange(sorted, 0, half));
        double q2 = median(sorted);
        double q3 = median(Arrays.copyOfRange(sorted, sorted.length - half, sorted.length));
        double spread = q3 - q1;
        if (spread < MIN_SPREAD || q2 == q1 || q2 == q3) {
            return 1;
        }
        return 1 - Math.abs((q1 + q3 - 2 * q2) / spread);
    }

    private static double deviationScore(double[] sorted, double whenMedianIsBelowOne) {
        double median = median(sorted);
        if (median < 1) {
            return whenMedianIsBelowOne;
        }
        return Math.max(0, (median - deviation(sorted, median)) / median);
    }

    /** Median of the distances from the median. */
    static double deviation(double[] values, double median) {
        double[] distances = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            distances[i] = Math.abs(values[i] - median);
        }
        Arrays.sort(distances);
        return median(distances);
    }

    static double median(double[] sorted) {
        int half = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }

    private static int[] bins(long[] starts, long from, long to) {
        int[] bins = new int[BINS];
        for (long start : starts) {
            int bin = (int) Math.floorDiv((start - from) * BINS, to - from);
            bins[Math.max(0, Math.min(bin, BINS - 1))]++;
        }
        return bins;
    }

    /** From the coefficient of variation. */
    private static double evenness(int[] bins) {
        double mean = Arrays.stream(bins).average().orElseThrow();
        double squares = 0;
        for (int bin : bins) {
            squares += (bin - mean) * (bin - mean);
        }
        return rounded(Math.max(0, 1 - Math.sqrt(squares / bins.length) / mean));
    }

    /** Share of the bins that have one of the two commonest heights: a program that changes between two paces. One outlier is forgiven. */
    private static double twoHeights(int[] bins) {
        int filled = filled(bins);
        if (filled < MIN_BINS_OF_TWO_HEIGHTS) {
            return 0;
        }
        int step = (int) Math.ceil(Arrays.stream(bins).max().orElseThrow() * SAME_HEIGHT);
        Map<Integer, Integer> heights = new HashMap<>();
        for (int bin : bins) {
            if (bin > 0) {
                heights.merge(bin / step, 1, Integer::sum);
            }
        }
        int common = heights.values().stream()
                .sorted((a, b) -> b - a)
                .limit(2)
                .mapToInt(Integer::intValue)
                .sum();
        return Math.min(1, rounded((double) common / (filled - 1)));
    }

    private static double duration(int[] bins, long span, long whole) {
        if (filled(bins) < MIN_BINS_OF_DURATION) {
            return 0;
        }
        double coverage = Math.ceil((double) span / whole * 1000) / 1000;
        double run = Math.ceil(longestRun(bins) / IDEAL_RUN * 1000) / 1000;
        return Math.min(1, Math.max(coverage, run));
    }

    /** Of filled bins; the first follows the last. */
    private static int longestRun(int[] bins) {
        int longest = 0;
        int run = 0;
        for (int i = 0; i < 2 * bins.length; i++) {
            run = bins[i % bins.length] > 0 ? run + 1 : 0;
            longest = Math.max(longest, run);
        }
        return Math.min(longest, bins.length);
    }

    private static int filled(int[] bins) {
        return (int) Arrays.stream(bins).filter(bin -> bin > 0).count();
    }

    private static double rounded(double score) {
        return Math.round(score * 1000) / 1000.0;
    }
}
