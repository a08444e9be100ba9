package io.weir.decoding.packet;

import io.weir.schemas.DecodingProblem;
import io.weir.schemas.Layer;
import java.nio.ByteBuffer;

/**
 * The Per-Packet Information header (CACE Technologies, version 1.0.10, little endian): a length, the link type of the frame behind it,
 * and fields, of which the flags in a leading 802.11-Common field are used.
 */
final class PpiLayer {
    /** Version 0, flags 1, length 2, link type 4. */
    private static final int MIN_LENGTH = 8;

    private static final int HEADER_LENGTH = 2;
    private static final int LINK_TYPE = 4;

    /** Of the first field: type 8, length 10, timer 12, flags 20. */
    private static final int FIELD_TYPE = 8;

    private static final int COMMON_FLAGS = 20;
    private static final int COMMON_FLAGS_END = 22;
    private static final int TYPE_802_11_COMMON = 2;
    private static final int CHECK_SEQUENCE = 0x1;
    private static final int DAMAGED = 0x4;

    private PpiLayer() {}

    /** Parameters as in {@link LinkLayer}. */
    static void decode(ByteBuffer buffer, int position, int end, int uncaptured, PacketHeaders out) {
        if (!out.enterLinkLayer(Layer.ppi)) {
            return;
        }
        if (end - position < MIN_LENGTH) {
            out.addProblem(PacketDecoder.cut(uncaptured));
            return;
        }
        int length = u16(buffer, position + HEADER_LENGTH);
        if (buffer.get(position) != 0 || length < MIN_LENGTH) {
            out.addProblem(DecodingProblem.bad_link_header);
            return;
        }
        if (end - position < length) {
            out.addProblem(PacketDecoder.cut(uncaptured));
            return;
        }
        int linkType = Integer.reverseBytes(buffer.getInt(position + LINK_TYPE));
        if (linkType == PacketDecoder.LINKTYPE_IEEE802_11) {
            int reception = wlanReception(buffer, position, length);
            WlanLayer.decode(buffer, position + length, end, uncaptured, reception, out);
        } else {
            PacketDecoder.decodeLink(buffer, position + length, end, uncaptured, linkType, out);
        }
    }

    private static int wlanReception(ByteBuffer buffer, int position, int length) {
        if (length < COMMON_FLAGS_END || u16(buffer, position + FIELD_TYPE) != TYPE_802_11_COMMON) {
            return 0;
        }
        int flags = u16(buffer, position + COMMON_FLAGS);
        int reception = (flags & CHECK_SEQUENCE) == 0 ? 0 : WlanLayer.HAS_CHECK_SEQUENCE;
        return reception | ((flags & DAMAGED) == 0 ? 0 : WlanLayer.DAMAGED);
    }

    private static int u16(ByteBuffer buffer, int position) {
        return Short.reverseBytes(buffer.getShort(position)) & 0xffff;
    }
}
