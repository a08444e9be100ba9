package io.weir.topology.sflow;

import java.util.List;

/**
 * A published structure of a flow or counter record.
 *
 * @param counter it is a counter record; flow records have numbers of their own
 * @param enterprise 20 bits, 0 for sFlow's own
 * @param format 12 bits
 * @param name that of its memo
 * @param source the memo that publishes it
 * @param fields in the order of the wire
 * @param required as many fields were there from the first; later revisions have appended the others, which may be absent
 */
public record Structure(
        boolean counter, int enterprise, int format, String name, String source, List<Field> fields, int required) {

    /** As above, with a list of its own. */
    public Structure {
        fields = List.copyOf(fields);
    }

    /** Enterprise and format as they are on the wire. */
    public int dataFormat() {
        return enterprise << SflowStructures.FORMAT_BITS | format;
    }

    /** Octets of the body that all its fields have at least. */
    public int minimumOctets() {
        return Field.minimumOctets(fields);
    }

    /** Whether the body always has {@link #minimumOctets()}. */
    public boolean isFixed() {
        return required == fields.size()
                && fields.stream().allMatch(field -> field.type().isFixed());
    }
}
