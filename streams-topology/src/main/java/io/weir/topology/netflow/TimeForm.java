package io.weir.topology.netflow;

/** The elements that tell when a flow began and ended, the most exact first; a template has one for each, which is found once. */
enum TimeForm {
    NANOSECONDS(RecordField.FIRST_NANOSECONDS, RecordField.LAST_NANOSECONDS),
    MICROSECONDS(RecordField.FIRST_MICROSECONDS, RecordField.LAST_MICROSECONDS),
    MILLISECONDS(RecordField.FIRST_MILLISECONDS, RecordField.LAST_MILLISECONDS),
    SECONDS(RecordField.FIRST_SECONDS, RecordField.LAST_SECONDS),
    DELTA(RecordField.FIRST_DELTA, RecordField.LAST_DELTA),
    UPTIME(RecordField.FIRST_UPTIME, RecordField.LAST_UPTIME),
    OBSERVED_NANOSECONDS(RecordField.OBSERVED_NANOSECONDS, RecordField.OBSERVED_NANOSECONDS),
    OBSERVED_MICROSECONDS(RecordField.OBSERVED_MICROSECONDS, RecordField.OBSERVED_MICROSECONDS),
    OBSERVED_MILLISECONDS(RecordField.OBSERVED_MILLISECONDS, RecordField.OBSERVED_MILLISECONDS),
    OBSERVED_SECONDS(RecordField.OBSERVED_SECONDS, RecordField.OBSERVED_SECONDS),
    REVERSE_NANOSECONDS(RecordField.REVERSE_FIRST_NANOSECONDS, RecordField.REVERSE_LAST_NANOSECONDS),
    REVERSE_MICROSECONDS(RecordField.REVERSE_FIRST_MICROSECONDS, RecordField.REVERSE_LAST_MICROSECONDS),
    REVERSE_MILLISECONDS(RecordField.REVERSE_FIRST_MILLISECONDS, RecordField.REVERSE_LAST_MILLISECONDS),
    REVERSE_SECONDS(RecordField.REVERSE_FIRST_SECONDS, RecordField.REVERSE_LAST_SECONDS),
    REVERSE_UPTIME(RecordField.REVERSE_FIRST_UPTIME, RecordField.REVERSE_LAST_UPTIME),
    /** The record does not tell. */
    NONE(null, null);

    private static final TimeForm[] ALL = values();

    private final RecordField first;
    private final RecordField last;

    TimeForm(RecordField first, RecordField last) {
        this.first = first;
        this.last = last;
    }

    private RecordField field(boolean isFirst) {
        return isFirst ? first : last;
    }

    /** Number of the field that holds it; of {@link #NONE} any, as it is not read. */
    int slot(boolean isFirst) {
        return this == NONE ? 0 : field(isFirst).ordinal();
    }

    private boolean isReverse() {
        return ordinal() >= REVERSE_NANOSECONDS.ordinal();
    }

    /** The form of the first or last packet's time that is best among those that a template has. */
    static TimeForm of(Template template, boolean isFirst, boolean isReverse) {
        for (TimeForm form : ALL) {
            RecordField field = form.field(isFirst);
            if (field != null && form.isReverse() == isReverse && template.has(field)) {
                return form;
            }
        }
        return NONE;
    }
}
