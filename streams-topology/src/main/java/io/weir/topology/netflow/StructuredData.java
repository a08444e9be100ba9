package io.weir.topology.netflow;

import java.nio.ByteBuffer;

/**
 * Walks lists within records (RFC 6313): basicList, subTemplateList, subTemplateMultiList. Lists within lists are walked to a bounded depth,
 * values to a bounded number. Nothing outside the field is read.
 *
 * <pre>
 * basicList             semantic (1) element (2) length (2) [enterprise (4)] | value …
 * subTemplateList       semantic (1) template (2)                            | record …
 * subTemplateMultiList  semantic (1) | template (2) octets with these four (2) | record … | …
 * </pre>
 */
public final class StructuredData {
    /** Lists within each other that are walked. */
    public static final int MAX_DEPTH = 8;
    /** Values that are told of one field. */
    public static final int MAX_VALUES = 1 << 16;

    private static final int SHORT_MASK = 0xffff;
    private static final int OCTET_MASK = 0xff;
    private static final int ENTERPRISE_BIT = 0x8000;
    private static final int BASIC_HEAD_OCTETS = 5;
    private static final int SUB_HEAD_OCTETS = 3;
    private static final int MULTI_HEAD_OCTETS = 1;
    private static final int PART_HEAD_OCTETS = 4;
    private static final int PLACE_SHIFT = 32;

    private final Templates templates;

    private ByteBuffer buffer;
    private MessageHead head;
    private ListVisitor visitor;
    private int valuesLeft;

    /** Lists are read with these templates. */
    public StructuredData(Templates templates) {
        this.templates = templates;
    }

    /** The type of list that a field's element has, or null. */
    public static ElementType listType(Template template, int field) {
        return template.isV9Scope(field) ? null : listType(template.enterprise(field), template.id(field));
    }

    private static ElementType listType(int enterprise, int id) {
        InformationElement element = InformationElements.find(enterprise, id);
        return element != null && element.type().isList() ? element.type() : null;
    }

    /** Walks a field of a record, if it is a list; whether it is one. */
    public boolean walk(DataRecord record, int field, ListVisitor told) {
        ElementType type = listType(record.template(), field);
        if (type == null) {
            return false;
        }
        buffer = record.buffer();
        head = record.head();
        visitor = told;
        valuesLeft = MAX_VALUES;
        int position = record.fieldPosition(field);
        list(1, type, position, position + record.fieldOctets(field));
        return true;
    }

    private void list(int depth, ElementType type, int at, int end) {
        if (depth > MAX_DEPTH) {
            visitor.onProblem(depth, ListVisitor.ListProblem.TOO_DEEP, at, end - at);
            return;
        }
        int headOctets = type == ElementType.BASIC_LIST
                ? BASIC_HEAD_OCTETS
                : type == ElementType.SUB_TEMPLATE_LIST ? SUB_HEAD_OCTETS : MULTI_HEAD_OCTETS;
        if (end - at < headOctets) {
            visitor.onProblem(depth, ListVisitor.ListProblem.CUT, at, end - at);
            return;
        }
        visitor.onList(depth, type, buffer.get(at) & OCTET_MASK);
        int content = at + 1;
        if (type == ElementType.BASIC_LIST) {
            basicList(depth, content, end);
        } else if (type == ElementType.SUB_TEMPLATE_LIST) {
            records(depth, unsigned(content), content + Short.BYTES, end);
        } else {
            multiList(depth, content, end);
        }
    }

    private void basicList(int depth, int at, int end) {
        int id = unsigned(at);
        int length = unsigned(at + Short.BYTES);
        int next = at + 2 * Short.BYTES;
        int enterprise = 0;
        if ((id & ENTERPRISE_BIT) != 0) {
            if (end - next < Integer.BYTES) {
                visitor.onProblem(depth, ListVisitor.ListProblem.CUT, at, end - at);
                return;
            }
            id &= ~ENTERPRISE_BIT;
            enterprise = buffer.getInt(next);
            next += Integer.BYTES;
        }
        if (length == 0 && next < end) {
            visitor.onProblem(depth, ListVisitor.ListProblem.NO_LENGTH, next, end - next);
            return;
        }
        ElementType nested = listType(enterprise, id);
        while (next < end) {
            next = value(depth, enterprise, id, length, nested, next, end);
            if (next < 0) {
                return;
            }
        }
    }

    private void multiList(int depth, int at, int end) {
        int next = at;
        while (next < end) {
            int octets = end - next < PART_HEAD_OCTETS ? 0 : unsigned(next + Short.BYTES);
            if (octets < PART_HEAD_OCTETS || octets > end - next) {
                visitor.onProblem(depth, ListVisitor.ListProblem.CUT, next, end - next);
                return;
            }
            records(depth, unsigned(next), next + PART_HEAD_OCTETS, next + octets);
            next += octets;
        }
    }

    private void records(int depth, int templateId, int at, int end) {
        if (at == end) {
            return;
        }
        Template template = templates.find(head.exporter, head.version, head.domain, templateId, head.receiveNanos);
        if (template == null) {
            visitor.onProblem(depth, ListVisitor.ListProblem.UNKNOWN_TEMPLATE, at, end - at);
            return;
        }
        int next = at;
        while (next < end) {
            visitor.onRecord(depth, template, next);
            for (int i = 0; i < template.fieldCount() && next >= 0; i++) {
                next = value(
                        depth,
                        template.enterprise(i),
                        template.id(i),
                        template.length(i),
                        listType(template, i),
                        next,
                        end);
            }
            if (next < 0) {
                return;
            }
        }
    }

    /** Position behind the value, or -1 where the list cannot be read on. */
    private int value(int depth, int enterprise, int id, int announced, ElementType nested, int at, int end) {
        if (valuesLeft == 0) {
            visitor.onProblem(depth, ListVisitor.ListProblem.TOO_MUCH_WORK, at, end - at);
            return -1;
        }
        valuesLeft--;
        int position = at;
        int octets = announced;
        if (announced == Template.VARIABLE_LENGTH) {
            long place = DataRecord.variableField(buffer, at, end);
            octets = place < 0 ? Integer.MAX_VALUE : (int) place;
            position = place < 0 ? at : (int) (place >>> PLACE_SHIFT);
        }
        if (octets > end - position) {
            visitor.onProblem(depth, ListVisitor.ListProblem.CUT, at, end - at);
            return -1;
        }
        visitor.onValue(depth, enterprise, id, position, octets);
        if (nested != null) {
            list(depth + 1, nested, position, position + octets);
        }
        return position + octets;
    }

    private int unsigned(int at) {
        return buffer.getShort(at) & SHORT_MASK;
    }
}
