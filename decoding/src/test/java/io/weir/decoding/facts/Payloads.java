package io.weir.decoding.facts;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.decoding.packet.PacketDecoder;
import io.weir.decoding.packet.PacketHeaders;
import io.weir.schemas.packets.PayloadFact;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;

/** Payloads in frames, and what is read of them. */
final class Payloads {

    private static final int MARGIN = 32;
    static final int LINKTYPE_RAW = 101;
    private static final PacketDecoder DECODER = new PacketDecoder();

    private long nanos;
    private final FactReader reader = new FactReader();

    /** The fact of a UDP payload, null for none. */
    PayloadFact udp(int sourcePort, int destinationPort, byte[] payload) {
        return read(frame(17, sourcePort, destinationPort, payload), payload.length, (byte) 0);
    }

    /** The fact of an ARP frame from a MAC address, null for none. */
    PayloadFact arp(long sourceMac, byte[] arp) {
        ByteBuffer frame = ByteBuffer.wrap(arpFrame(sourceMac, arp));
        PacketHeaders found = new PacketHeaders();
        DECODER.decode(frame, 0, frame.capacity(), frame.capacity(), 1, found);
        PayloadFact fact = new PayloadFact();
        return found.payloadKind() != null && reader.read(frame, found, 0, fact) ? fact : null;
    }

    /** The fact of a TCP payload, null for none. */
    PayloadFact tcp(int sourcePort, int destinationPort, byte[] payload) {
        return read(frame(6, sourcePort, destinationPort, payload), payload.length, (byte) 0);
    }

    /**
     * Reads a payload cut at every octet and flipped in many ways: nothing is thrown, and what surrounds the captured octets makes no
     * difference.
     *
     * @return at how many octets of the payload, at least, there is a fact
     */
    int abuse(int protocol, int sourcePort, int destinationPort, byte[] payload) {
        byte[] frame = frame(protocol, sourcePort, destinationPort, payload);
        int first = -1;
        for (int cut = 0; cut <= payload.length; cut++) {
            PayloadFact fact = same(frame, cut);
            if (fact != null && first < 0) {
                first = cut;
            }
        }
        Random random = new Random(payload.length);
        int start = frame.length - payload.length;
        for (int round = 0; round < 10_000; round++) {
            byte[] flipped = frame.clone();
            for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
                flipped[start + random.nextInt(payload.length)] = (byte) random.nextInt(256);
            }
            same(flipped, random.nextInt(4) == 0 ? random.nextInt(payload.length) : payload.length);
        }
        return first;
    }

    private PayloadFact same(byte[] frame, int payloadOctets) {
        PayloadFact one = read(frame, payloadOctets, (byte) 0);
        PayloadFact other = read(frame, payloadOctets, (byte) 0xff);
        assertThat(String.valueOf(other)).isEqualTo(String.valueOf(one));
        return one;
    }

    /** The last octets of the frame are payload of which only some are captured. */
    private PayloadFact read(byte[] frame, int payloadOctets, byte surrounding) {
        int headers = protocolHeader(frame);
        int captured = headers + payloadOctets;
        byte[] octets = new byte[captured + 2 * MARGIN];
        Arrays.fill(octets, surrounding);
        System.arraycopy(frame, 0, octets, MARGIN, captured);
        ByteBuffer buffer = ByteBuffer.wrap(octets);
        PacketHeaders found = new PacketHeaders();
        DECODER.decode(buffer, MARGIN, captured, frame.length, LINKTYPE_RAW, found);
        PayloadFact fact = new PayloadFact();
        return found.payloadKind() != null && reader.read(buffer, found, nanos++ << 20, fact) ? fact : null;
    }

    private static int protocolHeader(byte[] frame) {
        return 20 + (frame[9] == 6 ? 20 : 8);
    }

    static byte[] frame(int protocol, int sourcePort, int destinationPort, byte[] payload) {
        int header = protocol == 6 ? 20 : 8;
        ByteBuffer out = ByteBuffer.allocate(20 + header + payload.length);
        out.put(0, (byte) 0x45)
                .putShort(2, (short) out.capacity())
                .put(8, (byte) 64)
                .put(9, (byte) protocol)
                .putInt(12, 0x0a000002)
                .putInt(16, 0x0a000001)
                .putShort(20, (short) sourcePort)
                .putShort(22, (short) destinationPort);
        if (protocol == 6) {
            out.putShort(32, (short) 0x5018);
        } else {
            out.putShort(24, (short) (8 + payload.length));
        }
        out.put(20 + header, payload);
        return out.array();
    }

    static byte[] arpFrame(long sourceMac, byte[] arp) {
        ByteBuffer frame = ByteBuffer.allocate(14 + arp.length);
        frame.putLong(4, sourceMac).putInt(0, -1).putShort(4, (short) -1);
        return frame.putShort(12, (short) 0x0806).put(14, arp).array();
    }

    static byte[] hex(String... digits) {
        return HexFormat.of().parseHex(String.join("", digits).replace(" ", ""));
    }

    static String hexOf(String ascii) {
        return HexFormat.of().formatHex(ascii.getBytes(StandardCharsets.US_ASCII));
    }
}
