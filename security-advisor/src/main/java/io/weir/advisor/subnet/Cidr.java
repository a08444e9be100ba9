package io.weir.advisor.subnet;

import org.apache.commons.net.util.SubnetUtils;
import org.apache.commons.net.util.SubnetUtils6;

/**
 * An address range in CIDR notation (RFC 4632, RFC 4291 section 2.3).
 *
 * @param high bits 0 to 63, left-aligned as in {@link AddressBits}; host bits are zero
 * @param low bits 64 to 127
 * @param length prefix length in bits: 0 to 32 for IPv4, 0 to 128 for IPv6
 * @param v6 true for IPv6
 */
public record Cidr(long high, long low, int length, boolean v6) {

    private static final String RIGHT_FORM =
            ": write it like 10.42.0.0/16, fd42::/48, or as one address like 192.0.2.7";

    /** {@code ::ffff:0:0/96}, the IPv4 addresses in IPv6 notation. */
    private static final int MAPPED_LENGTH = 96;

    /**
     * Reads what people type: {@code 10.42.0.0/16}, {@code 10.42.0.0/255.255.0.0}, {@code fd42::/48}, or a bare address, which
     * stands for itself alone. A range inside {@code ::ffff:0:0/96} is taken as IPv4, as {@link AddressBits} does.
     *
     * @throws IllegalArgumentException naming the value and the right form; host bits that are set are an error that suggests the
     *     network address
     */
    public static Cidr parse(String typed) {
        String text = typed == null ? "" : typed.trim();
        if (text.isEmpty()) {
            throw new IllegalArgumentException("an empty value is not an address range" + RIGHT_FORM);
        }
        int slash = text.indexOf('/');
        String address = slash < 0 ? text : text.substring(0, slash);
        if (address.indexOf('%') >= 0) {
            throw new IllegalArgumentException("'" + typed + "' has a zone: leave out '%' and what follows it");
        }
        AddressBits bits = new AddressBits();
        if (!bits.parse(address)) {
            throw new IllegalArgumentException("'" + typed + "' is not an address range" + RIGHT_FORM);
        }
        if (slash < 0) {
            return new Cidr(bits.high(), bits.low(), bits.isV6() ? 128 : 32, bits.isV6());
        }
        String size = text.substring(slash + 1);
        return address.indexOf(':') >= 0 ? parseV6(typed, bits, address, size) : parseV4(typed, bits, address, size);
    }

    private static Cidr parseV4(String typed, AddressBits bits, String address, String size) {
        SubnetUtils.SubnetInfo info;
        try {
            info = size.indexOf('.') >= 0
                    ? new SubnetUtils(address, size).getInfo()
                    : new SubnetUtils(address + "/" + size).getInfo();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "'" + typed + "' has no prefix length between 0 and 32 behind the '/'" + RIGHT_FORM, e);
        }
        String cidr = info.getCidrSignature();
        int length = Integer.parseInt(cidr.substring(cidr.indexOf('/') + 1));
        AddressBits network = new AddressBits();
        network.parse(info.getNetworkAddress());
        return withoutHostBits(typed, bits, new Cidr(network.high(), network.low(), length, false));
    }

    private static Cidr parseV6(String typed, AddressBits bits, String address, String size) {
        if (!size.matches("[0-9]{1,3}") || Integer.parseInt(size) > 128) {
            throw new IllegalArgumentException(
                    "'" + typed + "' has no prefix length between 0 and 128 behind the '/'" + RIGHT_FORM);
        }
        int length = Integer.parseInt(size);
        if (!bits.isV6()) {
            if (length < MAPPED_LENGTH) {
                throw new IllegalArgumentException(
                        "'" + typed
                                + "' mixes IPv4-mapped and other IPv6 addresses: give a prefix length of at least 96, or the IPv4 range itself");
            }
            return withoutHostBits(typed, bits, masked(bits.high(), 0, length - MAPPED_LENGTH, false));
        }
        // Only literals with a colon get here: for other text SubnetUtils6 would ask a name server.
        AddressBits network = new AddressBits();
        if (!network.parse(new SubnetUtils6(address, length).getInfo().getNetworkAddress())) {
            throw new IllegalArgumentException("'" + typed + "' is not an address range" + RIGHT_FORM);
        }
        return withoutHostBits(typed, bits, new Cidr(network.high(), network.low(), length, true));
    }

    private static Cidr withoutHostBits(String typed, AddressBits bits, Cidr range) {
        if (bits.high() != range.high || bits.low() != range.low) {
            throw new IllegalArgumentException("'" + typed + "' has bits set behind its prefix: write " + range
                    + " for the range, or " + bits + " for the one address");
        }
        return range;
    }

    /** The range of this length around an address. */
    public static Cidr masked(long high, long low, int length, boolean v6) {
        return new Cidr(high & maskHigh(length), low & maskLow(length), length, v6);
    }

    private static long maskHigh(int length) {
        return length == 0 ? 0 : length >= 64 ? -1L : -1L << (64 - length);
    }

    private static long maskLow(int length) {
        return length <= 64 ? 0 : length == 128 ? -1L : -1L << (128 - length);
    }

    /** True when the address lies in this range. */
    public boolean contains(AddressBits address) {
        return contains(address.high(), address.low(), address.isV6());
    }

    /** True when every address of the other range lies in this one. */
    public boolean contains(Cidr other) {
        return other.length >= length && contains(other.high, other.low, other.v6);
    }

    private boolean contains(long otherHigh, long otherLow, boolean otherV6) {
        return otherV6 == v6
                && ((otherHigh ^ high) & maskHigh(length)) == 0
                && ((otherLow ^ low) & maskLow(length)) == 0;
    }

    /** Canonical text, for example {@code 10.42.0.0/16}. */
    @Override
    public String toString() {
        return AddressText.of(high, low, v6) + "/" + length;
    }
}
