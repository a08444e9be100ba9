package io.weir.app.read;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;

/**
 * Makes records of JSON objects as {@code weir findings --json} and others write them: fields as in the schema, a union as the value that it holds. A
 * field that is missing takes its default, one that the schema does not know is passed over, and so is an unknown symbol of an enum.
 */
final class AvroJsonParser {

    private AvroJsonParser() {}

    /**
     * A value does not fit the schema.
     *
     * @see #column()
     */
    static final class MismatchException extends IOException {

        private static final long serialVersionUID = 1L;

        private final int column;

        private MismatchException(JsonParser at, String message) {
            super(message);
            this.column = at.currentTokenLocation().getColumnNr();
        }

        /** Where it stands in its line, from 1. */
        int column() {
            return column;
        }
    }

    /**
     * Reads the object whose beginning the parser stands at.
     *
     * @throws IOException when it is no JSON, or does not fit
     */
    static SpecificRecord record(JsonParser in, Schema schema) throws IOException {
        if (in.currentToken() != JsonToken.START_OBJECT) {
            throw new MismatchException(in, schema.getName() + " is to be an object");
        }
        Map<String, Object> values = new HashMap<>();
        while (in.nextToken() != JsonToken.END_OBJECT) {
            Schema.Field field = schema.getField(in.currentName());
            in.nextToken();
            if (field == null) {
                in.skipChildren();
            } else {
                values.put(field.name(), value(in, field.schema(), field.name()));
            }
        }
        SpecificRecord made = (SpecificRecord) SpecificData.get().newRecord(null, schema);
        for (Schema.Field field : schema.getFields()) {
            if (values.containsKey(field.name())) {
                made.put(field.pos(), values.get(field.name()));
            } else if (field.hasDefaultValue()) {
                made.put(field.pos(), SpecificData.get().getDefaultValue(field));
            } else if (!isNullable(field.schema())) {
                throw new MismatchException(
                        in, schema.getName() + " has no field '" + field.name() + "', which each has");
            }
        }
        return made;
    }

    private static boolean isNullable(Schema schema) {
        return schema.isUnion() && schema.isNullable();
    }

    private static Object value(JsonParser in, Schema schema, String name) throws IOException {
        JsonToken token = in.currentToken();
        return switch (schema.getType()) {
            case UNION -> token == JsonToken.VALUE_NULL ? nullOf(in, schema, name) : value(in, held(schema), name);
            case RECORD -> record(in, schema);
            case ARRAY -> array(in, schema, name);
            case ENUM -> symbol(in, schema, name);
            case STRING -> {
                require(token == JsonToken.VALUE_STRING, in, name, "a string");
                yield in.getText();
            }
            case BOOLEAN -> {
                require(token == JsonToken.VALUE_TRUE || token == JsonToken.VALUE_FALSE, in, name, "true or false");
                yield in.getBooleanValue();
            }
            case INT -> {
                require(token == JsonToken.VALUE_NUMBER_INT, in, name, "a whole number");
                yield in.getIntValue();
            }
            case LONG -> {
                require(token == JsonToken.VALUE_NUMBER_INT, in, name, "a whole number");
                yield in.getLongValue();
            }
            case DOUBLE -> {
                require(
                        token == JsonToken.VALUE_NUMBER_INT || token == JsonToken.VALUE_NUMBER_FLOAT,
                        in,
                        name,
                        "a number");
                yield in.getDoubleValue();
            }
            default -> throw new IllegalStateException("no record that is read here has a " + schema.getType());
        };
    }

    private static Object nullOf(JsonParser in, Schema schema, String name) throws IOException {
        require(schema.isNullable(), in, name, "a value");
        return null;
    }

    /** Ours are unions of null and one other. */
    private static Schema held(Schema union) {
        return union.getTypes().stream()
                .filter(type -> type.getType() != Schema.Type.NULL)
                .findFirst()
                .orElseThrow();
    }

    private static List<Object> array(JsonParser in, Schema schema, String name) throws IOException {
        require(in.currentToken() == JsonToken.START_ARRAY, in, name, "an array");
        List<Object> elements = new ArrayList<>();
        while (in.nextToken() != JsonToken.END_ARRAY) {
            elements.add(value(in, schema.getElementType(), name));
        }
        return elements;
    }

    private static Object symbol(JsonParser in, Schema schema, String name) throws IOException {
        require(in.currentToken() == JsonToken.VALUE_STRING, in, name, "one of " + schema.getEnumSymbols());
        String text = in.getText();
        if (schema.hasEnumSymbol(text)) {
            return SpecificData.get().createEnum(text, schema);
        }
        require(schema.getEnumDefault() != null, in, name, "one of " + schema.getEnumSymbols());
        return SpecificData.get().createEnum(schema.getEnumDefault(), schema);
    }

    private static void require(boolean holds, JsonParser in, String name, String wanted) throws MismatchException {
        if (!holds) {
            throw new MismatchException(in, "'" + name + "' is to be " + wanted);
        }
    }
}
