package io.weir.topology.sflow;

/** Which value of a field says that the agent does not know it; such a field is unknown, never that number. */
public enum UnknownValue {
    /** None does. */
    NONE,
    /** 0: gauges and identifiers. */
    ZERO,
    /** All bits set: counters, VLANs, and percentages, of which it is -1. */
    ALL_ONES
}
