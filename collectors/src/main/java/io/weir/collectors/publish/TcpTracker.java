package io.weir.collectors.publish;

import io.weir.decoding.packet.PacketHeaders;
import io.weir.schemas.packets.TcpMarks;
import java.util.Arrays;

/**
 * What TCP segments tell beside the segments before them of their connection (RFC 9293, RFC 6298): sent again, overtaken, acknowledging twice,
 * taking nothing more, and how long an acknowledgement took. Kept where the packets are, as what it is told from need not travel.
 *
 * <p>At most {@value #MAX_CONNECTIONS} connections; beyond, one of those that were silent for longest is forgotten and begins anew with its
 * next segment. Allocates only while it grows.
 *
 * <p>A connection is a row of 64 octets, a line of the processor's cache: for each side eight numbers of 32 bits in the order below. Times are
 * microseconds modulo 2^32, which is 71 minutes: a longer silence can at worst delay the next round trip.
 */
final class TcpTracker {

    /** Of 80 octets each. */
    static final int MAX_CONNECTIONS = 32_768;

    private static final int FIN = 0x01;
    private static final int SYN = 0x02;
    private static final int RST = 0x04;
    private static final int ACK = 0x10;

    /** A gap that is filled sooner was made on the way, later by sending again: no sender learns of a loss that fast. */
    private static final int OVERTAKEN_MICROS = 3_000;

    /** Between two round trips of one direction. */
    private static final int SAMPLE_MICROS = 100_000;

    /**
     * Octets between two segments beyond which the later one says where the numbers are now: a connection whose SYN was not seen, or whose
     * segment before was nobody's. Windows are smaller but for rare ones, which lose a note.
     */
    private static final int MAX_JUMP = 1 << 26;

    private static final int NO_ROUND_TRIP = -1;

    /** Sequence number behind the furthest octet sent. */
    private static final int NEXT = 0;

    /** When that was. */
    private static final int ADVANCED = 1;

    /** The last acknowledgement that this side sent. */
    private static final int ACKNOWLEDGED = 2;

    /** The last window, 16 bits, and what of this row is known: the bits below. */
    private static final int WINDOW_AND_STATE = 3;

    /** Octets from here to the next were not seen; equal for none. */
    private static final int GAP_BEGIN = 4;

    private static final int GAP_END = 5;

    /** The acknowledgement of this sequence number is waited for. */
    private static final int SAMPLE_END = 6;

    /** While one is waited for, since when; else when the last one came. */
    private static final int SAMPLED = 7;

    private static final int SIDE = 8;
    private static final int ROW = 2 * SIDE;

    private static final int WINDOW_MASK = 0xffff;
    private static final int HAS_SENT = 1 << 16;
    private static final int HAS_ACKNOWLEDGED = 1 << 17;
    private static final int SAMPLING = 1 << 18;
    private static final int HAS_SAMPLED = 1 << 19;
    /** The last segment was a SYN. */
    private static final int OPENING = 1 << 20;

    private static final int INITIAL_SLOTS = 256;

    /** Slots in which a connection may stand, from the one of its hash on. */
    private static final int REACH = 8;

    /** Identities, 0 for a free slot. */
    private long[] ids = new long[INITIAL_SLOTS + REACH];

    /** The number of the look-up that each was last found by. */
    private long[] lastLookup = new long[INITIAL_SLOTS + REACH];

    private int[] rows = new int[(INITIAL_SLOTS + REACH) * ROW];
    private int size;
    private long lookups;
    private long inUseSince;
    private int moves;

    private int marks;
    private int roundTripMicroseconds;

    /**
     * Looks at one segment.
     *
     * @param connection what {@link #connection} said, not longer ago than the last change of {@link #moves}
     * @param segment with {@link PacketHeaders#tcpPayloadOctets} known
     * @return whether there is something to note: {@link #marks()}, {@link #roundTripMicroseconds()}
     */
    boolean observe(int connection, boolean sentByA, PacketHeaders segment, long timeNanos) {
        marks = 0;
        roundTripMicroseconds = NO_ROUND_TRIP;
        int flags = segment.tcpControlBits;
        int from = connection * ROW + (sentByA ? 0 : SIDE);
        int to = connection * ROW + (sentByA ? SIDE : 0);
        if ((flags & RST) != 0) {
            // What comes next between these ports is another connection, seen from its SYN on or not.
            clear(from);
            clear(to);
            return false;
        }
        int nowMicros = (int) (timeNanos / 1000);
        if ((flags & SYN) != 0) {
            open(from, to, segment, nowMicros);
        } else {
            rows[from + WINDOW_AND_STATE] &= ~OPENING;
            boolean data = segment.tcpPayloadOctets > 0 || (flags & FIN) != 0;
            if (data) {
                send(from, segment, nowMicros);
            }
            if ((flags & ACK) != 0) {
                acknowledge(from, to, segment, data, nowMicros);
            }
            if (segment.tcpWindow == 0 && (flags & FIN) == 0) {
                marks |= TcpMarks.ZERO_WINDOW;
            }
        }
        return marks != 0 || roundTripMicroseconds != NO_ROUND_TRIP;
    }

    /** Sum of {@link TcpMarks} for the last segment. */
    int marks() {
        return marks;
    }

    /** Round trip that the last segment ends, or -1. */
    int roundTripMicroseconds() {
        return roundTripMicroseconds;
    }

    /** Connections that are remembered. */
    int size() {
        return size;
    }

    /** How often something that {@link #connection} had said, and that is in use, may have become wrong. */
    int moves() {
        return moves;
    }

    /** Number of the last look-up. */
    long lookups() {
        return lookups;
    }

    /** What look-ups before this one have said is no longer in use. */
    void inUseSince(long lookup) {
        inUseSince = lookup;
    }

    /**
     * The place of a connection, which is remembered from now on if it was not.
     *
     * @param id not 0, alike for both directions
     */
    int connection(long id) {
        lookups++;
        while (true) {
            int first = slot(id);
            int oldest = first;
            for (int slot = first; slot < first + REACH; slot++) {
                if (ids[slot] == 0) {
                    size++;
                    ids[slot] = id;
                }
                if (ids[slot] == id) {
                    lastLookup[slot] = lookups;
                    return slot;
                }
                if (lastLookup[slot] < lastLookup[oldest]) {
                    oldest = slot;
                }
            }
            if (ids.length - REACH >= MAX_CONNECTIONS) {
                if (lastLookup[oldest] >= inUseSince) {
                    moves++;
                }
                Arrays.fill(rows, oldest * ROW, oldest * ROW + ROW, 0);
                ids[oldest] = id;
                lastLookup[oldest] = lookups;
                return oldest;
            }
            grow();
        }
    }

    private void open(int from, int to, PacketHeaders segment, int nowMicros) {
        int next = segment.tcpSequence + segment.tcpPayloadOctets + 1;
        if ((rows[from + WINDOW_AND_STATE] & OPENING) != 0 && rows[from + NEXT] == next) {
            marks |= TcpMarks.RETRANSMITTED;
            return;
        }
        clear(from);
        if ((segment.tcpControlBits & ACK) == 0) {
            clear(to);
        }
        rows[from + WINDOW_AND_STATE] = OPENING | HAS_SENT;
        rows[from + NEXT] = next;
        rows[from + ADVANCED] = nowMicros;
    }

    private void clear(int side) {
        Arrays.fill(rows, side, side + SIDE, 0);
    }

    private void send(int from, PacketHeaders segment, int nowMicros) {
        int begin = segment.tcpSequence;
        int end = begin + segment.tcpPayloadOctets + (segment.tcpControlBits & FIN);
        int state = rows[from + WINDOW_AND_STATE];
        if ((state & HAS_SENT) == 0) {
            advance(from, state | HAS_SENT, end, nowMicros);
            return;
        }
        int next = rows[from + NEXT];
        int ahead = begin - next;
        if (Math.abs((long) ahead) > MAX_JUMP) {
            rows[from + GAP_BEGIN] = 0;
            rows[from + GAP_END] = 0;
            advance(from, state & ~SAMPLING, end, nowMicros);
            return;
        }
        if (ahead >= 0) {
            if (ahead > 0 && rows[from + GAP_BEGIN] == rows[from + GAP_END]) {
                rows[from + GAP_BEGIN] = next;
                rows[from + GAP_END] = begin;
            }
            advance(from, state, end, nowMicros);
            return;
        }
        if (ahead == -1 && segment.tcpPayloadOctets <= 1 && end - next <= 0 && (segment.tcpControlBits & FIN) == 0) {
            // Keep-alive (RFC 9293 section 3.8.4).
            return;
        }
        // Which of the two will be acknowledged cannot be told (RFC 6298 section 3).
        rows[from + WINDOW_AND_STATE] = state & ~SAMPLING;
        if (end - next > 0) {
            marks |= TcpMarks.RETRANSMITTED;
            rows[from + NEXT] = end;
            rows[from + ADVANCED] = nowMicros;
        } else if (fillsGap(from, begin, end) && nowMicros - rows[from + ADVANCED] <= OVERTAKEN_MICROS) {
            marks |= TcpMarks.OUT_OF_ORDER;
        } else {
            marks |= TcpMarks.RETRANSMITTED;
        }
    }

    private void advance(int from, int state, int end, int nowMicros) {
        rows[from + NEXT] = end;
        rows[from + ADVANCED] = nowMicros;
        boolean due = (state & HAS_SAMPLED) == 0
                || Integer.compareUnsigned(nowMicros - rows[from + SAMPLED], SAMPLE_MICROS) >= 0;
        if ((state & SAMPLING) == 0 && due) {
            rows[from + SAMPLE_END] = end;
            rows[from + SAMPLED] = nowMicros;
            rows[from + WINDOW_AND_STATE] = state | SAMPLING;
        } else {
            rows[from + WINDOW_AND_STATE] = state;
        }
    }

    private boolean fillsGap(int from, int begin, int end) {
        int gapBegin = rows[from + GAP_BEGIN];
        int gapEnd = rows[from + GAP_END];
        if (gapBegin == gapEnd || begin - gapBegin < 0 || end - gapEnd > 0) {
            return false;
        }
        if (end == gapEnd) {
            rows[from + GAP_END] = begin;
        } else {
            rows[from + GAP_BEGIN] = end;
        }
        return true;
    }

    private void acknowledge(int from, int to, PacketHeaders segment, boolean data, int nowMicros) {
        int acknowledged = segment.tcpAcknowledgement;
        int toState = rows[to + WINDOW_AND_STATE];
        if ((toState & SAMPLING) != 0 && acknowledged - rows[to + SAMPLE_END] >= 0) {
            int micros = nowMicros - rows[to + SAMPLED];
            rows[to + SAMPLED] = nowMicros;
            rows[to + WINDOW_AND_STATE] = (toState & ~SAMPLING) | HAS_SAMPLED;
            if (micros >= 0) {
                roundTripMicroseconds = micros;
            }
        }
        int state = rows[from + WINDOW_AND_STATE];
        if (!data
                && (state & HAS_ACKNOWLEDGED) != 0
                && acknowledged == rows[from + ACKNOWLEDGED]
                && segment.tcpWindow == (state & WINDOW_MASK)
                && (toState & HAS_SENT) != 0
                && rows[to + NEXT] - acknowledged > 0) {
            marks |= TcpMarks.DUPLICATE_ACKNOWLEDGEMENT;
        }
        rows[from + ACKNOWLEDGED] = acknowledged;
        rows[from + WINDOW_AND_STATE] = (state & ~WINDOW_MASK) | HAS_ACKNOWLEDGED | segment.tcpWindow;
    }

    private void grow() {
        long[] oldIds = ids;
        long[] oldLookup = lastLookup;
        int[] oldRows = rows;
        int slots = (oldIds.length - REACH) * 2 + REACH;
        ids = new long[slots];
        lastLookup = new long[slots];
        rows = new int[slots * ROW];
        size = 0;
        moves++;
        for (int i = 0; i < oldIds.length; i++) {
            if (oldIds[i] != 0) {
                move(oldIds[i], oldLookup[i], oldRows, i * ROW);
            }
        }
    }

    /** One for which there is no room is forgotten: rare, as there are twice as many slots as before. */
    private void move(long id, long lookup, int[] oldRows, int oldRow) {
        int first = slot(id);
        for (int slot = first; slot < first + REACH; slot++) {
            if (ids[slot] == 0) {
                ids[slot] = id;
                lastLookup[slot] = lookup;
                System.arraycopy(oldRows, oldRow, rows, slot * ROW, ROW);
                size++;
                return;
            }
        }
    }

    private int slot(long id) {
        return (int) (id ^ (id >>> 32)) & (ids.length - REACH - 1);
    }
}
