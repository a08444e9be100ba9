package io.weir.topology.meter;

/**
 * 128-bit flow ids out of what makes a flow: its observation point, its key, the time of its first packet and how many flows of the
 * same key directly preceded it (or were evicted at its observation point). The same packets give the same ids on every replay.
 */
final class FlowIds {

    private FlowIds() {}

    /** Sets the id of a row whose key, point, first packet and generation are set. */
    static void assign(FlowRow row, long keyHash) {
        long seed = row.point.id ^ mix(row.firstNanos + row.generation);
        row.flowIdHigh = mix(seed ^ keyHash) ^ row.word5;
        long low = mix(row.word4 + 0x9E3779B97F4A7C15L ^ seed);
        low = mix(low ^ row.word0);
        low = mix(low + row.word1);
        low = mix(low ^ row.word2);
        row.flowIdLow = mix(low + row.word3);
    }

    /** Id as 32 hex digits. */
    static String text(FlowRow row) {
        byte[] digits = new byte[32];
        hex(row.flowIdHigh, digits, 0);
        hex(row.flowIdLow, digits, 16);
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
