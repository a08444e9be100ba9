package io.weir.advisor.observe;

import io.weir.advisor.host.Observation;
import io.weir.advisor.host.Outcome;
import io.weir.schemas.TcpState;

/** What came of an attempt, by what a flow record says. */
final class Outcomes {

    private static final int FIN = 0x01;
    private static final int SYN = 0x02;
    private static final int RST = 0x04;
    private static final int ACK = 0x10;

    private Outcomes() {}

    /**
     * Outcome so far.
     *
     * @param protocol IANA number
     * @param state of a TCP connection, {@link TcpState#unknown} for others
     * @param initiatorPackets since flow start
     * @param responderPackets since flow start
     * @param initiatorFlags TCP flags since flow start; -1 when unknown
     * @param responderFlags TCP flags since flow start; -1 when unknown
     * @param isUnreachable an ICMP error said that what the initiator asked for cannot be reached
     */
    static Outcome of(
            int protocol,
            TcpState state,
            long initiatorPackets,
            long responderPackets,
            int initiatorFlags,
            int responderFlags,
            boolean isUnreachable) {
        if (initiatorPackets == 0 && responderPackets > 0) {
            return Outcome.ONE_SIDED;
        }
        if (protocol != Observation.TCP) {
            if (responderPackets > 0) {
                return Outcome.ANSWERED;
            }
            return isUnreachable ? Outcome.REFUSED : Outcome.UNANSWERED;
        }
        if (responderPackets == 0
                && (state == TcpState.half_closed || state == TcpState.closed || state == TcpState.established)) {
            // The state follows from segments of one side: a connection whose other half passes elsewhere, or FIN and
            // Xmas probes.
            return byFlags(0, initiatorFlags, responderFlags, isUnreachable);
        }
        return switch (state) {
            case refused -> Outcome.REFUSED;
            case syn_received -> Outcome.HALF_OPEN;
            case established, half_closed, closed -> Outcome.ANSWERED;
            case syn_sent -> unanswered(responderPackets, initiatorFlags, isUnreachable);
            case reset, unknown -> byFlags(responderPackets, initiatorFlags, responderFlags, isUnreachable);
        };
    }

    private static Outcome unanswered(long responderPackets, int initiatorFlags, boolean isUnreachable) {
        if (responderPackets > 0) {
            return Outcome.UNKNOWN;
        }
        // Who acknowledges was answered, by packets that pass elsewhere.
        boolean acknowledges = initiatorFlags >= 0 && (initiatorFlags & ACK) != 0;
        if (acknowledges) {
            return Outcome.UNKNOWN;
        }
        return isUnreachable ? Outcome.REFUSED : Outcome.UNANSWERED;
    }

    private static Outcome byFlags(
            long responderPackets, int initiatorFlags, int responderFlags, boolean isUnreachable) {
        if (initiatorFlags < 0) {
            return Outcome.UNKNOWN;
        }
        boolean asks = (initiatorFlags & SYN) != 0;
        boolean acknowledges = (initiatorFlags & ACK) != 0;
        boolean isResetOnly = responderFlags >= 0 && (responderFlags & RST) != 0 && (responderFlags & (SYN | FIN)) == 0;
        if (!asks && !acknowledges && (responderPackets == 0 || isResetOnly)) {
            // A lone reset belongs to a connection that is over.
            return (initiatorFlags & RST) == 0 ? Outcome.ODD : Outcome.UNKNOWN;
        }
        if (asks && !acknowledges && (initiatorFlags & FIN) != 0 && (responderPackets == 0 || isResetOnly)) {
            return Outcome.ODD;
        }
        if (!asks) {
            return Outcome.UNKNOWN;
        }
        if (responderPackets == 0) {
            return unanswered(0, initiatorFlags, isUnreachable);
        }
        if (isResetOnly && !acknowledges) {
            return Outcome.REFUSED;
        }
        boolean isAnswer = responderFlags >= 0 && (responderFlags & (SYN | ACK)) != 0;
        if (isAnswer && !acknowledges && (initiatorFlags & RST) != 0) {
            // SYN-ACK answered with a bare reset: by a system that did not ask, or in a scan.
            return Outcome.HALF_OPEN;
        }
        return isAnswer ? Outcome.ANSWERED : Outcome.UNKNOWN;
    }
}
