package io.weir.topology.netflow;

/** What told the sampling rate of a record, the most trusted first. */
public enum SamplingSource {
    /** The record itself. */
    RECORD,
    /** An options record about the selector (RFC 5477) or sampler that the record names. */
    SELECTOR,
    /** An options record about the interface that the record came in by. */
    INTERFACE,
    /** An options record about the exporter. */
    EXPORTER,
    /** The header of a v5 message. */
    HEADER,
    /** Nothing: the rate is unknown, which is not the same as one in one. */
    NONE
}
