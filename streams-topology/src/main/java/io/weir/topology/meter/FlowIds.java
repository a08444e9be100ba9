package io.weir.topology.meter;

import io.weir.schemas.packets.CanonicalKey;

/**
 * 128-bit flow ids out of what makes a flow: its observation point, its key, and when it began: the time of its first packet and how
 * many flows of the same key directly preceded it (or were evicted at its observation point). A flow that encloses others has its slot
 * of time in the place of both, so that the tasks that meter what it carries can name it without having seen it; unless it begins when its slot is over, as the slot's
 * name may be taken then. The same packets give
 * the same ids on every replay.
 */
final class FlowIds {

    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private FlowIds() {}

    /**
     * What, with the key, makes the id of a row whose key, point, first packet and generation, or slot, are set.
     *
     * @param bySlot made of the slot, rather than of first packet and generation
     */
    static long seed(FlowRow row, boolean bySlot) {
        return bySlot
                ? seed(row.point.id, row.key.slot() ^ GOLDEN)
                : seed(row.point.id, row.firstNanos + row.generation);
    }

    /** First half of the id. */
    static long high(FlowRow row) {
        return high(row.idSeed, digestHigh(row.hash(), row.key.word5(), row.key.word6()));
    }

    /** Second half of the id. */
    static long low(FlowRow row) {
        return low(
                row.idSeed, digestLow(row.word0(), row.word1(), row.word2(), row.word3(), row.word4, row.key.word6()));
    }

    /**
     * Id of a flow that encloses others.
     *
     * @param digestHigh {@link #digestHigh} of its key
     * @param digestLow {@link #digestLow} of its key
     */
    static String enclosing(ObservationState point, long digestHigh, long digestLow, long slot) {
        long seed = seed(point.id, slot ^ GOLDEN);
        return text(high(seed, digestHigh), low(seed, digestLow));
    }

    /** First half of a key's digest. */
    static long digestHigh(CanonicalKey key) {
        return digestHigh(key.hash(), key.word5(), key.word6());
    }

    private static long digestHigh(long hash, long word5, long word6) {
        return mix(hash ^ word5 * GOLDEN ^ word6);
    }

    /** Second half of a key's digest. */
    static long digestLow(CanonicalKey key) {
        return digestLow(key.word0(), key.word1(), key.word2(), key.word3(), key.word4(), key.word6());
    }

    private static long digestLow(long word0, long word1, long word2, long word3, long word4, long word6) {
        long digest = mix(word4 + GOLDEN ^ word6);
        digest = mix(digest ^ word0);
        digest = mix(digest + word1);
        digest = mix(digest ^ word2);
        return mix(digest + word3);
    }

    /** Id as 32 hex digits. */
    static String text(FlowRow row) {
        return text(high(row), low(row));
    }

    private static long seed(long pointId, long birth) {
        return pointId ^ mix(birth);
    }

    private static long high(long seed, long digestHigh) {
        return mix(seed ^ digestHigh);
    }

    private static long low(long seed, long digestLow) {
        return mix(mix(seed + GOLDEN) ^ digestLow);
    }

    private static String text(long high, long low) {
        byte[] digits = new byte[32];
        hex(high, digits, 0);
        hex(low, digits, 16);
        return new String(digits, java.nio.charset.StandardCharsets.ISO_8859_1);
    }

    private static void hex(long value, byte[] into, int at) {
        for (int i = 0; i < 16; i++) {
            int digit = (int) (value >>> (60 - 4 * i)) & 0xf;
            into[at + i] = (byte) (digit < 10 ? '0' + digit : 'a' + digit - 10);
        }
    }

    private static long mix(long value) {
        long mixed = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return mixed ^ (mixed >>> 31);
    }
}
