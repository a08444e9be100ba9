package io.weir.schemas.json;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.kafka.common.errors.SerializationException;

/**
 * Reads chosen fields of a record and skips the others; nothing is made of what stands behind the last of them. A field is named by
 * its path, with a dot before a field of an enclosed record, and one of {@link #ITEMS} for one of the first items of an array:
 * {@code delta.initiatorPackets}, {@code vlanIds.first}. Holds what was read last. Reading makes no objects but a cursor. Not
 * thread-safe.
 */
public final class AvroFields {

    /** Names of the first items of an array in a path. */
    public static final List<String> ITEMS = List.of("first", "second", "third", "fourth");

    /** Octets that an item which can be read takes at least. */
    private static final int LEAST_ITEM_OCTETS = 1;

    /** Stands for the length of what is not a string. */
    private static final int NUMBER = -1;

    private final AvroJson owner;
    private final Reader root;
    private final boolean[] present;
    private final long[] numbers;
    private final int[] lengths;
    private final List<List<String>> symbols;
    private byte[] bytes;

    private AvroFields(AvroJson owner, List<String> paths) {
        this.owner = owner;
        this.present = new boolean[paths.size()];
        this.numbers = new long[paths.size()];
        this.lengths = new int[paths.size()];
        this.symbols = new ArrayList<>(Collections.nCopies(paths.size(), List.of()));
        Map<String, Integer> slots = new HashMap<>();
        for (String path : paths) {
            if (slots.putIfAbsent(path, slots.size()) != null) {
                throw new IllegalArgumentException("field " + path + " is asked for twice");
            }
        }
        this.root = compile(owner.schema(), slots, true);
    }

    static AvroFields compile(AvroJson owner, List<String> paths) {
        return new AvroFields(owner, paths);
    }

    /**
     * Reads the fields of one value.
     *
     * @param value holds Avro binary, without the frame of the wire format; not copied, must not change while strings are asked for
     * @throws SerializationException when the octets, as far as the last field, are not a value of the schema
     */
    public void read(byte[] value, int offset, int length) {
        Arrays.fill(present, false);
        bytes = value;
        if (root == null) {
            return;
        }
        try {
            root.read(new AvroCursor(value, offset, length));
        } catch (SerializationException e) {
            throw owner.unreadable(e);
        }
    }

    /** False when the field is null, within a null record, not in the schema, or of a type that is not read. */
    public boolean isPresent(int field) {
        return present[field];
    }

    /** An int or long field, or the place of an enum's symbol in {@link #symbols}; {@code otherwise} when it is not present. */
    public long number(int field, long otherwise) {
        return present[field] && lengths[field] == NUMBER ? numbers[field] : otherwise;
    }

    /** A boolean field; false when it is not present. */
    public boolean isTrue(int field) {
        return number(field, 0) != 0;
    }

    /** A string field; null when it is not present. */
    public String string(int field) {
        return present[field] && lengths[field] != NUMBER
                ? new String(bytes, (int) numbers[field], lengths[field], StandardCharsets.UTF_8)
                : null;
    }

    /** Where a string field begins in the value that was read; says nothing of other fields. */
    public int position(int field) {
        return (int) numbers[field];
    }

    /** Octets of a string field; negative when it is no string or not present. */
    public int length(int field) {
        return present[field] ? lengths[field] : NUMBER;
    }

    /** Symbols of an enum field in the schema's order; empty when it is none. */
    public List<String> symbols(int field) {
        return symbols.get(field);
    }

    private void set(int slot, long number, int length) {
        present[slot] = true;
        numbers[slot] = number;
        lengths[slot] = length;
    }

    /** Reads what is wanted of a value and passes over the rest of it. */
    private interface Reader {
        void read(AvroCursor in);
    }

    /**
     * @param slots of the fields at this place and beneath it, by what is left of their paths
     * @param last nothing behind this value is wanted
     * @return null when nothing of the value is wanted
     */
    private Reader compile(Schema schema, Map<String, Integer> slots, boolean last) {
        if (slots.isEmpty()) {
            return null;
        }
        return switch (schema.getType()) {
            case RECORD -> record(schema, slots, last);
            case UNION -> union(schema, slots, last);
            case INT, LONG -> slot(slots) < 0 ? null : readNumber(slot(slots));
            case BOOLEAN -> slot(slots) < 0 ? null : readBoolean(slot(slots));
            case STRING -> slot(slots) < 0 ? null : readString(slot(slots));
            case ENUM -> slot(slots) < 0 ? null : readSymbol(slot(slots), schema.getEnumSymbols());
            case ARRAY -> items(schema.getElementType(), slots);
            case NULL, BYTES, FIXED, FLOAT, DOUBLE, MAP -> null;
        };
    }

    /** The slot of a path that ends here; negative when none does. */
    private static int slot(Map<String, Integer> slots) {
        return slots.getOrDefault("", -1);
    }

    private Reader readNumber(int slot) {
        return in -> set(slot, in.readLong(), NUMBER);
    }

    private Reader readSymbol(int slot, List<String> known) {
        symbols.set(slot, List.copyOf(known));
        return in -> {
            int symbol = in.readInt();
            if (symbol < 0 || symbol >= known.size()) {
                throw in.malformed("symbol " + symbol + " of an enum of " + known.size());
            }
            set(slot, symbol, NUMBER);
        };
    }

    private Reader items(Schema item, Map<String, Integer> slots) {
        Reader[] readers = new Reader[ITEMS.size()];
        int end = 0;
        for (int i = 0; i < readers.length; i++) {
            readers[i] = compile(item, beneath(ITEMS.get(i), slots), false);
            end = readers[i] == null ? end : i + 1;
        }
        if (end == 0) {
            return null;
        }
        AvroNode others = AvroNode.compile(item);
        Reader[] wanted = Arrays.copyOf(readers, end);
        for (int i = 0; i < end; i++) {
            if (wanted[i] == null) {
                wanted[i] = others::skip;
            }
        }
        return in -> {
            int at = 0;
            for (long left = in.readBlockCount(LEAST_ITEM_OCTETS);
                    left > 0;
                    left = in.readBlockCount(LEAST_ITEM_OCTETS)) {
                for (long i = 0; i < left; i++) {
                    if (at < wanted.length) {
                        wanted[at++].read(in);
                    } else {
                        others.skip(in);
                    }
                }
            }
        };
    }

    private Reader readBoolean(int slot) {
        return in -> set(slot, in.readBoolean() ? 1 : 0, NUMBER);
    }

    private Reader readString(int slot) {
        return in -> {
            int length = in.readLength();
            set(slot, in.take(length), length);
        };
    }

    private Reader record(Schema schema, Map<String, Integer> slots, boolean last) {
        List<Schema.Field> fields = schema.getFields();
        Reader[] readers = new Reader[fields.size()];
        int end = 0;
        for (int i = fields.size() - 1; i >= 0; i--) {
            readers[i] = compile(fields.get(i).schema(), beneath(fields.get(i).name(), slots), last && end == 0);
            if (readers[i] != null && end == 0) {
                end = i + 1;
            }
        }
        if (end == 0) {
            return null;
        }
        Reader[] all = Arrays.copyOf(readers, last ? end : readers.length);
        for (int i = 0; i < all.length; i++) {
            if (all[i] == null) {
                all[i] = AvroNode.compile(fields.get(i).schema())::skip;
            }
        }
        return in -> {
            for (Reader reader : all) {
                reader.read(in);
            }
        };
    }

    private Reader union(Schema schema, Map<String, Integer> slots, boolean last) {
        List<Schema> branches = schema.getTypes();
        Reader[] readers = new Reader[branches.size()];
        boolean wanted = false;
        for (int i = 0; i < readers.length; i++) {
            readers[i] = compile(branches.get(i), slots, last);
            wanted |= readers[i] != null;
        }
        if (!wanted) {
            return null;
        }
        for (int i = 0; i < readers.length; i++) {
            if (readers[i] == null) {
                readers[i] = AvroNode.compile(branches.get(i))::skip;
            }
        }
        return in -> {
            int branch = in.readInt();
            if (branch < 0 || branch >= readers.length) {
                throw in.malformed("branch " + branch + " of a union of " + readers.length);
            }
            readers[branch].read(in);
        };
    }

    private static Map<String, Integer> beneath(String name, Map<String, Integer> slots) {
        Map<String, Integer> beneath = new HashMap<>();
        slots.forEach((path, slot) -> {
            if (path.equals(name)) {
                beneath.put("", slot);
            } else if (path.startsWith(name + '.')) {
                beneath.put(path.substring(name.length() + 1), slot);
            }
        });
        return beneath;
    }
}
