package io.weir.decoding.packet;

import io.weir.schemas.Layer;
import java.nio.ByteBuffer;

/** Cisco HDLC (RFC 1547 section 4.3.1): four octets, the last two an EtherType or a number of Cisco's own. No addresses of stations. */
final class ChdlcLayer {
    /** Address 0, control 1, protocol 2. */
    private static final int LENGTH = 4;

    private static final int PROTOCOL = 2;

    private static final int ADDRESS_UNICAST = 0x0f;
    private static final int ADDRESS_MULTICAST = 0x8f;

    private ChdlcLayer() {}

    /** Parameters as in {@link LinkLayer}. */
    static void decode(ByteBuffer buffer, int position, int end, int uncaptured, PacketHeaders out) {
        if (!out.enterLinkLayer(Layer.chdlc)) {
            return;
        }
        if (end - position < LENGTH) {
            out.addProblem(PacketDecoder.cut(uncaptured));
            return;
        }
        int protocol = buffer.getShort(position + PROTOCOL) & 0xffff;
        // Below the least EtherType it would be read as a length.
        if (protocol >= EtherTypeLayer.MIN_ETHER_TYPE) {
            EtherTypeLayer.decode(buffer, position + LENGTH, end, uncaptured, protocol, out);
        }
    }

    /** LINKTYPE_PPP_HDLC is either of them; neither address of Cisco's is a protocol number of PPP. Parameters as in {@link LinkLayer}. */
    static void pppOrChdlc(ByteBuffer buffer, int position, int end, int uncaptured, PacketHeaders out) {
        int address = end - position < 1 ? 0 : buffer.get(position) & 0xff;
        if (address == ADDRESS_UNICAST || address == ADDRESS_MULTICAST) {
            decode(buffer, position, end, uncaptured, out);
        } else {
            PppLayer.framed(buffer, position, end, uncaptured, out);
        }
    }
}
