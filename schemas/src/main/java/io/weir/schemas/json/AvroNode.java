package io.weir.schemas.json;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.core.io.NumberOutput;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;

/** One place in a compiled schema: writes or skips the value found there. Immutable once compiled. */
abstract class AvroNode {

    private static final HexFormat HEX = HexFormat.of();
    private static final byte[] NULL = utf8("null");
    private static final byte[] TRUE = utf8("true");
    private static final byte[] FALSE = utf8("false");

    /** The same digits on every Java version; those of {@code Double.toString} changed with Java 19. */
    private static final boolean FAST_DIGITS = true;

    /** Writes the value as JSON. */
    abstract void write(AvroCursor in, JsonBuffer out);

    /** Passes over the value. */
    abstract void skip(AvroCursor in);

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String quoted(String name) {
        return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(name)) + '"';
    }

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
                        .map(symbol -> utf8(quoted(symbol)))
                        .toArray(byte[][]::new));
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
            record.names[i] = utf8((i == 0 ? "{" : ",") + quoted(fields.get(i).name()) + ":");
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
        /** Each name with what stands around it. */
        private final byte[][] names;

        private final AvroNode[] values;

        RecordNode(int fields) {
            names = new byte[fields][];
            values = new AvroNode[fields];
        }

        @Override
        void write(AvroCursor in, JsonBuffer out) {
            in.enter();
            if (names.length == 0) {
                out.write('{');
            }
            for (int i = 0; i < names.length; i++) {
                out.write(names[i]);
                values[i].write(in, out);
            }
            out.write('}');
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
        void write(AvroCursor in, JsonBuffer out) {
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
        void write(AvroCursor in, JsonBuffer out) {
            in.enter();
            out.write('[');
            boolean first = true;
            for (long left = in.readBlockCount(leastOctets); left > 0; left = in.readBlockCount(leastOctets)) {
                for (; left > 0; left--) {
                    if (!first) {
                        out.write(',');
                    }
                    first = false;
                    item.write(in, out);
                }
            }
            out.write(']');
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
        void write(AvroCursor in, JsonBuffer out) {
            in.enter();
            out.write('{');
            boolean first = true;
            for (long left = in.readBlockCount(LEAST_OCTETS); left > 0; left = in.readBlockCount(LEAST_OCTETS)) {
                for (; left > 0; left--) {
                    if (!first) {
                        out.write(',');
                    }
                    first = false;
                    StringNode.writeString(in, out);
                    out.write(':');
                    value.write(in, out);
                }
            }
            out.write('}');
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
        /** In quotation marks. */
        private final byte[][] symbols;

        EnumNode(byte[][] symbols) {
            this.symbols = symbols;
        }

        @Override
        void write(AvroCursor in, JsonBuffer out) {
            int index = in.readInt();
            if (index < 0 || index >= symbols.length) {
                throw in.malformed("symbol " + index + " of an enum of " + symbols.length);
            }
            out.write(symbols[index]);
        }

        @Override
        void skip(AvroCursor in) {
            in.readInt();
        }
    }

    private static final class StringNode extends AvroNode {
        @Override
        void write(AvroCursor in, JsonBuffer out) {
            writeString(in, out);
        }

        static void writeString(AvroCursor in, JsonBuffer out) {
            int length = in.readLength();
            int at = in.take(length);
            if (!out.writePlainString(in.bytes(), at, length)) {
                // Through a String, so that octets which are not UTF-8 become U+FFFD as in Avro's own reader.
                byte[] valid = utf8(new String(in.bytes(), at, length, StandardCharsets.UTF_8));
                out.writeString(valid, 0, valid.length);
            }
        }

        @Override
        void skip(AvroCursor in) {
            in.take(in.readLength());
        }
    }

    private static final class BytesNode extends AvroNode {
        @Override
        void write(AvroCursor in, JsonBuffer out) {
            int length = in.readLength();
            int at = in.take(length);
            out.write(utf8('"' + HEX.formatHex(in.bytes(), at, at + length) + '"'));
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
        void write(AvroCursor in, JsonBuffer out) {
            int at = in.take(octets);
            out.write(utf8('"' + HEX.formatHex(in.bytes(), at, at + octets) + '"'));
        }

        @Override
        void skip(AvroCursor in) {
            in.take(octets);
        }
    }

    private static final class IntNode extends AvroNode {
        @Override
        void write(AvroCursor in, JsonBuffer out) {
            out.writeLong(in.readInt());
        }

        @Override
        void skip(AvroCursor in) {
            in.readInt();
        }
    }

    private static final class LongNode extends AvroNode {
        @Override
        void write(AvroCursor in, JsonBuffer out) {
            out.writeLong(in.readLong());
        }

        @Override
        void skip(AvroCursor in) {
            in.readLong();
        }
    }

    private static final class FloatNode extends AvroNode {
        @Override
        void write(AvroCursor in, JsonBuffer out) {
            float value = in.readFloat();
            if (Float.isFinite(value)) {
                out.write(utf8(NumberOutput.toString(value, FAST_DIGITS)));
            } else {
                out.write(NULL);
            }
        }

        @Override
        void skip(AvroCursor in) {
            in.take(Float.BYTES);
        }
    }

    private static final class DoubleNode extends AvroNode {
        @Override
        void write(AvroCursor in, JsonBuffer out) {
            double value = in.readDouble();
            if (Double.isFinite(value)) {
                out.write(utf8(NumberOutput.toString(value, FAST_DIGITS)));
            } else {
                out.write(NULL);
            }
        }

        @Override
        void skip(AvroCursor in) {
            in.take(Double.BYTES);
        }
    }

    private static final class BooleanNode extends AvroNode {
        @Override
        void write(AvroCursor in, JsonBuffer out) {
            out.write(in.readBoolean() ? TRUE : FALSE);
        }

        @Override
        void skip(AvroCursor in) {
            in.take(1);
        }
    }

    private static final class NullNode extends AvroNode {
        @Override
        void write(AvroCursor in, JsonBuffer out) {
            out.write(NULL);
        }

        @Override
        void skip(AvroCursor in) {
            // Takes no octets.
        }
    }
}
