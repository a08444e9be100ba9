package io.weir.app.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An address range. Host bits are taken off, a bare address is a range of one; text is canonical (RFC 5952 for IPv6). */
public final class Cidr {

    private static final Pattern IPV4 = Pattern.compile("(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})");
    private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");
    private static final Pattern DECIMAL = Pattern.compile("\\d{1,3}");

    private final byte[] network;
    private final int prefixLength;

    private Cidr(byte[] network, int prefixLength) {
        this.network = network;
        this.prefixLength = prefixLength;
    }

    /** @throws IllegalArgumentException saying what is wrong with the text */
    public static Cidr parse(String text) {
        int slash = text.indexOf('/');
        byte[] address = addressOctets(slash < 0 ? text : text.substring(0, slash));
        int bits = address.length * 8;
        int length = bits;
        if (slash >= 0) {
            String suffix = text.substring(slash + 1);
            length = DECIMAL.matcher(suffix).matches() ? Integer.parseInt(suffix) : bits + 1;
            if (length > bits) {
                throw new IllegalArgumentException("the prefix length '" + suffix + "' is not between 0 and " + bits);
            }
        }
        for (int bit = length; bit < bits; bit++) {
            address[bit >> 3] &= (byte) ~(0x80 >> (bit & 7));
        }
        return new Cidr(address, length);
    }

    /** Network address in network byte order, 4 or 16 bytes, host bits zero; a copy. */
    public byte[] networkOctets() {
        return network.clone();
    }

    /** Leading bits that count. */
    public int prefixLength() {
        return prefixLength;
    }

    /** True when the address, 4 or 16 bytes, is of this family and lies in this range. */
    public boolean contains(byte[] address) {
        if (address.length != network.length) {
            return false;
        }
        int whole = prefixLength >> 3;
        if (!Arrays.equals(address, 0, whole, network, 0, whole)) {
            return false;
        }
        int rest = prefixLength & 7;
        return rest == 0 || (((address[whole] ^ network[whole]) & 0xff) >>> (8 - rest)) == 0;
    }

    /**
     * The octets of an address written as text; never asks a name server.
     *
     * @throws IllegalArgumentException when it is no address
     */
    public static byte[] addressOctets(String text) {
        Matcher matcher = IPV4.matcher(text);
        if (matcher.matches()) {
            byte[] octets = new byte[4];
            for (int i = 0; i < octets.length; i++) {
                int octet = Integer.parseInt(matcher.group(i + 1));
                if (octet > 255) {
                    throw new IllegalArgumentException(
                            "'" + text + "' is not an IPv4 address, as " + octet + " is above 255");
                }
                octets[i] = (byte) octet;
            }
            return octets;
        }
        if (IPV6.matcher(text).matches()) {
            try {
                byte[] octets = InetAddress.getByName(text).getAddress();
                // The platform turns ::ffff:a.b.c.d into an IPv4 address.
                return octets.length == 16 ? octets : mapped(octets);
            } catch (UnknownHostException e) {
                throw new IllegalArgumentException("'" + text + "' is not an IPv6 address", e);
            }
        }
        throw new IllegalArgumentException("'" + text + "' is not an address");
    }

    private static byte[] mapped(byte[] ipv4) {
        byte[] octets = new byte[16];
        octets[10] = (byte) 0xff;
        octets[11] = (byte) 0xff;
        System.arraycopy(ipv4, 0, octets, 12, 4);
        return octets;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Cidr that && prefixLength == that.prefixLength && Arrays.equals(network, that.network);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(network) + prefixLength;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        if (network.length == 4) {
            for (int i = 0; i < 4; i++) {
                text.append(i == 0 ? "" : ".").append(network[i] & 0xff);
            }
        } else {
            appendIpv6(text);
        }
        return text.append('/').append(prefixLength).toString();
    }

    /** RFC 5952: lower case, no leading zeros, the first longest run of two or more zero groups as {@code ::}. */
    private void appendIpv6(StringBuilder text) {
        int[] groups = new int[8];
        for (int i = 0; i < 8; i++) {
            groups[i] = ((network[2 * i] & 0xff) << 8) | (network[2 * i + 1] & 0xff);
        }
        int runStart = -1;
        int runLength = 1;
        for (int i = 0; i < 8; i++) {
            int end = i;
            while (end < 8 && groups[end] == 0) {
                end++;
            }
            if (end - i > runLength) {
                runStart = i;
                runLength = end - i;
            }
            i = Math.max(i, end - 1);
        }
        for (int i = 0; i < 8; i++) {
            if (i == runStart) {
                text.append("::");
                i += runLength - 1;
            } else {
                boolean first = i == 0 || (runStart >= 0 && i == runStart + runLength);
                text.append(first ? "" : ":").append(Integer.toHexString(groups[i]));
            }
        }
    }
}
