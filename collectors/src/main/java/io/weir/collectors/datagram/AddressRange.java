package io.weir.collectors.datagram;

import java.nio.ByteBuffer;

/**
 * A range of addresses.
 *
 * @param ipVersion 4 or 6
 * @param high upper half of the network's IPv6 address, 0 for IPv4
 * @param low lower half of the network's IPv6 address, or its IPv4 address
 * @param prefixLength leading bits that count, 0 to 32 or 128
 */
public record AddressRange(int ipVersion, long high, long low, int prefixLength) {

    /** @param network in network byte order, 4 or 16 octets */
    public static AddressRange of(byte[] network, int prefixLength) {
        ByteBuffer octets = ByteBuffer.wrap(network);
        return network.length == 4
                ? new AddressRange(4, 0, octets.getInt() & 0xffff_ffffL, prefixLength)
                : new AddressRange(6, octets.getLong(), octets.getLong(), prefixLength);
    }

    boolean contains(int version, long addressHigh, long addressLow) {
        if (version != ipVersion) {
            return false;
        }
        if (version == 4) {
            return prefixLength == 0 || (low ^ addressLow) >>> (32 - prefixLength) == 0;
        }
        int highBits = Math.min(prefixLength, Long.SIZE);
        int lowBits = prefixLength - highBits;
        return agrees(high, addressHigh, highBits) && agrees(low, addressLow, lowBits);
    }

    private static boolean agrees(long left, long right, int bits) {
        return bits == 0 || (left ^ right) >>> (Long.SIZE - bits) == 0;
    }
}
