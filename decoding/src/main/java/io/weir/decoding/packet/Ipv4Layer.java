package io.weir.decoding.packet;

import io.weir.schemas.DecodingProblem;
import io.weir.schemas.Layer;
import java.nio.ByteBuffer;

/** The IPv4 header (RFC 791). Options are stepped over. */
final class Ipv4Layer {
    /**
     * Version and header length 0, total length 2, identification 4, flags and fragment offset 6, time to live 8, protocol 9, source 12,
     * destination 16.
     */
    private static final int MIN_LENGTH = 20;

    private static final int TIME_TO_LIVE_AND_PROTOCOL = 8;
    private static final int SOURCE = 12;

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
        // The header in three reads: what it costs is the number of reads.
        long start = buffer.getLong(position);
        int versionAndLength = (int) (start >>> 56);
        if (versionAndLength >>> 4 != VERSION) {
            out.addProblem(DecodingProblem.bad_ip_version);
            return;
        }
        int headerLength = (versionAndLength & 0xf) << 2;
        if (headerLength < MIN_LENGTH) {
            out.addProblem(DecodingProblem.bad_ip_header_length);
            return;
        }
        int totalLength = (int) (start >>> 32) & 0xffff;
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
            out.addLengthProblem();
        } else {
            // Padding and trailers that were not captured either are no part of the packet.
            uncaptured = totalLength - captured;
        }
        out.addLayer(Layer.ipv4);
        out.ipVersion = VERSION;
        out.octets = totalLength;
        out.ipClassOfService = (int) (start >>> 48) & 0xff;
        long addresses = buffer.getLong(position + SOURCE);
        out.sourceAddressLow = addresses >>> 32;
        out.destinationAddressLow = addresses & 0xffffffffL;
        int timeToLiveAndProtocol = buffer.getShort(position + TIME_TO_LIVE_AND_PROTOCOL);
        int protocol = timeToLiveAndProtocol & 0xff;
        out.protocol = protocol;
        out.timeToLive = timeToLiveAndProtocol >>> 8 & 0xff;
        int fragment = (int) start;
        if ((fragment & (MORE_FRAGMENTS | FRAGMENT_OFFSET)) != 0) {
            out.fragment = true;
            out.fragmentIdentification = fragment >>> 16;
            if ((fragment & FRAGMENT_OFFSET) != 0) {
                out.laterFragment = true;
                out.addLayer(Layer.fragment);
                return;
            }
        }
        TransportLayer.decode(buffer, position + headerLength, packetEnd, uncaptured, protocol, out);
        if (out.content != 0) {
            out.content ^= (long) (fragment >>> 16) << 48;
        }
    }
}
