package io.weir.state;

import java.nio.ByteBuffer;

/** Octets of rows, one behind the other, in a buffer that grows and is used again. */
public final class RowOutput {

    private static final int FIRST_OCTETS = 4096;

    private ByteBuffer buffer = ByteBuffer.allocate(FIRST_OCTETS);

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
