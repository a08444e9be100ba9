package io.weir.advisor.host;

import io.weir.advisor.subnet.AddressText;

/**
 * A host by its address, or a prefix that stands for all addresses in it.
 *
 * @param high bits 0 to 63 of the address, left-aligned; IPv4 fills the upper 32
 * @param low bits 64 to 127; 0 for IPv4
 * @param prefixLength 32 and 128 for one address
 * @param realm tells equal addresses of separate networks apart; 0 where there is one network only
 */
public record HostKey(long high, long low, boolean v6, int prefixLength, long realm) {

    private static final int V4_BITS = 32;
    private static final int V6_BITS = 128;

    /** Networks that are told apart outside of the cluster: those that are routed in the Internet are not longer. */
    private static final int V4_NETWORK_BITS = 24;

    private static final int V6_NETWORK_BITS = 48;

    /** In the only network. */
    public HostKey(long high, long low, boolean v6, int prefixLength) {
        this(high, low, v6, prefixLength, 0);
    }

    /** One address in the only network. */
    public static HostKey of(long high, long low, boolean v6) {
        return new HostKey(high, low, v6, v6 ? V6_BITS : V4_BITS);
    }

    /** The same in another network. */
    public HostKey in(long otherRealm) {
        return new HostKey(high, low, v6, prefixLength, otherRealm);
    }

    /** The same without its network, to be held against well-known addresses. */
    public HostKey plain() {
        return realm == 0 ? this : in(0);
    }

    /** The network that a name stands for: never 0. */
    public static long realm(String name) {
        return DomainNames.hash64(name) | 1;
    }

    /** The network of /24 or, with IPv6, /48 around it; itself when it is no longer than that. */
    public HostKey network() {
        int length = v6 ? V6_NETWORK_BITS : V4_NETWORK_BITS;
        if (prefixLength <= length) {
            return this;
        }
        return new HostKey(high & (-1L << (64 - length)), 0, v6, length, realm);
    }

    /** True for one address. */
    public boolean isAddress() {
        return prefixLength == (v6 ? V6_BITS : V4_BITS);
    }

    /** True for multicast, limited broadcast and the unspecified address: nobody in particular (RFC 1112, 919, 4291). */
    public boolean isGroup() {
        if (v6) {
            return high >>> 56 == 0xff || (high == 0 && low == 0);
        }
        return high >>> 60 == 0xe || high >>> 32 == 0xffff_ffffL || high == 0;
    }

    /** 64 bits that depend on all of it, for sketches and partitions. */
    public long hash64() {
        long h = mix(high + 0x9e3779b97f4a7c15L * (prefixLength + (v6 ? 256 : 0)));
        return mix(h ^ low ^ realm);
    }

    /** The finalizer of SplitMix64 (Steele, Lea and Flood, 2014): every bit depends on every bit. */
    public static long mix(long value) {
        long z = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }

    /** By hand, as the one that records come with takes several times as long, and each observation asks four times. */
    @Override
    public boolean equals(Object other) {
        return other instanceof HostKey key
                && high == key.high
                && low == key.low
                && v6 == key.v6
                && prefixLength == key.prefixLength
                && realm == key.realm;
    }

    @Override
    public int hashCode() {
        return (int) hash64();
    }

    /** The address as text (RFC 5952), or the prefix with its length. */
    @Override
    public String toString() {
        String address = AddressText.of(high, low, v6);
        return isAddress() ? address : address + "/" + prefixLength;
    }
}
