package io.weir.decoding.packet;

import java.nio.ByteBuffer;

/**
 * Tells by ports and first octets which payloads may show a fact; what they say is read elsewhere ({@code decoding.facts}), so that a
 * packet without costs a look at its ports and no more.
 */
final class ApplicationLayer {
    private static final int DNS = 53;
    private static final int DHCP_SERVER = 67;
    private static final int DHCP_CLIENT = 68;
    private static final int QUIC = 443;
    /** Header form and fixed bit (RFC 9000 section 17.2). */
    private static final int LONG_HEADER = 0xc0;

    private static final int MDNS = 5353;
    private static final int LLMNR = 5355;

    /** Content type handshake, major version 3 (RFC 8446 section 5.1). */
    private static final int TLS_HANDSHAKE = 0x1603;

    /** First four octets of requests, in ASCII. */
    private static final int GET = 0x47455420;

    private static final int HEAD = 0x48454144;
    private static final int POST = 0x504f5354;
    private static final int PUT = 0x50555420;
    private static final int DELETE = 0x44454c45;
    private static final int CONNECT = 0x434f4e4e;
    private static final int OPTIONS = 0x4f505449;
    private static final int TRACE = 0x54524143;
    private static final int PATCH = 0x50415443;

    /** Shorter segments show nothing: the header of a DNS message with its length, the shortest request, the start of a hello. */
    private static final int MIN_TCP_LENGTH = 14;

    private ApplicationLayer() {}

    /** Whether a datagram between these ports may show a fact. */
    static boolean mayBe(int sourcePort, int destinationPort) {
        return destinationPort == QUIC || isUdp(destinationPort) || isUdp(sourcePort);
    }

    static boolean isTcp(int port) {
        return port == DNS;
    }

    private static boolean isUdp(int port) {
        return switch (port) {
            case DNS, DHCP_SERVER, DHCP_CLIENT, MDNS, LLMNR -> true;
            default -> false;
        };
    }

    /** Notes the payload of a datagram between such ports. */
    static void udp(ByteBuffer buffer, int position, int end, PacketHeaders out) {
        if (out.destinationPort == QUIC) {
            if (position < end && (buffer.get(position) & LONG_HEADER) == LONG_HEADER) {
                out.notePayload(FactKind.QUIC, position, end);
            }
            return;
        }
        boolean dhcp = isDhcp(out.destinationPort) && isDhcp(out.sourcePort);
        out.notePayload(dhcp ? FactKind.DHCP : FactKind.DNS, position, end);
    }

    /** A relay sends from the server's port to the server's port. */
    private static boolean isDhcp(int port) {
        return port == DHCP_SERVER || port == DHCP_CLIENT;
    }

    /** Notes an ARP frame; {@code position} is behind its EtherType. */
    static void arp(int position, int end, PacketHeaders out) {
        out.notePayload(FactKind.ARP, position, end);
    }

    /** {@code [position, end)} is the captured part of a segment's payload and not empty. */
    static void tcp(ByteBuffer buffer, int position, int end, PacketHeaders out) {
        if (end - position < MIN_TCP_LENGTH) {
            return;
        }
        int start = buffer.getInt(position);
        if (start >>> 16 == TLS_HANDSHAKE) {
            out.notePayload(FactKind.TLS, position, end);
        } else if (isTcp(out.destinationPort) || isTcp(out.sourcePort)) {
            out.notePayload(FactKind.DNS, position, end);
        } else if (isMethod(start)) {
            out.notePayload(FactKind.HTTP, position, end);
        }
    }

    /** Whether four octets begin a request with one of the methods of RFC 9110 and RFC 5789. */
    private static boolean isMethod(int start) {
        int letter = start >>> 24;
        if (letter < 'C' || letter > 'T') {
            return false;
        }
        return switch (start) {
            case GET, HEAD, POST, PUT, DELETE, CONNECT, OPTIONS, TRACE, PATCH -> true;
            default -> false;
        };
    }
}
