package io.weir.topology.sflow;

import java.nio.ByteBuffer;

/**
 * A walk over the XDR fields of one record (RFC 4506: big endian, units of four octets) that never leaves it. What is not there reads as
 * absent, which is -1 or empty, and is kept as {@link #problem}; all that would come behind is absent, too. One per thread, set anew for
 * each record.
 */
final class XdrCursor {
    static final int UNIT = 4;

    private static final int IPV4_OCTETS = 4;
    private static final int IPV6_OCTETS = 16;
    private static final int MAC_OCTETS = 8;
    private static final int MAC_PADDING_BITS = 16;

    private ByteBuffer buffer;
    private int position;
    private int end;
    private SflowProblem problem = SflowProblem.NONE;

    @SuppressWarnings("ReferenceEquality")
    XdrCursor over(ByteBuffer buffer, int position, int octets) {
        // References are stored only when they are others, as a store costs more than the look.
        if (this.buffer != buffer) {
            this.buffer = buffer;
        }
        if (problem != SflowProblem.NONE) {
            problem = SflowProblem.NONE;
        }
        this.position = position;
        end = position + octets;
        return this;
    }

    /** Octets with the padding behind them, no more than there are. */
    static int padded(int octets, int available) {
        int missing = -octets & (UNIT - 1);
        return missing == 0 ? octets : octets + Math.min(missing, available - octets);
    }

    SflowProblem problem() {
        return problem;
    }

    private boolean lacks(int octets) {
        if (end - position >= octets) {
            return false;
        }
        stop(SflowProblem.SHORT_RECORD);
        return true;
    }

    private void stop(SflowProblem met) {
        if (problem == SflowProblem.NONE) {
            problem = met;
        }
        position = end;
    }

    /** Unsigned; -1 if absent. */
    long u32() {
        if (lacks(Integer.BYTES)) {
            return -1;
        }
        int value = buffer.getInt(position);
        position += Integer.BYTES;
        return Integer.toUnsignedLong(value);
    }

    /** Signed, or a number of which all ones mean that it is not known; -1 if absent. */
    int i32() {
        if (lacks(Integer.BYTES)) {
            return -1;
        }
        int value = buffer.getInt(position);
        position += Integer.BYTES;
        return value;
    }

    /** Unsigned, with all ones (not known) as -1, as if absent. */
    long counter32() {
        int value = i32();
        return value == -1 ? -1 : Integer.toUnsignedLong(value);
    }

    /** Unsigned in 64 bits; -1 if absent or not known. */
    long u64() {
        if (lacks(Long.BYTES)) {
            return -1;
        }
        long value = buffer.getLong(position);
        position += Long.BYTES;
        return value;
    }

    /** 48 bits, of eight octets on the wire; -1 if absent. */
    long mac() {
        if (lacks(MAC_OCTETS)) {
            return -1;
        }
        long value = buffer.getLong(position) >>> MAC_PADDING_BITS;
        position += MAC_OCTETS;
        return value;
    }

    void ipv4(SflowAddress out) {
        if (lacks(IPV4_OCTETS)) {
            out.clear();
            return;
        }
        out.readIpv4(buffer, position);
        position += IPV4_OCTETS;
    }

    void ipv6(SflowAddress out) {
        if (lacks(IPV6_OCTETS)) {
            out.clear();
            return;
        }
        out.readIpv6(buffer, position);
        position += IPV6_OCTETS;
    }

    /** The union of an unknown, an IPv4 and an IPv6 address. */
    void address(SflowAddress out) {
        int taken = out.read(buffer, position, end);
        if (taken < 0) {
            stop(SflowAddress.problemAt(buffer, position, end, SflowProblem.SHORT_RECORD));
        } else {
            position += taken;
        }
    }

    /** Opaque octets or a string; those that are there, where it claims to be longer than the record. */
    void octets(OctetRange out) {
        long claimed = u32();
        if (claimed < 0) {
            out.set(position, 0);
            return;
        }
        int available = end - position;
        if (claimed > available) {
            out.set(position, available);
            stop(SflowProblem.SHORT_RECORD);
            return;
        }
        int octets = (int) claimed;
        out.set(position, octets);
        position += padded(octets, available);
    }

    /** An array of words; those that are there, where it claims to be longer than the record. */
    void words(WordList out) {
        long claimed = u32();
        if (claimed < 0) {
            out.set(position, 0);
            return;
        }
        int fit = (end - position) / UNIT;
        if (claimed > fit) {
            out.set(position, fit);
            stop(SflowProblem.SHORT_RECORD);
            return;
        }
        int count = (int) claimed;
        out.set(position, count);
        position += count * UNIT;
    }
}
