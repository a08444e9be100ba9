package io.weir.rules.group;

import io.weir.advisor.host.EvidenceInput;
import io.weir.advisor.host.EvidenceOutput;
import java.util.Arrays;

/** What all records have in common: a value, or nothing once two differ. The order of the records does not matter. */
public final class Common {

    /** What is compared. */
    public enum Field {
        initiator,
        responder,
        port,
        protocol,
        flowClass,
        classReason,
        orientation
    }

    /** Two records differed. No value is this: values are text of addresses, numbers and names. */
    private static final String DIFFERENT = "\u0000";

    /** Null until a record has come. */
    private final String[] values = new String[Field.values().length];

    /** Says what a record has; null where it is absent. Once for each field. */
    public Common with(Field field, Object value) {
        values[field.ordinal()] = value == null ? "" : value.toString();
        return this;
    }

    void merge(Common other) {
        for (int i = 0; i < values.length; i++) {
            String theirs = other.values[i];
            if (values[i] == null) {
                values[i] = theirs;
            } else if (theirs != null && !values[i].equals(theirs)) {
                values[i] = DIFFERENT;
            }
        }
    }

    /** Null when absent, or not the same everywhere. */
    String get(Field field) {
        String value = values[field.ordinal()];
        return value == null || value.isEmpty() || value.equals(DIFFERENT) ? null : value;
    }

    Integer number(Field field) {
        String value = get(field);
        return value == null ? null : Integer.valueOf(value);
    }

    void write(EvidenceOutput out) {
        for (String value : values) {
            out.text(value);
        }
    }

    static Common read(EvidenceInput in) {
        Common common = new Common();
        for (int i = 0; i < common.values.length; i++) {
            common.values[i] = in.text();
        }
        return common;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Common that && Arrays.equals(values, that.values);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(values);
    }

    @Override
    public String toString() {
        return Arrays.toString(values);
    }
}
