package io.weir.collectors.publish;

import java.util.Arrays;

/**
 * Tells the first packets of each flow from the others. A flow is new when it is not known, after a time without packets, and when a TCP
 * connection is opened after the one before it has been closed.
 *
 * <p>Holds {@value #ENTRIES} flows in 2.5 MiB; beyond, the one of its set that has been silent longest is forgotten, and counts as new
 * when it speaks again. Not thread-safe.
 */
final class FirstPackets {

    static final int ENTRIES = 1 << 17;

    /** Places where a flow may stand. */
    private static final int WAYS = 4;

    /** In a count: one side has closed the connection. */
    private static final int CLOSED = 1 << 30;

    private static final int FIN = 0x01;
    private static final int SYN = 0x02;
    private static final int RST = 0x04;
    private static final int ACK = 0x10;

    private static final long FREE = Long.MIN_VALUE;

    /** 64 bits over what makes a flow: two flows of one hash are not expected in a lifetime. */
    private final long[] flows = new long[ENTRIES];

    private final long[] lastNanos = new long[ENTRIES];
    private final int[] counts = new int[ENTRIES];

    private final int limit;

    /** @param limit how many packets of a flow are its first */
    FirstPackets(int limit) {
        this.limit = limit;
        Arrays.fill(lastNanos, FREE);
    }

    /**
     * Takes note of a packet.
     *
     * @param flow hash of its flow
     * @param tcpControlBits TCP flags, or -1
     * @param timeNanos its time, epoch nanoseconds
     * @param idleNanos nanoseconds without packets after which its flow is new
     * @return whether it is among the first of its flow
     */
    boolean take(long flow, int tcpControlBits, long timeNanos, long idleNanos) {
        int set = (int) (flow >>> 32) & (ENTRIES - WAYS);
        int oldest = set;
        for (int way = set; way < set + WAYS; way++) {
            if (flows[way] == flow && lastNanos[way] != FREE) {
                return count(way, tcpControlBits, timeNanos, idleNanos);
            }
            if (lastNanos[way] < lastNanos[oldest]) {
                oldest = way;
            }
        }
        flows[oldest] = flow;
        lastNanos[oldest] = timeNanos;
        counts[oldest] = 0;
        return count(oldest, tcpControlBits, timeNanos, idleNanos);
    }

    private boolean count(int entry, int tcpControlBits, long timeNanos, long idleNanos) {
        int before = counts[entry];
        boolean reopened = (before & CLOSED) != 0 && tcpControlBits >= 0 && (tcpControlBits & (SYN | ACK)) == SYN;
        if (reopened || timeNanos - lastNanos[entry] > idleNanos) {
            before = 0;
        }
        int packets = before & ~CLOSED;
        boolean closes = tcpControlBits >= 0 && (tcpControlBits & (FIN | RST)) != 0;
        counts[entry] = Math.min(packets + 1, limit) | (before & CLOSED) | (closes ? CLOSED : 0);
        lastNanos[entry] = Math.max(lastNanos[entry], timeNanos);
        return packets < limit;
    }
}
