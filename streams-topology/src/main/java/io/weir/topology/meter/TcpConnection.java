package io.weir.topology.meter;

import io.weir.schemas.TcpState;

/** What the flags of a TCP connection tell as its segments pass (RFC 9293). */
final class TcpConnection {

    private TcpConnection() {}

    /** Takes note of one segment's flags. */
    static void observe(FlowRow row, boolean sentByA, int flags, long timeNanos) {
        if (sentByA) {
            row.flagsA = FlowRow.orFlags(row.flagsA, flags);
        } else {
            row.flagsB = FlowRow.orFlags(row.flagsB, flags);
        }
        if ((flags & ~FlowRow.ACK) == 0) {
            acknowledge(row, sentByA, timeNanos);
            return;
        }
        if ((flags & FlowRow.SYN) != 0) {
            synchronise(row, sentByA, (flags & FlowRow.ACK) != 0, timeNanos);
        } else {
            acknowledge(row, sentByA, timeNanos);
        }
        if ((flags & FlowRow.FIN) != 0) {
            row.mark(sentByA ? FlowRow.SEEN_FIN_A : FlowRow.SEEN_FIN_B);
        }
        if ((flags & FlowRow.RST) != 0) {
            row.mark(sentByA ? FlowRow.SEEN_RST_A : FlowRow.SEEN_RST_B);
            row.resets++;
        }
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
        if (answered || (marks & FlowRow.SEEN_ACK) != 0) {
            return TcpState.established;
        }
        return (marks & FlowRow.SEEN_SYN) != 0 ? TcpState.syn_sent : TcpState.unknown;
    }

    private static void synchronise(FlowRow row, boolean sentByA, boolean acknowledges, long timeNanos) {
        if (!acknowledges) {
            row.mark(FlowRow.SEEN_SYN);
            if (row.synAckNanos == FlowRow.NO_TIME) {
                // A repeated SYN starts the clock anew: it is the one that was answered.
                row.synNanos = timeNanos;
            }
            Orientations.proven(row, sentByA);
            return;
        }
        row.mark(FlowRow.SEEN_SYN_ACK);
        if (row.synAckNanos == FlowRow.NO_TIME) {
            row.synAckNanos = timeNanos;
            if (row.synNanos != FlowRow.NO_TIME && timeNanos >= row.synNanos) {
                row.serverHalfNanos = timeNanos - row.synNanos;
            }
        }
        Orientations.proven(row, !sentByA);
    }

    private static void acknowledge(FlowRow row, boolean sentByA, long timeNanos) {
        row.tcpMarks |= FlowRow.SEEN_ACK;
        if (row.synAckNanos != FlowRow.NO_TIME
                && row.clientHalfNanos == FlowRow.NO_TIME
                && sentByA == row.initiatorIsA
                && timeNanos >= row.synAckNanos) {
            row.clientHalfNanos = timeNanos - row.synAckNanos;
        }
    }
}
