package io.weir.topology.netflow;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * The information elements that have a name: IANA's IPFIX registry, of vendors those that are met often, and the reverse ones
 * (RFC 5103). Read once from {@code information-elements.csv} beside this class. For people to read; decoding does without.
 *
 * <p>Elements of v9 are IANA's up to 32767; above they are Cisco's of v9 and listed under {@link #V9_VENDOR}.
 */
public final class InformationElements {
    /** Enterprise number of reverse elements (RFC 5103): the element is IANA's of the same number, in the other direction. */
    public static final int REVERSE_PEN = 29305;

    /** Stands for the numbers above 32767 of v9, which have no enterprise number. */
    static final int V9_VENDOR = -1;

    private static final int FIRST_V9_VENDOR = 0x8000;
    private static final String RESOURCE = "information-elements.csv";
    private static final int COLUMNS = 6;
    private static final String[] V9_SCOPES = {"", "System", "Interface", "LineCard", "Cache", "Template"};

    private static final Map<Long, InformationElement> ELEMENTS = load();

    private InformationElements() {}

    /** What an element means; null where that is not known. */
    public static InformationElement find(int enterprise, int id) {
        if (enterprise == REVERSE_PEN) {
            InformationElement forward = ELEMENTS.get(key(0, id));
            return forward == null ? null : reversed(forward);
        }
        return ELEMENTS.get(key(enterprise == 0 && id >= FIRST_V9_VENDOR ? V9_VENDOR : enterprise, id));
    }

    private static InformationElement reversed(InformationElement forward) {
        String name = forward.name();
        return new InformationElement(
                REVERSE_PEN,
                forward.id(),
                "reverse" + Character.toUpperCase(name.charAt(0)) + name.substring(1),
                forward.type(),
                forward.semantics(),
                forward.unit());
    }

    /** The name of a template's field; its numbers where it has none. */
    public static String name(Template template, int field) {
        int id = template.id(field);
        if (template.isV9Scope(field)) {
            return id > 0 && id < V9_SCOPES.length ? "scope" + V9_SCOPES[id] : "scope" + id;
        }
        return name(template.enterprise(field), id);
    }

    /** The name of an element; its numbers where it has none. */
    public static String name(int enterprise, int id) {
        InformationElement element = find(enterprise, id);
        if (element != null) {
            return element.name();
        }
        return enterprise == 0 ? "element" + id : "enterprise" + Integer.toUnsignedString(enterprise) + "element" + id;
    }

    /** How many elements have a name, without the reverse ones. */
    public static int size() {
        return ELEMENTS.size();
    }

    private static long key(int enterprise, int id) {
        return (long) enterprise << Short.SIZE | id;
    }

    private static Map<Long, InformationElement> load() {
        Map<Long, InformationElement> elements = new HashMap<>();
        try (InputStream in = InformationElements.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException(RESOURCE + " is missing from the program");
            }
            BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.startsWith("#")) {
                    InformationElement element = parse(line);
                    elements.put(key(element.enterprise(), element.id()), element);
                }
            }
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot read " + RESOURCE, failed);
        }
        return Map.copyOf(elements);
    }

    private static InformationElement parse(String line) {
        String[] columns = line.split(",", COLUMNS);
        return new InformationElement(
                Integer.parseInt(columns[0]),
                Integer.parseInt(columns[1]),
                columns[2],
                ElementType.of(columns[3]),
                columns[4],
                columns[5]);
    }
}
