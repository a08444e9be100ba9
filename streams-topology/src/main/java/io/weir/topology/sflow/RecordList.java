package io.weir.topology.sflow;

import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * The records of one sample in their order, known or not; filled anew for every sample. Only the place of each is kept, format and length
 * are read from the buffer that was decoded when they are asked for: that must still be as it was.
 */
public final class RecordList {
    /** Records that are listed; published agents send less than a dozen. */
    public static final int MAX_RECORDS = 64;

    private final int[] heads = new int[MAX_RECORDS];
    private ByteBuffer buffer;
    private int end;
    private int size;

    RecordList() {}

    /**
     * Empties the list.
     *
     * @param sampleEnd index behind what is there of the sample
     */
    @SuppressWarnings("ReferenceEquality")
    void clear(ByteBuffer decoded, int sampleEnd) {
        // A reference is stored only when it is another, as a store costs more than the look.
        if (buffer != decoded) {
            buffer = decoded;
        }
        end = sampleEnd;
        size = 0;
    }

    /** The record whose head is at this index; false when there is no room. */
    boolean add(int head) {
        int i = size;
        if (i == MAX_RECORDS) {
            return false;
        }
        heads[i] = head;
        size = i + 1;
        return true;
    }

    /** Records listed, at most {@value #MAX_RECORDS}. */
    public int size() {
        return size;
    }

    /** 20 bits, 0 for sFlow's own structures. */
    public int enterprise(int index) {
        return buffer.getInt(head(index)) >>> SflowStructures.FORMAT_BITS;
    }

    /** 12 bits; flow and counter records have spaces of their own. */
    public int format(int index) {
        return buffer.getInt(head(index)) & SflowStructures.FORMAT_MASK;
    }

    /** Index in the buffer where the body of the record begins. */
    public int position(int index) {
        return head(index) + BlockHead.LENGTH;
    }

    /** Octets of the body, without padding; those that are there, where the sample ends before. */
    public int octets(int index) {
        int claimed = BlockHead.length(buffer.getLong(head(index)));
        int available = end - position(index);
        return BlockHead.fits(claimed, available) ? claimed : available;
    }

    private int head(int index) {
        return heads[Objects.checkIndex(index, size)];
    }
}
