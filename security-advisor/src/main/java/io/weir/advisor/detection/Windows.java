package io.weir.advisor.detection;

import java.time.Duration;
import java.util.List;
import java.util.function.ToLongFunction;

/** Counting what lies close together in event time. */
final class Windows {

    private static final int SECONDS_A_MINUTE = 60;

    private Windows() {}

    /**
     * Most items within a time, wherever it begins.
     *
     * @param sorted ascending by time
     * @param micros time of an item, epoch microseconds
     */
    static <T> int most(List<T> sorted, ToLongFunction<T> micros, Duration within) {
        long width = within.toNanos() / 1000;
        int most = 0;
        int from = 0;
        for (int to = 0; to < sorted.size(); to++) {
            long time = micros.applyAsLong(sorted.get(to));
            while (time - micros.applyAsLong(sorted.get(from)) > width) {
                from++;
            }
            most = Math.max(most, to - from + 1);
        }
        return most;
    }

    /** For people: {@code 60 s}, {@code 15 min}, {@code 24 h}. */
    static String text(Duration duration) {
        long seconds = duration.toSeconds();
        if (seconds % (SECONDS_A_MINUTE * SECONDS_A_MINUTE) == 0) {
            return duration.toHours() + " h";
        }
        boolean isMinutes = seconds > 2 * SECONDS_A_MINUTE && seconds % SECONDS_A_MINUTE == 0;
        return isMinutes ? duration.toMinutes() + " min" : seconds + " s";
    }
}
