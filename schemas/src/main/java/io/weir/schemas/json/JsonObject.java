package io.weir.schemas.json;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A JSON object (RFC 8259) as text, fields in the order they were put. A field whose value is null is left out. */
public final class JsonObject {

    /** Whole numbers below it are exact in a double. */
    private static final double MAX_EXACT = 1L << 53;

    private final StringBuilder text = new StringBuilder();

    public JsonObject put(String name, long value) {
        return raw(name, Long.toString(value));
    }

    public JsonObject put(String name, Number value) {
        if (value == null) {
            return this;
        }
        if (value instanceof Double || value instanceof Float) {
            double number = value.doubleValue();
            if (!Double.isFinite(number)) {
                // JSON has no word for it.
                return this;
            }
            boolean whole = number == Math.rint(number) && Math.abs(number) < MAX_EXACT;
            return raw(name, whole ? Long.toString((long) number) : Double.toString(number));
        }
        return raw(name, value.toString());
    }

    public JsonObject put(String name, boolean value) {
        return raw(name, Boolean.toString(value));
    }

    public JsonObject put(String name, String value) {
        return value == null ? this : raw(name, quote(value));
    }

    public JsonObject put(String name, JsonObject value) {
        return value == null ? this : raw(name, value.toString());
    }

    /** An array of strings. */
    public JsonObject putStrings(String name, List<String> values) {
        return raw(name, values.stream().map(JsonObject::quote).collect(Collectors.joining(",", "[", "]")));
    }

    /** Whether nothing was put. */
    public boolean isEmpty() {
        return text.isEmpty();
    }

    public JsonObject put(String name, List<JsonObject> values) {
        return raw(name, values.stream().map(JsonObject::toString).collect(Collectors.joining(",", "[", "]")));
    }

    private JsonObject raw(String name, String value) {
        text.append(text.isEmpty() ? "" : ",").append(quote(name)).append(':').append(value);
        return this;
    }

    private static String quote(String value) {
        StringBuilder quoted = new StringBuilder(value.length() + 2).append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < ' ') {
                quoted.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }

    @Override
    public String toString() {
        return "{" + text + "}";
    }
}
