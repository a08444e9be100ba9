package io.weir.advisor.subnet;

/** Text of an address: dotted decimal, or RFC 5952 for IPv6. */
public final class AddressText {

    private AddressText() {}

    public static String of(long high, long low, boolean v6) {
        return v6 ? v6(high, low) : v4(high);
    }

    private static String v4(long high) {
        return (high >>> 56) + "." + (high >>> 48 & 0xff) + "." + (high >>> 40 & 0xff) + "." + (high >>> 32 & 0xff);
    }

    private static String v6(long high, long low) {
        int runStart = -1;
        int runLength = 1;
        for (int i = 0; i < 8; i++) {
            int j = i;
            while (j < 8 && group(high, low, j) == 0) {
                j++;
            }
            if (j - i > runLength) {
                runStart = i;
                runLength = j - i;
            }
            i = Math.max(i, j - 1);
        }
        StringBuilder text = new StringBuilder(39);
        for (int i = 0; i < 8; i++) {
            if (i == runStart) {
                text.append("::");
                i += runLength - 1;
                continue;
            }
            if (i > 0 && i != runStart + runLength) {
                text.append(':');
            }
            text.append(Integer.toHexString(group(high, low, i)));
        }
        return text.toString();
    }

    private static int group(long high, long low, int index) {
        long half = index < 4 ? high : low;
        return (int) (half >>> (48 - 16 * (index & 3))) & 0xffff;
    }
}
