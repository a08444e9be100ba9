package io.weir.advisor.host;

import io.weir.advisor.host.Observation.Traffic;
import java.util.Arrays;

/**
 * The latest flows of a contact, sorted by start: at most {@value #MAX_FLOWS}. Records may come in any order, those of one flow are added
 * up, and of two flows the one that started later stays. So the content depends on the records only, not on their order.
 */
public final class RecentFlows {

    /** Most flows that are remembered. */
    public static final int MAX_FLOWS = 128;

    private static final int LONGS = 5;
    private static final int ID_HIGH = 0;
    private static final int ID_LOW = 1;
    private static final int START = 2;
    /** Duration in milliseconds above, packets of the initiator, packets of the responder and outcome below. */
    private static final int SPAN = 3;
    /** Octets of the initiator above, of the responder below. */
    private static final int OCTETS = 4;

    private static final long MAX_INT = 0xffff_ffffL;
    /** A flow with as many packets one way, or more, says as many. */
    public static final int MAX_PACKETS = 0xfff;

    private long[] flows = new long[LONGS];
    private int size;

    /** Takes a record of a flow. */
    public void add(Observation seen) {
        int at = position(
                seen.flow().startMicros(), seen.flow().idHigh(), seen.flow().idLow());
        if (at >= 0) {
            merge(at, seen);
        } else {
            insert(~at, seen);
        }
    }

    private void merge(int index, Observation seen) {
        Traffic delta = seen.delta();
        set(
                index,
                Math.max(durationMs(index), durationOf(seen)),
                packetsOut(index) + delta.packetsOut(),
                packetsIn(index) + delta.packetsIn(),
                octetsOut(index) + delta.octetsOut(),
                octetsIn(index) + delta.octetsIn(),
                outcome(index).or(seen.outcome()));
    }

    private void insert(int index, Observation seen) {
        int to = index;
        if (size == MAX_FLOWS) {
            if (index == 0) {
                return;
            }
            // The earliest makes room.
            System.arraycopy(flows, LONGS, flows, 0, (index - 1) * LONGS);
            to = index - 1;
        } else {
            if (flows.length == size * LONGS) {
                flows = Arrays.copyOf(flows, Math.min(2 * size, MAX_FLOWS) * LONGS);
            }
            System.arraycopy(flows, index * LONGS, flows, (index + 1) * LONGS, (size - index) * LONGS);
            size++;
        }
        flows[to * LONGS + ID_HIGH] = seen.flow().idHigh();
        flows[to * LONGS + ID_LOW] = seen.flow().idLow();
        flows[to * LONGS + START] = seen.flow().startMicros();
        Traffic delta = seen.delta();
        set(
                to,
                durationOf(seen),
                delta.packetsOut(),
                delta.packetsIn(),
                delta.octetsOut(),
                delta.octetsIn(),
                seen.outcome());
    }

    private static long durationOf(Observation seen) {
        return Math.max(0, seen.flow().endMicros() - seen.flow().startMicros()) / 1000;
    }

    private void set(
            int index,
            long durationMs,
            long packetsOut,
            long packetsIn,
            long octetsOut,
            long octetsIn,
            Outcome outcome) {
        flows[index * LONGS + SPAN] = Math.min(durationMs, MAX_INT) << 32
                | Math.min(packetsOut, MAX_PACKETS) << 20
                | Math.min(packetsIn, MAX_PACKETS) << 8
                | outcome.ordinal();
        flows[index * LONGS + OCTETS] = Math.min(octetsOut, MAX_INT) << 32 | Math.min(octetsIn, MAX_INT);
    }

    /** Where the flow stands, or the complement of where it belongs. */
    private int position(long startMicros, long idHigh, long idLow) {
        int low = 0;
        int high = size - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = Long.compare(flows[middle * LONGS + START], startMicros);
            if (order == 0) {
                order = Long.compareUnsigned(flows[middle * LONGS + ID_HIGH], idHigh);
            }
            if (order == 0) {
                order = Long.compareUnsigned(flows[middle * LONGS + ID_LOW], idLow);
            }
            if (order == 0) {
                return middle;
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return ~low;
    }

    /** Flows that are remembered. */
    public int size() {
        return size;
    }

    /** Start of the flow, epoch microseconds; ascending by index. */
    public long startMicros(int index) {
        return flows[index * LONGS + START];
    }

    /** Time from the first to the last packet, milliseconds; at most 49 days. */
    public long durationMs(int index) {
        return flows[index * LONGS + SPAN] >>> 32;
    }

    /** Packets of the initiator, as observed; {@value #MAX_PACKETS} stands for as many or more. */
    public int packetsOut(int index) {
        return (int) (flows[index * LONGS + SPAN] >>> 20) & MAX_PACKETS;
    }

    /** Packets of the responder, as observed; {@value #MAX_PACKETS} stands for as many or more. */
    public int packetsIn(int index) {
        return (int) (flows[index * LONGS + SPAN] >>> 8) & MAX_PACKETS;
    }

    public Outcome outcome(int index) {
        return Outcome.of((int) flows[index * LONGS + SPAN] & 0xff);
    }

    /** Octets of the initiator, as observed; at most 4 GiB. */
    public long octetsOut(int index) {
        return flows[index * LONGS + OCTETS] >>> 32;
    }

    /** Octets of the responder, as observed; at most 4 GiB. */
    public long octetsIn(int index) {
        return flows[index * LONGS + OCTETS] & MAX_INT;
    }

    /** The flow's id as it stands in its records, 32 hex digits. */
    public String flowId(int index) {
        return hex(flows[index * LONGS + ID_HIGH]) + hex(flows[index * LONGS + ID_LOW]);
    }

    /** The greatest outcome of all, {@link Outcome#UNKNOWN} without flows. */
    public Outcome best() {
        Outcome best = Outcome.UNKNOWN;
        for (int i = 0; i < size; i++) {
            best = best.or(outcome(i));
        }
        return best;
    }

    /** True when one was refused, unanswered or odd. */
    boolean hasFailure() {
        for (int i = 0; i < size; i++) {
            Outcome outcome = outcome(i);
            if (outcome.isFailure() || outcome == Outcome.ODD) {
                return true;
            }
        }
        return false;
    }

    private static String hex(long bits) {
        String digits = Long.toHexString(bits);
        return "0".repeat(16 - digits.length()) + digits;
    }

    /** The words of a flow, for the changelog. */
    long word(int index, int word) {
        return flows[index * LONGS + word];
    }

    /** Takes the words of the next flow from the changelog. */
    void restore(long[] words) {
        if (flows.length == size * LONGS) {
            flows = Arrays.copyOf(flows, Math.min(2 * size, MAX_FLOWS) * LONGS);
        }
        System.arraycopy(words, 0, flows, size * LONGS, LONGS);
        size++;
    }

    static int words() {
        return LONGS;
    }
}
