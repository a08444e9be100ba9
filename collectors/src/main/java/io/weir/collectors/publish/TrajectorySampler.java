package io.weir.collectors.publish;

import io.weir.decoding.packet.PacketHeaders;
import io.weir.schemas.packets.CanonicalKey;

/**
 * Chooses packets by what is in them, so that every observation point on a packet's way chooses the same ones: hash-based selection (RFC 5475
 * section 6.2), known as trajectory sampling. The digest leaves out what changes on the way (time to live, checksums, addresses and
 * ports, as these are the flow's) and the length of TCP segments: a segment that an interface has yet to cut has the digest of its
 * first piece.
 */
final class TrajectorySampler {

    private static final int SYN = 0x02;

    private final int mask;
    private int digest;

    /** @param rate N, a power of two: one packet in N is chosen on the average, and every SYN */
    TrajectorySampler(int rate) {
        mask = rate - 1;
    }

    /** Whether this packet is one of them; if so, {@link #digest()} is its digest. */
    boolean chooses(PacketHeaders packet) {
        long content;
        if (packet.tcpPayloadOctets >= 0) {
            content = (long) packet.tcpSequence << 32 | (packet.tcpAcknowledgement & 0xffff_ffffL);
        } else if (packet.content != 0 && packet.enclosed() == null) {
            // What a tunnel carries has digests of its own; its own header says the same in every packet.
            content = packet.content;
        } else {
            return false;
        }
        digest = (int) (CanonicalKey.mix(content) >>> 32);
        return (digest & mask) == 0 || (packet.tcpPayloadOctets >= 0 && (packet.tcpControlBits & SYN) != 0);
    }

    /** Of the packet that was chosen last (IE 326), 32 bits. */
    int digest() {
        return digest;
    }
}
