package io.weir.topology.netflow;

import java.util.ArrayList;
import java.util.List;

/** Values by a number, without boxes: open addressing with linear probing, at most half full, freed places closed up on removal. */
public final class LongTable<T> {
    private static final int MIN_CAPACITY = 8;
    /** 2^64 divided by the golden ratio, which spreads numbers that differ in few bits. */
    private static final long SPREAD = 0x9e37_79b9_7f4a_7c15L;

    private long[] keys = new long[MIN_CAPACITY];
    private Object[] values = new Object[MIN_CAPACITY];
    private int size;

    /** Values that are in it. */
    public int size() {
        return size;
    }

    /** The value, or null. */
    public T get(long key) {
        return value(find(key));
    }

    /** Puts a value, which is not null, in place of one that there may be. */
    public void put(long key, T value) {
        int at = find(key);
        if (values[at] == null) {
            size++;
        }
        keys[at] = key;
        values[at] = value;
        if (size > values.length / 2) {
            grow();
        }
    }

    /** Removes a value and returns it, or null. */
    public T remove(long key) {
        int at = find(key);
        T removed = value(at);
        if (removed != null) {
            size--;
            close(at);
        }
        return removed;
    }

    /** All values, in no order. */
    public List<T> values() {
        List<T> all = new ArrayList<>(size);
        for (int i = 0; i < values.length; i++) {
            if (values[i] != null) {
                all.add(value(i));
            }
        }
        return all;
    }

    @SuppressWarnings("unchecked") // Only put writes, and it takes nothing else.
    private T value(int at) {
        return (T) values[at];
    }

    /** Where the key is, or would be put. */
    private int find(long key) {
        int at = home(key);
        while (values[at] != null && keys[at] != key) {
            at = (at + 1) & (values.length - 1);
        }
        return at;
    }

    private int home(long key) {
        return (int) ((key * SPREAD) >>> Integer.SIZE) & (values.length - 1);
    }

    private void close(int freed) {
        int hole = freed;
        int at = hole;
        values[hole] = null;
        while (true) {
            at = (at + 1) & (values.length - 1);
            if (values[at] == null) {
                return;
            }
            int distance = (at - home(keys[at])) & (values.length - 1);
            if (distance >= ((at - hole) & (values.length - 1))) {
                keys[hole] = keys[at];
                values[hole] = values[at];
                values[at] = null;
                hole = at;
            }
        }
    }

    private void grow() {
        long[] oldKeys = keys;
        Object[] oldValues = values;
        keys = new long[oldKeys.length * 2];
        values = new Object[keys.length];
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldValues[i] != null) {
                int at = find(oldKeys[i]);
                keys[at] = oldKeys[i];
                values[at] = oldValues[i];
            }
        }
    }
}
