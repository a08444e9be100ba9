package io.weir.topology.sflow;

/**
 * The head of a sample or of a record [sflow_version_5.txt, section 5: data_format], read as one word of 64 bits, which is
 * quicker than two.
 *
 * <pre>
 * 0 enterprise (20 bits) and format (12 bits)   4 length of the body, 32 bits, unsigned
 * </pre>
 */
final class BlockHead {
    static final int LENGTH = 8;

    private BlockHead() {}

    /** Enterprise and format. */
    static int dataFormat(long head) {
        return (int) (head >>> Integer.SIZE);
    }

    /** Octets of the body without padding; negative for 2^31 and more. */
    static int length(long head) {
        return (int) head;
    }

    /** Whether a body of the length that its head claims is there in full. */
    static boolean fits(int claimed, int available) {
        return claimed >= 0 && claimed <= available;
    }

    /** The first of two unsigned words read as one. */
    static long first(long words) {
        return words >>> Integer.SIZE;
    }

    /** The second of two unsigned words read as one. */
    static long second(long words) {
        return words & 0xffff_ffffL;
    }
}
