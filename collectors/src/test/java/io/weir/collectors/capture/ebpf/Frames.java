package io.weir.collectors.capture.ebpf;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Ethernet frames for the wire, between 10.0.0.1 and 10.0.0.2 or fd00::1 and fd00::2. */
public final class Frames {

    public static final int FIN = 0x01;
    public static final int SYN = 0x02;
    public static final int RST = 0x04;
    public static final int PSH = 0x08;
    public static final int ACK = 0x10;

    private static final byte[] MACS = HexFormat.of().parseHex("020000000001" + "020000000002");
    private static final int TCP = 6;
    private static final int UDP = 17;

    private Frames() {}

    public static byte[] udp(int sourcePort, int destinationPort, int payloadOctets) {
        return ipv4(UDP, 0, udpSegment(sourcePort, destinationPort, payloadOctets));
    }

    public static byte[] udp6(int sourcePort, int destinationPort, int payloadOctets) {
        return ipv6(UDP, udpSegment(sourcePort, destinationPort, payloadOctets));
    }

    public static byte[] tcp(int sourcePort, int destinationPort, int flags, String payload) {
        return ipv4(TCP, 0, tcpSegment(sourcePort, destinationPort, flags, payload));
    }

    public static byte[] tcp6(int sourcePort, int destinationPort, int flags, String payload) {
        return ipv6(TCP, tcpSegment(sourcePort, destinationPort, flags, payload));
    }

    public static byte[] icmpEcho() {
        return ipv4(1, 0, new byte[] {8, 0, 0, 0, 0, 1, 0, 1});
    }

    /** A first or later fragment of a datagram. */
    public static byte[] fragment(int flagsAndOffset) {
        return ipv4(UDP, flagsAndOffset, udpSegment(1000, 2000, 24));
    }

    /** Between the same addresses the other way round. */
    public static byte[] back(byte[] frame) {
        byte[] answer = frame.clone();
        System.arraycopy(frame, 0, answer, 6, 6);
        System.arraycopy(frame, 6, answer, 0, 6);
        System.arraycopy(frame, 26, answer, 30, 4);
        System.arraycopy(frame, 30, answer, 26, 4);
        System.arraycopy(frame, 34, answer, 36, 2);
        System.arraycopy(frame, 36, answer, 34, 2);
        return answer;
    }

    public static byte[] vxlan(byte[] inner) {
        byte[] segment = ByteBuffer.allocate(8 + 8 + inner.length)
                .putShort((short) 50_000)
                .putShort((short) 4789)
                .putShort((short) (16 + inner.length))
                .putShort((short) 0)
                .putInt(0x0800_0000)
                .putInt(42 << 8)
                .put(inner)
                .array();
        return ipv4(UDP, 0, segment);
    }

    public static byte[] tagged(byte[] frame, int protocol, int controlInformation) {
        return ByteBuffer.allocate(frame.length + 4)
                .put(frame, 0, 12)
                .putShort((short) protocol)
                .putShort((short) controlInformation)
                .put(frame, 12, frame.length - 12)
                .array();
    }

    private static byte[] udpSegment(int sourcePort, int destinationPort, int payloadOctets) {
        return ByteBuffer.allocate(8 + payloadOctets)
                .putShort((short) sourcePort)
                .putShort((short) destinationPort)
                .putShort((short) (8 + payloadOctets))
                .array();
    }

    private static byte[] tcpSegment(int sourcePort, int destinationPort, int flags, String payload) {
        byte[] octets = payload.getBytes(StandardCharsets.ISO_8859_1);
        return ByteBuffer.allocate(24 + octets.length)
                .putShort((short) sourcePort)
                .putShort((short) destinationPort)
                .putInt(1)
                .putInt(1)
                .putShort((short) (6 << 12 | flags))
                .putShort((short) 1000)
                .putInt(0)
                // No operation, four times.
                .putInt(0x01010101)
                .put(octets)
                .array();
    }

    private static byte[] ipv4(int protocol, int flagsAndOffset, byte[] payload) {
        return ByteBuffer.allocate(14 + 20 + payload.length)
                .put(MACS)
                .putShort((short) 0x0800)
                .putShort((short) 0x4500)
                .putShort((short) (20 + payload.length))
                .putShort((short) 7)
                .putShort((short) flagsAndOffset)
                .put((byte) 64)
                .put((byte) protocol)
                .putShort((short) 0)
                .putInt(0x0a00_0001)
                .putInt(0x0a00_0002)
                .put(payload)
                .array();
    }

    private static byte[] ipv6(int protocol, byte[] payload) {
        return ByteBuffer.allocate(14 + 40 + payload.length)
                .put(MACS)
                .putShort((short) 0x86dd)
                .putInt(0x6000_0000)
                .putShort((short) payload.length)
                .put((byte) protocol)
                .put((byte) 64)
                .putLong(0xfd00_0000_0000_0000L)
                .putLong(1)
                .putLong(0xfd00_0000_0000_0000L)
                .putLong(2)
                .put(payload)
                .array();
    }
}
