package io.weir.topology.sflow;

import java.util.Objects;

/** The records of one sample in their order, known or not, by their place in the buffer; filled anew for every sample. */
public final class RecordList {
    /** Records that are listed; published agents send less than a dozen. */
    public static final int MAX_RECORDS = 64;

    private final int[] dataFormats = new int[MAX_RECORDS];
    private final int[] positions = new int[MAX_RECORDS];
    private final int[] lengths = new int[MAX_RECORDS];
    private int size;

    RecordList() {}

    void clear() {
        size = 0;
    }

    /** False when there is no room. */
    boolean add(int dataFormat, int position, int octets) {
        int i = size;
        if (i == MAX_RECORDS) {
            return false;
        }
        dataFormats[i] = dataFormat;
        positions[i] = position;
        lengths[i] = octets;
        size = i + 1;
        return true;
    }

    /** Records listed, at most {@value #MAX_RECORDS}. */
    public int size() {
        return size;
    }

    /** 20 bits, 0 for sFlow's own structures. */
    public int enterprise(int index) {
        return dataFormats[Objects.checkIndex(index, size)] >>> SflowStructures.FORMAT_BITS;
    }

    /** 12 bits; flow and counter records have spaces of their own. */
    public int format(int index) {
        return dataFormats[Objects.checkIndex(index, size)] & SflowStructures.FORMAT_MASK;
    }

    /** Index in the buffer where the body of the record begins. */
    public int position(int index) {
        return positions[Objects.checkIndex(index, size)];
    }

    /** Octets of the body, without padding; those that are there, where the sample ends before. */
    public int octets(int index) {
        return lengths[Objects.checkIndex(index, size)];
    }
}
