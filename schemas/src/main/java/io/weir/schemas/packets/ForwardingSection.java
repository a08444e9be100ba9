package io.weir.schemas.packets;

import java.util.Arrays;

/** What was said of the way of a batch's packets, as in the schema of {@link io.weir.schemas.ForwardingNotes}: each fact once, and where another begins. */
final class ForwardingSection {

    private static final int INITIAL_FACTS = 16;
    private static final int INITIAL_KEYS = 64;

    /** A key has two sides. */
    private static final int SIDES = 2;

    /** In the place of a fact: nothing was said. */
    private static final int NOTHING = -1;

    private final AvroBuffer factRecords = new AvroBuffer(0);
    private final AvroBuffer noteRecords = new AvroBuffer(0);
    private int facts;
    private int notes;

    /** By fact: where its record begins; one more behind the last. */
    private int[] starts = new int[INITIAL_FACTS + 1];

    /** By fact: hash of its record. */
    private int[] hashes = new int[INITIAL_FACTS];

    /** Open addressing: index of the fact plus one, 0 = free. */
    private int[] slots = new int[INITIAL_FACTS * 2];

    /** By key and side: index of the fact that was said last plus one, 0 = none. */
    private int[] said = new int[INITIAL_KEYS * SIDES];

    /** Behind the last key of which something was said. */
    private int keys;

    void add(int packet, int key, boolean sentByA, ReportedForwarding fact) {
        int place = key * SIDES + (sentByA ? 0 : 1);
        int before = place < said.length ? said[place] - 1 : NOTHING;
        int index = NOTHING;
        if (!fact.isEmpty()) {
            index = before != NOTHING && isSame(before, fact) ? before : indexOf(fact);
        }
        if (index == before) {
            return;
        }
        if (place >= said.length) {
            said = Arrays.copyOf(said, Math.max(said.length * 2, place + SIDES));
        }
        said[place] = index + 1;
        keys = Math.max(keys, key + 1);
        noteRecords.ensure(2 * AvroBuffer.MAX_VARINT32_OCTETS);
        noteRecords.writeIntUnchecked(packet);
        noteRecords.writeIntUnchecked(index);
        notes++;
    }

    private int indexOf(ReportedForwarding fact) {
        int mask = slots.length - 1;
        int slot = fact.recordHash() & mask;
        while (slots[slot] != 0) {
            if (isSame(slots[slot] - 1, fact)) {
                return slots[slot] - 1;
            }
            slot = (slot + 1) & mask;
        }
        if (facts == hashes.length) {
            grow();
            slot = freeSlot(fact.recordHash());
        }
        AvroBuffer record = fact.record();
        factRecords.writeBytes(record.bytes, record.length);
        hashes[facts] = fact.recordHash();
        facts++;
        starts[facts] = factRecords.length;
        slots[slot] = facts;
        return facts - 1;
    }

    private boolean isSame(int index, ReportedForwarding fact) {
        AvroBuffer record = fact.record();
        return hashes[index] == fact.recordHash()
                && Arrays.equals(factRecords.bytes, starts[index], starts[index + 1], record.bytes, 0, record.length);
    }

    private int freeSlot(int hash) {
        int mask = slots.length - 1;
        int slot = hash & mask;
        while (slots[slot] != 0) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private void grow() {
        starts = Arrays.copyOf(starts, 2 * hashes.length + 1);
        hashes = Arrays.copyOf(hashes, 2 * hashes.length);
        slots = new int[2 * hashes.length];
        for (int index = 0; index < facts; index++) {
            slots[freeSlot(hashes[index])] = index + 1;
        }
    }

    int octets() {
        return factRecords.length + noteRecords.length;
    }

    /** Writes the union of null and the section. */
    void write(AvroBuffer out) {
        out.writeInt(notes > 0 ? 1 : 0);
        if (notes > 0) {
            out.writeArray(facts, factRecords);
            out.writeArray(notes, noteRecords);
        }
    }

    void clear() {
        if (notes == 0) {
            return;
        }
        factRecords.length = 0;
        noteRecords.length = 0;
        facts = 0;
        notes = 0;
        Arrays.fill(slots, 0);
        Arrays.fill(said, 0, Math.min(said.length, keys * SIDES), 0);
        keys = 0;
    }
}
