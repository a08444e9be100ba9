package io.weir.topology.sflow;

import java.util.List;

/**
 * A field of a structure.
 *
 * @param name that of its memo, in lower camel case
 * @param unit unit or meaning, empty where the name says it
 * @param bound octets that a text has at most as its memo says, 0 for no bound; longer ones are read all the same
 * @param elements what repeats in an array; empty for other types
 */
public record Field(String name, FieldType type, String unit, int bound, UnknownValue unknown, List<Field> elements) {

    /** As above, with a list of its own. */
    public Field {
        elements = List.copyOf(elements);
    }

    /** Octets that one element of an array has at least; for other types octets of the field. */
    public int minimumElementOctets() {
        return type == FieldType.ARRAY ? minimumOctets(elements) : type.minimumOctets();
    }

    /** Whether this number, as it is on the wire, means that the field is not known. */
    public boolean isUnknown(long value) {
        return switch (unknown) {
            case NONE -> false;
            case ZERO -> value == 0;
            case ALL_ONES -> value == -1 || (type == FieldType.U32 && value == 0xffff_ffffL);
        };
    }

    static int minimumOctets(List<Field> fields) {
        int octets = 0;
        for (Field field : fields) {
            octets += field.type.minimumOctets();
        }
        return octets;
    }
}
