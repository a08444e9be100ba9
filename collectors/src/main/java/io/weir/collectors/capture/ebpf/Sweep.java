package io.weir.collectors.capture.ebpf;

import io.weir.collectors.capture.FrameSink;
import java.io.IOException;
import java.util.Arrays;

/**
 * Delivers what was counted in a map, in the order of its times, when everything has been delivered that was handed over before the map was
 * taken out of use. Used by one thread.
 */
final class Sweep {

    /** In a word of the order: the time from the first on, the entry, and whether it is its last packet. */
    private static final int ENTRY_BITS = 17;

    private static final long ENTRY_MASK = (1L << ENTRY_BITS) - 1;
    private static final long MAX_SPAN_NANOS = (1L << (Long.SIZE - 1 - ENTRY_BITS - 1)) - 1;

    private final FlowProgram program;
    private final KernelClock clock;
    private final Segmentation segmentation;
    private final FlowCounts counts = new FlowCounts();
    private long[] order = new long[256];
    private int events;
    private int delivered;
    private long ringMark;
    private long beganNanos;
    private boolean open;

    Sweep(FlowProgram program, KernelClock clock, Segmentation segmentation) {
        this.program = program;
        this.clock = clock;
        this.segmentation = segmentation;
    }

    /** Takes the map out of use. */
    void begin() throws IOException {
        clock.adjust();
        beganNanos = clock.epochNanos(clock.monotonicNanos());
        program.swap(segmentation.splits());
        ringMark = program.ring().produced();
        sort(program.take());
        open = true;
    }

    private void sort(int entries) {
        if (order.length < 2 * entries) {
            order = new long[Math.max(2 * entries, 2 * order.length)];
        }
        long first = Long.MAX_VALUE;
        for (int entry = 0; entry < entries; entry++) {
            FlowCounts view = counts(entry);
            if (view.packets() > 0) {
                first = Math.min(first, view.firstNanos());
            }
        }
        events = 0;
        delivered = 0;
        for (int entry = 0; entry < entries; entry++) {
            FlowCounts view = counts(entry);
            // What was flushed and not counted in again is empty.
            if (view.packets() > 0) {
                order[events++] = word(view.firstNanos() - first, entry, 0);
            }
            if (view.packets() > 1) {
                order[events++] = word(view.lastNanos() - first, entry, 1);
            }
        }
        Arrays.sort(order, 0, events);
    }

    private static long word(long nanos, int entry, int last) {
        return Math.min(nanos, MAX_SPAN_NANOS) << (ENTRY_BITS + 1) | (long) entry << 1 | last;
    }

    private FlowCounts counts(int entry) {
        return counts.wrap(program.entries(), FlowProgram.countsOf(entry));
    }

    /** Whether there is something left to deliver, or to be delivered before. */
    boolean isOpen() {
        return open;
    }

    /** Whether the ring's part has been delivered. */
    boolean isDue() {
        return open && program.ring().consumed() >= ringMark;
    }

    /** Event time before which everything has been delivered when this is done, epoch nanoseconds. */
    long beganNanos() {
        return beganNanos;
    }

    /** Delivers up to so many summaries, or one more; gives their number. */
    int deliver(FrameSink sink, int interfaceIndex, int most) {
        int summaries = 0;
        while (delivered < events && summaries < most) {
            long word = order[delivered++];
            FlowCounts view = counts((int) (word >>> 1 & ENTRY_MASK));
            if ((word & 1) == 0) {
                summaries += view.deliverFirst(sink, clock, interfaceIndex);
            } else {
                view.deliverLast(sink, clock, interfaceIndex);
                summaries++;
            }
        }
        open = delivered < events;
        return summaries;
    }
}
