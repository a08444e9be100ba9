package io.weir.schemas.json;

import org.apache.kafka.common.errors.SerializationException;

/**
 * Bounded reader of Avro binary (Avro 1.12 specification, "Binary encoding"): every length and count is checked against what is
 * left before anything is made of it. Avro's own decoder allocates what a length claims, up to 2 GiB.
 */
final class AvroCursor {

    /** Deepest nesting of records, arrays and maps. */
    private static final int MAX_DEPTH = 200;

    /** Array items of types that take no octets (null, empty record) in one value. */
    private static final long MAX_ITEMS_WITHOUT_OCTETS = 65_536;

    private static final int LONGEST_VARINT_OCTETS = 10;

    private final byte[] bytes;
    private final int start;
    private final int end;
    private int position;
    private int depth;
    private long itemsWithoutOctets;

    AvroCursor(byte[] bytes, int offset, int length) {
        if (offset < 0 || length < 0 || length > bytes.length - offset) {
            throw new IndexOutOfBoundsException("offset " + offset + ", length " + length + " of " + bytes.length);
        }
        this.bytes = bytes;
        this.start = offset;
        this.position = offset;
        this.end = offset + length;
    }

    byte[] bytes() {
        return bytes;
    }

    /** Zig-zag variable length integer of at most 64 bits. */
    long readLong() {
        int at = position;
        if (at < end && bytes[at] >= 0) {
            long zigzag = bytes[at];
            position = at + 1;
            return (zigzag >>> 1) ^ -(zigzag & 1);
        }
        int limit = Math.min(end, at + LONGEST_VARINT_OCTETS);
        long value = 0;
        int shift = 0;
        while (at < limit) {
            byte octet = bytes[at++];
            value |= (long) (octet & 0x7f) << shift;
            if (octet >= 0) {
                position = at;
                return (value >>> 1) ^ -(value & 1);
            }
            shift += 7;
        }
        throw limit == end ? cut() : malformed("an integer of more than 64 bits");
    }

    int readInt() {
        long value = readLong();
        if (value != (int) value) {
            throw malformed("an int of more than 32 bits");
        }
        return (int) value;
    }

    boolean readBoolean() {
        return bytes[take(1)] == 1;
    }

    float readFloat() {
        return Float.intBitsToFloat((int) littleEndian(4));
    }

    double readDouble() {
        return Double.longBitsToDouble(littleEndian(8));
    }

    private long littleEndian(int octets) {
        int at = take(octets);
        long value = 0;
        for (int i = octets - 1; i >= 0; i--) {
            value = (value << 8) | (bytes[at + i] & 0xff);
        }
        return value;
    }

    /** Length of a string or bytes value; that many octets are left. */
    int readLength() {
        long length = readLong();
        if (length < 0 || length > end - position) {
            throw malformed("a length of " + length + " with " + (end - position) + " octets left");
        }
        return (int) length;
    }

    /**
     * Passes over {@code octets}.
     *
     * @return where they begin in {@link #bytes()}
     */
    int take(int octets) {
        if (octets > end - position) {
            throw cut();
        }
        int at = position;
        position += octets;
        return at;
    }

    /**
     * Items in the next block of an array or map, 0 after the last.
     *
     * @param leastOctets octets that an item takes at least
     */
    long readBlockCount(long leastOctets) {
        long count = readLong();
        if (count < 0) {
            count = -count;
            readLength();
        }
        if (count < 0 || (leastOctets > 0 && count > (end - position) / leastOctets)) {
            throw malformed("a block of " + count + " items with " + (end - position) + " octets left");
        }
        if (leastOctets == 0) {
            itemsWithoutOctets += count;
            if (count > MAX_ITEMS_WITHOUT_OCTETS || itemsWithoutOctets > MAX_ITEMS_WITHOUT_OCTETS) {
                throw malformed("more than " + MAX_ITEMS_WITHOUT_OCTETS + " items that take no octets");
            }
        }
        return count;
    }

    void enter() {
        if (++depth > MAX_DEPTH) {
            throw malformed("more than " + MAX_DEPTH + " levels of nesting");
        }
    }

    void leave() {
        depth--;
    }

    private SerializationException cut() {
        return new SerializationException("it ends in the middle of a field, after " + (end - start) + " octets");
    }

    SerializationException malformed(String what) {
        return new SerializationException("it has " + what + " at octet " + (position - start));
    }
}
