package io.weir.topology.sflow;

/** Why octets of a datagram could not be read in full. What is good before and behind them is reported all the same. */
public enum SflowProblem {
    /** All was read. */
    NONE,
    /** The datagram is of sFlow version 2 or 4, which are known by their number only. */
    OLD_VERSION,
    /** Its first word is no version of sFlow: something else sent to the port of sFlow, such as NetFlow. */
    UNKNOWN_VERSION,
    /** An address is neither of type 0 (unknown) nor 1 (IPv4) nor 2 (IPv6), so that its length is not known. */
    UNKNOWN_ADDRESS_TYPE,
    /** The datagram ends within its head or a sample, or before as many samples as it announces. */
    TRUNCATED_DATAGRAM,
    /** There are octets behind the last sample that is announced. */
    TRAILING_OCTETS,
    /** A sample is shorter than its fixed fields. */
    SHORT_SAMPLE,
    /** A sample ends within a record, or before as many records as it announces. */
    TRUNCATED_SAMPLE,
    /** A record is shorter than its structure, or something in it longer than the record. */
    SHORT_RECORD,
    /** A sample has more records than are listed; those of known formats are read, nevertheless. */
    TOO_MANY_RECORDS,
    /** Aggregations within each other beyond {@link StructureReader#MAX_DEPTH}. */
    TOO_DEEP
}
