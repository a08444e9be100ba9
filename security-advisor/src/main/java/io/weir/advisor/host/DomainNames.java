package io.weir.advisor.host;

import java.util.Locale;

/** What can be said about a name without asking anybody. */
public final class DomainNames {

    /** A second label of at most so many characters, as in {@code co.uk} and {@code com.au}, is taken for a part of the suffix. */
    private static final int SHORT_LABEL = 3;

    private static final int ASCII = 128;

    private DomainNames() {}

    /** Lower case without the dot at the end. */
    public static String normal(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }

    /** The last two labels of a normal name; three where top and second are short, as in {@code co.uk}. */
    public static String registeredDomain(String name) {
        int top = name.lastIndexOf('.');
        if (top <= 0) {
            return name;
        }
        int second = name.lastIndexOf('.', top - 1);
        if (second <= 0) {
            return name;
        }
        boolean isShort = top - second - 1 <= SHORT_LABEL && name.length() - top - 1 <= SHORT_LABEL - 1;
        if (!isShort) {
            return name.substring(second + 1);
        }
        return name.substring(name.lastIndexOf('.', second - 1) + 1);
    }

    /** Shannon entropy of the characters, bits a character; dots are left out. */
    public static double entropy(String text) {
        int[] counts = new int[ASCII];
        int total = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '.') {
                counts[c & (ASCII - 1)]++;
                total++;
            }
        }
        double bits = 0;
        for (int count : counts) {
            if (count > 0) {
                double share = (double) count / total;
                bits -= share * Math.log(share) / Math.log(2);
            }
        }
        return bits;
    }

    static long hash64(String name) {
        // FNV-1a, finished so that every bit depends on every character.
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < name.length(); i++) {
            hash = (hash ^ name.charAt(i)) * 0x100000001b3L;
        }
        return HostKey.mix(hash);
    }
}
