package io.weir.collectors.decode;

import io.weir.schemas.DecodingProblem;
import io.weir.schemas.Layer;
import java.nio.ByteBuffer;

/**
 * MPLS label stacks (RFC 3032). Nothing in them says what they carry: an explicit null label does (RFC 3032 section 2.1), else the
 * first four bits behind the bottom of the stack: 4 and 6 are IP, 0 is the control word of a pseudowire (RFC 4385) and the frame behind
 * it is taken for Ethernet (RFC 4448), the commonest by far. Anything else is left closed.
 */
final class MplsLayer {
    static final int UNICAST = 0x8847;
    static final int MULTICAST = 0x8848;

    /** Label 20 bits, traffic class 3, bottom of stack 1, time to live 8. */
    private static final int ENTRY_LENGTH = 4;

    private static final int LABEL_SHIFT = 12;
    private static final int BOTTOM = 0x100;

    private static final int EXPLICIT_NULL_IPV4 = 0;
    private static final int EXPLICIT_NULL_IPV6 = 2;
    /** Generic associated channel (RFC 5586): no user traffic. */
    private static final int ASSOCIATED_CHANNEL = 13;

    private static final int CONTROL_WORD_LENGTH = 4;
    /** Deep stacks are made by mistake or malice. */
    private static final int MAX_LABELS = 16;

    private MplsLayer() {}

    /** Parameters as in {@link LinkLayer}; {@code etherType} stays that of the frame where nothing is found below. */
    static void decode(ByteBuffer buffer, int position, int end, int uncaptured, int etherType, PacketHeaders out) {
        out.etherType = etherType;
        if (!out.enterLinkLayer(Layer.mpls)) {
            return;
        }
        int entry;
        int at = position;
        int labels = 0;
        do {
            if (end - at < ENTRY_LENGTH) {
                out.addProblem(PacketDecoder.cut(uncaptured));
                return;
            }
            if (labels++ == MAX_LABELS) {
                out.addProblem(DecodingProblem.too_many_layers);
                return;
            }
            entry = buffer.getInt(at);
            at += ENTRY_LENGTH;
        } while ((entry & BOTTOM) == 0);
        if (end - at < 1) {
            out.addProblem(PacketDecoder.cut(uncaptured));
            return;
        }
        int label = entry >>> LABEL_SHIFT;
        int nibble = buffer.get(at) >> 4 & 0xf;
        if (label == EXPLICIT_NULL_IPV4) {
            EtherTypeLayer.decode(buffer, at, end, uncaptured, EtherTypeLayer.IPV4, out);
        } else if (label == EXPLICIT_NULL_IPV6) {
            EtherTypeLayer.decode(buffer, at, end, uncaptured, EtherTypeLayer.IPV6, out);
        } else if (label == ASSOCIATED_CHANNEL) {
            return;
        } else if (nibble == 4) {
            EtherTypeLayer.decode(buffer, at, end, uncaptured, EtherTypeLayer.IPV4, out);
        } else if (nibble == 6) {
            EtherTypeLayer.decode(buffer, at, end, uncaptured, EtherTypeLayer.IPV6, out);
        } else if (nibble == 0 && out.enterLinkLayer(Layer.pseudowire)) {
            EtherTypeLayer.innerEthernet(buffer, at + CONTROL_WORD_LENGTH, end, uncaptured, out);
        }
    }
}
