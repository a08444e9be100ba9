package io.weir.bench.traffic;

import java.util.Arrays;

/** Binary heap of (time, slot) packed in a long: time in µs since the start of the capture, slot below 2^23. */
final class EventHeap {

    static final int SLOT_BITS = 23;

    private long[] events = new long[1024];
    private int size;

    static long event(long timeMicros, int slot) {
        return timeMicros << SLOT_BITS | slot;
    }

    static long timeMicros(long event) {
        return event >>> SLOT_BITS;
    }

    static int slot(long event) {
        return (int) event & ((1 << SLOT_BITS) - 1);
    }

    boolean isEmpty() {
        return size == 0;
    }

    long first() {
        return events[0];
    }

    void add(long event) {
        if (size == events.length) {
            events = Arrays.copyOf(events, size * 2);
        }
        int i = size++;
        while (i > 0) {
            int parent = (i - 1) >>> 1;
            if (events[parent] <= event) {
                break;
            }
            events[i] = events[parent];
            i = parent;
        }
        events[i] = event;
    }

    /** Takes the first event away and puts another in: one walk down instead of two. */
    void replaceFirst(long event) {
        sink(event);
    }

    void removeFirst() {
        long last = events[--size];
        if (size > 0) {
            sink(last);
        }
    }

    private void sink(long event) {
        int i = 0;
        int half = size >>> 1;
        while (i < half) {
            int child = 2 * i + 1;
            if (child + 1 < size && events[child + 1] < events[child]) {
                child++;
            }
            if (event <= events[child]) {
                break;
            }
            events[i] = events[child];
            i = child;
        }
        events[i] = event;
    }
}
