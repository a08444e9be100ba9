package io.weir.collectors.decode;

import io.weir.schemas.DecodingProblem;
import io.weir.schemas.Layer;
import java.nio.ByteBuffer;

/** The IPv4 header (RFC 791). Options are stepped over. */
final class Ipv4Layer {
    /** Version and header length 0, total length 2, flags and fragment offset 6, protocol 9, source 12, destination 16. */
    private static final int MIN_LENGTH = 20;

    private static final int TOTAL_LENGTH = 2;
    private static final int FRAGMENT = 6;
    private static final int PROTOCOL = 9;
    private static final int SOURCE = 12;
    private static final int DESTINATION = 16;

    private static final int VERSION = 4;
    private static final int MORE_FRAGMENTS = 0x2000;
    private static final int FRAGMENT_OFFSET = 0x1fff;

    private Ipv4Layer() {}

    /** Parameters as in {@link LinkLayer}. */
    static void decode(ByteBuffer buffer, int position, int end, int uncaptured, PacketHeaders out) {
        int captured = end - position;
        if (captured < MIN_LENGTH) {
            out.addProblem(PacketDecoder.cut(uncaptured));
            return;
        }
        int versionAndLength = buffer.get(position) & 0xff;
        if (versionAndLength >>> 4 != VERSION) {
            out.addProblem(DecodingProblem.bad_ip_version);
            return;
        }
        int headerLength = (versionAndLength & 0xf) << 2;
        if (headerLength < MIN_LENGTH) {
            out.addProblem(DecodingProblem.bad_ip_header_length);
            return;
        }
        int totalLength = buffer.getShort(position + TOTAL_LENGTH) & 0xffff;
        int packetEnd = end;
        if (totalLength == 0) {
            // Segmentation offload and BIG TCP leave 0 here: the packet then goes on to the end of the frame.
            totalLength = captured + uncaptured;
        } else if (totalLength < headerLength) {
            out.addProblem(DecodingProblem.bad_ip_total_length);
            return;
        } else if (totalLength <= captured) {
            packetEnd = position + totalLength;
            uncaptured = 0;
        } else if (totalLength - captured > uncaptured) {
            out.addProblem(DecodingProblem.bad_ip_total_length);
        }
        out.addLayer(Layer.ipv4);
        out.ipVersion = VERSION;
        out.octets = totalLength;
        out.sourceAddressLow = buffer.getInt(position + SOURCE) & 0xffffffffL;
        out.destinationAddressLow = buffer.getInt(position + DESTINATION) & 0xffffffffL;
        int protocol = buffer.get(position + PROTOCOL) & 0xff;
        out.protocol = protocol;
        int fragment = buffer.getShort(position + FRAGMENT);
        if ((fragment & (MORE_FRAGMENTS | FRAGMENT_OFFSET)) != 0) {
            out.fragment = true;
            if ((fragment & FRAGMENT_OFFSET) != 0) {
                out.laterFragment = true;
                out.addLayer(Layer.fragment);
                return;
            }
        }
        TransportLayer.decode(buffer, position + headerLength, packetEnd, uncaptured, protocol, out);
    }
}
