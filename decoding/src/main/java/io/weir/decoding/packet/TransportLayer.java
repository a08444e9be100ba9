package io.weir.decoding.packet;

import io.weir.schemas.DecodingProblem;
import io.weir.schemas.Layer;
import io.weir.schemas.packets.IcmpErrorKind;
import java.nio.ByteBuffer;

/**
 * What a flow needs of the header behind IP: ports of TCP (RFC 9293), UDP (RFC 768), UDP-Lite (RFC 3828), DCCP (RFC 4340) and
 * SCTP (RFC 9260), TCP control bits, type and code of ICMP (RFC 792) and ICMPv6 (RFC 4443).
 *
 * <p>A header that is cut gives what is there: four octets are enough for the ports. Protocols that carry packets go on in {@link
 * TunnelLayer}, {@link GreLayer} and {@link UdpTunnelLayer}.
 */
final class TransportLayer {
    private static final int PROTOCOL_ICMP = 1;
    private static final int PROTOCOL_IPV4 = 4;
    private static final int PROTOCOL_TCP = 6;
    private static final int PROTOCOL_UDP = 17;
    private static final int PROTOCOL_DCCP = 33;
    private static final int PROTOCOL_IPV6 = 41;
    private static final int PROTOCOL_GRE = 47;
    private static final int PROTOCOL_ESP = 50;
    private static final int PROTOCOL_AH = 51;
    private static final int PROTOCOL_ICMPV6 = 58;
    private static final int PROTOCOL_ETHERIP = 97;
    private static final int PROTOCOL_SCTP = 132;
    private static final int PROTOCOL_UDP_LITE = 136;
    private static final int PROTOCOL_MPLS = 137;
    private static final int PROTOCOL_ETHERNET = 143;

    /** Source port 0, destination port 2: alike in all protocols with ports. */
    private static final int PORTS_LENGTH = 4;

    /** Length of header and payload 4. */
    private static final int UDP_LENGTH = 8;

    private static final int UDP_PACKET_LENGTH = 4;

    /** Data offset and control bits in one 16 bit field. */
    private static final int TCP_CONTROL_BITS = 12;

    private static final int TCP_CONTROL_BITS_END = 14;
    private static final int TCP_SEQUENCE = 4;
    private static final int TCP_ACKNOWLEDGEMENT = 8;
    private static final int TCP_WINDOW = 14;
    private static final int TCP_WINDOW_END = 16;
    private static final int TCP_CONTROL_BITS_MASK = 0x0fff;

    private static final int TCP_DATA_OFFSET_SHIFT = 12;
    /** In units of four octets. */
    private static final int TCP_MIN_DATA_OFFSET = 5;

    private static final int TCP_DATA_OFFSET_UNIT = 4;

    /** Type 0, code 1. */
    private static final int ICMP_START_LENGTH = 2;

    /** Of an error: type 0, code 1, checksum 2, four octets more, then the start of the packet that it is about. */
    private static final int ICMP_QUOTE = 8;

    /** Length of the quote in units of four octets, 0 where it goes on to the end (RFC 4884 section 4.1); types 3, 11 and 12. */
    private static final int ICMP_QUOTE_LENGTH = 5;

    private static final int ICMP_QUOTE_UNIT = 4;

    /** The same of ICMPv6, in units of eight octets (RFC 4884 section 4.2); types 1 and 3. */
    private static final int ICMPV6_QUOTE_LENGTH = 4;

    private static final int ICMPV6_QUOTE_UNIT = 8;

    /** Octets that tell packets apart, at the start of what is behind IP. */
    private static final int CONTENT_LENGTH = Long.BYTES;

    /** Of a UDP payload also those from here on: QUIC has a connection id of up to 20 octets at its start (RFC 9000 section 17.3.1). */
    private static final int UDP_LATER_CONTENT = 16;

    private TransportLayer() {}

    /** {@code end} is where the captured part of the IP packet ends; the other parameters are as in {@link LinkLayer}. */
    static void decode(ByteBuffer buffer, int position, int end, int uncaptured, int protocol, PacketHeaders out) {
        switch (protocol) {
            case PROTOCOL_TCP -> tcp(buffer, position, end, uncaptured, out);
            case PROTOCOL_UDP -> udp(buffer, position, end, uncaptured, out);
            case PROTOCOL_ICMP -> icmp(buffer, position, end, uncaptured, Layer.icmp, out);
            case PROTOCOL_ICMPV6 -> icmp(buffer, position, end, uncaptured, Layer.icmpv6, out);
            case PROTOCOL_SCTP -> ports(buffer, position, end, uncaptured, Layer.sctp, out);
            case PROTOCOL_DCCP -> ports(buffer, position, end, uncaptured, Layer.dccp, out);
            case PROTOCOL_UDP_LITE -> ports(buffer, position, end, uncaptured, Layer.udp_lite, out);
            case PROTOCOL_IPV4 ->
                TunnelLayer.etherType(buffer, position, end, uncaptured, EtherTypeLayer.IPV4, Layer.ipv4, -1, out);
            case PROTOCOL_IPV6 ->
                TunnelLayer.etherType(buffer, position, end, uncaptured, EtherTypeLayer.IPV6, Layer.ipv6, -1, out);
            case PROTOCOL_GRE -> GreLayer.decode(buffer, position, end, uncaptured, out);
            case PROTOCOL_ETHERIP -> TunnelLayer.etherIp(buffer, position, end, uncaptured, out);
            case PROTOCOL_MPLS ->
                TunnelLayer.etherType(buffer, position, end, uncaptured, MplsLayer.UNICAST, Layer.mpls, -1, out);
            case PROTOCOL_ETHERNET -> TunnelLayer.ethernet(buffer, position, end, uncaptured, Layer.ethernet, -1, out);
            case PROTOCOL_AH -> out.addLayer(Layer.ah);
            case PROTOCOL_ESP -> out.addLayer(Layer.esp);
            default -> {}
        }
        if (protocol != PROTOCOL_TCP && protocol != PROTOCOL_UDP) {
            int content = position + contentOffset(protocol);
            if (end - content >= CONTENT_LENGTH) {
                out.content = buffer.getLong(content);
            }
        }
    }

    /** Where there is what differs between packets: the checksum of SCTP, the sequence number of AH, else the start. */
    private static int contentOffset(int protocol) {
        return switch (protocol) {
            case PROTOCOL_SCTP -> 8;
            case PROTOCOL_AH -> 4;
            default -> 0;
        };
    }

    private static void tcp(ByteBuffer buffer, int position, int end, int uncaptured, PacketHeaders out) {
        if (end - position >= TCP_CONTROL_BITS_END) {
            out.addLayer(Layer.tcp);
            readPorts(buffer, position, out);
            int offsetAndControlBits = buffer.getShort(position + TCP_CONTROL_BITS) & 0xffff;
            if (offsetAndControlBits >>> TCP_DATA_OFFSET_SHIFT < TCP_MIN_DATA_OFFSET) {
                out.addProblem(DecodingProblem.bad_tcp_header_length);
            } else {
                out.tcpControlBits = offsetAndControlBits & TCP_CONTROL_BITS_MASK;
                int payload = position + (offsetAndControlBits >>> TCP_DATA_OFFSET_SHIFT) * TCP_DATA_OFFSET_UNIT;
                int payloadOctets = end - payload + uncaptured;
                if (end - position >= TCP_WINDOW_END && payloadOctets >= 0 && !out.restMayBeElsewhere()) {
                    out.tcpPayloadOctets = payloadOctets;
                    out.tcpSequence = buffer.getInt(position + TCP_SEQUENCE);
                    out.tcpAcknowledgement = buffer.getInt(position + TCP_ACKNOWLEDGEMENT);
                    out.tcpWindow = buffer.getShort(position + TCP_WINDOW) & 0xffff;
                }
                if (payload < end && out.wantsFacts()) {
                    ApplicationLayer.tcp(buffer, payload, end, out);
                }
            }
        } else {
            ports(buffer, position, end, uncaptured, Layer.tcp, out);
            out.addProblem(PacketDecoder.cut(uncaptured));
        }
    }

    private static void udp(ByteBuffer buffer, int position, int end, int uncaptured, PacketHeaders out) {
        out.addLayer(Layer.udp);
        if (end - position < PORTS_LENGTH) {
            out.addProblem(PacketDecoder.cut(uncaptured));
            return;
        }
        readPorts(buffer, position, out);
        int captured = end - position;
        if (captured < UDP_LENGTH) {
            return;
        }
        if (captured >= UDP_LENGTH + CONTENT_LENGTH) {
            out.content = udpContent(buffer, position, captured);
        }
        boolean tunnel = UdpTunnelLayer.mayBe(out.sourcePort, out.destinationPort);
        boolean application = out.wantsFacts() && ApplicationLayer.mayBe(out.sourcePort, out.destinationPort);
        if (!tunnel && !application) {
            return;
        }
        int payloadEnd = end;
        int length = buffer.getShort(position + UDP_PACKET_LENGTH) & 0xffff;
        if (length > captured) {
            uncaptured = Math.min(uncaptured, length - captured);
        } else if (length >= UDP_LENGTH) {
            payloadEnd = position + length;
            uncaptured = 0;
        } else if (length != 0) {
            return;
        }
        // A length of 0: segmentation is left to the interface.
        if (tunnel) {
            UdpTunnelLayer.decode(buffer, position + UDP_LENGTH, payloadEnd, uncaptured, out);
        }
        // Any program may send from a tunnel's port.
        if (application && out.enclosed() == null) {
            ApplicationLayer.udp(buffer, position + UDP_LENGTH, payloadEnd, out);
        }
    }

    private static long udpContent(ByteBuffer buffer, int position, int captured) {
        int payload = position + UDP_LENGTH;
        long content = buffer.getLong(payload);
        if (captured >= UDP_LENGTH + UDP_LATER_CONTENT + CONTENT_LENGTH) {
            content ^= Long.rotateLeft(buffer.getLong(payload + UDP_LATER_CONTENT), 1);
        }
        return content + buffer.getShort(position + UDP_PACKET_LENGTH);
    }

    private static void ports(
            ByteBuffer buffer, int position, int end, int uncaptured, Layer layer, PacketHeaders out) {
        out.addLayer(layer);
        if (end - position >= PORTS_LENGTH) {
            readPorts(buffer, position, out);
        } else {
            out.addProblem(PacketDecoder.cut(uncaptured));
        }
    }

    private static void readPorts(ByteBuffer buffer, int position, PacketHeaders out) {
        int ports = buffer.getInt(position);
        out.sourcePort = ports >>> 16;
        out.destinationPort = ports & 0xffff;
    }

    private static void icmp(ByteBuffer buffer, int position, int end, int uncaptured, Layer layer, PacketHeaders out) {
        out.addLayer(layer);
        if (end - position >= ICMP_START_LENGTH) {
            out.icmpType = buffer.get(position) & 0xff;
            out.icmpCode = buffer.get(position + 1) & 0xff;
            if (IcmpErrorKind.of(out.protocol, out.icmpType, out.icmpCode) != null) {
                quoted(buffer, position, end, uncaptured, out);
            }
        } else {
            out.addProblem(PacketDecoder.cut(uncaptured));
        }
    }

    /** The start of the packet that an error is about, in front of the extensions where there are any (RFC 4884). */
    private static void quoted(ByteBuffer buffer, int position, int end, int uncaptured, PacketHeaders out) {
        if (end - position <= ICMP_QUOTE) {
            return;
        }
        PacketHeaders quote = out.quote();
        if (quote == null) {
            return;
        }
        int start = position + ICMP_QUOTE;
        int quoteEnd = start + Math.min(end - start, quoteOctets(buffer, position, out));
        if (out.protocol == PROTOCOL_ICMPV6) {
            Ipv6Layer.decode(buffer, start, quoteEnd, uncaptured, quote);
        } else {
            Ipv4Layer.decode(buffer, start, quoteEnd, uncaptured, quote);
        }
        out.settleQuoted();
    }

    private static int quoteOctets(ByteBuffer buffer, int position, PacketHeaders out) {
        int octets = 0;
        if (out.protocol == PROTOCOL_ICMPV6) {
            if (out.icmpType == 1 || out.icmpType == 3) {
                octets = (buffer.get(position + ICMPV6_QUOTE_LENGTH) & 0xff) * ICMPV6_QUOTE_UNIT;
            }
        } else if (out.icmpType == 3 || out.icmpType == 11 || out.icmpType == 12) {
            octets = (buffer.get(position + ICMP_QUOTE_LENGTH) & 0xff) * ICMP_QUOTE_UNIT;
        }
        return octets == 0 ? Integer.MAX_VALUE : octets;
    }

    /** Whether enough of a packet is there to tell its flow: the ports where its protocol has them, the message type of ICMP. */
    static boolean namesFlow(PacketHeaders packet) {
        if (packet.ipVersion == 0) {
            return false;
        }
        if (packet.laterFragment) {
            return true;
        }
        return switch (packet.protocol) {
            case PROTOCOL_TCP, PROTOCOL_UDP, PROTOCOL_DCCP, PROTOCOL_SCTP, PROTOCOL_UDP_LITE -> packet.sourcePort >= 0;
            case PROTOCOL_ICMP, PROTOCOL_ICMPV6 -> packet.icmpType >= 0;
            default -> true;
        };
    }
}
