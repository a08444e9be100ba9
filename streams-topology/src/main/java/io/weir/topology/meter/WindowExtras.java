package io.weir.topology.meter;

/** What of a flow's window is there for few flows only. */
final class WindowExtras {

    /** The flows around these packets; null for a root flow, and without packets. */
    Parents parents;

    /** DNS messages; null without. */
    DnsCounts dns;

    /** ICMP errors about its packets, or earlier ones; null without any. */
    IcmpErrorCounts icmpErrors;
}
