package io.weir.topology.sflow;

import java.nio.ByteBuffer;
import java.util.Objects;

/** Words of 32 bits that follow one another in the buffer that was decoded, filled anew by every read: label stacks, VLAN stacks, communities. */
public final class WordList {
    /** Index in the buffer of the first word; says nothing where there are none. */
    public int position;
    /** Words that are in the record. */
    public int count;

    WordList() {}

    void set(int position, int count) {
        this.position = position;
        this.count = count;
    }

    /**
     * A word, unsigned.
     *
     * @param buffer the one that was decoded
     * @throws IndexOutOfBoundsException if there are not as many
     */
    public long get(ByteBuffer buffer, int index) {
        Objects.checkIndex(index, count);
        return Integer.toUnsignedLong(buffer.getInt(position + index * Integer.BYTES));
    }
}
