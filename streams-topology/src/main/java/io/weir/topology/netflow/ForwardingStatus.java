package io.weir.topology.netflow;

import java.util.List;

/**
 * What became of a flow's packets (forwardingStatus, IE 89; RFC 7270 section 4.12): a status in the two high bits of an octet, a reason in the others. The list
 * of reasons may grow: numbers without a name are kept.
 */
public final class ForwardingStatus {

    private static final int STATUS_SHIFT = 6;
    private static final int DROPPED = 2;

    /** The number of the first reason for a drop. */
    private static final int FIRST_DROPPED = DROPPED << STATUS_SHIFT;

    private static final List<String> DROP_REASONS = List.of(
            "unknown",
            "acl_deny",
            "acl_drop",
            "unroutable",
            "adjacency",
            "fragmentation_and_df_set",
            "bad_header_checksum",
            "bad_total_length",
            "bad_header_length",
            "bad_ttl",
            "policer",
            "wred",
            "rpf",
            "for_us",
            "bad_output_interface",
            "hardware");

    private ForwardingStatus() {}

    /** Whether the packets were dropped. The element may be longer than an octet: the status is in the lowest, and others are no status. */
    public static boolean isDropped(long status) {
        return status >>> STATUS_SHIFT == DROPPED;
    }

    /** Name of the reason of a drop, in lower snake case; the number in decimal where it has none. */
    public static String reason(long status) {
        long index = status - FIRST_DROPPED;
        return index >= 0 && index < DROP_REASONS.size() ? DROP_REASONS.get((int) index) : Long.toString(status);
    }

    /** Every name that {@link #reason} knows. */
    public static List<String> reasons() {
        return DROP_REASONS;
    }
}
