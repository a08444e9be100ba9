package io.weir.topology.conversation;

import java.nio.ByteBuffer;

/**
 * What the flows of one conversation have in common at every observation point: addresses, protocol and ports, as the words of {@link
 * io.weir.schemas.packets.CanonicalKey} without VLANs and tunnel.
 *
 * @param slot of flows that enclose others: the number since the epoch of the span of time that they live in; else 0
 */
public record ConversationKey(long word0, long word1, long word2, long word3, long word4, long slot) {

    static final int OCTETS = 6 * Long.BYTES;

    void put(ByteBuffer out) {
        out.putLong(word0)
                .putLong(word1)
                .putLong(word2)
                .putLong(word3)
                .putLong(word4)
                .putLong(slot);
    }

    static ConversationKey get(ByteBuffer in) {
        return new ConversationKey(in.getLong(), in.getLong(), in.getLong(), in.getLong(), in.getLong(), in.getLong());
    }
}
