package io.weir.decoding.packet;

import io.weir.schemas.DecodingProblem;
import io.weir.schemas.Layer;
import java.nio.ByteBuffer;

/**
 * What drivers put before a captured 802.11 frame: <a href="https://www.radiotap.org">radiotap</a> (little endian), AVS (network byte
 * order) and the older Prism header of fixed length. Of radiotap the flags are used; signal, rate and channel are ignored.
 */
final class WlanCaptureLayer {
    /** Version 0, padding 1, length 2, present fields 4 (more of them while the highest bit is set), then the fields. */
    private static final int RADIOTAP_MIN_LENGTH = 8;

    private static final int RADIOTAP_HEADER_LENGTH = 2;
    private static final int RADIOTAP_PRESENT = 4;
    private static final int RADIOTAP_MORE_PRESENT = 0x8000_0000;
    private static final int RADIOTAP_HAS_TIMER = 0x1;
    private static final int RADIOTAP_HAS_FLAGS = 0x2;
    /** Eight octets, aligned to eight from the start of the header; the flags, one octet, are next. */
    private static final int RADIOTAP_TIMER_LENGTH = 8;

    private static final int RADIOTAP_CHECK_SEQUENCE = 0x10;
    private static final int RADIOTAP_PADDING = 0x20;
    private static final int RADIOTAP_DAMAGED = 0x40;

    /** Magic and version 0, length 4. */
    private static final int AVS_MIN_LENGTH = 8;

    private static final int AVS_HEADER_LENGTH = 4;
    private static final int AVS_MAGIC = 0x8021_1000;
    private static final int AVS_MAGIC_MASK = 0xffff_f000;

    private static final int PRISM_LENGTH = 144;

    private WlanCaptureLayer() {}

    /** Parameters as in {@link LinkLayer}. */
    static void radiotap(ByteBuffer buffer, int position, int end, int uncaptured, PacketHeaders out) {
        if (!out.enterLinkLayer(Layer.radiotap)) {
            return;
        }
        if (end - position < RADIOTAP_MIN_LENGTH) {
            out.addProblem(PacketDecoder.cut(uncaptured));
            return;
        }
        int length = Short.reverseBytes(buffer.getShort(position + RADIOTAP_HEADER_LENGTH)) & 0xffff;
        if (buffer.get(position) != 0 || length < RADIOTAP_MIN_LENGTH) {
            out.addProblem(DecodingProblem.bad_link_header);
            return;
        }
        if (end - position < length) {
            out.addProblem(PacketDecoder.cut(uncaptured));
            return;
        }
        int reception = radiotapReception(buffer, position, length);
        WlanLayer.decode(buffer, position + length, end, uncaptured, reception, out);
    }

    private static int radiotapReception(ByteBuffer buffer, int position, int length) {
        int present = Integer.reverseBytes(buffer.getInt(position + RADIOTAP_PRESENT));
        if ((present & RADIOTAP_HAS_FLAGS) == 0) {
            return 0;
        }
        int offset = RADIOTAP_PRESENT + Integer.BYTES;
        int more = present;
        while ((more & RADIOTAP_MORE_PRESENT) != 0 && length - offset >= Integer.BYTES) {
            more = Integer.reverseBytes(buffer.getInt(position + offset));
            offset += Integer.BYTES;
        }
        if ((present & RADIOTAP_HAS_TIMER) != 0) {
            offset = ((offset + RADIOTAP_TIMER_LENGTH - 1) & -RADIOTAP_TIMER_LENGTH) + RADIOTAP_TIMER_LENGTH;
        }
        if (offset >= length) {
            return 0;
        }
        int flags = buffer.get(position + offset) & 0xff;
        int reception = (flags & RADIOTAP_CHECK_SEQUENCE) == 0 ? 0 : WlanLayer.HAS_CHECK_SEQUENCE;
        reception |= (flags & RADIOTAP_PADDING) == 0 ? 0 : WlanLayer.HAS_PADDING;
        return reception | ((flags & RADIOTAP_DAMAGED) == 0 ? 0 : WlanLayer.DAMAGED);
    }

    /** Parameters as in {@link LinkLayer}. */
    static void avs(ByteBuffer buffer, int position, int end, int uncaptured, PacketHeaders out) {
        if (end - position < AVS_MIN_LENGTH) {
            out.addProblem(PacketDecoder.cut(uncaptured));
            return;
        }
        int length = buffer.getInt(position + AVS_HEADER_LENGTH);
        if ((buffer.getInt(position) & AVS_MAGIC_MASK) != AVS_MAGIC || length < AVS_MIN_LENGTH) {
            out.addProblem(DecodingProblem.bad_link_header);
            return;
        }
        if (end - position < length) {
            out.addProblem(PacketDecoder.cut(uncaptured));
            return;
        }
        WlanLayer.decode(buffer, position + length, end, uncaptured, out);
    }

    /** Drivers of Prism cards wrote either header under this link type; parameters as in {@link LinkLayer}. */
    static void prism(ByteBuffer buffer, int position, int end, int uncaptured, PacketHeaders out) {
        if (end - position >= Integer.BYTES && (buffer.getInt(position) & AVS_MAGIC_MASK) == AVS_MAGIC) {
            avs(buffer, position, end, uncaptured, out);
        } else if (end - position < PRISM_LENGTH) {
            out.addProblem(PacketDecoder.cut(uncaptured));
        } else {
            WlanLayer.decode(buffer, position + PRISM_LENGTH, end, uncaptured, out);
        }
    }
}
