package io.weir.advisor.subnet;

/**
 * An IP address as bits, left-aligned: the first bit of the address is the top bit of {@link #high()}. IPv4 fills the upper 32 bits
 * of {@code high}; the rest is zero. Mutable scratch space, so that reading an address allocates nothing; not thread-safe.
 *
 * <p>IPv4-mapped IPv6 addresses ({@code ::ffff:192.0.2.1}, RFC 4291 section 2.5.5.2) stand for IPv4 nodes and become IPv4 here, so
 * that one prefix in IPv4 notation decides for both forms. NAT64 and 6to4 addresses stay IPv6: the address they embed is only one end
 * of a translation.
 */
public final class AddressBits {

    private static final int MAX_IPV6_LENGTH = 45;
    private static final int IPV6_GROUPS = 8;
    private static final long MAPPED_PREFIX = 0xffffL;

    private long high;
    private long low;
    private boolean v6;

    /** Bits 0 to 63. */
    public long high() {
        return high;
    }

    /** Bits 64 to 127; 0 for IPv4. */
    public long low() {
        return low;
    }

    public boolean isV6() {
        return v6;
    }

    /**
     * Reads dotted decimal IPv4 (four numbers, no leading zeros: elsewhere {@code 010} means 8) or IPv6 text (RFC 4291 section 2.2,
     * which holds RFC 5952). Never asks a name server, never throws.
     *
     * @param text address without zone and prefix length; may be null
     * @return false when it is not an address; the bits are then undefined
     */
    public boolean parse(String text) {
        if (text == null) {
            return false;
        }
        int length = text.length();
        for (int i = 0; i < length && i < 5; i++) {
            char c = text.charAt(i);
            if (c == ':') {
                return length <= MAX_IPV6_LENGTH && parseV6(text);
            }
            if (c == '.') {
                return parseV4(text);
            }
        }
        return false;
    }

    private boolean parseV4(String text) {
        long bits = v4(text, 0);
        if (bits < 0) {
            return false;
        }
        high = bits << 32;
        low = 0;
        v6 = false;
        return true;
    }

    /** The 32 bits of the dotted decimal text from {@code start} to the end, or -1. */
    private static long v4(String text, int start) {
        long bits = 0;
        int numbers = 0;
        int i = start;
        int end = text.length();
        while (true) {
            int first = i;
            int number = 0;
            while (i < end && i - first < 3 && isDigit(text.charAt(i))) {
                number = number * 10 + (text.charAt(i) - '0');
                i++;
            }
            int digits = i - first;
            if (digits == 0 || number > 255 || (digits > 1 && text.charAt(first) == '0')) {
                return -1;
            }
            bits = bits << 8 | number;
            numbers++;
            if (i == end) {
                return numbers == 4 ? bits : -1;
            }
            if (numbers == 4 || text.charAt(i) != '.') {
                return -1;
            }
            i++;
        }
    }

    private boolean parseV6(String text) {
        int end = text.length();
        long h = 0;
        long l = 0;
        int groups = 0;
        // What stands before "::"; -1 groups while none was met.
        long headHigh = 0;
        long headLow = 0;
        int headGroups = -1;
        int i = 0;
        if (text.charAt(0) == ':') {
            if (end < 2 || text.charAt(1) != ':') {
                return false;
            }
            headGroups = 0;
            i = 2;
        }
        while (i < end) {
            if (groups + Math.max(headGroups, 0) >= IPV6_GROUPS) {
                return false;
            }
            int first = i;
            int group = 0;
            while (i < end && i - first < 4) {
                int digit = hex(text.charAt(i));
                if (digit < 0) {
                    break;
                }
                group = group << 4 | digit;
                i++;
            }
            if (i == first) {
                return false;
            }
            if (i < end && text.charAt(i) == '.') {
                long tail = v4(text, first);
                if (tail < 0) {
                    return false;
                }
                h = h << 32 | l >>> 32;
                l = l << 32 | tail;
                groups += 2;
                break;
            }
            h = h << 16 | l >>> 48;
            l = l << 16 | group;
            groups++;
            if (i == end) {
                break;
            }
            if (text.charAt(i) != ':') {
                return false;
            }
            i++;
            if (i == end) {
                return false;
            }
            if (text.charAt(i) == ':') {
                if (headGroups >= 0) {
                    return false;
                }
                headGroups = groups;
                headHigh = h;
                headLow = l;
                h = 0;
                l = 0;
                groups = 0;
                i++;
            }
        }
        return headGroups < 0
                ? groups == IPV6_GROUPS && set(h, l)
                : headGroups + groups < IPV6_GROUPS && setJoined(headHigh, headLow, headGroups, h, l);
    }

    private boolean setJoined(long headHigh, long headLow, int headGroups, long tailHigh, long tailLow) {
        int shift = 128 - 16 * headGroups;
        long h = 0;
        long l = 0;
        if (shift < 64) {
            h = headHigh << shift | (shift == 0 ? 0 : headLow >>> (64 - shift));
            l = headLow << shift;
        } else if (shift < 128) {
            h = headLow << (shift - 64);
        }
        return set(h | tailHigh, l | tailLow);
    }

    private boolean set(long newHigh, long newLow) {
        if (newHigh == 0 && newLow >>> 32 == MAPPED_PREFIX) {
            high = newLow << 32;
            low = 0;
            v6 = false;
        } else {
            high = newHigh;
            low = newLow;
            v6 = true;
        }
        return true;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static int hex(char c) {
        if (c >= '0' && c <= '9') {
            return c - '0';
        }
        int lower = c | 0x20;
        return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
    }

    @Override
    public String toString() {
        return AddressText.of(high, low, v6);
    }
}
