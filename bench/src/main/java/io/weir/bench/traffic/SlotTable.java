package io.weir.bench.traffic;

import java.util.Arrays;

/** Live flows by slot number; the slots of ended flows are used again. */
final class SlotTable {

    private static final int MAX_SLOTS = 1 << EventHeap.SLOT_BITS;

    private LiveFlow[] flows = new LiveFlow[1024];
    private int[] freeSlots = new int[1024];
    private int free;
    private int used;

    int add(LiveFlow flow) {
        int slot = free > 0 ? freeSlots[--free] : used++;
        if (slot == MAX_SLOTS) {
            throw new IllegalStateException("more than " + MAX_SLOTS + " flows at the same time: give more --seconds");
        }
        if (slot == flows.length) {
            flows = Arrays.copyOf(flows, slot * 2);
            freeSlots = Arrays.copyOf(freeSlots, slot * 2);
        }
        flows[slot] = flow;
        return slot;
    }

    LiveFlow get(int slot) {
        return flows[slot];
    }

    void remove(int slot) {
        flows[slot] = null;
        freeSlots[free++] = slot;
    }

    int size() {
        return used - free;
    }
}
