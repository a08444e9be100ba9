package io.weir.topology.meter;

import io.weir.schemas.TcpState;

/** What the flags of a TCP connection tell as its segments pass (RFC 9293). */
final class TcpConnection {

    /** How much later than its connection's other segments a SYN may stand in a capture. */
    private static final long OVERTAKEN_NANOS = 1_000_000_000L;

    private static final long MICRO = 1000;

    private TcpConnection() {}

    /** Takes note of one segment's flags; true when it is the one that completes the handshake. */
    static boolean observe(FlowRow row, boolean sentByA, int flags, long timeNanos) {
        if ((flags & ~FlowRow.ACK) == 0) {
            return acknowledge(row, sentByA, timeNanos);
        }
        boolean completes = false;
        if ((flags & FlowRow.SYN) != 0) {
            synchronise(row, sentByA, (flags & FlowRow.ACK) != 0, timeNanos);
        } else {
            completes = acknowledge(row, sentByA, timeNanos);
        }
        if ((flags & FlowRow.FIN) != 0) {
            row.mark(sentByA ? FlowRow.SEEN_FIN_A : FlowRow.SEEN_FIN_B);
        }
        if ((flags & FlowRow.RST) != 0) {
            row.mark(sentByA ? FlowRow.SEEN_RST_A : FlowRow.SEEN_RST_B);
            row.resets++;
        }
        return completes;
    }

    /**
     * Takes note of the flags of several segments, of which neither the order nor the times are known but for the first. Where an
     * acknowledgement is among them a SYN may be that of either side: that the connection's start was seen is all that it tells.
     *
     * @param timeNanos of the first of them
     */
    static void observeUnion(FlowRow row, boolean sentByA, int flags, long timeNanos) {
        boolean acknowledges = (flags & FlowRow.ACK) != 0;
        if ((flags & FlowRow.SYN) != 0) {
            if (acknowledges) {
                Orientations.startSeen(row, sentByA, timeNanos);
            } else {
                synchronise(row, sentByA, false, timeNanos);
            }
        }
        if (acknowledges) {
            row.tcpMarks |= FlowRow.SEEN_ACK;
        }
        if ((flags & FlowRow.FIN) != 0) {
            row.mark(sentByA ? FlowRow.SEEN_FIN_A : FlowRow.SEEN_FIN_B);
        }
        if ((flags & FlowRow.RST) != 0) {
            row.mark(sentByA ? FlowRow.SEEN_RST_A : FlowRow.SEEN_RST_B);
            row.resets++;
        }
    }

    /**
     * Whether a SYN begins another connection between the same ports, of which the end of the one before was not seen: that one had got
     * beyond its handshake, some time ago. A repeated SYN comes before the first acknowledgement; one that was overtaken comes soon after.
     */
    static boolean isNewConnection(FlowRow row, long timeNanos) {
        long goesOnNanos = row.clientHalfMicroseconds == FlowRow.UNKNOWN
                ? row.firstNanos
                : row.synAckNanos() + row.clientHalfMicroseconds * MICRO;
        return (row.tcpMarks & FlowRow.SEEN_ACK) != 0 && timeNanos - goesOnNanos > OVERTAKEN_NANOS;
    }

    /** State at the end of what was seen. */
    static TcpState state(FlowRow row) {
        int marks = row.tcpMarks;
        boolean answered = (marks & FlowRow.SEEN_SYN_ACK) != 0;
        if ((marks & (FlowRow.SEEN_RST_A | FlowRow.SEEN_RST_B)) != 0) {
            int responderReset = row.initiatorIsA ? FlowRow.SEEN_RST_B : FlowRow.SEEN_RST_A;
            boolean refused = (marks & FlowRow.SEEN_SYN) != 0 && !answered && (marks & responderReset) != 0;
            return refused ? TcpState.refused : TcpState.reset;
        }
        int fins = marks & (FlowRow.SEEN_FIN_A | FlowRow.SEEN_FIN_B);
        if (fins != 0) {
            return fins == (FlowRow.SEEN_FIN_A | FlowRow.SEEN_FIN_B) ? TcpState.closed : TcpState.half_closed;
        }
        if ((marks & FlowRow.SEEN_ACK) != 0) {
            return TcpState.established;
        }
        if (answered) {
            return TcpState.syn_received;
        }
        return (marks & FlowRow.SEEN_SYN) != 0 ? TcpState.syn_sent : TcpState.unknown;
    }

    private static void synchronise(FlowRow row, boolean sentByA, boolean acknowledges, long timeNanos) {
        if ((row.tcpMarks & (FlowRow.SEEN_SYN | FlowRow.SEEN_SYN_ACK)) == 0) {
            Orientations.proven(row, sentByA != acknowledges);
        }
        boolean answered = (row.tcpMarks & FlowRow.SEEN_SYN_ACK) != 0;
        row.mark(acknowledges ? FlowRow.SEEN_SYN_ACK : FlowRow.SEEN_SYN);
        if (answered) {
            return;
        }
        if (acknowledges && row.handshakeNanos != FlowRow.NO_TIME && timeNanos >= row.handshakeNanos) {
            row.serverHalfMicroseconds = microseconds(timeNanos - row.handshakeNanos);
        }
        // A repeated SYN starts the clock anew: it is the one that was answered.
        row.handshakeNanos = timeNanos;
    }

    private static boolean acknowledge(FlowRow row, boolean sentByA, long timeNanos) {
        row.tcpMarks |= FlowRow.SEEN_ACK;
        if (row.clientHalfMicroseconds == FlowRow.UNKNOWN
                && (row.tcpMarks & FlowRow.SEEN_SYN_ACK) != 0
                && sentByA == row.initiatorIsA
                && timeNanos >= row.handshakeNanos) {
            row.clientHalfMicroseconds = microseconds(timeNanos - row.handshakeNanos);
            return true;
        }
        return false;
    }

    /** Whole ones, as records have them; more than half an hour is no round trip, and stays there. */
    private static int microseconds(long nanos) {
        return (int) Math.min(nanos / MICRO, Integer.MAX_VALUE);
    }
}
