package io.weir.decoding.packet;

import java.nio.ByteBuffer;
import java.util.HexFormat;

/** Writes the octets of a frame in wire order. */
final class FrameBuilder {
    static final long MAC_A = 0x02_00_00_00_00_0aL;
    static final long MAC_B = 0x02_00_00_00_00_0bL;

    private final ByteBuffer octets = ByteBuffer.allocate(256 * 1024);

    FrameBuilder u8(int value) {
        octets.put((byte) value);
        return this;
    }

    FrameBuilder u16(int value) {
        octets.putShort((short) value);
        return this;
    }

    FrameBuilder u32(long value) {
        octets.putInt((int) value);
        return this;
    }

    FrameBuilder hex(String digits) {
        octets.put(HexFormat.of().parseHex(digits.replace(" ", "")));
        return this;
    }

    FrameBuilder zeros(int count) {
        octets.put(new byte[count]);
        return this;
    }

    FrameBuilder mac(long value) {
        return u16((int) (value >>> 32)).u32(value);
    }

    /** 14 octets, from A to B. */
    FrameBuilder ethernet(int typeOrLength) {
        return mac(MAC_B) // 0 destination
                .mac(MAC_A) // 6 source
                .u16(typeOrLength); // 12
    }

    /** 4 octets. */
    FrameBuilder tag(int id, int nextType) {
        return u16(0x6000 | id).u16(nextType);
    }

    /** 20 octets, 192.0.2.1 to 198.51.100.200, no options, not fragmented. */
    FrameBuilder ipv4(int protocol, int totalLength) {
        return ipv4(0x45, protocol, totalLength, 0x4000);
    }

    FrameBuilder ipv4(int versionAndLength, int protocol, int totalLength, int flagsAndOffset) {
        return u8(versionAndLength) // 0
                .u8(0) // 1 type of service
                .u16(totalLength) // 2
                .u16(0x1234) // 4 identification
                .u16(flagsAndOffset) // 6
                .u8(64) // 8 time to live
                .u8(protocol) // 9
                .u16(0) // 10 checksum
                .u32(0xc0000201L) // 12 source
                .u32(0xc63364c8L); // 16 destination
    }

    /** 40 octets, 2001:db8::1 to fe80::2. */
    FrameBuilder ipv6(int nextHeader, int payloadLength) {
        return u32(0x60000000L) // 0 version, class, label
                .u16(payloadLength) // 4
                .u8(nextHeader) // 6
                .u8(64) // 7 hop limit
                .hex("20010db8000000000000000000000001") // 8 source
                .hex("fe800000000000000000000000000002"); // 24 destination
    }

    /** 20 octets, data offset 5. */
    FrameBuilder tcp(int sourcePort, int destinationPort, int controlBits) {
        return u16(sourcePort) // 0
                .u16(destinationPort) // 2
                .u32(1) // 4 sequence
                .u32(2) // 8 acknowledgement
                .u16(0x5000 | controlBits) // 12
                .u16(1024) // 14 window
                .u32(0); // 16 checksum, urgent pointer
    }

    /** 8 octets. */
    FrameBuilder udp(int sourcePort, int destinationPort) {
        return udp(sourcePort, destinationPort, 8);
    }

    /** 8 octets. */
    FrameBuilder udp(int sourcePort, int destinationPort, int length) {
        return u16(sourcePort) // 0
                .u16(destinationPort) // 2
                .u16(length) // 4
                .u16(0); // 6 checksum
    }

    /** 8 octets. */
    FrameBuilder icmp(int type, int code) {
        return u8(type).u8(code).u16(0).u32(0);
    }

    FrameBuilder append(FrameBuilder other) {
        octets.put(other.bytes());
        return this;
    }

    int length() {
        return octets.position();
    }

    byte[] bytes() {
        byte[] bytes = new byte[octets.position()];
        octets.get(0, bytes);
        return bytes;
    }
}
