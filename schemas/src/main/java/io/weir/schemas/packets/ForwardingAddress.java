package io.weir.schemas.packets;

/** Addresses of a {@link ReportedForwarding}, in the order of the schema of {@link io.weir.schemas.ForwardingFact}. */
public enum ForwardingAddress {
    /** IE 15, 62. */
    IP_NEXT_HOP,
    /** IE 18, 63. */
    BGP_NEXT_HOP,
    /** IE 225, 281. */
    POST_NAT_SOURCE,
    /** IE 226, 282. */
    POST_NAT_DESTINATION;

    /** How many there are. */
    public static final int COUNT = values().length;
}
