package io.weir.advisor.rule.ingress;

import io.weir.advisor.subnet.AddressBits;
import io.weir.advisor.subnet.Cidr;

/**
 * Initiators of one prefix have part in one episode: who rents a network, or sits behind one router, comes with many addresses.
 *
 * @param v4Length bits of IPv4, 32 for each address by itself
 * @param v6Length bits of IPv6, 128 for each address by itself
 */
public record SourcePrefixes(int v4Length, int v6Length) {

    /** Of each address by itself. */
    public static final SourcePrefixes ADDRESSES = new SourcePrefixes(32, 128);

    /** The longest that are routed in the Internet: the smallest networks that somebody else may be responsible for. */
    public static final SourcePrefixes NETWORKS = new SourcePrefixes(24, 48);

    /** Text of the prefix that an address belongs to, without a length where it is the address itself. */
    String of(String address) {
        AddressBits bits = new AddressBits();
        if (!bits.parse(address)) {
            return address;
        }
        int length = bits.isV6() ? v6Length : v4Length;
        return length == (bits.isV6() ? 128 : 32)
                ? bits.toString()
                : Cidr.masked(bits.high(), bits.low(), length, bits.isV6()).toString();
    }
}
