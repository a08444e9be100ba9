package io.weir.topology.netflow;

import java.util.Locale;

/** What can be wrong with a datagram: the bounded set of reason codes of this package. What is right before and behind is kept. */
public enum NetflowProblem {
    /** The first 16 bits are neither 5, 9 nor 10. Octets: the datagram. */
    UNKNOWN_VERSION,
    /** Fewer octets than a message header has. */
    MESSAGE_TOO_SHORT,
    /** An IPFIX message says to be shorter than its header, or longer than the datagram; in the latter case what is there is read. */
    BAD_MESSAGE_LENGTH,
    /** A v5 header announces other than what the datagram holds; what it holds is read. */
    BAD_COUNT,
    /** Octets behind the last message. */
    TRAILING_OCTETS,
    /** A set says to be shorter than its header: nothing behind it in this message can be read. */
    BAD_SET_LENGTH,
    /** A set says to be longer than its message; what is there is read. */
    SET_BEYOND_MESSAGE,
    /** A set of a number that is neither for templates nor for data. */
    RESERVED_SET,
    /** A template with a number below 256. */
    BAD_TEMPLATE_ID,
    /** A template says to be longer than its set. */
    TEMPLATE_CUT,
    /** A template without fields, where that does not withdraw it. */
    TEMPLATE_WITHOUT_FIELDS,
    /** A template whose records would have no octets, or more than a set can hold. */
    BAD_RECORD_LENGTH,
    /** A template with more fields than allowed. */
    TOO_MANY_FIELDS,
    /** An options template whose scope is longer than itself. */
    BAD_SCOPE,
    /** One datagram defines more templates than may push out others. */
    TOO_MANY_TEMPLATES,
    /** A record with fields of variable length ends behind its set. */
    RECORD_CUT,
    /** Octets behind the last whole record of a set that are no padding. */
    PARTIAL_RECORD,
    /** The records of a set take more work than a datagram may. */
    TOO_MUCH_WORK,
    /** The exporter's clock is off by more than allowed; times are counted from when the datagram came in. Octets: 0. */
    CLOCK_SKEW,
    /** Further problems of this datagram, not reported one by one. Octets: how many. */
    FURTHER_PROBLEMS;

    private final String code = name().toLowerCase(Locale.ROOT);

    /** The code as written in records and metrics, lower snake case. */
    public String code() {
        return code;
    }
}
