package io.weir.decoding.packet;

import io.weir.schemas.DecodingProblem;
import io.weir.schemas.Layer;
import java.nio.ByteBuffer;

/** The network service header (RFC 8300). */
final class NshLayer {
    /** Version, flags, time to live and length 0, metadata type 2, next protocol 3, service path 4. */
    private static final int MIN_LENGTH = 8;

    private static final int NEXT_PROTOCOL = 3;
    private static final int LENGTH_MASK = 0x3f;
    /** The length field counts in these. */
    private static final int LENGTH_UNIT = 4;

    private static final int VERSION_SHIFT = 14;

    private static final int NEXT_IPV4 = 1;
    private static final int NEXT_IPV6 = 2;
    private static final int NEXT_ETHERNET = 3;
    private static final int NEXT_NSH = 4;
    private static final int NEXT_MPLS = 5;

    private NshLayer() {}

    /** Parameters as in {@link LinkLayer}. */
    static void decode(ByteBuffer buffer, int position, int end, int uncaptured, PacketHeaders out) {
        if (!out.enterLinkLayer(Layer.nsh)) {
            return;
        }
        if (end - position < MIN_LENGTH) {
            out.addProblem(PacketDecoder.cut(uncaptured));
            return;
        }
        int start = buffer.getShort(position) & 0xffff;
        int length = (start & LENGTH_MASK) * LENGTH_UNIT;
        if (start >>> VERSION_SHIFT != 0 || length < MIN_LENGTH) {
            out.addProblem(DecodingProblem.bad_tunnel_header);
            return;
        }
        if (end - position < length) {
            out.addProblem(PacketDecoder.cut(uncaptured));
            return;
        }
        int at = position + length;
        switch (buffer.get(position + NEXT_PROTOCOL) & 0xff) {
            case NEXT_IPV4 -> EtherTypeLayer.decode(buffer, at, end, uncaptured, EtherTypeLayer.IPV4, out);
            case NEXT_IPV6 -> EtherTypeLayer.decode(buffer, at, end, uncaptured, EtherTypeLayer.IPV6, out);
            case NEXT_ETHERNET -> EtherTypeLayer.innerEthernet(buffer, at, end, uncaptured, out);
            case NEXT_NSH -> decode(buffer, at, end, uncaptured, out);
            case NEXT_MPLS -> EtherTypeLayer.decode(buffer, at, end, uncaptured, MplsLayer.UNICAST, out);
            default -> {}
        }
    }
}
