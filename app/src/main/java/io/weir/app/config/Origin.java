package io.weir.app.config;

/**
 * Where a value comes from.
 *
 * @param source the kind of place
 * @param place file with line, variable or flag; empty for built-in values
 */
public record Origin(Source source, String place) {

    /** Places, lowest precedence first. */
    public enum Source {
        BUILT_IN,
        FILE,
        ENVIRONMENT,
        COMMAND_LINE
    }

    static final Origin BUILT_IN = new Origin(Source.BUILT_IN, "");

    /** For people: {@code built-in}, {@code weir.properties:12}, {@code environment WEIR_METER_WINDOW}, {@code command line -s}. */
    @Override
    public String toString() {
        return switch (source) {
            case BUILT_IN -> "built-in";
            case FILE -> place;
            case ENVIRONMENT -> "environment " + place;
            case COMMAND_LINE -> "command line " + place;
        };
    }
}
