package io.weir.topology.meter;

import java.nio.ByteBuffer;

/** The last ICMP error about each side's packets since the flow began. Most flows have none. */
final class LastIcmpErrors {

    /** Octets that {@link #put} writes. */
    static final int OCTETS = 2 * Last.OCTETS;

    /** About packets of one side. */
    static final class Last {

        private static final int OCTETS = 8 + 2 + 2 * 8;

        /** When it was seen, epoch nanoseconds; {@link FlowRow#NO_TIME} for none. */
        long timeNanos = FlowRow.NO_TIME;

        int type;
        int code;

        /** Address of who sent it, of the flow's IP version. */
        long senderHigh;

        long senderLow;

        boolean isKnown() {
            return timeNanos != FlowRow.NO_TIME;
        }

        private void note(QuotedError error) {
            if (error.timeNanos >= timeNanos) {
                timeNanos = error.timeNanos;
                type = error.type;
                code = error.code;
                senderHigh = error.senderHigh;
                senderLow = error.senderLow;
            }
        }

        private void put(ByteBuffer out) {
            out.putLong(timeNanos)
                    .put((byte) type)
                    .put((byte) code)
                    .putLong(senderHigh)
                    .putLong(senderLow);
        }

        private void take(ByteBuffer in) {
            timeNanos = in.getLong();
            type = in.get() & 0xff;
            code = in.get() & 0xff;
            senderHigh = in.getLong();
            senderLow = in.getLong();
        }
    }

    final Last a = new Last();
    final Last b = new Last();

    /** Takes note of an error, by its time, not by when it comes. */
    void note(QuotedError error) {
        (error.ofA ? a : b).note(error);
    }

    void put(ByteBuffer out) {
        a.put(out);
        b.put(out);
    }

    static LastIcmpErrors get(ByteBuffer in) {
        LastIcmpErrors errors = new LastIcmpErrors();
        errors.a.take(in);
        errors.b.take(in);
        return errors;
    }
}
