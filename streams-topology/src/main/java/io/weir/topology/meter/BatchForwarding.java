package io.weir.topology.meter;

import io.weir.schemas.packets.PacketBatchDecoder;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * What the packets of one batch bring of their way: as if each packet brought its own, which the batch says only where it differs from that of
 * the packet of its key and side before.
 */
final class BatchForwarding {

    /** A key has two sides. */
    private static final int SIDES = 2;

    private final SharedObjects<SharedForwarding> shared;
    private final ByteBuffer scratch = ByteBuffer.allocate(SharedForwarding.MAX_OCTETS);

    /** By fact of the batch. */
    private SharedForwarding[] facts = new SharedForwarding[0];

    /** By key and side: what holds for its packets from here on; null for nothing. */
    private SharedForwarding[] held = new SharedForwarding[0];

    private PacketBatchDecoder batch;
    private int note;

    BatchForwarding(SharedObjects<SharedForwarding> shared) {
        this.shared = shared;
    }

    /** @return whether the batch says anything, so that its packets have to be shown */
    boolean begin(PacketBatchDecoder of) {
        batch = of;
        note = 0;
        if (of.forwardingNoteCount() == 0) {
            return false;
        }
        if (facts.length < of.forwardingCount()) {
            facts = new SharedForwarding[Math.max(of.forwardingCount(), 2 * facts.length)];
        }
        for (int i = 0; i < of.forwardingCount(); i++) {
            facts[i] = shared.unique(SharedForwarding.of(of.forwarding(i), scratch));
        }
        int places = of.keyCount() * SIDES;
        if (held.length < places) {
            held = new SharedForwarding[Math.max(places, 2 * held.length)];
        } else {
            Arrays.fill(held, 0, places, null);
        }
        return true;
    }

    /** Packets are shown in their order. */
    void tell(int packet, int key, boolean sentByA, FlowRow row) {
        int place = key * SIDES + (sentByA ? 0 : 1);
        while (note < batch.forwardingNoteCount() && batch.forwardingNotePackets()[note] == packet) {
            int fact = batch.forwardingNoteFacts()[note++];
            held[place] = fact < 0 ? null : facts[fact];
        }
        SharedForwarding said = held[place];
        if (said != null && !said.equals(row.forwarding(sentByA))) {
            row.extras().setForwarding(sentByA, said);
            if (said.saysWhoBegan()) {
                Orientations.reported(row, said.senderBegan() == sentByA);
            }
        }
    }
}
