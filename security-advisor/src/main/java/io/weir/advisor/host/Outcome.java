package io.weir.advisor.host;

/**
 * What came of an attempt, as one flow shows it. In the order in which one takes the place of another: a later record of a flow knows
 * more, and the outcome of a flow is the greatest of its records.
 */
public enum Outcome {
    /** Nothing can be said: the beginning was not seen, or no flags are known. */
    UNKNOWN,
    /** Only packets of the responder were seen: answers to somebody else's packets in this name, or the other half of the traffic passes elsewhere. */
    ONE_SIDED,
    /** Asked and not answered (Zeek: S0). */
    UNANSWERED,
    /** TCP segments that open no connection and belong to none: FIN, NULL and Xmas probes. */
    ODD,
    /** Answered with SYN-ACK, and never taken up. */
    HALF_OPEN,
    /** Answered with a reset, or an ICMP error said that there is nobody (Zeek: REJ). */
    REFUSED,
    /** The other side answered. */
    ANSWERED;

    private static final Outcome[] VALUES = values();

    /** By ordinal, as it is written. */
    public static Outcome of(int ordinal) {
        return ordinal >= 0 && ordinal < VALUES.length ? VALUES[ordinal] : UNKNOWN;
    }

    /** True when the initiator got nothing that it could use. */
    public boolean isFailure() {
        return this == UNANSWERED || this == ODD || this == REFUSED;
    }

    /** The one that knows more. */
    public Outcome or(Outcome other) {
        return compareTo(other) >= 0 ? this : other;
    }
}
