package io.weir.topology.meter;

import io.weir.schemas.Flow;
import io.weir.schemas.packets.CanonicalKey;
import io.weir.topology.conversation.ConversationKey;
import io.weir.topology.conversation.ConversationState;
import io.weir.topology.conversation.Sighting;
import io.weir.topology.sketch.RoundTripSketch;

/**
 * One flow at one observation point. Counters are kept per canonical side (A and B), so that a better proof of who began changes
 * nothing but the sides' names in the next record.
 *
 * <p>427 octets of heap a flow with one open window, its places in table and expiry queue included ({@code docs/BENCHMARKS.md}).
 */
final class FlowRow extends FlowProgress {

    /** No TCP flags seen. */
    static final int NO_FLAGS = -1;

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

    ObservationState point;

    /** Identity: the words of {@link CanonicalKey}. */
    long word0;

    long word1;
    long word2;
    long word3;
    long word4;
    long word5;
    long word6;

    /** Of a flow that encloses others: the number since the epoch of the span of time that it lives in; else 0. */
    long slot;

    /** The flows around the packets of the window that the last packet is in; null for a root flow. */
    Parents parents;

    /** What payloads have shown; null for most flows. */
    ApplicationFacts application;

    /** What ICMP errors have said of its packets; null for most flows. */
    LastIcmpErrors icmpErrors;

    /** Other observation points, or other VLANs or tunnels, have flows of the same conversation. */
    boolean shared;

    /** The conversation of a flow that is {@link #shared}; null for others. */
    ConversationState conversation;

    /** Next row of the same slot of the hash table. */
    FlowRow nextInSlot;

    FlowRow previousInSlot;

    long flowIdHigh;
    long flowIdLow;

    /** How many flows of this key directly followed each other before this one, plus the evictions before the first of them. */
    int generation;

    long macA;
    long macB;
    long layers;
    byte problem;

    byte orientation;
    int resets;
    long synNanos = NO_TIME;
    long serverHalfNanos = NO_TIME;

    /** A record of this flow has been emitted. */
    boolean emitted;

    /** The expiry bucket in which this row counts; entries of others are left-overs. */
    long expiryBucket = Long.MIN_VALUE;

    static int orFlags(int known, int flags) {
        return known == NO_FLAGS ? flags : known | flags;
    }

    boolean isEnded() {
        return endReason >= 0;
    }

    void mark(int marks) {
        tcpMarks |= (byte) marks;
        closing = (tcpMarks & (SEEN_RST_A | SEEN_RST_B)) != 0
                || (tcpMarks & (SEEN_FIN_A | SEEN_FIN_B)) == (SEEN_FIN_A | SEEN_FIN_B);
        watched = closing || encloses();
    }

    /** Sets the words of the key. */
    void setKey(CanonicalKey key) {
        word0 = key.word0();
        word1 = key.word1();
        word2 = key.word2();
        word3 = key.word3();
        word4 = key.word4();
        word5 = key.word5();
        word6 = key.word6();
        watched = encloses();
    }

    boolean hasKey(long w0, long w1, long w2, long w3, long w4, long w5, long w6) {
        return word1 == w1 && word3 == w3 && word4 == w4 && word0 == w0 && word2 == w2 && word5 == w5 && word6 == w6;
    }

    /** Part of the same conversation: the same key, whatever VLANs and tunnel. */
    boolean isOfConversation(FlowRow other) {
        return word1 == other.word1
                && word3 == other.word3
                && word4 == other.word4
                && word0 == other.word0
                && word2 == other.word2
                && slot == other.slot;
    }

    /** Seen at the same point, in the same VLANs and tunnel. */
    boolean isInPlaceOf(FlowRow other) {
        return point == other.point && word5 == other.word5 && word6 == other.word6;
    }

    /** One of its addresses means another thing on each host or network: unspecified, loopback, link-local, limited broadcast. */
    boolean hasLocalAddress() {
        boolean v4 = CanonicalKey.ipVersion(word4) == 4;
        return v4 ? isLocal(word1) || isLocal(word3) : isLocal(word0, word1) || isLocal(word2, word3);
    }

    private static boolean isLocal(long ipv4) {
        int first = (int) (ipv4 >>> 24) & 0xff;
        return first == 0 || first == 127 || ipv4 >>> 16 == 0xa9fe || ipv4 == 0xffff_ffffL;
    }

    private static boolean isLocal(long high, long low) {
        return (high == 0 && (low == 0 || low == 1)) || high >>> 54 == 0xfe80 >>> 6;
    }

    ConversationKey conversationKey() {
        return new ConversationKey(word0, word1, word2, word3, word4, slot);
    }

    /** Of observation point, VLANs and tunnel. */
    long hopId() {
        return CanonicalKey.mix(CanonicalKey.mix(point.id ^ word5) + word6);
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
        return CanonicalKey.encloses(word5);
    }

    int protocolIdentifier() {
        return CanonicalKey.protocolIdentifier(word4);
    }

    @Override
    protected byte[] changelogKey() {
        return RowCodec.flowKey(flowIdHigh, flowIdLow);
    }

    @Override
    protected byte[] changelogValue() {
        return RowCodec.encode(this);
    }
}
