package io.weir.schemas.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.SerializedString;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;

/** One place in a compiled schema: writes or skips the value found there. Immutable once compiled. */
abstract class AvroNode {

    private static final HexFormat HEX = HexFormat.of();

    /** Writes the value as JSON. */
    abstract void write(AvroCursor in, JsonGenerator out) throws IOException;

    /** Passes over the value. */
    abstract void skip(AvroCursor in);

    static AvroNode compile(Schema schema) {
        return compile(schema, new HashMap<>());
    }

    /** @param records those compiled so far, by full name, as schemas may refer to themselves */
    private static AvroNode compile(Schema schema, Map<String, RecordNode> records) {
        return switch (schema.getType()) {
            case RECORD -> compileRecord(schema, records);
            case UNION ->
                new UnionNode(schema.getTypes().stream()
                        .map(branch -> compile(branch, records))
                        .toArray(AvroNode[]::new));
            case ARRAY ->
                new ArrayNode(
                        compile(schema.getElementType(), records),
                        leastOctets(schema.getElementType(), new HashMap<>()));
            case MAP -> new MapNode(compile(schema.getValueType(), records));
            case ENUM ->
                new EnumNode(schema.getEnumSymbols().stream()
                        .map(SerializedString::new)
                        .toArray(SerializableString[]::new));
            case STRING -> new StringNode();
            case BYTES -> new BytesNode();
            case FIXED -> new FixedNode(schema.getFixedSize());
            case INT -> new IntNode();
            case LONG -> new LongNode();
            case FLOAT -> new FloatNode();
            case DOUBLE -> new DoubleNode();
            case BOOLEAN -> new BooleanNode();
            case NULL -> new NullNode();
        };
    }

    private static RecordNode compileRecord(Schema schema, Map<String, RecordNode> records) {
        RecordNode known = records.get(schema.getFullName());
        if (known != null) {
            return known;
        }
        List<Schema.Field> fields = schema.getFields();
        RecordNode record = new RecordNode(fields.size());
        records.put(schema.getFullName(), record);
        for (int i = 0; i < fields.size(); i++) {
            record.names[i] = new SerializedString(fields.get(i).name());
            record.values[i] = compile(fields.get(i).schema(), records);
        }
        return record;
    }

    /** @param records least octets of those seen so far, by full name; 0 while a record is being summed */
    private static long leastOctets(Schema schema, Map<String, Long> records) {
        return switch (schema.getType()) {
            case NULL -> 0;
            case FIXED -> schema.getFixedSize();
            case FLOAT -> Float.BYTES;
            case DOUBLE -> Double.BYTES;
            case UNION ->
                1
                        + schema.getTypes().stream()
                                .mapToLong(branch -> leastOctets(branch, records))
                                .min()
                                .orElse(0);
            case RECORD -> {
                Long known = records.putIfAbsent(schema.getFullName(), 0L);
                if (known != null) {
                    yield known;
                }
                long sum = 0;
                for (Schema.Field field : schema.getFields()) {
                    sum += leastOctets(field.schema(), records);
                }
                records.put(schema.getFullName(), sum);
                yield sum;
            }
            case BOOLEAN, INT, LONG, ENUM, STRING, BYTES, ARRAY, MAP -> 1;
        };
    }

    private static final class RecordNode extends AvroNode {
        private final SerializableString[] names;
        private final AvroNode[] values;

        RecordNode(int fields) {
            names = new SerializableString[fields];
            values = new AvroNode[fields];
        }

        @Override
        void write(AvroCursor in, JsonGenerator out) throws IOException {
            in.enter();
            out.writeStartObject();
            for (int i = 0; i < names.length; i++) {
                out.writeFieldName(names[i]);
                values[i].write(in, out);
            }
            out.writeEndObject();
            in.leave();
        }

        @Override
        void skip(AvroCursor in) {
            in.enter();
            for (AvroNode value : values) {
                value.skip(in);
            }
            in.leave();
        }
    }

    private static final class UnionNode extends AvroNode {
        private final AvroNode[] branches;

        UnionNode(AvroNode[] branches) {
            this.branches = branches;
        }

        @Override
        void write(AvroCursor in, JsonGenerator out) throws IOException {
            branch(in).write(in, out);
        }

        @Override
        void skip(AvroCursor in) {
            branch(in).skip(in);
        }

        private AvroNode branch(AvroCursor in) {
            int index = in.readInt();
            if (index < 0 || index >= branches.length) {
                throw in.malformed("branch " + index + " of a union of " + branches.length);
            }
            return branches[index];
        }
    }

    private static final class ArrayNode extends AvroNode {
        private final AvroNode item;
        private final long leastOctets;

        ArrayNode(AvroNode item, long leastOctets) {
            this.item = item;
            this.leastOctets = leastOctets;
        }

        @Override
        void write(AvroCursor in, JsonGenerator out) throws IOException {
            in.enter();
            out.writeStartArray();
            for (long left = in.readBlockCount(leastOctets); left > 0; left = in.readBlockCount(leastOctets)) {
                for (; left > 0; left--) {
                    item.write(in, out);
                }
            }
            out.writeEndArray();
            in.leave();
        }

        @Override
        void skip(AvroCursor in) {
            in.enter();
            for (long left = in.readBlockCount(leastOctets); left > 0; left = in.readBlockCount(leastOctets)) {
                for (; left > 0; left--) {
                    item.skip(in);
                }
            }
            in.leave();
        }
    }

    private static final class MapNode extends AvroNode {
        /** A key takes an octet at least. */
        private static final long LEAST_OCTETS = 1;

        private final AvroNode value;

        MapNode(AvroNode value) {
            this.value = value;
        }

        @Override
        void write(AvroCursor in, JsonGenerator out) throws IOException {
            in.enter();
            out.writeStartObject();
            for (long left = in.readBlockCount(LEAST_OCTETS); left > 0; left = in.readBlockCount(LEAST_OCTETS)) {
                for (; left > 0; left--) {
                    int length = in.readLength();
                    out.writeFieldName(new String(in.bytes(), in.take(length), length, StandardCharsets.UTF_8));
                    value.write(in, out);
                }
            }
            out.writeEndObject();
            in.leave();
        }

        @Override
        void skip(AvroCursor in) {
            in.enter();
            for (long left = in.readBlockCount(LEAST_OCTETS); left > 0; left = in.readBlockCount(LEAST_OCTETS)) {
                for (; left > 0; left--) {
                    in.take(in.readLength());
                    value.skip(in);
                }
            }
            in.leave();
        }
    }

    private static final class EnumNode extends AvroNode {
        private final SerializableString[] symbols;

        EnumNode(SerializableString[] symbols) {
            this.symbols = symbols;
        }

        @Override
        void write(AvroCursor in, JsonGenerator out) throws IOException {
            int index = in.readInt();
            if (index < 0 || index >= symbols.length) {
                throw in.malformed("symbol " + index + " of an enum of " + symbols.length);
            }
            out.writeString(symbols[index]);
        }

        @Override
        void skip(AvroCursor in) {
            in.readInt();
        }
    }

    private static final class StringNode extends AvroNode {
        @Override
        void write(AvroCursor in, JsonGenerator out) throws IOException {
            int length = in.readLength();
            int at = in.take(length);
            if (isAscii(in.bytes(), at, length)) {
                out.writeUTF8String(in.bytes(), at, length);
            } else {
                // Through a String, so that octets which are not UTF-8 become U+FFFD as in Avro's own reader.
                byte[] valid =
                        new String(in.bytes(), at, length, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8);
                out.writeUTF8String(valid, 0, valid.length);
            }
        }

        @Override
        void skip(AvroCursor in) {
            in.take(in.readLength());
        }

        private static boolean isAscii(byte[] bytes, int at, int length) {
            int all = 0;
            for (int i = at; i < at + length; i++) {
                all |= bytes[i];
            }
            return all >= 0;
        }
    }

    private static final class BytesNode extends AvroNode {
        @Override
        void write(AvroCursor in, JsonGenerator out) throws IOException {
            int length = in.readLength();
            int at = in.take(length);
            out.writeString(HEX.formatHex(in.bytes(), at, at + length));
        }

        @Override
        void skip(AvroCursor in) {
            in.take(in.readLength());
        }
    }

    private static final class FixedNode extends AvroNode {
        private final int octets;

        FixedNode(int octets) {
            this.octets = octets;
        }

        @Override
        void write(AvroCursor in, JsonGenerator out) throws IOException {
            int at = in.take(octets);
            out.writeString(HEX.formatHex(in.bytes(), at, at + octets));
        }

        @Override
        void skip(AvroCursor in) {
            in.take(octets);
        }
    }

    private static final class IntNode extends AvroNode {
        @Override
        void write(AvroCursor in, JsonGenerator out) throws IOException {
            out.writeNumber(in.readInt());
        }

        @Override
        void skip(AvroCursor in) {
            in.readInt();
        }
    }

    private static final class LongNode extends AvroNode {
        @Override
        void write(AvroCursor in, JsonGenerator out) throws IOException {
            out.writeNumber(in.readLong());
        }

        @Override
        void skip(AvroCursor in) {
            in.readLong();
        }
    }

    private static final class FloatNode extends AvroNode {
        @Override
        void write(AvroCursor in, JsonGenerator out) throws IOException {
            float value = in.readFloat();
            if (Float.isFinite(value)) {
                out.writeNumber(value);
            } else {
                out.writeNull();
            }
        }

        @Override
        void skip(AvroCursor in) {
            in.take(Float.BYTES);
        }
    }

    private static final class DoubleNode extends AvroNode {
        @Override
        void write(AvroCursor in, JsonGenerator out) throws IOException {
            double value = in.readDouble();
            if (Double.isFinite(value)) {
                out.writeNumber(value);
            } else {
                out.writeNull();
            }
        }

        @Override
        void skip(AvroCursor in) {
            in.take(Double.BYTES);
        }
    }

    private static final class BooleanNode extends AvroNode {
        @Override
        void write(AvroCursor in, JsonGenerator out) throws IOException {
            out.writeBoolean(in.readBoolean());
        }

        @Override
        void skip(AvroCursor in) {
            in.take(1);
        }
    }

    private static final class NullNode extends AvroNode {
        @Override
        void write(AvroCursor in, JsonGenerator out) throws IOException {
            out.writeNull();
        }

        @Override
        void skip(AvroCursor in) {
            // Takes no octets.
        }
    }
}
