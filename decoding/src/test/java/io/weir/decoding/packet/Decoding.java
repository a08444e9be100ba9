package io.weir.decoding.packet;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Short ways to decode one frame in a test. */
final class Decoding {
    static final int ETHERNET = 1;

    private static final PacketDecoder DECODER = new PacketDecoder();

    private Decoding() {}

    static PacketHeaders ethernet(FrameBuilder frame) {
        return decode(ETHERNET, frame.bytes());
    }

    static PacketHeaders decode(int linkType, FrameBuilder frame) {
        return decode(linkType, frame.bytes());
    }

    static PacketHeaders decode(int linkType, byte[] frame) {
        return decode(linkType, frame, frame.length, frame.length);
    }

    /** Only the first octets of the frame are captured. */
    static PacketHeaders decode(int linkType, byte[] frame, int capturedOctets, int layer2Octets) {
        return decode(linkType, Arrays.copyOf(frame, capturedOctets), layer2Octets, 7, (byte) 0xee);
    }

    /** The frame lies in the middle of a direct buffer, with {@code surrounding} octets on both sides. */
    static PacketHeaders decode(int linkType, byte[] captured, int layer2Octets, int margin, byte surrounding) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(captured.length + 2 * margin);
        for (int i = 0; i < buffer.capacity(); i++) {
            buffer.put(i, surrounding);
        }
        buffer.put(margin, captured);
        PacketHeaders headers = new PacketHeaders();
        DECODER.decode(buffer, margin, captured.length, layer2Octets, linkType, headers);
        return headers;
    }
}
