package io.weir.exporters.ipfix;

/** Reads addresses as text, in place: IPv4 dotted, IPv6 by RFC 4291 section 2.2, MAC with colons. Holds what was read last; not thread-safe. */
final class AddressOctets {

    private static final int IPV4_OCTETS = 4;
    private static final int MAX_OCTET = 255;
    private static final int GROUPS = 8;
    private static final int GROUP_BITS = 16;
    private static final int GROUP_DIGITS = 4;
    private static final int GROUPS_OF_A_LONG = 4;
    private static final int MAC_TEXT_OCTETS = 17;

    private final int[] groups = new int[GROUPS];
    private long high;
    private long low;

    /** Most significant half of an IPv6 address; 0 after another. */
    long high() {
        return high;
    }

    /** Least significant half of an IPv6 address; an IPv4 or MAC address. */
    long low() {
        return low;
    }

    /** Whether {@code length} octets are an IPv4 address. */
    boolean readIpv4(byte[] text, int at, int length) {
        high = 0;
        low = 0;
        long address = ipv4(text, at, at + length);
        if (address < 0) {
            return false;
        }
        low = address;
        return true;
    }

    /** The address, or -1. */
    private static long ipv4(byte[] text, int from, int end) {
        long address = 0;
        int at = from;
        for (int i = 0; i < IPV4_OCTETS; i++) {
            int octet = 0;
            int begin = at;
            while (at < end && text[at] >= '0' && text[at] <= '9' && octet <= MAX_OCTET) {
                octet = octet * 10 + text[at++] - '0';
            }
            boolean last = i == IPV4_OCTETS - 1;
            if (at == begin || octet > MAX_OCTET || (last ? at != end : at == end || text[at] != '.')) {
                return -1;
            }
            at++;
            address = address << Byte.SIZE | octet;
        }
        return address;
    }

    /** Whether {@code length} octets are an IPv6 address without zone. */
    boolean readIpv6(byte[] text, int from, int length) {
        high = 0;
        low = 0;
        int end = from + length;
        int at = from;
        int count = 0;
        int gap = -1;
        if (length >= 2 && text[at] == ':' && text[at + 1] == ':') {
            gap = 0;
            at += 2;
        }
        while (at < end) {
            if (count == GROUPS) {
                return false;
            }
            int begin = at;
            int group = 0;
            while (at < end && at - begin < GROUP_DIGITS && digit(text[at]) >= 0) {
                group = group << 4 | digit(text[at++]);
            }
            if (at < end && text[at] == '.' && count <= GROUPS - 2) {
                long tail = ipv4(text, begin, end);
                if (tail < 0) {
                    return false;
                }
                groups[count++] = (int) (tail >>> GROUP_BITS);
                groups[count++] = (int) tail & 0xffff;
                at = end;
                break;
            }
            if (at == begin) {
                return false;
            }
            groups[count++] = group;
            if (at == end) {
                break;
            }
            if (text[at++] != ':' || at == end) {
                return false;
            }
            if (text[at] == ':') {
                if (gap >= 0) {
                    return false;
                }
                gap = count;
                at++;
            }
        }
        if (gap < 0 ? count != GROUPS : count == GROUPS) {
            return false;
        }
        for (int i = 0; i < count; i++) {
            int place = gap >= 0 && i >= gap ? GROUPS - count + i : i;
            long bits = (long) groups[i] << (GROUP_BITS * (GROUPS_OF_A_LONG - 1 - place % GROUPS_OF_A_LONG));
            if (place < GROUPS_OF_A_LONG) {
                high |= bits;
            } else {
                low |= bits;
            }
        }
        return true;
    }

    /** Whether {@code length} octets are a MAC address. */
    boolean readMac(byte[] text, int at, int length) {
        high = 0;
        low = 0;
        if (length != MAC_TEXT_OCTETS) {
            return false;
        }
        long address = 0;
        for (int i = 0; i < length; i++) {
            if (i % 3 == 2) {
                if (text[at + i] != ':') {
                    return false;
                }
            } else {
                int digit = digit(text[at + i]);
                if (digit < 0) {
                    return false;
                }
                address = address << 4 | digit;
            }
        }
        low = address;
        return true;
    }

    /** The digit's value, or -1. */
    static int digit(byte letter) {
        if (letter >= '0' && letter <= '9') {
            return letter - '0';
        }
        if (letter >= 'a' && letter <= 'f') {
            return letter - 'a' + 10;
        }
        return letter >= 'A' && letter <= 'F' ? letter - 'A' + 10 : -1;
    }
}
