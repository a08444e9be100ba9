package io.weir.advisor.rule.ingress;

import io.weir.schemas.Counters;
import io.weir.schemas.Flow;
import io.weir.schemas.TcpFacts;
import io.weir.schemas.TcpState;

/** How far an initiator got, least first. */
enum Exposure {
    /** The responder sent nothing. */
    UNANSWERED,
    /** The responder reset the connection before it was established. */
    REFUSED,
    /** The responder answered. For TCP a SYN-ACK is enough: it proves that the service is reachable, whether or not it was used. */
    ANSWERED;

    private static final int SYN = 0x02;
    private static final int RST = 0x04;

    static Exposure of(Flow flow) {
        Counters total = flow.getTotal();
        if (total.getResponderPackets() == 0) {
            return UNANSWERED;
        }
        TcpFacts tcp = flow.getTcp();
        if (tcp == null) {
            return ANSWERED;
        }
        if (tcp.getState() == TcpState.refused) {
            return REFUSED;
        }
        Integer flags = total.getResponderTcpControlBits();
        boolean onlyReset = flags != null
                && (flags & RST) != 0
                && (flags & SYN) == 0
                && total.getResponderPackets() <= tcp.getResetPackets();
        return onlyReset ? REFUSED : ANSWERED;
    }
}
