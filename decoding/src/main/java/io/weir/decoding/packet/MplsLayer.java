package io.weir.decoding.packet;

import io.weir.schemas.DecodingProblem;
import io.weir.schemas.Layer;
import java.nio.ByteBuffer;

/**
 * MPLS label stacks (RFC 3032). Nothing in them says what they carry: an explicit null label does (RFC 3032 section 2.1), else the
 * first octets behind the bottom of the stack: 4 and 6 in the first four bits are IP, and 16 bits of 0 begin the control word of a
 * pseudowire (RFC 4385); the frame behind it is taken for Ethernet (RFC 4448), the commonest by far. Anything else is left closed: an
 * Ethernet frame without control word may begin with any address.
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
    private static final int MIN_IPV4_HEADER_WORDS = 5;
    /** Deep stacks are made by mistake or malice. */
    private static final int MAX_LABELS = 16;

    /** Results of {@link #behindStack} and {@link #payload} beside positions and EtherTypes. */
    static final int CUT = -1;

    static final int TOO_MANY_LABELS = -2;
    static final int PSEUDOWIRE = -3;
    static final int CLOSED = -4;

    private MplsLayer() {}

    /** Parameters as in {@link LinkLayer}; {@code etherType} stays that of the frame where nothing is found below. */
    static void decode(ByteBuffer buffer, int position, int end, int uncaptured, int etherType, PacketHeaders out) {
        out.etherType = etherType;
        if (!out.enterLinkLayer(Layer.mpls)) {
            return;
        }
        int at = behindStack(buffer, position, end);
        if (at == TOO_MANY_LABELS) {
            out.addProblem(DecodingProblem.too_many_layers);
            return;
        }
        if (at == CUT || at == end) {
            out.addProblem(PacketDecoder.cut(uncaptured));
            return;
        }
        int payload = payload(buffer, at, end);
        if (payload == PSEUDOWIRE) {
            if (out.enterLinkLayer(Layer.pseudowire)) {
                EtherTypeLayer.innerEthernet(buffer, at + CONTROL_WORD_LENGTH, end, uncaptured, out);
            }
        } else if (payload != CLOSED) {
            EtherTypeLayer.decode(buffer, at, end, uncaptured, payload, out);
        }
    }

    /** Where the stack ends, at most at {@code end}; else {@link #CUT} or {@link #TOO_MANY_LABELS}. */
    static int behindStack(ByteBuffer buffer, int position, int end) {
        int at = position;
        for (int labels = 0; labels < MAX_LABELS; labels++) {
            if (end - at < ENTRY_LENGTH) {
                return CUT;
            }
            at += ENTRY_LENGTH;
            if ((buffer.getInt(at - ENTRY_LENGTH) & BOTTOM) != 0) {
                return at;
            }
        }
        return TOO_MANY_LABELS;
    }

    /**
     * The EtherType of IP, {@link #PSEUDOWIRE} or {@link #CLOSED}; {@code position} is behind the bottom of the stack and before {@code
     * end}.
     */
    static int payload(ByteBuffer buffer, int position, int end) {
        int first = buffer.get(position) & 0xff;
        switch (buffer.getInt(position - ENTRY_LENGTH) >>> LABEL_SHIFT) {
            case EXPLICIT_NULL_IPV4 -> {
                return EtherTypeLayer.IPV4;
            }
            case EXPLICIT_NULL_IPV6 -> {
                return EtherTypeLayer.IPV6;
            }
            case ASSOCIATED_CHANNEL -> {
                return CLOSED;
            }
            default -> {
                return switch (first >>> 4) {
                    case 4 -> (first & 0xf) < MIN_IPV4_HEADER_WORDS ? CLOSED : EtherTypeLayer.IPV4;
                    case 6 -> EtherTypeLayer.IPV6;
                    // RFC 4448 section 4.6: the bits before the sequence number are 0.
                    case 0 -> first == 0 && (end - position < 2 || buffer.get(position + 1) == 0) ? PSEUDOWIRE : CLOSED;
                    default -> CLOSED;
                };
            }
        }
    }
}
