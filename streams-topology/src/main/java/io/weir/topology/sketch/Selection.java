package io.weir.topology.sketch;

/** Finds the value of a rank without sorting. */
public final class Selection {

    private Selection() {}

    /**
     * The value that exactly {@code rank} others would stand before if the largest stood first, in time that grows with the number of
     * values: Hoare's quickselect in three parts, so that equal values cost nothing, with pivots of a fixed pseudo-random sequence, so
     * that the same values take the same steps and no order that traffic makes is a bad one.
     *
     * @param values at least {@code rank + 1}; left in another order
     * @param rank 0 for the largest
     */
    public static long largest(long[] values, int rank) {
        int from = 0;
        int to = values.length - 1;
        int random = 1;
        while (from < to) {
            // Marsaglia's xorshift.
            random ^= random << 13;
            random ^= random >>> 17;
            random ^= random << 5;
            long pivot = values[from + Integer.remainderUnsigned(random, to - from + 1)];
            int above = from;
            int below = to;
            for (int i = from; i <= below; ) {
                if (values[i] > pivot) {
                    swap(values, i++, above++);
                } else if (values[i] < pivot) {
                    swap(values, i, below--);
                } else {
                    i++;
                }
            }
            if (rank < above) {
                to = above - 1;
            } else if (rank > below) {
                from = below + 1;
            } else {
                return pivot;
            }
        }
        return values[from];
    }

    private static void swap(long[] values, int i, int j) {
        long value = values[i];
        values[i] = values[j];
        values[j] = value;
    }
}
