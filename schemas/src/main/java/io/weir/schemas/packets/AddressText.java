package io.weir.schemas.packets;

import java.nio.charset.StandardCharsets;

/** Addresses as text: IPv4 dotted, IPv6 by RFC 5952, MAC in lower case with colons. */
public final class AddressText {

    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.ISO_8859_1);

    /** Longest text: eight groups of four digits and seven colons. */
    private static final int MAX_IPV6 = 39;

    private AddressText() {}

    /** @param ipVersion 4 or 6; IPv4 sits in the low 32 bits of {@code low} */
    public static String ip(int ipVersion, long high, long low) {
        return ipVersion == 4 ? ipv4((int) low) : ipv6(high, low);
    }

    /** MAC address in the low 48 bits. */
    public static String mac(long mac) {
        byte[] text = new byte[17];
        for (int i = 0; i < 6; i++) {
            int octet = (int) (mac >>> (40 - 8 * i)) & 0xff;
            text[3 * i] = HEX[octet >>> 4];
            text[3 * i + 1] = HEX[octet & 0xf];
            if (i < 5) {
                text[3 * i + 2] = ':';
            }
        }
        return latin(text, text.length);
    }

    private static String ipv4(int address) {
        byte[] text = new byte[15];
        int at = 0;
        for (int shift = 24; shift >= 0; shift -= 8) {
            int octet = (address >>> shift) & 0xff;
            if (octet >= 100) {
                text[at++] = (byte) ('0' + octet / 100);
            }
            if (octet >= 10) {
                text[at++] = (byte) ('0' + octet / 10 % 10);
            }
            text[at++] = (byte) ('0' + octet % 10);
            if (shift > 0) {
                text[at++] = '.';
            }
        }
        return latin(text, at);
    }

    private static String ipv6(long high, long low) {
        // RFC 5952 section 5: an IPv4-mapped address keeps its dotted tail.
        if (high == 0 && low >>> 32 == 0xffff) {
            return "::ffff:" + ipv4((int) low);
        }
        int bestStart = -1;
        int bestLength = 1;
        int start = -1;
        for (int i = 0; i <= 8; i++) {
            if (i < 8 && group(high, low, i) == 0) {
                start = start < 0 ? i : start;
            } else {
                if (start >= 0 && i - start > bestLength) {
                    bestStart = start;
                    bestLength = i - start;
                }
                start = -1;
            }
        }
        byte[] text = new byte[MAX_IPV6];
        int at = 0;
        for (int i = 0; i < 8; i++) {
            if (i == bestStart) {
                text[at++] = ':';
                if (i + bestLength == 8) {
                    text[at++] = ':';
                }
                i += bestLength - 1;
                continue;
            }
            if (i > 0) {
                text[at++] = ':';
            }
            at = hex(group(high, low, i), text, at);
        }
        return latin(text, at);
    }

    private static int group(long high, long low, int index) {
        return (int) ((index < 4 ? high : low) >>> (48 - 16 * (index & 3))) & 0xffff;
    }

    private static int hex(int value, byte[] text, int start) {
        int at = start;
        for (int shift = value > 0xfff ? 12 : value > 0xff ? 8 : value > 0xf ? 4 : 0; shift >= 0; shift -= 4) {
            text[at++] = HEX[(value >>> shift) & 0xf];
        }
        return at;
    }

    private static String latin(byte[] text, int length) {
        return new String(text, 0, length, StandardCharsets.ISO_8859_1);
    }
}
