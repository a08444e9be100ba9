package io.weir.topology.meter;

import io.weir.schemas.packets.CanonicalKey;
import io.weir.schemas.packets.IcmpError;
import io.weir.schemas.packets.IcmpErrorKind;
import java.nio.ByteBuffer;

/** An ICMP error on its way to the flow that it quotes. */
final class QuotedError {

    /** Octets that {@link #put} writes. */
    static final int OCTETS = 7 * 8 + 8 + 3 + 2 * 8;

    /** Of the quoted packet; whether it enclosed another is not known. */
    final CanonicalKey key;

    /** Side A had sent the quoted packet. */
    final boolean ofA;

    /** Epoch nanoseconds. */
    final long timeNanos;

    final int type;
    final int code;
    final long senderHigh;
    final long senderLow;

    private QuotedError(
            CanonicalKey key, boolean ofA, long timeNanos, int type, int code, long senderHigh, long senderLow) {
        this.key = key;
        this.ofA = ofA;
        this.timeNanos = timeNanos;
        this.type = type;
        this.code = code;
        this.senderHigh = senderHigh;
        this.senderLow = senderLow;
    }

    static QuotedError of(IcmpError error) {
        CanonicalKey quoted = error.quoted;
        CanonicalKey key = new CanonicalKey();
        key.setWords(
                quoted.word0(),
                quoted.word1(),
                quoted.word2(),
                quoted.word3(),
                quoted.word4(),
                quoted.word5(),
                quoted.word6());
        return new QuotedError(
                key, error.sentByA, error.timeNanoseconds, error.type, error.code, error.senderHigh, error.senderLow);
    }

    /** What it says; null where that is not known here. */
    IcmpErrorKind kind() {
        return IcmpErrorKind.of(key.ipVersion == 6 ? CanonicalKey.ICMPV6 : CanonicalKey.ICMP, type, code);
    }

    void put(ByteBuffer out) {
        out.putLong(key.word0())
                .putLong(key.word1())
                .putLong(key.word2())
                .putLong(key.word3())
                .putLong(key.word4())
                .putLong(key.word5())
                .putLong(key.word6())
                .putLong(timeNanos)
                .put((byte) (ofA ? 1 : 0))
                .put((byte) type)
                .put((byte) code)
                .putLong(senderHigh)
                .putLong(senderLow);
    }

    static QuotedError get(ByteBuffer in) {
        CanonicalKey key = new CanonicalKey();
        key.setWords(in.getLong(), in.getLong(), in.getLong(), in.getLong(), in.getLong(), in.getLong(), in.getLong());
        long timeNanos = in.getLong();
        boolean ofA = in.get() != 0;
        return new QuotedError(key, ofA, timeNanos, in.get() & 0xff, in.get() & 0xff, in.getLong(), in.getLong());
    }
}
