package io.weir.decoding.packet;

import io.weir.schemas.DecodingProblem;
import io.weir.schemas.Layer;
import java.nio.ByteBuffer;

/**
 * Generic routing encapsulation in all its forms: RFC 2784 and 2890 (checksum, key, sequence number), RFC 1701 (routing), version 1 of
 * PPTP (RFC 2637), NVGRE (RFC 7637), ERSPAN I to III (draft-foschiano-erspan), WCCP.
 */
final class GreLayer {
    /** Flags and version 0, protocol type 2. */
    private static final int MIN_LENGTH = 4;

    private static final int FLAGS_LENGTH = 2;

    private static final int CHECKSUM = 0x8000;
    private static final int ROUTING = 0x4000;
    private static final int KEY = 0x2000;
    private static final int SEQUENCE = 0x1000;
    private static final int ACKNOWLEDGEMENT = 0x0080;
    private static final int VERSION = 0x0007;

    /** Each of checksum with offset, key, sequence and acknowledgement number. */
    private static final int FIELD_LENGTH = 4;

    /** Address family 0, offset 2, length 3. */
    private static final int ROUTE_LENGTH = 4;

    private static final int ROUTE_ENTRY_LENGTH = 3;
    /** Source routes are long out of use. */
    private static final int MAX_ROUTES = 8;

    private static final int NO_END_OF_ROUTES = -1;

    private static final int PROTOCOL_PPP = 0x880b;
    private static final int PROTOCOL_ERSPAN_1_2 = 0x88be;
    private static final int PROTOCOL_ERSPAN_3 = 0x22eb;
    private static final int PROTOCOL_WCCP = 0x883e;
    /** WCCP version 2 puts four octets before the packet. */
    private static final int WCCP_REDIRECT_LENGTH = 4;

    /** Here, unlike on Ethernet, the EtherType comes first: EtherType 0, version 2, length of the options in units of four octets 3. */
    private static final int CISCO_METADATA_START_LENGTH = 4;

    private static final int CISCO_METADATA_OPTIONS = 3;
    private static final int CISCO_METADATA_UNIT = 4;

    /** NVGRE: virtual subnet id 24 bits, flow id 8. */
    private static final int VIRTUAL_SUBNET_SHIFT = 8;
    /** RFC 7637 section 3.2 reserves what is below. */
    private static final int MIN_VIRTUAL_SUBNET = 0x1000;

    /** Version 4 bits, VLAN 12, class, encapsulation, truncated 6, session 10; then an index. */
    private static final int ERSPAN_2_LENGTH = 8;

    /** As II, then a time stamp 4, group 8, flags 10. */
    private static final int ERSPAN_3_LENGTH = 12;

    private static final int ERSPAN_3_FLAGS = 10;
    private static final int ERSPAN_3_SUBHEADER_LENGTH = 8;
    private static final int ERSPAN_3_SUBHEADER = 0x0001;
    private static final int ERSPAN_3_FRAME_TYPE_SHIFT = 10;
    private static final int ERSPAN_3_FRAME_TYPE_MASK = 0x1f;
    private static final int FRAME_TYPE_ETHERNET = 0;
    private static final int FRAME_TYPE_IP = 2;
    private static final int ERSPAN_VERSION_2 = 1;
    private static final int ERSPAN_VERSION_3 = 2;
    private static final int ERSPAN_SESSION_MASK = 0x03ff;
    /** The mirrored frame did not fit and was cut. */
    private static final int ERSPAN_TRUNCATED = 0x0400;

    private GreLayer() {}

    /** Parameters as in {@link LinkLayer}. */
    static void decode(ByteBuffer buffer, int position, int end, int uncaptured, PacketHeaders out) {
        if (end - position < FLAGS_LENGTH) {
            // Which layer it is depends on the version.
            out.addProblem(PacketDecoder.cut(uncaptured));
            return;
        }
        int flags = buffer.getShort(position) & 0xffff;
        if (end - position < MIN_LENGTH) {
            out.addLayer((flags & VERSION) == 1 ? Layer.pptp : Layer.gre);
            out.addProblem(PacketDecoder.cut(uncaptured));
            return;
        }
        int protocol = buffer.getShort(position + 2) & 0xffff;
        switch (flags & VERSION) {
            case 0 -> standard(buffer, position, end, uncaptured, flags, protocol, out);
            case 1 -> pptp(buffer, position, end, uncaptured, flags, protocol, out);
            default -> {
                out.addLayer(Layer.gre);
                out.addProblem(DecodingProblem.bad_tunnel_header);
            }
        }
    }

    private static void standard(
            ByteBuffer buffer, int position, int end, int uncaptured, int flags, int protocol, PacketHeaders out) {
        out.addLayer(Layer.gre);
        int at = position + MIN_LENGTH;
        if ((flags & (CHECKSUM | ROUTING)) != 0) {
            at += FIELD_LENGTH;
        }
        long key = -1;
        if ((flags & KEY) != 0) {
            if (end - at < FIELD_LENGTH) {
                out.addProblem(PacketDecoder.cut(uncaptured));
                return;
            }
            key = buffer.getInt(at) & 0xffffffffL;
            at += FIELD_LENGTH;
        }
        if ((flags & SEQUENCE) != 0) {
            at += FIELD_LENGTH;
        }
        if ((flags & ROUTING) != 0) {
            at = behindRoutes(buffer, at, end, uncaptured, out);
            if (at == NO_END_OF_ROUTES) {
                return;
            }
        }
        if (end - at < 0) {
            out.addProblem(PacketDecoder.cut(uncaptured));
            return;
        }
        if (end == at) {
            // The answer to a keepalive, which is nothing but a header, unless there was more.
            if (uncaptured > 0) {
                out.addProblem(DecodingProblem.truncated);
            }
            return;
        }
        switch (protocol) {
            case PROTOCOL_ERSPAN_1_2 -> {
                if ((flags & SEQUENCE) == 0) {
                    out.addLayer(Layer.erspan);
                    TunnelLayer.ethernet(buffer, at, end, uncaptured, Layer.erspan, -1, out);
                } else {
                    erspan2(buffer, at, end, uncaptured, out);
                }
            }
            case EtherTypeLayer.CISCO_METADATA -> ciscoMetadata(buffer, at, end, uncaptured, key, out);
            case PROTOCOL_ERSPAN_3 -> erspan3(buffer, at, end, uncaptured, out);
            case PROTOCOL_PPP -> TunnelLayer.ppp(buffer, at, end, uncaptured, Layer.gre, key, out);
            case PROTOCOL_WCCP -> {
                boolean direct = (buffer.get(at) >> 4 & 0xf) == 4;
                int packet = direct ? at : Math.min(end, at + WCCP_REDIRECT_LENGTH);
                TunnelLayer.ip(buffer, packet, end, uncaptured, Layer.gre, key, out);
            }
            case TunnelLayer.TRANSPARENT_ETHERNET -> {
                // NVGRE has the key and neither checksum nor sequence number (RFC 7637 section 3.2).
                long subnet = key >>> VIRTUAL_SUBNET_SHIFT;
                boolean nvgre = (flags & (CHECKSUM | ROUTING | KEY | SEQUENCE)) == KEY && subnet >= MIN_VIRTUAL_SUBNET;
                long network = nvgre ? subnet : key;
                TunnelLayer.ethernet(buffer, at, end, uncaptured, Layer.gre, network, out);
            }
            default -> {
                if (protocol >= EtherTypeLayer.MIN_ETHER_TYPE) {
                    TunnelLayer.etherType(buffer, at, end, uncaptured, protocol, Layer.gre, key, out);
                }
            }
        }
    }

    private static void ciscoMetadata(
            ByteBuffer buffer, int position, int end, int uncaptured, long key, PacketHeaders out) {
        out.addLayer(Layer.cisco_metadata);
        if (end - position < CISCO_METADATA_START_LENGTH) {
            out.addProblem(PacketDecoder.cut(uncaptured));
            return;
        }
        int etherType = buffer.getShort(position) & 0xffff;
        int at = position
                + CISCO_METADATA_START_LENGTH
                + (buffer.get(position + CISCO_METADATA_OPTIONS) & 0xff) * CISCO_METADATA_UNIT;
        if (end - at <= 0) {
            out.addProblem(PacketDecoder.cut(uncaptured));
        } else if (etherType >= EtherTypeLayer.MIN_ETHER_TYPE) {
            TunnelLayer.etherType(buffer, at, end, uncaptured, etherType, Layer.gre, key, out);
        }
    }

    /** Where the payload begins, which may be behind the end, or {@link #NO_END_OF_ROUTES} with a problem noted. */
    private static int behindRoutes(ByteBuffer buffer, int position, int end, int uncaptured, PacketHeaders out) {
        int at = position;
        for (int routes = 0; routes < MAX_ROUTES; routes++) {
            if (end - at < ROUTE_LENGTH) {
                out.addProblem(PacketDecoder.cut(uncaptured));
                return NO_END_OF_ROUTES;
            }
            int length = buffer.get(at + ROUTE_ENTRY_LENGTH) & 0xff;
            boolean last = length == 0 && buffer.getShort(at) == 0;
            at += ROUTE_LENGTH + length;
            if (last) {
                return at;
            }
        }
        out.addProblem(DecodingProblem.bad_tunnel_header);
        return NO_END_OF_ROUTES;
    }

    /** The call id is the other side's, hence one for each direction. */
    private static void pptp(
            ByteBuffer buffer, int position, int end, int uncaptured, int flags, int protocol, PacketHeaders out) {
        out.addLayer(Layer.pptp);
        if (protocol != PROTOCOL_PPP || (flags & (CHECKSUM | ROUTING | KEY)) != KEY) {
            out.addProblem(DecodingProblem.bad_tunnel_header);
            return;
        }
        int at = position + MIN_LENGTH + FIELD_LENGTH;
        if (end - at < 0) {
            out.addProblem(PacketDecoder.cut(uncaptured));
            return;
        }
        int payloadAndCall = buffer.getInt(position + MIN_LENGTH);
        int payload = payloadAndCall >>> 16;
        at += (flags & SEQUENCE) != 0 ? FIELD_LENGTH : 0;
        at += (flags & ACKNOWLEDGEMENT) != 0 ? FIELD_LENGTH : 0;
        if (payload == 0 || (flags & SEQUENCE) == 0) {
            return;
        }
        if (end - at <= 0) {
            out.addProblem(PacketDecoder.cut(uncaptured));
            return;
        }
        TunnelLayer.ppp(buffer, at, end, uncaptured, Layer.pptp, payloadAndCall & 0xffff, out);
    }

    private static void erspan2(ByteBuffer buffer, int position, int end, int uncaptured, PacketHeaders out) {
        out.addLayer(Layer.erspan);
        if (end - position < ERSPAN_2_LENGTH) {
            out.addProblem(PacketDecoder.cut(uncaptured));
            return;
        }
        if ((buffer.get(position) >> 4 & 0xf) != ERSPAN_VERSION_2) {
            out.addProblem(DecodingProblem.bad_tunnel_header);
            return;
        }
        int session = erspanSession(buffer, position, out);
        TunnelLayer.ethernet(buffer, position + ERSPAN_2_LENGTH, end, uncaptured, Layer.erspan, session, out);
    }

    private static void erspan3(ByteBuffer buffer, int position, int end, int uncaptured, PacketHeaders out) {
        out.addLayer(Layer.erspan);
        if (end - position < ERSPAN_3_LENGTH) {
            out.addProblem(PacketDecoder.cut(uncaptured));
            return;
        }
        if ((buffer.get(position) >> 4 & 0xf) != ERSPAN_VERSION_3) {
            out.addProblem(DecodingProblem.bad_tunnel_header);
            return;
        }
        int session = erspanSession(buffer, position, out);
        int flags = buffer.getShort(position + ERSPAN_3_FLAGS) & 0xffff;
        int at = position + ERSPAN_3_LENGTH + ((flags & ERSPAN_3_SUBHEADER) != 0 ? ERSPAN_3_SUBHEADER_LENGTH : 0);
        if (end - at <= 0) {
            out.addProblem(PacketDecoder.cut(uncaptured));
            return;
        }
        switch (flags >>> ERSPAN_3_FRAME_TYPE_SHIFT & ERSPAN_3_FRAME_TYPE_MASK) {
            case FRAME_TYPE_ETHERNET -> TunnelLayer.ethernet(buffer, at, end, uncaptured, Layer.erspan, session, out);
            case FRAME_TYPE_IP -> {
                boolean ipv6 = (buffer.get(at) >> 4 & 0xf) == 6;
                int etherType = ipv6 ? EtherTypeLayer.IPV6 : EtherTypeLayer.IPV4;
                TunnelLayer.etherType(buffer, at, end, uncaptured, etherType, Layer.erspan, session, out);
            }
            default -> {}
        }
    }

    private static int erspanSession(ByteBuffer buffer, int position, PacketHeaders out) {
        int bits = buffer.getShort(position + 2);
        if ((bits & ERSPAN_TRUNCATED) != 0) {
            out.noteRestElsewhere();
        }
        return bits & ERSPAN_SESSION_MASK;
    }
}
