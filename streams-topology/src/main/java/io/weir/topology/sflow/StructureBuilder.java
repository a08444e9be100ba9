package io.weir.topology.sflow;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/** Fields of one structure after another, for the table. */
final class StructureBuilder {
    private final List<Field> fields = new ArrayList<>();
    private int required = -1;

    StructureBuilder field(String name, FieldType type, String unit, UnknownValue unknown) {
        fields.add(new Field(name, type, unit, 0, unknown, List.of()));
        return this;
    }

    StructureBuilder u32(String name, String unit) {
        return field(name, FieldType.U32, unit, UnknownValue.NONE);
    }

    StructureBuilder u32(String name) {
        return u32(name, "");
    }

    /** Numbers of 32 bits that their names explain. */
    StructureBuilder numbers(String... names) {
        return each(FieldType.U32, UnknownValue.NONE, names);
    }

    StructureBuilder i32(String name, String unit) {
        return field(name, FieldType.I32, unit, UnknownValue.NONE);
    }

    StructureBuilder u64(String name, String unit) {
        return field(name, FieldType.U64, unit, UnknownValue.NONE);
    }

    StructureBuilder f32(String... names) {
        return each(FieldType.F32, UnknownValue.NONE, names);
    }

    StructureBuilder u8(String... names) {
        return each(FieldType.U8, UnknownValue.NONE, names);
    }

    /** Counters of 32 bits: all ones where the agent does not have one. */
    StructureBuilder counters(String... names) {
        return each(FieldType.U32, UnknownValue.ALL_ONES, names);
    }

    StructureBuilder counter(String name, String unit) {
        return field(name, FieldType.U32, unit, UnknownValue.ALL_ONES);
    }

    /** A counter of 64 bits: all ones where the agent does not have it. */
    StructureBuilder counter64(String name, String unit) {
        return field(name, FieldType.U64, unit, UnknownValue.ALL_ONES);
    }

    /** Gauges of 32 bits: 0 where the agent does not have one. */
    StructureBuilder gauges(String... names) {
        return each(FieldType.U32, UnknownValue.ZERO, names);
    }

    StructureBuilder gauge(String name, String unit) {
        return field(name, FieldType.U32, unit, UnknownValue.ZERO);
    }

    /** A gauge of 64 bits: 0 where the agent does not have it. */
    StructureBuilder gauge64(String name, String unit) {
        return field(name, FieldType.U64, unit, UnknownValue.ZERO);
    }

    StructureBuilder percentages(String... names) {
        return each(FieldType.PERCENTAGE, UnknownValue.ALL_ONES, names);
    }

    StructureBuilder mac(String... names) {
        return each(FieldType.MAC, UnknownValue.NONE, names);
    }

    StructureBuilder ipv4(String... names) {
        return each(FieldType.IPV4, UnknownValue.NONE, names);
    }

    StructureBuilder ipv6(String... names) {
        return each(FieldType.IPV6, UnknownValue.NONE, names);
    }

    StructureBuilder address(String... names) {
        return each(FieldType.ADDRESS, UnknownValue.NONE, names);
    }

    StructureBuilder uuid(String name) {
        return each(FieldType.UUID, UnknownValue.NONE, name);
    }

    StructureBuilder opaque(String name, String unit) {
        return field(name, FieldType.OPAQUE, unit, UnknownValue.NONE);
    }

    /** Texts without a bound. */
    StructureBuilder strings(String... names) {
        return each(FieldType.STRING, UnknownValue.NONE, names);
    }

    StructureBuilder string(String name, int bound) {
        fields.add(new Field(name, FieldType.STRING, "", bound, UnknownValue.NONE, List.of()));
        return this;
    }

    /** An array of numbers. */
    StructureBuilder words(String name, String element, String unit) {
        return array(name, elements -> elements.u32(element, unit));
    }

    StructureBuilder array(String name, UnaryOperator<StructureBuilder> elements) {
        List<Field> repeated = elements.apply(new StructureBuilder()).fields;
        fields.add(new Field(name, FieldType.ARRAY, "", 0, UnknownValue.NONE, repeated));
        return this;
    }

    StructureBuilder records(String name) {
        return each(FieldType.RECORDS, UnknownValue.NONE, name);
    }

    /** What follows was appended by a later revision. */
    StructureBuilder later() {
        required = fields.size();
        return this;
    }

    private StructureBuilder each(FieldType type, UnknownValue unknown, String... names) {
        Arrays.stream(names).forEach(name -> field(name, type, "", unknown));
        return this;
    }

    Structure build(boolean counter, int enterprise, int format, String name, String source) {
        return new Structure(
                counter, enterprise, format, name, source, fields, required < 0 ? fields.size() : required);
    }
}
