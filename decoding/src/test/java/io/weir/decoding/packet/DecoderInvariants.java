package io.weir.decoding.packet;

import io.weir.schemas.Layer;
import io.weir.schemas.packets.IcmpErrorKind;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** What holds for headers decoded from any octets whatever. */
final class DecoderInvariants {
    private static final int MARGIN = 64;
    private static final byte[] SURROUNDINGS = {0x00, (byte) 0xff, 0x45};
    private static final FrameSamples.Sample DIRT = FrameSamples.named("vxlan in vxlan");

    private final PacketDecoder decoder;
    private final int tunnelDepth;
    private final PacketHeaders reused = new PacketHeaders();

    DecoderInvariants(int tunnelDepth) {
        this.tunnelDepth = tunnelDepth;
        decoder = new PacketDecoder(tunnelDepth);
    }

    /**
     * Decodes the octets alone and amid others: nothing is thrown, nothing outside is read, nothing inside is written, nothing is left
     * over from another frame, and what was found is consistent.
     *
     * @throws AssertionError that names {@code what} and both findings
     */
    void check(int linkType, byte[] captured, int layer2Octets, String what) {
        PacketHeaders alone = new PacketHeaders();
        decode(ByteBuffer.wrap(captured).asReadOnlyBuffer(), 0, captured.length, layer2Octets, linkType, alone);
        requireConsistent(alone, captured.length, what);
        String expected = describe(alone, 0);
        for (byte surrounding : SURROUNDINGS) {
            byte[] around = new byte[captured.length + 2 * MARGIN];
            Arrays.fill(around, surrounding);
            System.arraycopy(captured, 0, around, MARGIN, captured.length);
            byte[] before = around.clone();
            ByteBuffer buffer = ByteBuffer.wrap(around);
            byte[] dirt = DIRT.frame();
            decode(ByteBuffer.wrap(dirt), 0, dirt.length, dirt.length, DIRT.linkType(), reused);
            decode(buffer, MARGIN, captured.length, layer2Octets, linkType, reused);
            require(describe(reused, MARGIN).equals(expected), what, "amid others: " + reused + "; alone", alone);
            require(
                    Arrays.equals(around, before) && buffer.position() == 0 && buffer.remaining() == around.length,
                    what,
                    "the buffer is as it was",
                    alone);
        }
    }

    private void decode(
            ByteBuffer buffer, int offset, int captured, int layer2Octets, int linkType, PacketHeaders out) {
        decoder.decode(buffer, offset, captured, layer2Octets, linkType, out);
    }

    private static String describe(PacketHeaders outermost, int offset) {
        StringBuilder text = new StringBuilder(outermost.toString());
        for (PacketHeaders headers = outermost; headers != null; headers = headers.enclosed()) {
            text.append(' ').append(headers.fragmentIdentification);
            if (headers.payloadKind() != null) {
                text.append(' ').append(headers.payloadPosition - offset);
                text.append('-').append(headers.payloadEnd - offset);
            }
            if (headers.quoted() != null) {
                text.append(' ').append(headers.quoted().fragmentIdentification);
            }
        }
        return text.toString();
    }

    private void requireConsistent(PacketHeaders outermost, int captured, String what) {
        int depth = 0;
        int room = Integer.MAX_VALUE;
        for (PacketHeaders headers = outermost; headers != null; headers = headers.enclosed()) {
            boolean enclosed = depth > 0;
            boolean consistent = isConsistent(headers)
                    && (headers.payloadKind() == null || isWithin(headers, captured))
                    && (headers.tunnel != Layer.unknown) == enclosed
                    && (headers.enclosedOctets > 0) == enclosed
                    && headers.enclosedOctets <= room
                    && (!enclosed || headers.ipVersion != 0 || headers.sourceMac >= 0 || headers.destinationMac >= 0)
                    && (headers.enclosed() == null || (headers.ipVersion != 0 && !headers.laterFragment))
                    && (headers.quoted() == null || isConsistentQuote(headers, headers.quoted()))
                    && headers.holdsPacket() == (headers.enclosed() != null || headers.quoted() != null)
                    && depth++ <= tunnelDepth;
            require(consistent, what, "consistent at depth " + depth, outermost);
            room = enclosed ? headers.enclosedOctets : room;
        }
    }

    private static boolean isConsistent(PacketHeaders headers) {
        boolean ip = headers.ipVersion != 0;
        return (!ip || headers.ipVersion == 4 || headers.ipVersion == 6)
                && (headers.protocol >= 0) == ip
                && (headers.octets >= 0) == ip
                && (headers.sourcePort >= 0) == (headers.destinationPort >= 0)
                && Math.max(headers.sourcePort, headers.destinationPort) <= 0xffff
                && (headers.icmpType >= 0) == (headers.icmpCode >= 0)
                && (headers.sourcePort < 0 || (ip && !headers.laterFragment))
                && (headers.tcpControlBits < 0 || (headers.protocol == 6 && headers.sourcePort >= 0))
                && (!headers.laterFragment || headers.fragment)
                && headers.vlanCount < PacketHeaders.MAX_LAYERS;
    }

    private static boolean isConsistentQuote(PacketHeaders error, PacketHeaders quoted) {
        return IcmpErrorKind.of(error.protocol, error.icmpType, error.icmpCode) != null
                && error.enclosed() == null
                && isConsistent(quoted)
                && quoted.ipVersion == error.ipVersion
                && quoted.sourceAddressHigh == error.destinationAddressHigh
                && quoted.sourceAddressLow == error.destinationAddressLow
                && quoted.payloadKind() == null
                && quoted.tcpPayloadOctets < 0
                && !quoted.holdsPacket();
    }

    private static boolean isWithin(PacketHeaders headers, int captured) {
        return 0 <= headers.payloadPosition
                && headers.payloadPosition <= headers.payloadEnd
                && headers.payloadEnd <= captured;
    }

    private static void require(boolean holds, String what, String expectation, PacketHeaders found) {
        if (!holds) {
            throw new AssertionError(what + ": expected " + expectation + ": " + found);
        }
    }
}
