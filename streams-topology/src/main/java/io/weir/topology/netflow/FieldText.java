package io.weir.topology.netflow;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.HexFormat;

/** Values of fields as people read them, by the element's type. Allocates: not for the hot path. */
public final class FieldText {
    /** Octets of a value without type that are shown. */
    private static final int MAX_SHOWN_OCTETS = 64;

    private static final int MAC_OCTETS = 6;
    private static final int IPV4_OCTETS = 4;
    private static final int IPV6_OCTETS = 16;
    private static final int TRUE = 1;
    private static final int FALSE = 2;

    private static final long FRACTION_MASK = 0xffff_ffffL;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private FieldText() {}

    /** A field of a record as name and value. */
    public static String of(DataRecord record, int field) {
        Template template = record.template();
        InformationElement element = template.isV9Scope(field)
                ? null
                : InformationElements.find(template.enterprise(field), template.id(field));
        return InformationElements.name(template, field) + "="
                + value(element, record.buffer(), record.fieldPosition(field), record.fieldOctets(field));
    }

    /**
     * A value as text; of a length that its type cannot have, as hexadecimal octets.
     *
     * @param element null where it is not known: octets are shown
     */
    public static String value(InformationElement element, ByteBuffer buffer, int position, int octets) {
        if (octets == 0) {
            return "";
        }
        ElementType type = element == null ? ElementType.OCTET_ARRAY : element.type();
        return switch (type) {
            case UNSIGNED8, UNSIGNED16, UNSIGNED32, UNSIGNED64, UNSIGNED256 -> unsigned(buffer, position, octets);
            case SIGNED8, SIGNED16, SIGNED32, SIGNED64 -> signed(buffer, position, octets);
            case FLOAT32, FLOAT64 -> real(buffer, position, octets);
            case BOOLEAN -> bool(buffer, position, octets);
            case MAC_ADDRESS -> mac(buffer, position, octets);
            case STRING -> NameDictionary.text(buffer, position, octets);
            case DATE_TIME_SECONDS, DATE_TIME_MILLISECONDS -> epoch(type, buffer, position, octets);
            case DATE_TIME_MICROSECONDS, DATE_TIME_NANOSECONDS -> ntp(buffer, position, octets);
            case IPV4_ADDRESS -> address(buffer, position, octets, IPV4_OCTETS);
            case IPV6_ADDRESS -> address(buffer, position, octets, IPV6_OCTETS);
            case OCTET_ARRAY, BASIC_LIST, SUB_TEMPLATE_LIST, SUB_TEMPLATE_MULTI_LIST -> hex(buffer, position, octets);
        };
    }

    private static String unsigned(ByteBuffer buffer, int position, int octets) {
        return octets > Long.BYTES
                ? hex(buffer, position, octets)
                : Long.toUnsignedString(DataRecord.unsigned(buffer, position, octets));
    }

    private static String signed(ByteBuffer buffer, int position, int octets) {
        if (octets > Long.BYTES) {
            return hex(buffer, position, octets);
        }
        int unused = Long.SIZE - octets * Byte.SIZE;
        return Long.toString(DataRecord.unsigned(buffer, position, octets) << unused >> unused);
    }

    private static String real(ByteBuffer buffer, int position, int octets) {
        return switch (octets) {
            case Float.BYTES -> Float.toString(buffer.getFloat(position));
            case Double.BYTES -> Double.toString(buffer.getDouble(position));
            default -> hex(buffer, position, octets);
        };
    }

    private static String bool(ByteBuffer buffer, int position, int octets) {
        int value = octets == 1 ? buffer.get(position) : 0;
        return value == TRUE ? "true" : value == FALSE ? "false" : hex(buffer, position, octets);
    }

    private static String mac(ByteBuffer buffer, int position, int octets) {
        return octets == MAC_OCTETS
                ? HexFormat.ofDelimiter(":").formatHex(octets(buffer, position, octets))
                : hex(buffer, position, octets);
    }

    private static String epoch(ElementType type, ByteBuffer buffer, int position, int octets) {
        if (octets > Long.BYTES) {
            return hex(buffer, position, octets);
        }
        long value = DataRecord.unsigned(buffer, position, octets);
        long limit = type == ElementType.DATE_TIME_SECONDS ? Instant.MAX.getEpochSecond() : Long.MAX_VALUE;
        if (value < 0 || value > limit) {
            return Long.toUnsignedString(value);
        }
        return (type == ElementType.DATE_TIME_SECONDS ? Instant.ofEpochSecond(value) : Instant.ofEpochMilli(value))
                .toString();
    }

    private static String ntp(ByteBuffer buffer, int position, int octets) {
        if (octets != Long.BYTES) {
            return hex(buffer, position, octets);
        }
        long value = buffer.getLong(position);
        long nanos = ((value & FRACTION_MASK) * NANOS_PER_SECOND) >>> Integer.SIZE;
        return Instant.ofEpochSecond(DataRecord.ntpEpochSeconds(value), nanos).toString();
    }

    private static String address(ByteBuffer buffer, int position, int octets, int expected) {
        return octets == expected
                ? Exporter.of(octets(buffer, position, octets), Exporter.ANY_PORT)
                        .address()
                : hex(buffer, position, octets);
    }

    private static String hex(ByteBuffer buffer, int position, int octets) {
        String shown = HexFormat.of().formatHex(octets(buffer, position, Math.min(octets, MAX_SHOWN_OCTETS)));
        return octets > MAX_SHOWN_OCTETS ? "0x" + shown + "…" : "0x" + shown;
    }

    private static byte[] octets(ByteBuffer buffer, int position, int octets) {
        byte[] copy = new byte[octets];
        buffer.get(position, copy);
        return copy;
    }
}
