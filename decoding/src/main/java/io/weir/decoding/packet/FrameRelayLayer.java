package io.weir.decoding.packet;

import io.weir.schemas.DecodingProblem;
import io.weir.schemas.Layer;
import java.nio.ByteBuffer;

/**
 * Frame relay: the address field (ITU-T Q.922 section 3.3), then multiprotocol encapsulation (RFC 2427) or Cisco's, which is an
 * EtherType alone.
 *
 * <pre>
 * address   2 octets   DLCI 6 bits, C/R, EA=0   DLCI 4 bits, FECN, BECN, DE, EA=1
 *           3 octets   ... EA=0                 ... EA=0   DLCI or control 6 bits, D/C, EA=1
 *           4 octets   ... EA=0                 ... EA=0   DLCI 7 bits, EA=0   DLCI or control 6 bits, D/C, EA=1
 * RFC 2427  control 0x03   padding 0x00, at will   NLPID   for SNAP: organisation (3)  protocol (2)
 * Cisco     EtherType (2)
 * </pre>
 *
 * <p>Signalling (DLCI 0), other control octets and network layers other than IP end here.
 */
final class FrameRelayLayer {
    private static final int MIN_ADDRESS_LENGTH = 2;
    private static final int MAX_ADDRESS_LENGTH = 4;
    private static final int ADDRESS_END = 0x01;

    /** DLCI bits of the first two address octets; those of further octets only lengthen a DLCI. */
    private static final int DLCI_BITS = 0xfcf0;

    private static final int UNNUMBERED_INFORMATION = 0x03;
    private static final int PADDING = 0x00;

    private static final int NLPID_SNAP = 0x80;
    private static final int NLPID_IPV6 = 0x8e;
    private static final int NLPID_IPV4 = 0xcc;
    private static final int NLPID_PPP = 0xcf;

    /** Organisation 0 (three octets), protocol 3. */
    private static final int SNAP_LENGTH = 5;

    private static final int SNAP_PROTOCOL = 3;
    private static final int ORGANISATION_ETHER_TYPE = 0x000000;
    private static final int ORGANISATION_802_1 = 0x0080c2;
    private static final int BRIDGED_ETHERNET_WITH_CHECK_SEQUENCE = 0x0001;
    private static final int BRIDGED_ETHERNET = 0x0007;

    private static final int ETHER_TYPE_LENGTH = 2;

    private FrameRelayLayer() {}

    /** Parameters as in {@link LinkLayer}. */
    static void decode(ByteBuffer buffer, int position, int end, int uncaptured, PacketHeaders out) {
        if (!out.enterLinkLayer(Layer.frame_relay)) {
            return;
        }
        int captured = end - position;
        int addressLength = 1;
        while (addressLength <= captured && (buffer.get(position + addressLength - 1) & ADDRESS_END) == 0) {
            if (addressLength == MAX_ADDRESS_LENGTH) {
                out.addProblem(DecodingProblem.bad_link_header);
                return;
            }
            addressLength++;
        }
        if (captured <= addressLength) {
            out.addProblem(PacketDecoder.cut(uncaptured));
            return;
        }
        if (addressLength < MIN_ADDRESS_LENGTH) {
            out.addProblem(DecodingProblem.bad_link_header);
            return;
        }
        int control = position + addressLength;
        if ((buffer.get(control) & 0xff) == UNNUMBERED_INFORMATION) {
            multiprotocol(buffer, control + 1, end, uncaptured, out);
        } else if ((buffer.getShort(position) & DLCI_BITS) != 0) {
            cisco(buffer, control, end, uncaptured, out);
        }
    }

    private static void cisco(ByteBuffer buffer, int position, int end, int uncaptured, PacketHeaders out) {
        if (end - position < ETHER_TYPE_LENGTH) {
            out.addProblem(PacketDecoder.cut(uncaptured));
            return;
        }
        int type = buffer.getShort(position) & 0xffff;
        if (type >= EtherTypeLayer.MIN_ETHER_TYPE) {
            EtherTypeLayer.decode(buffer, position + ETHER_TYPE_LENGTH, end, uncaptured, type, out);
        }
    }

    private static void multiprotocol(ByteBuffer buffer, int position, int end, int uncaptured, PacketHeaders out) {
        int nlpid = position;
        if (end - nlpid >= 1 && buffer.get(nlpid) == PADDING) {
            nlpid++;
        }
        if (end - nlpid < 1) {
            out.addProblem(PacketDecoder.cut(uncaptured));
            return;
        }
        int payload = nlpid + 1;
        switch (buffer.get(nlpid) & 0xff) {
            case NLPID_IPV4 -> EtherTypeLayer.decode(buffer, payload, end, uncaptured, EtherTypeLayer.IPV4, out);
            case NLPID_IPV6 -> EtherTypeLayer.decode(buffer, payload, end, uncaptured, EtherTypeLayer.IPV6, out);
            case NLPID_PPP -> PppLayer.decode(buffer, payload, end, uncaptured, out);
            case NLPID_SNAP -> snap(buffer, payload, end, uncaptured, out);
            default -> {}
        }
    }

    private static void snap(ByteBuffer buffer, int position, int end, int uncaptured, PacketHeaders out) {
        if (end - position < SNAP_LENGTH) {
            out.addProblem(PacketDecoder.cut(uncaptured));
            return;
        }
        if (!out.enterLinkLayer(Layer.snap)) {
            return;
        }
        int organisation = buffer.getInt(position) >>> Byte.SIZE;
        int protocol = buffer.getShort(position + SNAP_PROTOCOL) & 0xffff;
        int payload = position + SNAP_LENGTH;
        if (organisation == ORGANISATION_ETHER_TYPE && protocol >= EtherTypeLayer.MIN_ETHER_TYPE) {
            EtherTypeLayer.decode(buffer, payload, end, uncaptured, protocol, out);
        } else if (organisation == ORGANISATION_802_1
                && (protocol == BRIDGED_ETHERNET || protocol == BRIDGED_ETHERNET_WITH_CHECK_SEQUENCE)) {
            LinkLayer.ethernet(buffer, payload, end, uncaptured, out);
        }
    }
}
