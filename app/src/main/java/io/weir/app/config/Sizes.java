package io.weir.app.config;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes in octets as people write them: {@code 512B}, {@code 64kB}, {@code 64MB}, {@code 2GB}; 1 kB = 1024 B. */
final class Sizes {

    private static final Pattern FORM = Pattern.compile("(\\d{1,9})\\s*([kmg]?)i?b", Pattern.CASE_INSENSITIVE);

    private Sizes() {}

    /** @throws IllegalArgumentException without a message when the text is not a size */
    static long parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException();
        }
        long number = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2).toLowerCase(Locale.ROOT)) {
            case "k" -> number << 10;
            case "m" -> number << 20;
            case "g" -> number << 30;
            default -> number;
        };
    }

    static String format(long octets) {
        if (octets != 0 && octets % (1L << 30) == 0) {
            return (octets >> 30) + "GB";
        }
        if (octets != 0 && octets % (1L << 20) == 0) {
            return (octets >> 20) + "MB";
        }
        return octets != 0 && octets % (1L << 10) == 0 ? (octets >> 10) + "kB" : octets + "B";
    }
}
