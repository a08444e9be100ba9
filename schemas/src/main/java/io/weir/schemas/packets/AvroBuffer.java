package io.weir.schemas.packets;

import java.util.Arrays;

/** A growing byte array that writes Avro's primitive encodings. */
final class AvroBuffer {

    /** Octets that a zigzag varint of 64 bits takes at most. */
    static final int MAX_VARINT_OCTETS = 10;

    /** Octets that a zigzag varint of 32 bits takes at most. */
    static final int MAX_VARINT32_OCTETS = 5;

    byte[] bytes;
    int length;

    AvroBuffer(int initialOctets) {
        bytes = new byte[initialOctets];
    }

    void writeInt(int value) {
        ensure(MAX_VARINT_OCTETS);
        writeIntUnchecked(value);
    }

    /** {@link #writeInt} where the caller has made room. */
    void writeIntUnchecked(int value) {
        length = putInt(bytes, length, value);
    }

    /** Writes a number where there is room for it; returns the index behind it. */
    static int putInt(byte[] target, int from, int value) {
        int at = from;
        int zigzag = (value << 1) ^ (value >> 31);
        while ((zigzag & ~0x7f) != 0) {
            target[at++] = (byte) (zigzag | 0x80);
            zigzag >>>= 7;
        }
        target[at++] = (byte) zigzag;
        return at;
    }

    /** Writes the low {@code octets} bytes of a number, most significant first; returns the index behind them. */
    static int putBigEndian(byte[] target, int from, long value, int octets) {
        int at = from;
        for (int shift = 8 * (octets - 1); shift >= 0; shift -= 8) {
            target[at++] = (byte) (value >>> shift);
        }
        return at;
    }

    void writeLong(long value) {
        ensure(MAX_VARINT_OCTETS);
        writeLongUnchecked(value);
    }

    /** {@link #writeLong} where the caller has made room. */
    void writeLongUnchecked(long value) {
        length = putLong(bytes, length, value);
    }

    /** Writes a number where there is room for it; returns the index behind it. */
    static int putLong(byte[] target, int from, long value) {
        int at = from;
        long zigzag = (value << 1) ^ (value >> 63);
        while ((zigzag & ~0x7fL) != 0) {
            target[at++] = (byte) (zigzag | 0x80);
            zigzag >>>= 7;
        }
        target[at++] = (byte) zigzag;
        return at;
    }

    void writeByte(int value) {
        ensure(1);
        bytes[length++] = (byte) value;
    }

    void writeBytes(byte[] source, int count) {
        ensure(count);
        System.arraycopy(source, 0, bytes, length, count);
        length += count;
    }

    /** One array block with its end: the count, the items as they were encoded, 0. An empty array is the end alone. */
    void writeArray(int count, AvroBuffer items) {
        if (count > 0) {
            writeInt(count);
            writeBytes(items.bytes, items.length);
        }
        writeByte(0);
    }

    /** What was written; without a copy where it fills the buffer. */
    byte[] toArray() {
        return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
    }

    /** Makes the whole buffer at least this large. */
    void ensureCapacity(int octets) {
        if (bytes.length < octets) {
            bytes = Arrays.copyOf(bytes, octets);
        }
    }

    void ensure(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }
}
