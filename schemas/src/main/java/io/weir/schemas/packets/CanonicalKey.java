package io.weir.schemas.packets;

/**
 * The key of a flow, the same for both directions and at every observation point: the lower endpoint (address unsigned, then port)
 * is side A. Mutable and reused; holds numbers only.
 *
 * <p>ICMP and ICMPv6 carry message types in the place of ports, as Community ID v1 maps them: a request and its reply share one
 * key. Messages without a counterpart are one-way: A is the sender, {@code portA} the type and {@code portB} the code.
 *
 * <p>Frames without IP are keyed by the pair of MAC addresses and the EtherType.
 */
public final class CanonicalKey {

    /** Value of a port, EtherType or protocol that is not there. */
    public static final int ABSENT = -1;

    /** Value of a MAC address that is not there. */
    public static final long NO_MAC = -1L;

    /** Value of a tunnel identifier that is not there. */
    public static final long NO_TUNNEL_IDENTIFIER = -1L;

    /** In {@link #word5()}. */
    private static final long ENCLOSES = 1L << 51;

    /** IANA number of ICMP. */
    public static final int ICMP = 1;

    /** IANA number of ICMPv6. */
    public static final int ICMPV6 = 58;

    /** 4, 6, or 0 for frames without IP. */
    public int ipVersion;

    /** IANA protocol number, or {@link #ABSENT}. */
    public int protocolIdentifier;

    /** EtherType, or {@link #ABSENT}. */
    public int etherType;

    /** Address of side A; IPv4 in the low 32 bits of {@code addressALow}; 0 without IP. */
    public long addressAHigh;

    public long addressALow;
    public long addressBHigh;
    public long addressBLow;

    /** Port, ICMP value, or {@link #ABSENT}. */
    public int portA;

    public int portB;

    /** MAC address in the low 48 bits, or {@link #NO_MAC}. */
    public long macA;

    public long macB;

    /** VLAN ids of 12 bits each, the outermost in the lowest bits; {@code vlanCount} of them, at most 4. */
    public long vlanIds;

    public int vlanCount;

    /** A fragment after the first. */
    public boolean laterFragment;

    /** Ordinal of {@link io.weir.schemas.DecodingProblem}; not part of the flow's identity. */
    public int problem;

    /** Ordinals of {@link io.weir.schemas.Layer}, 8 bits each, outermost lowest, 0 ends; not part of the flow's identity. */
    public long layers;

    /** Packets of this key enclose packets that have keys of their own. */
    public boolean encloses;

    /** Key of the flow that encloses this one, null for a root flow. The identity holds {@link #tunnel} in its place. */
    public CanonicalKey parent;

    /** Tells tunnels apart, alike for both directions; 0 for a root flow. */
    public long tunnel;

    /** Number in the tunnel's header, or {@link #NO_TUNNEL_IDENTIFIER}; not part of the flow's identity. */
    public long tunnelIdentifier = NO_TUNNEL_IDENTIFIER;

    /**
     * Sets endpoints of an IP packet and finds out which side sent it. The other fields are the caller's.
     *
     * @return true when the packet's source is side A
     */
    public boolean setEndpoints(
            int ipVersion,
            int protocolIdentifier,
            long sourceHigh,
            long sourceLow,
            int sourcePort,
            long sourceMac,
            long destinationHigh,
            long destinationLow,
            int destinationPort,
            long destinationMac,
            boolean ordered) {
        this.ipVersion = ipVersion;
        this.protocolIdentifier = protocolIdentifier;
        boolean sourceIsA = ordered
                || compare(sourceHigh, sourceLow, sourcePort, destinationHigh, destinationLow, destinationPort) <= 0;
        if (sourceIsA) {
            addressAHigh = sourceHigh;
            addressALow = sourceLow;
            addressBHigh = destinationHigh;
            addressBLow = destinationLow;
            portA = sourcePort;
            portB = destinationPort;
            macA = sourceMac;
            macB = destinationMac;
        } else {
            addressAHigh = destinationHigh;
            addressALow = destinationLow;
            addressBHigh = sourceHigh;
            addressBLow = sourceLow;
            portA = destinationPort;
            portB = sourcePort;
            macA = destinationMac;
            macB = sourceMac;
        }
        return sourceIsA;
    }

    /**
     * Sets endpoints of a frame without IP.
     *
     * @return true when the frame's source is side A
     */
    public boolean setMacEndpoints(long sourceMac, long destinationMac) {
        ipVersion = 0;
        protocolIdentifier = ABSENT;
        addressAHigh = 0;
        addressALow = 0;
        addressBHigh = 0;
        addressBLow = 0;
        portA = ABSENT;
        portB = ABSENT;
        boolean sourceIsA = Long.compareUnsigned(sourceMac, destinationMac) <= 0;
        macA = sourceIsA ? sourceMac : destinationMac;
        macB = sourceIsA ? destinationMac : sourceMac;
        return sourceIsA;
    }

    /** Makes this the key of a root flow. */
    public void setRoot() {
        parent = null;
        tunnel = 0;
        tunnelIdentifier = NO_TUNNEL_IDENTIFIER;
    }

    /**
     * Makes this the key of a flow that {@code enclosing} carries. Ports of the enclosing flow do not count, as many tunnels choose one
     * by what they carry and hence another one for each direction.
     *
     * @param tunnelLayer ordinal of the {@link io.weir.schemas.Layer} that encloses
     * @param identifier number in the tunnel's header, or {@link #NO_TUNNEL_IDENTIFIER}
     * @param network whether that number names a network, alike for both directions, rather than one direction's session
     */
    public void setEnclosed(CanonicalKey enclosing, int tunnelLayer, long identifier, boolean network) {
        parent = enclosing;
        tunnelIdentifier = identifier;
        long mixed = mix(enclosing.tunnel ^ tunnelLayer + 0x9E3779B97F4A7C15L);
        mixed = mix(mixed ^ enclosing.word0());
        mixed = mix(mixed + enclosing.word1());
        mixed = mix(mixed ^ enclosing.word2());
        mixed = mix(mixed + enclosing.word3());
        mixed = mix(mixed ^ (network ? identifier : NO_TUNNEL_IDENTIFIER));
        tunnel = mixed == 0 ? 1 : mixed;
    }

    private static int compare(
            long leftHigh, long leftLow, int leftPort, long rightHigh, long rightLow, int rightPort) {
        if (leftHigh != rightHigh) {
            return Long.compareUnsigned(leftHigh, rightHigh);
        }
        if (leftLow != rightLow) {
            return Long.compareUnsigned(leftLow, rightLow);
        }
        return leftPort - rightPort;
    }

    /** First of the words that make the flow's identity: address or MAC of side A. */
    public long word0() {
        return addressAHigh;
    }

    public long word1() {
        return ipVersion == 0 ? macA : addressALow;
    }

    public long word2() {
        return addressBHigh;
    }

    public long word3() {
        return ipVersion == 0 ? macB : addressBLow;
    }

    /** EtherType 17 bits, protocol 9, IP version 3, later fragment 1, ports 17 each; every value one up so that absent is 0. */
    public long word4() {
        return (long) (etherType + 1) << 47
                | (long) (protocolIdentifier + 1) << 38
                | (long) ipVersion << 35
                | (laterFragment ? 1L << 34 : 0L)
                | (long) (portA + 1) << 17
                | (portB + 1);
    }

    /** VLAN ids and their count, and whether the flow encloses others. */
    public long word5() {
        return (long) vlanCount << 48 | vlanIds | (encloses ? ENCLOSES : 0);
    }

    /** The tunnel around the flow; 0 for a root flow. */
    public long word6() {
        return tunnel;
    }

    /**
     * Takes a key back from its identity words; MAC addresses of IP packets, layers, problem, parent and tunnel identifier are not among
     * them.
     */
    public void setWords(long word0, long word1, long word2, long word3, long word4, long word5, long word6) {
        ipVersion = ipVersion(word4);
        protocolIdentifier = protocolIdentifier(word4);
        etherType = etherType(word4);
        laterFragment = laterFragment(word4);
        portA = portA(word4);
        portB = portB(word4);
        addressAHigh = word0;
        addressALow = ipVersion == 0 ? 0 : word1;
        macA = ipVersion == 0 ? word1 : NO_MAC;
        addressBHigh = word2;
        addressBLow = ipVersion == 0 ? 0 : word3;
        macB = ipVersion == 0 ? word3 : NO_MAC;
        vlanCount = vlanCount(word5);
        vlanIds = word5 & 0xffff_ffff_ffffL;
        encloses = encloses(word5);
        tunnel = word6;
    }

    /** Whether {@link #word5()} is of a flow that encloses others. */
    public static boolean encloses(long word5) {
        return (word5 & ENCLOSES) != 0;
    }

    /** IP version in {@link #word4()}; 0 without IP. */
    public static int ipVersion(long word4) {
        return (int) (word4 >>> 35) & 0x7;
    }

    /** Protocol number in {@link #word4()}, or {@link #ABSENT}. */
    public static int protocolIdentifier(long word4) {
        return ((int) (word4 >>> 38) & 0x1ff) - 1;
    }

    /** EtherType in {@link #word4()}, or {@link #ABSENT}. */
    public static int etherType(long word4) {
        return ((int) (word4 >>> 47) & 0x1ffff) - 1;
    }

    /** True when {@link #word4()} is of a fragment after the first. */
    public static boolean laterFragment(long word4) {
        return ((word4 >>> 34) & 1) != 0;
    }

    /** Port of side A in {@link #word4()}, or {@link #ABSENT}. */
    public static int portA(long word4) {
        return ((int) (word4 >>> 17) & 0x1ffff) - 1;
    }

    /** Port of side B in {@link #word4()}, or {@link #ABSENT}. */
    public static int portB(long word4) {
        return ((int) word4 & 0x1ffff) - 1;
    }

    /** Number of VLAN ids in {@link #word5()}. */
    public static int vlanCount(long word5) {
        return (int) (word5 >>> 48) & 0x7;
    }

    /** VLAN id in {@link #word5()}; 0 is the outermost. */
    public static int vlanId(long word5, int index) {
        return (int) (word5 >>> (12 * index)) & 0xfff;
    }

    /**
     * Symmetric flow hash, version 1: the same for both directions and at every observation point, as it leaves out VLANs, MAC
     * addresses of IP packets and what the collector is. It decides the partition: changing it is a new version of the topic.
     */
    public long hash() {
        return hash(word0(), word1(), word2(), word3(), word4());
    }

    /** {@link #hash()} of a key of which only the identity words are at hand. */
    public static long hash(long word0, long word1, long word2, long word3, long word4) {
        long ports = ((word4 >>> 38) & 0x1ff) << 34 | (word4 & ((1L << 34) - 1));
        long hash = mix(word0 ^ 0x9E3779B97F4A7C15L);
        hash = mix(hash ^ word1);
        hash = mix(hash + word2);
        hash = mix(hash ^ word3);
        return mix(hash + ports);
    }

    /** Partition of a flow hash: the high 32 bits scaled to {@code partitions}. */
    public static int partition(long hash, int partitions) {
        return (int) (((hash >>> 32) * partitions) >>> 32);
    }

    /** Bijective mix of 64 bits (the finaliser of a 64-bit MurmurHash3). */
    public static long mix(long value) {
        long mixed = value;
        mixed ^= mixed >>> 33;
        mixed *= 0xFF51AFD7ED558CCDL;
        mixed ^= mixed >>> 33;
        mixed *= 0xC4CEB9FE1A85EC53L;
        mixed ^= mixed >>> 33;
        return mixed;
    }
}
