package io.weir.topology.netflow;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/**
 * Who sends flow records (RFC 7011 Exporter), as the datagram's source tells.
 *
 * @param addressHigh most significant half of an IPv6 address; 0 for IPv4
 * @param addressLow least significant half of an IPv6 address; an IPv4 address in the low 32 bits, unsigned
 * @param ipVersion 4 or 6
 * @param port UDP source port; {@link #ANY_PORT} where it is not part of the exporter's identity
 */
public record Exporter(long addressHigh, long addressLow, int ipVersion, int port) {
    /** Stands for every port of an address. */
    public static final int ANY_PORT = 0;

    static final int IPV4 = 4;
    static final int IPV6 = 6;

    private static final int IPV4_OCTETS = 4;
    private static final int IPV6_OCTETS = 16;

    /**
     * An exporter by its address.
     *
     * @param address 4 or 16 octets
     * @throws IllegalArgumentException if the address has another length
     */
    public static Exporter of(byte[] address, int port) {
        ByteBuffer octets = ByteBuffer.wrap(address);
        return switch (address.length) {
            case IPV4_OCTETS -> new Exporter(0, Integer.toUnsignedLong(octets.getInt()), IPV4, port);
            case IPV6_OCTETS -> new Exporter(octets.getLong(), octets.getLong(), IPV6, port);
            default -> throw new IllegalArgumentException("An address has 4 or 16 octets, not " + address.length);
        };
    }

    /** The same address with every port. */
    public Exporter withoutPort() {
        return port == ANY_PORT ? this : new Exporter(addressHigh, addressLow, ipVersion, ANY_PORT);
    }

    /** The address as text. */
    public String address() {
        return Addresses.text(ipVersion, addressHigh, addressLow);
    }

    @Override
    public String toString() {
        return port == ANY_PORT ? address() : address() + " port " + port;
    }

    /** Addresses as people write them. */
    static final class Addresses {
        private Addresses() {}

        /**
         * An address as text; empty for a version that is neither 4 nor 6.
         *
         * @param low as in {@link Exporter#addressLow}
         */
        static String text(int ipVersion, long high, long low) {
            if (ipVersion != IPV4 && ipVersion != IPV6) {
                return "";
            }
            byte[] octets = ipVersion == IPV4
                    ? ByteBuffer.allocate(IPV4_OCTETS).putInt((int) low).array()
                    : ByteBuffer.allocate(IPV6_OCTETS)
                            .putLong(high)
                            .putLong(low)
                            .array();
            try {
                return InetAddress.getByAddress(octets).getHostAddress();
            } catch (UnknownHostException impossible) {
                throw new IllegalStateException("An address of 4 or 16 octets", impossible);
            }
        }
    }
}
