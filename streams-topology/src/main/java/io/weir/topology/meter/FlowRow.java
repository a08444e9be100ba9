package io.weir.topology.meter;

import io.weir.schemas.Flow;
import io.weir.schemas.packets.CanonicalKey;
import io.weir.schemas.packets.TcpControlBits;
import io.weir.state.RowOutput;
import io.weir.topology.conversation.ConversationKey;
import io.weir.topology.conversation.ConversationState;
import io.weir.topology.conversation.Sighting;
import io.weir.topology.sketch.RoundTripSketch;

/**
 * One flow at one observation point. Counters are kept per canonical side (A and B), so that a better proof of who began changes
 * nothing but the sides' names in the next record.
 *
 * <p>297 octets of heap a flow over IPv4 with one open window, its places in table and expiry queue included ({@code docs/BENCHMARKS.md}).
 */
final class FlowRow extends FlowProgress {

    /** No TCP flags seen. */
    static final short NO_FLAGS = -1;

    static final int FIN = 0x01;
    static final int SYN = 0x02;
    static final int RST = 0x04;
    static final int ACK = 0x10;

    /** Marks of a TCP connection: what was seen so far. */
    static final int SEEN_SYN = 0x01;

    static final int SEEN_SYN_ACK = 0x02;
    static final int SEEN_ACK = 0x04;
    static final int SEEN_FIN_A = 0x08;
    static final int SEEN_FIN_B = 0x10;
    static final int SEEN_RST_A = 0x20;
    static final int SEEN_RST_B = 0x40;

    /** Not yet known. */
    static final long NO_TIME = Long.MIN_VALUE;

    /** Microseconds that are not known. */
    static final int UNKNOWN = -1;

    ObservationState point;

    /**
     * Identity: both addresses of IPv4; of others a hash, as theirs are in {@link #key}. See {@link #addresses(CanonicalKey)}.
     */
    long addresses;

    /** Identity: protocol and ports, {@link CanonicalKey#word4()}. */
    long word4;

    /** Identity, and what goes with it: the rest. */
    SharedKey key;

    /** Null for most flows. */
    private FlowExtras extras;

    /** Next row of the same slot of the hash table. */
    FlowRow nextInSlot;

    FlowRow previousInSlot;

    /** Out of which, with the key, {@link FlowIds} makes the flow's id. */
    long idSeed;

    /** Counters of all records of this flow so far; what is in open windows comes with their records. */
    long packetsA;

    long octetsA;
    long layer2OctetsA;
    long packetsB;
    long octetsB;
    long layer2OctetsB;
    short flagsA = NO_FLAGS;
    short flagsB = NO_FLAGS;

    /** How many flows of this key directly followed each other before this one, plus the evictions before the first of them. */
    int generation;

    int resets;

    /** From the SYN to the SYN-ACK; {@link #UNKNOWN} before. */
    int serverHalfMicroseconds = UNKNOWN;

    /** The expiry bucket in which this row counts, its lower 32 bits; entries of others are left-overs. */
    int expiryBucket;

    byte problem;
    byte orientation;

    /** Other observation points, or other VLANs or tunnels, have flows of the same conversation. */
    boolean shared;

    /** A record of this flow has been emitted. */
    boolean emitted;

    /** @param flags TCP control bits; only the 12 of a segment count */
    static short orFlags(short known, int flags) {
        int bits = flags & TcpControlBits.MASK;
        return (short) (known == NO_FLAGS ? bits : known | bits);
    }

    /**
     * What {@link #addresses} is for a key.
     *
     * @return equal for equal addresses; for IPv4 different for different ones
     */
    static long addresses(CanonicalKey key) {
        return key.ipVersion == 4
                ? key.word1() << 32 | key.word3()
                : CanonicalKey.mix(key.word1() ^ key.word0()) + key.word3() ^ key.word2();
    }

    boolean isEnded() {
        return endReason >= 0;
    }

    /** When a SYN-ACK was first seen, epoch nanoseconds; {@link #NO_TIME} before. */
    long synAckNanos() {
        return (tcpMarks & SEEN_SYN_ACK) == 0 ? NO_TIME : handshakeNanos;
    }

    /** A record of a window is about to be given. */
    void add(WindowDelta delta) {
        addA(delta.packetsA, delta.octetsA, delta.layer2OctetsA, delta.flagsA);
        addB(delta.packetsB, delta.octetsB, delta.layer2OctetsB, delta.flagsB);
    }

    /** Adds the totals of another. */
    void add(FlowRow row) {
        addA(row.packetsA, row.octetsA, row.layer2OctetsA, row.flagsA);
        addB(row.packetsB, row.octetsB, row.layer2OctetsB, row.flagsB);
    }

    private void addA(long packets, long octets, long layer2Octets, short flags) {
        packetsA += packets;
        octetsA += octets;
        layer2OctetsA += layer2Octets;
        if (flags != NO_FLAGS) {
            flagsA = orFlags(flagsA, flags);
        }
    }

    private void addB(long packets, long octets, long layer2Octets, short flags) {
        packetsB += packets;
        octetsB += octets;
        layer2OctetsB += layer2Octets;
        if (flags != NO_FLAGS) {
            flagsB = orFlags(flagsB, flags);
        }
    }

    void mark(int marks) {
        tcpMarks |= (byte) marks;
        closing = (tcpMarks & (SEEN_RST_A | SEEN_RST_B)) != 0
                || (tcpMarks & (SEEN_FIN_A | SEEN_FIN_B)) == (SEEN_FIN_A | SEEN_FIN_B);
        watched = closing || encloses();
    }

    void setKey(CanonicalKey of, SharedKey with) {
        addresses = addresses(of);
        word4 = of.word4();
        key = with;
        watched = encloses();
    }

    private boolean isV4() {
        return CanonicalKey.ipVersion(word4) == 4;
    }

    /** Made if they are not there. */
    FlowExtras extras() {
        if (extras == null) {
            extras = new FlowExtras();
        }
        return extras;
    }

    /** What payloads have shown; null for most flows. */
    ApplicationFacts application() {
        return extras == null ? null : extras.application;
    }

    /** What ICMP errors have said of its packets; null for most flows. */
    LastIcmpErrors icmpErrors() {
        return extras == null ? null : extras.icmpErrors;
    }

    /** What was said last of the way of one side's packets; null for nothing, as for all flows of captures. */
    SharedForwarding forwarding(boolean ofA) {
        if (extras == null) {
            return null;
        }
        return ofA ? extras.forwardingA : extras.forwardingB;
    }

    /** The conversation of a flow that is {@link #shared}; null for others. */
    ConversationState conversation() {
        return extras == null ? null : extras.conversation;
    }

    /** Upper half of side A's address. */
    long word0() {
        return key.word0();
    }

    /** Lower half of side A's address, or its MAC address. */
    long word1() {
        return isV4() ? addresses >>> 32 : key.word1();
    }

    /** Upper half of side B's address. */
    long word2() {
        return key.word2();
    }

    /** Lower half of side B's address, or its MAC address. */
    long word3() {
        return isV4() ? addresses & 0xffff_ffffL : key.word3();
    }

    /** See {@link CanonicalKey#hash()}. */
    long hash() {
        return CanonicalKey.hash(word0(), word1(), word2(), word3(), word4);
    }

    /** Part of the same conversation: the same key, whatever VLANs and tunnel. */
    boolean isOfConversation(FlowRow other) {
        return addresses == other.addresses
                && word4 == other.word4
                && key.slot() == other.key.slot()
                && key.hasAddressesOf(other.key);
    }

    /** Seen at the same point, in the same VLANs and tunnel. */
    boolean isInPlaceOf(FlowRow other) {
        return point == other.point && key.word5() == other.key.word5() && key.word6() == other.key.word6();
    }

    /** One of its addresses means another thing on each host or network: unspecified, loopback, link-local, limited broadcast. */
    boolean hasLocalAddress() {
        return isV4() ? isLocal(word1()) || isLocal(word3()) : isLocal(word0(), word1()) || isLocal(word2(), word3());
    }

    private static boolean isLocal(long ipv4) {
        int first = (int) (ipv4 >>> 24) & 0xff;
        return first == 0 || first == 127 || ipv4 >>> 16 == 0xa9fe || ipv4 == 0xffff_ffffL;
    }

    private static boolean isLocal(long high, long low) {
        return (high == 0 && (low == 0 || low == 1)) || high >>> 54 == 0xfe80 >>> 6;
    }

    ConversationKey conversationKey() {
        return new ConversationKey(word0(), word1(), word2(), word3(), word4, key.slot());
    }

    /** Of observation point, VLANs and tunnel. */
    long hopId() {
        return CanonicalKey.mix(CanonicalKey.mix(point.id ^ key.word5()) + key.word6());
    }

    /**
     * A record of this flow, as its conversation and its edge take it.
     *
     * @param delta null when the record says only that the flow has ended
     * @param handshakeInWindow the handshake was answered in the record's window
     */
    Sighting sighting(Flow flow, WindowDelta delta, boolean handshakeInWindow) {
        return new Sighting(
                point.id,
                hopId(),
                flow,
                initiatorIsA,
                handshakeInWindow,
                roundTrips(delta, initiatorIsA),
                roundTrips(delta, !initiatorIsA),
                delta == null ? null : delta.digests);
    }

    /** A copy of those of one side: the flow goes on with its own. */
    private static RoundTripSketch roundTrips(WindowDelta delta, boolean ofA) {
        if (delta == null || delta.tcp == null) {
            return null;
        }
        return RoundTripSketch.sum(null, (ofA ? delta.tcp.a : delta.tcp.b).roundTrips);
    }

    /** Its packets enclose packets that count in flows of their own, too. */
    boolean encloses() {
        return CanonicalKey.encloses(key.word5());
    }

    int protocolIdentifier() {
        return CanonicalKey.protocolIdentifier(word4);
    }

    @Override
    protected byte[] changelogKey() {
        return RowCodec.flowKey();
    }

    @Override
    protected void writeValue(RowOutput out) {
        RowCodec.write(this, out);
    }
}
