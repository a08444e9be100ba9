package io.weir.topology.netflow;

import java.util.HashMap;
import java.util.Map;

/** Abstract data types of information elements (RFC 7012 section 3.1, RFC 6313 section 4.5). */
public enum ElementType {
    /** Octets without further meaning. */
    OCTET_ARRAY("octetArray"),
    /** One octet. */
    UNSIGNED8("unsigned8"),
    /** Two octets or less. */
    UNSIGNED16("unsigned16"),
    /** Four octets or less. */
    UNSIGNED32("unsigned32"),
    /** Eight octets or less. */
    UNSIGNED64("unsigned64"),
    /** More than eight octets. */
    UNSIGNED256("unsigned256"),
    /** One octet, two's complement, as the next three. */
    SIGNED8("signed8"),
    SIGNED16("signed16"),
    SIGNED32("signed32"),
    SIGNED64("signed64"),
    /** IEEE 754, four octets. */
    FLOAT32("float32"),
    /** IEEE 754, eight octets, or four where reduced. */
    FLOAT64("float64"),
    /** 1 is true, 2 is false. */
    BOOLEAN("boolean"),
    /** Six octets. */
    MAC_ADDRESS("macAddress"),
    /** UTF-8. */
    STRING("string"),
    /** Seconds since 1970. */
    DATE_TIME_SECONDS("dateTimeSeconds"),
    /** Milliseconds since 1970. */
    DATE_TIME_MILLISECONDS("dateTimeMilliseconds"),
    /** NTP time stamp. */
    DATE_TIME_MICROSECONDS("dateTimeMicroseconds"),
    /** NTP time stamp. */
    DATE_TIME_NANOSECONDS("dateTimeNanoseconds"),
    /** Four octets. */
    IPV4_ADDRESS("ipv4Address"),
    /** Sixteen octets. */
    IPV6_ADDRESS("ipv6Address"),
    /** Values of one element. */
    BASIC_LIST("basicList"),
    /** Records of one template. */
    SUB_TEMPLATE_LIST("subTemplateList"),
    /** Records of several templates. */
    SUB_TEMPLATE_MULTI_LIST("subTemplateMultiList");

    private static final Map<String, ElementType> BY_NAME = new HashMap<>();

    static {
        for (ElementType type : values()) {
            BY_NAME.put(type.registered, type);
        }
    }

    private final String registered;

    ElementType(String registered) {
        this.registered = registered;
    }

    /** The name as registered. */
    public String registered() {
        return registered;
    }

    /** Whether its values are lists (RFC 6313). */
    public boolean isList() {
        return this == BASIC_LIST || this == SUB_TEMPLATE_LIST || this == SUB_TEMPLATE_MULTI_LIST;
    }

    /**
     * The type of a registered name.
     *
     * @throws IllegalArgumentException if there is none
     */
    static ElementType of(String registered) {
        ElementType type = BY_NAME.get(registered);
        if (type == null) {
            throw new IllegalArgumentException("No abstract data type " + registered);
        }
        return type;
    }
}
