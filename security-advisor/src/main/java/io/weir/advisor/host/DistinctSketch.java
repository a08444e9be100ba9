package io.weir.advisor.host;

/**
 * How many distinct values were seen, in {@value #REGISTERS} octets: HyperLogLog (Flajolet, Fusy, Gandouet and Meunier, 2007) with linear counting for
 * few. Standard error 1.04/√{@value #REGISTERS}, that is 9 %. Merging and the order of values do not matter.
 */
public final class DistinctSketch {

    static final int REGISTERS = 128;

    private static final int INDEX_BITS = 7;
    private static final double ALPHA = 0.7213 / (1 + 1.079 / REGISTERS);

    private final byte[] registers;

    public DistinctSketch() {
        this(new byte[REGISTERS]);
    }

    /** What {@link #registers} gave, not copied. */
    public DistinctSketch(byte[] registers) {
        this.registers = registers;
    }

    /**
     * Takes a value.
     *
     * @param hash 64 bits that look random
     * @return true when it changed the sketch
     */
    public boolean add(long hash) {
        int index = (int) (hash >>> (64 - INDEX_BITS));
        int rank = Math.min(Long.numberOfLeadingZeros(hash << INDEX_BITS | 1L << (INDEX_BITS - 1)) + 1, 64);
        if (rank <= registers[index]) {
            return false;
        }
        registers[index] = (byte) rank;
        return true;
    }

    /** Estimate, 0 when nothing was seen. */
    public long estimate() {
        double sum = 0;
        int zeros = 0;
        for (byte register : registers) {
            sum += Math.scalb(1.0, -register);
            zeros += register == 0 ? 1 : 0;
        }
        double estimate = ALPHA * REGISTERS * REGISTERS / sum;
        if (estimate <= 2.5 * REGISTERS && zeros > 0) {
            estimate = REGISTERS * Math.log((double) REGISTERS / zeros);
        }
        return Math.round(estimate);
    }

    /** Takes all values of another. */
    public void merge(DistinctSketch other) {
        for (int i = 0; i < REGISTERS; i++) {
            registers[i] = (byte) Math.max(registers[i], other.registers[i]);
        }
    }

    /** The {@value #REGISTERS} octets that it is, not copied. */
    public byte[] registers() {
        return registers;
    }
}
