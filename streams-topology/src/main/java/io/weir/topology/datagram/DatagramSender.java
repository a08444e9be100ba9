package io.weir.topology.datagram;

import io.weir.schemas.packets.AddressText;

/**
 * Where a datagram came from.
 *
 * @param ipVersion 4 or 6
 * @param addressHigh most significant half of an IPv6 address; 0 for IPv4
 * @param addressLow least significant half of an IPv6 address; an IPv4 address in the low 32 bits, unsigned
 * @param port UDP port
 * @param address the address as text
 */
record DatagramSender(int ipVersion, long addressHigh, long addressLow, int port, String address) {

    static DatagramSender of(int ipVersion, long high, long low, int port) {
        return new DatagramSender(ipVersion, high, low, port, AddressText.ip(ipVersion, high, low));
    }

    boolean is(int version, long high, long low, int udpPort) {
        return ipVersion == version && addressHigh == high && addressLow == low && port == udpPort;
    }
}
