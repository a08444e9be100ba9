package io.weir.decoding.packet;

import io.weir.schemas.DecodingProblem;
import io.weir.schemas.Layer;
import java.nio.ByteBuffer;

/**
 * The IPv6 header and its extension headers (RFC 8200), with the jumbo payload option (RFC 2675).
 *
 * <p>AH and ESP end the chain: they are protocols of their own, as over IPv4. A mobility, HIP or shim6 header with nothing
 * behind it (no next header) is the protocol itself; the number 59 would say less.
 */
final class Ipv6Layer {
    /** Version 0, payload length 4, next header 6, hop limit 7, source 8, destination 24. */
    private static final int LENGTH = 40;

    private static final int PAYLOAD_LENGTH = 4;
    private static final int NEXT_HEADER_AND_HOP_LIMIT = 6;
    private static final int SOURCE = 8;
    private static final int DESTINATION = 24;

    private static final int VERSION = 6;

    private static final int HOP_BY_HOP = 0;
    private static final int ROUTING = 43;
    private static final int FRAGMENT = 44;
    private static final int NO_NEXT_HEADER = 59;
    private static final int DESTINATION_OPTIONS = 60;
    private static final int MOBILITY = 135;
    private static final int HIP = 139;
    private static final int SHIM6 = 140;

    /** Of the first two octets: version 4 bits, traffic class 8, flow label 4. */
    private static final int VERSION_SHIFT = 12;

    private static final int CLASS_SHIFT = 4;

    /** Next header 0, length in units of eight octets behind the first eight 1. */
    private static final int EXTENSION_START_LENGTH = 2;

    private static final int EXTENSION_UNIT = 8;

    /** Next header 0, offset and flags 2, identification 4. */
    private static final int FRAGMENT_LENGTH = 8;

    private static final int FRAGMENT_OFFSET_AND_FLAGS = 2;
    private static final int FRAGMENT_IDENTIFICATION = 4;
    private static final int MORE_FRAGMENTS = 0x0001;
    private static final int FRAGMENT_OFFSET = 0xfff8;

    private static final int OPTION_PAD1 = 0x00;
    private static final int OPTION_JUMBO = 0xc2;
    private static final int OPTION_START_LENGTH = 2;
    private static final int JUMBO_LENGTH = 4;
    /** A jumbo payload length must not be one that the header itself could carry. */
    private static final int MAX_PAYLOAD = 65535;

    private Ipv6Layer() {}

    /** Parameters as in {@link LinkLayer}. */
    static void decode(ByteBuffer buffer, int position, int end, int uncaptured, PacketHeaders out) {
        int captured = end - position;
        if (captured < LENGTH) {
            out.addProblem(PacketDecoder.cut(uncaptured));
            return;
        }
        int start = buffer.getShort(position);
        if ((start >>> VERSION_SHIFT & 0xf) != VERSION) {
            out.addProblem(DecodingProblem.bad_ip_version);
            return;
        }
        out.addLayer(Layer.ipv6);
        out.ipVersion = VERSION;
        out.ipClassOfService = start >>> CLASS_SHIFT & 0xff;
        out.sourceAddressHigh = buffer.getLong(position + SOURCE);
        out.sourceAddressLow = buffer.getLong(position + SOURCE + Long.BYTES);
        out.destinationAddressHigh = buffer.getLong(position + DESTINATION);
        out.destinationAddressLow = buffer.getLong(position + DESTINATION + Long.BYTES);
        int nextHeaderAndHopLimit = buffer.getShort(position + NEXT_HEADER_AND_HOP_LIMIT);
        int nextHeader = nextHeaderAndHopLimit >>> 8 & 0xff;
        out.timeToLive = nextHeaderAndHopLimit & 0xff;
        int payloadLength = buffer.getShort(position + PAYLOAD_LENGTH) & 0xffff;
        if (payloadLength == 0 && nextHeader == HOP_BY_HOP) {
            payloadLength = jumboPayloadLength(buffer, position + LENGTH, end, uncaptured, out);
        }
        int payloadCaptured = captured - LENGTH;
        int packetEnd = end;
        if (payloadLength == 0 && nextHeader != NO_NEXT_HEADER) {
            // Segmentation offload and BIG TCP leave 0 here: the packet then goes on to the end of the frame.
            payloadLength = payloadCaptured + uncaptured;
        } else if (payloadLength <= payloadCaptured) {
            packetEnd = position + LENGTH + payloadLength;
            uncaptured = 0;
        } else if (payloadLength - payloadCaptured > uncaptured) {
            out.addLengthProblem();
        } else {
            // Padding and trailers that were not captured either are no part of the packet.
            uncaptured = payloadLength - payloadCaptured;
        }
        out.octets = LENGTH + payloadLength;
        if (isExtension(nextHeader)) {
            extensions(buffer, position + LENGTH, packetEnd, uncaptured, nextHeader, out);
        } else {
            out.protocol = nextHeader;
            TransportLayer.decode(buffer, position + LENGTH, packetEnd, uncaptured, nextHeader, out);
        }
    }

    private static void extensions(
            ByteBuffer buffer, int position, int end, int uncaptured, int firstHeader, PacketHeaders out) {
        int header = firstHeader;
        for (int count = 0; isExtension(header); count++) {
            out.protocol = header;
            if (count == PacketDecoder.MAX_EXTENSION_HEADERS) {
                out.addProblem(DecodingProblem.too_many_extension_headers);
                return;
            }
            if (end - position < EXTENSION_START_LENGTH) {
                out.addProblem(PacketDecoder.cut(uncaptured));
                return;
            }
            int next = buffer.get(position) & 0xff;
            int length;
            if (header == FRAGMENT) {
                if (end - position < FRAGMENT_LENGTH) {
                    out.protocol = next;
                    out.addProblem(PacketDecoder.cut(uncaptured));
                    return;
                }
                length = FRAGMENT_LENGTH;
                int fragment = buffer.getShort(position + FRAGMENT_OFFSET_AND_FLAGS);
                if ((fragment & (FRAGMENT_OFFSET | MORE_FRAGMENTS)) != 0) {
                    out.fragment = true;
                    out.fragmentIdentification = buffer.getInt(position + FRAGMENT_IDENTIFICATION);
                }
                if ((fragment & FRAGMENT_OFFSET) != 0) {
                    out.protocol = next;
                    out.laterFragment = true;
                    out.addLayer(Layer.fragment);
                    return;
                }
            } else {
                length = ((buffer.get(position + 1) & 0xff) + 1) * EXTENSION_UNIT;
                if (next == NO_NEXT_HEADER && (header == MOBILITY || header == HIP || header == SHIM6)) {
                    return;
                }
            }
            header = next;
            if (end - position < length) {
                out.protocol = header;
                out.addProblem(PacketDecoder.cut(uncaptured));
                return;
            }
            position += length;
        }
        out.protocol = header;
        TransportLayer.decode(buffer, position, end, uncaptured, header, out);
    }

    /**
     * The length in the jumbo payload option of a hop-by-hop header, or 0 where there is none. A length that the frame cannot
     * hold is refused, because a lie of gigabytes would drown the sums.
     */
    private static int jumboPayloadLength(ByteBuffer buffer, int position, int end, int uncaptured, PacketHeaders out) {
        if (end - position < EXTENSION_START_LENGTH) {
            return 0;
        }
        int headerLength = ((buffer.get(position + 1) & 0xff) + 1) * EXTENSION_UNIT;
        int optionsEnd = Math.min(end, position + headerLength);
        int option = position + EXTENSION_START_LENGTH;
        while (option < optionsEnd) {
            int type = buffer.get(option) & 0xff;
            if (type == OPTION_PAD1) {
                option++;
                continue;
            }
            if (optionsEnd - option < OPTION_START_LENGTH) {
                return 0;
            }
            int length = buffer.get(option + 1) & 0xff;
            if (type == OPTION_JUMBO) {
                if (length != JUMBO_LENGTH || optionsEnd - option < OPTION_START_LENGTH + JUMBO_LENGTH) {
                    return 0;
                }
                int payload = buffer.getInt(option + OPTION_START_LENGTH);
                int held = end - position + uncaptured;
                if (payload <= MAX_PAYLOAD || payload > held) {
                    out.addProblem(DecodingProblem.bad_ip_total_length);
                    return 0;
                }
                return payload;
            }
            option += OPTION_START_LENGTH + length;
        }
        return 0;
    }

    private static boolean isExtension(int header) {
        return switch (header) {
            case HOP_BY_HOP, ROUTING, FRAGMENT, DESTINATION_OPTIONS, MOBILITY, HIP, SHIM6 -> true;
            default -> false;
        };
    }
}
