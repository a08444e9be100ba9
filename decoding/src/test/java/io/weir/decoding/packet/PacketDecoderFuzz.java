package io.weir.decoding.packet;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/** Any octets as a frame. Of an input 0 is the link type, 1 the depth of tunnels, 2 the length on the wire, 6 the frame. */
public final class PacketDecoderFuzz {
    private static final int[] LINK_TYPES = {
        1, 0, 9, 12, 14, 50, 51, 101, 104, 105, 107, 108, 113, 119, 127, 163, 192, 228, 229, 239, 242, 258, 276, 147
    };
    private static final int FRAME = 6;
    /** Headers of all samples lie within. */
    private static final int MAX_SEED_OCTETS = 256;

    private static final DecoderInvariants[] BY_DEPTH = new DecoderInvariants[PacketDecoder.DEFAULT_TUNNEL_DEPTH + 1];

    static {
        Arrays.setAll(BY_DEPTH, DecoderInvariants::new);
    }

    private PacketDecoderFuzz() {}

    /** Called by the fuzzer. */
    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length < FRAME) {
            return;
        }
        int linkType = LINK_TYPES[(input[0] & 0xff) % LINK_TYPES.length];
        int depth = (input[1] & 0xff) % BY_DEPTH.length;
        int layer2Octets = ByteBuffer.wrap(input).getInt(2);
        BY_DEPTH[depth].check(linkType, Arrays.copyOfRange(input, FRAME, input.length), layer2Octets, "frame");
    }

    /** What the fuzzer begins with. */
    public static List<byte[]> seeds() {
        return FrameSamples.all().stream().map(PacketDecoderFuzz::seed).toList();
    }

    private static byte[] seed(FrameSamples.Sample sample) {
        byte[] frame = sample.frame();
        int captured = Math.min(frame.length, MAX_SEED_OCTETS);
        byte linkType = 0;
        while (LINK_TYPES[linkType] != sample.linkType()) {
            linkType++;
        }
        return ByteBuffer.allocate(FRAME + captured)
                .put(linkType)
                .put((byte) PacketDecoder.DEFAULT_TUNNEL_DEPTH)
                .putInt(frame.length)
                .put(frame, 0, captured)
                .array();
    }
}
