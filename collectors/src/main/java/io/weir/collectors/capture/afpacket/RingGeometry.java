package io.weir.collectors.capture.afpacket;

/**
 * Blocks of a ring. The kernel hands a block over when it is full or when its time is up; a frame does not cross blocks, so that a
 * block must hold the longest one.
 *
 * @param blockOctets size of a block, a power of two
 * @param blocks how many, at least 2
 */
record RingGeometry(int blockOctets, int blocks) {

    /** Blocks are asked of the kernel in one piece: large ones make fewer calls, small ones are easier to get. */
    private static final int MAX_BLOCK_OCTETS = 1 << 20;

    /** As large as the largest page of common systems (arm64, ppc64), of which a block must be a multiple. */
    private static final int MIN_BLOCK_OCTETS = 1 << 16;

    /** So that one block can be read while others fill. */
    private static final int PREFERRED_BLOCKS = 16;

    /** Block header, frame header with address, gap, reserved room. */
    private static final int OVERHEAD_OCTETS = 256;

    static RingGeometry of(int snapOctets, int bufferOctets) {
        int block = MAX_BLOCK_OCTETS;
        while (block > MIN_BLOCK_OCTETS && bufferOctets / block < PREFERRED_BLOCKS) {
            block >>= 1;
        }
        while (block < snapOctets + OVERHEAD_OCTETS) {
            block <<= 1;
        }
        return new RingGeometry(block, Math.max(2, bufferOctets / block));
    }

    int octets() {
        return blockOctets * blocks;
    }
}
