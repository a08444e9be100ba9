package io.weir.decoding.packet;

import io.weir.schemas.DecodingProblem;
import io.weir.schemas.Layer;
import java.nio.ByteBuffer;

/**
 * Packets and frames that other packets carry. Each is decoded into headers of its own, {@link PacketHeaders#enclosed()} of those that
 * carry it.
 *
 * <p>In every method {@code position} is where the enclosed packet begins, {@code identifier} the number in the tunnel's header or -1;
 * the other parameters are as in {@link LinkLayer}.
 */
final class TunnelLayer {
    /** Version in the upper four bits, the rest 0 (RFC 3378). */
    private static final int ETHERIP_LENGTH = 2;

    private static final int ETHERIP_HEADER = 0x3000;

    /** EtherType of frames that are bridged through a tunnel. */
    static final int TRANSPARENT_ETHERNET = 0x6558;

    private static final int IPV4_TOTAL_LENGTH = 2;
    private static final int IPV4_MIN_LENGTH = 20;
    private static final int IPV4_MIN_HEADER_WORDS = 5;
    private static final int IPV6_PAYLOAD_LENGTH = 4;
    private static final int IPV6_LENGTH = 40;

    private TunnelLayer() {}

    /**
     * Whether the octets from {@code position} on, as far as they are there, may be an IP packet of this version that its carrier holds.
     * For tunnels whose own header says too little to be known by it.
     */
    static boolean mayBeIp(
            ByteBuffer buffer, int position, int end, int uncaptured, int version, PacketHeaders carrier) {
        int captured = end - position;
        if (captured < 1 || (buffer.get(position) >> 4 & 0xf) != version) {
            return false;
        }
        int length = 0;
        if (version == 6) {
            if (captured >= IPV6_PAYLOAD_LENGTH + 2) {
                length = IPV6_LENGTH + (buffer.getShort(position + IPV6_PAYLOAD_LENGTH) & 0xffff);
            }
        } else {
            if ((buffer.get(position) & 0xf) < IPV4_MIN_HEADER_WORDS) {
                return false;
            }
            if (captured >= IPV4_TOTAL_LENGTH + 2) {
                length = buffer.getShort(position + IPV4_TOTAL_LENGTH) & 0xffff;
            }
            // 0 where segmentation is left to the interface.
            if (length != 0 && length < IPV4_MIN_LENGTH) {
                return false;
            }
        }
        return length <= captured + uncaptured || carrier.restMayBeElsewhere();
    }

    /** An Ethernet frame; the identifier, where there is one, names a network. */
    static void ethernet(
            ByteBuffer buffer,
            int position,
            int end,
            int uncaptured,
            Layer tunnel,
            long identifier,
            PacketHeaders out) {
        PacketHeaders inner = out.enclose(tunnel, identifier, identifier >= 0, end - position + uncaptured);
        if (inner != null) {
            LinkLayer.ethernet(buffer, position, end, uncaptured, inner);
            out.settleEnclosed();
        }
    }

    /** What an EtherType announces; the identifier, where there is one, names a network. */
    static void etherType(
            ByteBuffer buffer,
            int position,
            int end,
            int uncaptured,
            int etherType,
            Layer tunnel,
            long identifier,
            PacketHeaders out) {
        if (etherType == TRANSPARENT_ETHERNET) {
            ethernet(buffer, position, end, uncaptured, tunnel, identifier, out);
            return;
        }
        PacketHeaders inner = out.enclose(tunnel, identifier, identifier >= 0, end - position + uncaptured);
        if (inner != null) {
            EtherTypeLayer.decode(buffer, position, end, uncaptured, etherType, inner);
            out.settleEnclosed();
        }
    }

    /** An IP packet of the version that its first four bits say; the identifier is a session's. */
    static void ip(
            ByteBuffer buffer,
            int position,
            int end,
            int uncaptured,
            Layer tunnel,
            long identifier,
            PacketHeaders out) {
        PacketHeaders inner = out.enclose(tunnel, identifier, false, end - position + uncaptured);
        if (inner != null) {
            LinkLayer.rawIp(buffer, position, end, uncaptured, inner);
            out.settleEnclosed();
        }
    }

    /** A PPP frame; the identifier is a session's. */
    static void ppp(
            ByteBuffer buffer,
            int position,
            int end,
            int uncaptured,
            Layer tunnel,
            long identifier,
            PacketHeaders out) {
        PacketHeaders inner = out.enclose(tunnel, identifier, false, end - position + uncaptured);
        if (inner != null) {
            PppLayer.framed(buffer, position, end, uncaptured, inner);
            out.settleEnclosed();
        }
    }

    /** An IEEE 802.11 frame between an access point and its controller. */
    static void wlan(ByteBuffer buffer, int position, int end, int uncaptured, Layer tunnel, PacketHeaders out) {
        PacketHeaders inner = out.enclose(tunnel, -1, false, end - position + uncaptured);
        if (inner != null) {
            WlanLayer.decode(buffer, position, end, uncaptured, WlanLayer.TO_CONTROLLER, inner);
            out.settleEnclosed();
        }
    }

    static void etherIp(ByteBuffer buffer, int position, int end, int uncaptured, PacketHeaders out) {
        out.addLayer(Layer.etherip);
        if (end - position < ETHERIP_LENGTH) {
            out.addProblem(PacketDecoder.cut(uncaptured));
        } else if ((buffer.getShort(position) & 0xf000) != ETHERIP_HEADER) {
            out.addProblem(DecodingProblem.bad_tunnel_header);
        } else {
            ethernet(buffer, position + ETHERIP_LENGTH, end, uncaptured, Layer.etherip, -1, out);
        }
    }
}
