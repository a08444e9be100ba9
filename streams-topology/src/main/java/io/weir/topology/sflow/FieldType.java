package io.weir.topology.sflow;

/** How a field lies on the wire (XDR, RFC 4506; types of sflow_version_5.txt, section 5). All but {@link #U8} fill units of four octets. */
public enum FieldType {
    /** Unsigned, 32 bits. */
    U32("u32", 4),
    /** Signed, 32 bits. */
    I32("i32", 4),
    /** Unsigned, 64 bits, aligned to four octets. */
    U64("u64", 8),
    /** IEEE 754, 32 bits. */
    F32("f32", 4),
    /** One octet; four of them fill a unit. */
    U8("u8", 1),
    /** Hundredths of a percent, signed, 32 bits. */
    PERCENTAGE("percentage", 4),
    /** Six octets and two of padding. */
    MAC("mac", 8),
    /** Four octets. */
    IPV4("ipv4", 4),
    /** Sixteen octets. */
    IPV6("ipv6", 16),
    /** Type of 32 bits, then nothing, an IPv4 or an IPv6 address. */
    ADDRESS("address", 4),
    /** Sixteen octets. */
    UUID("uuid", 16),
    /** Length of 32 bits, octets, padding. */
    OPAQUE("opaque", 4),
    /** As {@link #OPAQUE}, a text. */
    STRING("string", 4),
    /** Number of 32 bits, then as many times the elements of the field. */
    ARRAY("array", 4),
    /** Number of 32 bits, then as many flow records, each with format and length. */
    RECORDS("flow records", 4);

    private final String text;
    private final int minimumOctets;

    FieldType(String text, int minimumOctets) {
        this.text = text;
        this.minimumOctets = minimumOctets;
    }

    /** Name for people. */
    public String text() {
        return text;
    }

    /** Octets on the wire; the least of them where the length varies. */
    public int minimumOctets() {
        return minimumOctets;
    }

    /** Whether all values are of {@link #minimumOctets()}. */
    public boolean isFixed() {
        return switch (this) {
            case ADDRESS, OPAQUE, STRING, ARRAY, RECORDS -> false;
            default -> true;
        };
    }
}
