package io.weir.decoding.packet;

import io.weir.schemas.DecodingProblem;
import io.weir.schemas.Layer;
import java.nio.ByteBuffer;

/**
 * The PKTAP header of macOS (LINKTYPE_PKTAP, {@code net/pktap.h} of XNU), in the byte order of the capturing host: its length, the link
 * type of the frame behind it, and the names of interface and process, which are ignored.
 */
final class PktapLayer {
    /** Length 0, record type 4, link type 8, interface name 12, process and flow 36. */
    private static final int MIN_LENGTH = 108;

    private static final int RECORD_TYPE = 4;
    private static final int LINK_TYPE = 8;

    private static final int RECORD_PACKET = 1;

    private PktapLayer() {}

    /** Parameters as in {@link LinkLayer}. */
    static void decode(ByteBuffer buffer, int position, int end, int uncaptured, PacketHeaders out) {
        if (!out.enterLinkLayer(Layer.pktap)) {
            return;
        }
        if (end - position < MIN_LENGTH) {
            out.addProblem(PacketDecoder.cut(uncaptured));
            return;
        }
        // The length is small, so that the larger reading is the swapped one.
        int length = buffer.getInt(position);
        boolean littleEndian = (length & 0xffff_0000) != 0;
        if (littleEndian) {
            length = Integer.reverseBytes(length);
        }
        if (length < MIN_LENGTH) {
            out.addProblem(DecodingProblem.bad_link_header);
            return;
        }
        if (end - position < length) {
            out.addProblem(PacketDecoder.cut(uncaptured));
            return;
        }
        int recordType = buffer.getInt(position + RECORD_TYPE);
        int linkType = buffer.getInt(position + LINK_TYPE);
        if (littleEndian) {
            recordType = Integer.reverseBytes(recordType);
            linkType = Integer.reverseBytes(linkType);
        }
        if (recordType == RECORD_PACKET) {
            PacketDecoder.decodeLink(buffer, position + length, end, uncaptured, linkType, out);
        }
    }
}
