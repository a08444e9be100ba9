package io.weir.advisor.codec;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Writes fields one after the other: integers big-endian, text and octets with their length before them, -1 for null. */
public final class FieldWriter {

    private static final int INITIAL_OCTETS = 512;

    private ByteBuffer buffer = ByteBuffer.allocate(INITIAL_OCTETS);

    public void octet(int value) {
        room(1).put((byte) value);
    }

    public void number(long value) {
        room(Long.BYTES).putLong(value);
    }

    /** An integer that may be null. */
    public void integer(Integer value) {
        octet(value == null ? 0 : 1);
        if (value != null) {
            room(Integer.BYTES).putInt(value);
        }
    }

    /** Text that may be null. */
    public void text(String value) {
        octets(value == null ? null : value.getBytes(StandardCharsets.UTF_8));
    }

    /** Octets that may be null. */
    public void octets(byte[] value) {
        if (value == null) {
            room(Integer.BYTES).putInt(-1);
        } else {
            room(Integer.BYTES + value.length).putInt(value.length).put(value);
        }
    }

    /** All that was written. */
    public byte[] toBytes() {
        byte[] bytes = new byte[buffer.position()];
        buffer.get(0, bytes);
        return bytes;
    }

    private ByteBuffer room(int octets) {
        if (buffer.remaining() < octets) {
            int capacity = Math.max(buffer.capacity() * 2, buffer.position() + octets);
            buffer = ByteBuffer.allocate(capacity).put(buffer.flip());
        }
        return buffer;
    }
}
