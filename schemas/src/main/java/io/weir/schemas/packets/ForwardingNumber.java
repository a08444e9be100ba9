package io.weir.schemas.packets;

/** Numbers of a {@link ReportedForwarding}, in the order of the schema of {@link io.weir.schemas.ForwardingFact}, and how large they get. */
public enum ForwardingNumber {
    /** IE 10, else 252. */
    INGRESS_INTERFACE,
    /** IE 14, else 253. */
    EGRESS_INTERFACE,
    /** How many, where they are several; 0 where that is not known. */
    EGRESS_INTERFACES,
    /** IE 89. */
    FORWARDING_STATUS(Constants.MAX_OCTET),
    /** IE 16. */
    BGP_SOURCE_AS_NUMBER,
    /** IE 17. */
    BGP_DESTINATION_AS_NUMBER,
    /** IE 129. */
    BGP_PREV_ADJACENT_AS_NUMBER,
    /** IE 128. */
    BGP_NEXT_ADJACENT_AS_NUMBER,
    /** IE 9, 29. */
    SOURCE_PREFIX_LENGTH(Constants.MAX_PREFIX_LENGTH),
    /** IE 13, 30. */
    DESTINATION_PREFIX_LENGTH(Constants.MAX_PREFIX_LENGTH),
    /** IE 5. */
    IP_CLASS_OF_SERVICE(Constants.MAX_OCTET),
    /** IE 59. */
    POST_VLAN_ID(Constants.MAX_VLAN_ID),
    /** IE 234. */
    INGRESS_VRF_ID,
    /** IE 235. */
    EGRESS_VRF_ID,
    /** IE 227. */
    POST_NAPT_SOURCE_PORT(Constants.MAX_SHORT),
    /** IE 228. */
    POST_NAPT_DESTINATION_PORT(Constants.MAX_SHORT),
    /** IE 239: 1 the sender of the packets began, 2 the other side. */
    BIFLOW_DIRECTION(Constants.REVERSE_INITIATOR);

    /** {@link #BIFLOW_DIRECTION}: who sent the packets began. */
    public static final int INITIATOR = 1;

    /** How many there are. */
    public static final int COUNT = values().length;

    /** The largest that there is. */
    public final long max;

    ForwardingNumber() {
        this(Constants.MAX_INT);
    }

    ForwardingNumber(long max) {
        this.max = max;
    }

    /** Enum constants cannot name constants of their own class. */
    private static final class Constants {
        static final long MAX_INT = 0xffff_ffffL;
        static final long MAX_SHORT = 0xffff;
        static final long MAX_OCTET = 0xff;
        static final long MAX_PREFIX_LENGTH = 128;
        static final long MAX_VLAN_ID = 4_094;
        static final long REVERSE_INITIATOR = 2;
    }
}
