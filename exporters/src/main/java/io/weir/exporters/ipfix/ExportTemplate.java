package io.weir.exporters.ipfix;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A Template Record or an Options Template Record (RFC 7011 section 3.4).
 *
 * @param id number, from 256
 * @param scopeFields how many of the fields are the scope; 0 for a template of flows
 * @param fields in the order of the records
 */
record ExportTemplate(int id, int scopeFields, List<Field> fields) {

    private static final int ENTERPRISE_BIT = 0x8000;

    /** Private enterprise number of elements of the reverse direction (RFC 5103). */
    private static final int REVERSE_PEN = 29305;

    /** Octet before what has fewer than 255; two more behind it for what has more. */
    private static final int LENGTH_OCTETS = 1;

    ExportTemplate {
        fields = List.copyOf(fields);
    }

    /**
     * @param reverse whether it is the element's value for the packets from destination to source
     */
    record Field(Element element, boolean reverse) {}

    /** Without texts. */
    int recordOctets() {
        int octets = 0;
        for (Field field : fields) {
            octets += field.element().octets == Element.VARIABLE_OCTETS ? LENGTH_OCTETS : field.element().octets;
        }
        return octets;
    }

    void write(ByteBuffer out) {
        out.putShort((short) id).putShort((short) fields.size());
        if (scopeFields > 0) {
            out.putShort((short) scopeFields);
        }
        for (Field field : fields) {
            out.putShort((short) (field.element().id | (field.reverse() ? ENTERPRISE_BIT : 0)))
                    .putShort((short) field.element().octets);
            if (field.reverse()) {
                out.putInt(REVERSE_PEN);
            }
        }
    }

    static ExportTemplate options(int id, Element scope, Element... others) {
        return new Fields().with(scope).with(others).template(id, 1);
    }

    /** Puts templates together. */
    static final class Fields {
        private final List<Field> fields = new ArrayList<>();

        Fields with(Element... elements) {
            for (Element element : elements) {
                fields.add(new Field(element, false));
            }
            return this;
        }

        Fields reverse(Element... elements) {
            for (Element element : elements) {
                fields.add(new Field(element, true));
            }
            return this;
        }

        ExportTemplate template(int id, int scopeFields) {
            return new ExportTemplate(id, scopeFields, fields);
        }
    }
}
