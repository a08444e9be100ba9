package io.weir.topology.sflow;

import java.util.List;
import java.util.stream.Collectors;

/** Writes the table of structures for {@code docs/sflow.md}. */
final class SflowDoc {
    static final String BEGIN =
            "<!-- structures: generated from SflowStructures; run scripts/update-goldens.sh streams-topology -->";
    static final String END = "<!-- end of structures -->";

    private SflowDoc() {}

    /** The page with the part between its markers written anew. */
    static String update(String page) {
        int begin = page.indexOf(BEGIN);
        int end = page.indexOf(END);
        if (begin < 0 || end < begin) {
            throw new IllegalArgumentException("the page has no markers");
        }
        return page.substring(0, begin + BEGIN.length()) + "\n" + structures() + page.substring(end);
    }

    private static String structures() {
        return "### Flow records\n\n" + table(SflowStructures.flow()) + "\n### Counter records\n\n"
                + table(SflowStructures.counters());
    }

    private static String table(List<Structure> structures) {
        return "| format | name | octets | fields | source |\n|---|---|---:|---|---|\n"
                + structures.stream().map(SflowDoc::row).collect(Collectors.joining());
    }

    private static String row(Structure structure) {
        return "| %s | %s | %s | %s | %s |\n"
                .formatted(
                        structure.enterprise() == 0
                                ? Integer.toString(structure.format())
                                : structure.enterprise() + ":" + structure.format(),
                        structure.name(),
                        octets(structure),
                        fields(structure),
                        structure.source());
    }

    private static String octets(Structure structure) {
        if (structure.isFixed()) {
            return Integer.toString(structure.minimumOctets());
        }
        int required = Field.minimumOctets(structure.fields().subList(0, structure.required()));
        return structure.required() < structure.fields().size()
                ? required + " or " + structure.minimumOctets()
                : required + "+";
    }

    private static String fields(Structure structure) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < structure.fields().size(); i++) {
            if (i > 0) {
                text.append(i == structure.required() ? "; later " : ", ");
            }
            text.append(field(structure.fields().get(i)));
        }
        return text.toString();
    }

    /** Numbers of 32 bits are the rule, so that their type is left out. */
    private static String field(Field field) {
        StringBuilder text = new StringBuilder("`").append(field.name()).append('`');
        if (field.type() == FieldType.ARRAY) {
            return text.append(" [")
                    .append(field.elements().stream().map(SflowDoc::field).collect(Collectors.joining(", ")))
                    .append(']')
                    .toString();
        }
        if (field.type() != FieldType.U32) {
            text.append(' ').append(field.type().text());
        }
        if (field.bound() > 0) {
            text.append('<').append(field.bound()).append('>');
        }
        if (field.unknown() == UnknownValue.ZERO) {
            text.append('°');
        }
        if (!field.unit().isEmpty()) {
            text.append(" (").append(field.unit()).append(')');
        }
        return text.toString();
    }
}
