package io.weir.app.terminal;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Numbers as people read them. Counts and rates in powers of 1000 (SI), octets in powers of 1024 (IEC); locale-free. */
public final class Units {

    private static final String[] SI = {"", "k", "M", "G", "T", "P", "E"};
    private static final String[] IEC = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

    private Units() {}

    /** Exact, with commas: {@code 1,234,567}. */
    public static String count(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    /** Three or four digits: {@code 1.23M}. */
    public static String si(double value) {
        return scaled(value, 1000, SI, "");
    }

    /** {@code 1.4 MiB}. */
    public static String octets(long octets) {
        return scaled((double) octets, 1024, IEC, " ");
    }

    /** {@code 5.4 Mbit/s}. */
    public static String bitsPerSecond(double bits) {
        double value = bits;
        int power = 0;
        while (value >= 999.5 && power < SI.length - 1) {
            value /= 1000;
            power++;
        }
        return digits(value, power) + " " + SI[power] + "bit/s";
    }

    /** UTC to the second. */
    public static String time(Instant instant) {
        return TIME.format(instant);
    }

    /** {@code 350 µs}, {@code 1.2 ms}, {@code 3.4 s}. */
    public static String microseconds(long micros) {
        if (micros < 1000) {
            return micros + " µs";
        }
        double ms = micros / 1000.0;
        return ms < 1000 ? digits(ms, 1) + " ms" : digits(ms / 1000, 1) + " s";
    }

    /** {@code 0:07}, {@code 1:02:03}. */
    public static String clock(Duration duration) {
        long seconds = Math.max(0, duration.toSeconds());
        return seconds < 3600
                ? String.format(Locale.ROOT, "%d:%02d", seconds / 60, seconds % 60)
                : String.format(Locale.ROOT, "%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
    }

    private static String scaled(double value, int step, String[] units, String space) {
        double rest = value;
        int power = 0;
        while (rest >= step - 0.5 && power < units.length - 1) {
            rest /= step;
            power++;
        }
        return digits(rest, power) + (units[power].isEmpty() ? "" : space + units[power]);
    }

    /** At most three significant digits, never fewer than the whole ones; whole numbers below the first unit. */
    private static String digits(double value, int power) {
        if (power == 0 || value >= 99.95) {
            return String.format(Locale.ROOT, value < 10 && value != Math.rint(value) ? "%.1f" : "%.0f", value);
        }
        return String.format(Locale.ROOT, value >= 9.995 ? "%.1f" : "%.2f", value);
    }
}
