package io.weir.state;

import java.nio.ByteBuffer;

/** Octets of rows, one behind the other, in a buffer that grows and is used again. */
public final class RowOutput {

    private static final int FIRST_OCTETS = 4096;
    private static final int LONGEST_VARLONG = 10;

    private ByteBuffer buffer;

    public RowOutput() {
        this(FIRST_OCTETS);
    }

    /** @param firstOctets room that there is to begin with */
    public RowOutput(int firstOctets) {
        buffer = ByteBuffer.allocate(firstOctets);
    }

    /**
     * Where to write next, big-endian; good until the next call.
     *
     * @param octets room that there is for sure
     */
    public ByteBuffer room(int octets) {
        if (buffer.remaining() < octets) {
            int capacity = Math.max(2 * buffer.capacity(), buffer.position() + octets);
            buffer = ByteBuffer.allocate(capacity).put(buffer.flip());
        }
        return buffer;
    }

    /** Writes a number in as many octets as it needs, seven bits an octet, zigzag: what Kafka's {@code ByteUtils.readVarlong} reads. */
    public void putVarlong(long value) {
        room(LONGEST_VARLONG);
        // Not by putting octet by octet, which looks for room each time: rows are full of numbers.
        byte[] octets = buffer.array();
        int at = buffer.position();
        long left = (value << 1) ^ (value >> (Long.SIZE - 1));
        while ((left & ~0x7fL) != 0) {
            octets[at++] = (byte) (left | 0x80);
            left >>>= 7;
        }
        octets[at++] = (byte) left;
        buffer.position(at);
    }

    /** Writes all octets. */
    public void put(byte[] octets) {
        room(octets.length).put(octets);
    }

    /** Writes what another one holds. */
    void put(RowOutput other) {
        room(other.length()).put(other.buffer.array(), 0, other.length());
    }

    /** Octets written since {@link #clear}. */
    int length() {
        return buffer.position();
    }

    /** Begins anew. */
    public void clear() {
        buffer.clear();
    }

    /** A copy of what was written. */
    public byte[] toArray() {
        byte[] octets = new byte[length()];
        buffer.get(0, octets);
        return octets;
    }
}
