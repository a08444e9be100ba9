package io.weir.topology.conversation;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Digests of some of the packets that one flow had in one window, in the order in which they came; at most {@value #CAPACITY}. */
public final class PacketDigests {

    /** Enough for a mean; a flow of many packets would fill memory with them. */
    static final int CAPACITY = 32;

    private static final int INITIAL_CAPACITY = 2;

    /** Two numbers each: epoch nanoseconds; digest in the upper half, then whether A sent it, then the time to live in 8 bits. */
    private long[] numbers = new long[2 * INITIAL_CAPACITY];

    private int count;

    /** Takes one more, unless there are enough. */
    public void add(boolean sentByA, long timeNanos, int digest, int timeToLive) {
        if (count == CAPACITY) {
            return;
        }
        if (2 * count == numbers.length) {
            numbers = Arrays.copyOf(numbers, 2 * numbers.length);
        }
        numbers[2 * count] = timeNanos;
        numbers[2 * count + 1] = (long) digest << 32 | (sentByA ? 1 << 8 : 0) | (timeToLive & 0xff);
        count++;
    }

    /** Takes over all of another one that there is room for. */
    void addAll(PacketDigests other) {
        for (int i = 0; i < other.count; i++) {
            add(other.sentByA(i), other.timeNanos(i), other.digest(i), other.timeToLive(i));
        }
    }

    int count() {
        return count;
    }

    long timeNanos(int index) {
        return numbers[2 * index];
    }

    int digest(int index) {
        return (int) (numbers[2 * index + 1] >>> 32);
    }

    boolean sentByA(int index) {
        return (numbers[2 * index + 1] & 1 << 8) != 0;
    }

    int timeToLive(int index) {
        return (int) numbers[2 * index + 1] & 0xff;
    }

    /** Octets that {@link #put} writes. */
    public int octets() {
        return 1 + 2 * Long.BYTES * count;
    }

    /** Writes all of them. */
    public void put(ByteBuffer out) {
        out.put((byte) count);
        for (int i = 0; i < 2 * count; i++) {
            out.putLong(numbers[i]);
        }
    }

    /** Reads what {@link #put} wrote. */
    public static PacketDigests get(ByteBuffer in) {
        PacketDigests digests = new PacketDigests();
        digests.count = in.get();
        digests.numbers = new long[2 * Math.max(INITIAL_CAPACITY, digests.count)];
        for (int i = 0; i < 2 * digests.count; i++) {
            digests.numbers[i] = in.getLong();
        }
        return digests;
    }
}
