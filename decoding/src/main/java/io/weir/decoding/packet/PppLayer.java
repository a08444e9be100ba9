package io.weir.decoding.packet;

import io.weir.schemas.Layer;
import java.nio.ByteBuffer;

/**
 * The Point-to-Point Protocol (RFC 1661) and its framing (RFC 1662): address and control octets where the frame has them, then
 * the protocol field, which may be compressed. Followed are IPv4 (RFC 1332), IPv6 (RFC 5072) and MPLS (RFC 3032 section 4.3);
 * control protocols, bundles and compressed headers end here.
 */
final class PppLayer {
    /** All stations 0, unnumbered information 1; left out of both where the peers agreed to (RFC 1661 section 6.6). */
    private static final int ADDRESS_AND_CONTROL = 0xff03;

    private static final int ADDRESS_AND_CONTROL_LENGTH = 2;
    private static final int ADDRESS = 0xff;

    /** RFC 1661: an odd octet ends the protocol field, so that one octet is enough for the common protocols. */
    private static final int COMPRESSED = 0x01;

    private static final int PROTOCOL_LENGTH = 2;
    private static final int IPV4 = 0x0021;
    private static final int IPV6 = 0x0057;
    private static final int MPLS_UNICAST = 0x0281;
    private static final int MPLS_MULTICAST = 0x0283;

    private PppLayer() {}

    /** With address and control octets or without; parameters as in {@link LinkLayer}. */
    static void framed(ByteBuffer buffer, int position, int end, int uncaptured, PacketHeaders out) {
        int captured = end - position;
        if (captured >= 1 && (buffer.get(position) & 0xff) == ADDRESS) {
            if (captured < ADDRESS_AND_CONTROL_LENGTH) {
                if (out.enterLinkLayer(Layer.ppp)) {
                    out.addProblem(PacketDecoder.cut(uncaptured));
                }
                return;
            }
            if ((buffer.getShort(position) & 0xffff) == ADDRESS_AND_CONTROL) {
                decode(buffer, position + ADDRESS_AND_CONTROL_LENGTH, end, uncaptured, out);
                return;
            }
        }
        decode(buffer, position, end, uncaptured, out);
    }

    /** The protocol field alone, as PPPoE carries it; parameters as in {@link LinkLayer}. */
    static void decode(ByteBuffer buffer, int position, int end, int uncaptured, PacketHeaders out) {
        if (!out.enterLinkLayer(Layer.ppp)) {
            return;
        }
        if (end - position < 1) {
            out.addProblem(PacketDecoder.cut(uncaptured));
            return;
        }
        int protocol = buffer.get(position) & 0xff;
        int protocolLength = 1;
        if ((protocol & COMPRESSED) == 0) {
            if (end - position < PROTOCOL_LENGTH) {
                out.addProblem(PacketDecoder.cut(uncaptured));
                return;
            }
            protocol = buffer.getShort(position) & 0xffff;
            protocolLength = PROTOCOL_LENGTH;
        }
        int payload = position + protocolLength;
        switch (protocol) {
            case IPV4 -> EtherTypeLayer.decode(buffer, payload, end, uncaptured, EtherTypeLayer.IPV4, out);
            case IPV6 -> EtherTypeLayer.decode(buffer, payload, end, uncaptured, EtherTypeLayer.IPV6, out);
            case MPLS_UNICAST -> EtherTypeLayer.decode(buffer, payload, end, uncaptured, MplsLayer.UNICAST, out);
            case MPLS_MULTICAST -> EtherTypeLayer.decode(buffer, payload, end, uncaptured, MplsLayer.MULTICAST, out);
            default -> {}
        }
    }
}
