package io.weir.decoding.packet;

import io.weir.schemas.Layer;
import java.nio.ByteBuffer;

/**
 * IP over InfiniBand as LINKTYPE_IPOIB has it: 20 reserved octets and the 20 octets of the destination's link-layer address (RFC 4391
 * section 9.1.1), then the encapsulation header of RFC 4391 section 6. The address is no MAC address and is not kept.
 */
final class IpoibLayer {
    /** Reserved 0, destination 20, EtherType 40, reserved 42. */
    private static final int LENGTH = 44;

    private static final int TYPE = 40;

    private IpoibLayer() {}

    /** Parameters as in {@link LinkLayer}. */
    static void decode(ByteBuffer buffer, int position, int end, int uncaptured, PacketHeaders out) {
        if (!out.enterLinkLayer(Layer.ipoib)) {
            return;
        }
        if (end - position < LENGTH) {
            out.addProblem(PacketDecoder.cut(uncaptured));
            return;
        }
        int type = buffer.getShort(position + TYPE) & 0xffff;
        // Below the least EtherType it would be read as a length.
        if (type >= EtherTypeLayer.MIN_ETHER_TYPE) {
            EtherTypeLayer.decode(buffer, position + LENGTH, end, uncaptured, type, out);
        }
    }
}
