package io.weir.decoding.packet;

import io.weir.schemas.DecodingProblem;
import io.weir.schemas.Layer;
import java.nio.ByteBuffer;

/**
 * The netfilter log header (LINKTYPE_NFLOG, {@code linux/netfilter/nfnetlink_log.h}): four octets, then attributes, the last of which is
 * the packet. Attribute lengths and types are in the byte order of the capturing host, all values used here in network byte order.
 *
 * <pre>
 * header       0 address family (1)  1 version (1)  2 group (2)
 * attribute    0 length with these four octets (2)  2 type (2)  4 value, padded to a multiple of four
 * </pre>
 */
final class NflogLayer {
    private static final int HEADER_LENGTH = 4;
    private static final int VERSION = 1;

    private static final int ATTRIBUTE_HEADER_LENGTH = 4;
    private static final int ATTRIBUTE_TYPE = 2;
    /** The two bits above tell of nesting and byte order. */
    private static final int ATTRIBUTE_TYPE_MASK = 0x3fff;

    /** EtherType 0, hook 2. */
    private static final int PACKET_HEADER = 1;

    private static final int INPUT_INTERFACE = 4;
    private static final int OUTPUT_INTERFACE = 5;
    /** Length 0, address 4. */
    private static final int SOURCE_ADDRESS = 8;

    private static final int PAYLOAD = 9;
    private static final int LINK_HEADER = 16;

    private static final int ADDRESS = 4;
    private static final int ETHERNET_LENGTH = 14;

    private static final int FAMILY_IPV4 = 2;
    private static final int FAMILY_IPV6 = 10;

    private static final int UNKNOWN_ETHER_TYPE = 0;

    private NflogLayer() {}

    /** Parameters as in {@link LinkLayer}. */
    static void decode(ByteBuffer buffer, int position, int end, int uncaptured, PacketHeaders out) {
        if (!out.enterLinkLayer(Layer.nflog)) {
            return;
        }
        if (end - position < HEADER_LENGTH) {
            out.addProblem(PacketDecoder.cut(uncaptured));
            return;
        }
        if (buffer.get(position + VERSION) != 0) {
            out.addProblem(DecodingProblem.bad_link_header);
            return;
        }
        int etherType = etherTypeOf(buffer.get(position) & 0xff);
        int at = position + HEADER_LENGTH;
        // Types are below 256, so that the first one shows the byte order.
        boolean littleEndian = end - at >= ATTRIBUTE_HEADER_LENGTH && buffer.get(at + ATTRIBUTE_TYPE) != 0;
        // Each turn goes on by four octets at least.
        while (end - at >= ATTRIBUTE_HEADER_LENGTH) {
            int length = u16(buffer, at, littleEndian);
            int type = u16(buffer, at + ATTRIBUTE_TYPE, littleEndian) & ATTRIBUTE_TYPE_MASK;
            boolean possible = length >= ATTRIBUTE_HEADER_LENGTH && length <= (long) end - at + uncaptured;
            if (type == PAYLOAD && length >= ATTRIBUTE_HEADER_LENGTH) {
                payload(buffer, at + ATTRIBUTE_HEADER_LENGTH, at + length, end, uncaptured, etherType, out);
            }
            if (!possible) {
                out.addProblem(DecodingProblem.bad_link_header);
                return;
            }
            if (type == PAYLOAD) {
                return;
            }
            if (length > end - at) {
                break;
            }
            int value = at + ATTRIBUTE_HEADER_LENGTH;
            int valueLength = length - ATTRIBUTE_HEADER_LENGTH;
            if (type == PACKET_HEADER && etherType == UNKNOWN_ETHER_TYPE && valueLength >= Short.BYTES) {
                etherType = buffer.getShort(value) & 0xffff;
            } else {
                attribute(buffer, type, value, valueLength, out);
            }
            at += (length + 3) & ~3;
        }
        if (at < end || uncaptured > 0) {
            out.addProblem(PacketDecoder.cut(uncaptured));
        }
    }

    private static void attribute(ByteBuffer buffer, int type, int value, int valueLength, PacketHeaders out) {
        switch (type) {
            case INPUT_INTERFACE, OUTPUT_INTERFACE -> {
                // A forwarded packet has both, the input first: that is where it was seen.
                if (valueLength >= Integer.BYTES && out.interfaceIndex == 0) {
                    out.interfaceIndex = buffer.getInt(value);
                }
            }
            case SOURCE_ADDRESS -> {
                if (valueLength >= ADDRESS + LinkLayer.MAC_LENGTH
                        && (buffer.getShort(value) & 0xffff) == LinkLayer.MAC_LENGTH) {
                    out.sourceMac = LinkLayer.mac(buffer, value + ADDRESS);
                }
            }
            case LINK_HEADER -> {
                if (valueLength == ETHERNET_LENGTH) {
                    out.destinationMac = LinkLayer.mac(buffer, value);
                    out.sourceMac = LinkLayer.mac(buffer, value + LinkLayer.MAC_LENGTH);
                }
            }
            default -> {}
        }
    }

    private static void payload(
            ByteBuffer buffer,
            int position,
            int payloadEnd,
            int end,
            int uncaptured,
            int etherType,
            PacketHeaders out) {
        if (etherType < EtherTypeLayer.MIN_ETHER_TYPE) {
            out.addProblem(DecodingProblem.unknown_address_family);
            return;
        }
        int notCaptured = payloadEnd <= end ? 0 : Math.min(uncaptured, payloadEnd - end);
        EtherTypeLayer.decode(buffer, position, Math.min(end, payloadEnd), notCaptured, etherType, out);
    }

    private static int etherTypeOf(int family) {
        return switch (family) {
            case FAMILY_IPV4 -> EtherTypeLayer.IPV4;
            case FAMILY_IPV6 -> EtherTypeLayer.IPV6;
            default -> UNKNOWN_ETHER_TYPE;
        };
    }

    private static int u16(ByteBuffer buffer, int position, boolean littleEndian) {
        short value = buffer.getShort(position);
        return (littleEndian ? Short.reverseBytes(value) : value) & 0xffff;
    }
}
