package io.weir.bench.traffic;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * One direction of one flow: the headers with all that stays, and the checksums' sums of it, so that a frame costs a
 * copy and a few stores. The payload is zeros, which add nothing to a checksum.
 *
 * <p>Layout: Ethernet, 802.1Q when tagged, IPv4 (RFC 791) or IPv6 (RFC 8200), then TCP (RFC 9293), UDP (RFC 768) or
 * ICMP echo (RFC 792, RFC 4443). All integers are big-endian.
 */
final class FrameTemplate {

    /** Least frame without FCS; a tag does not count towards it (IEEE 802.3). */
    private static final int MIN_ETHERNET_LENGTH = 60;

    private static final int ETHERNET_LENGTH = 14;
    private static final int VLAN_TAG_LENGTH = 4;
    private static final int IPV4_LENGTH = 20;
    private static final int IPV6_LENGTH = 40;
    private static final int TCP_LENGTH = 20;
    private static final int UDP_LENGTH = 8;
    private static final int ICMP_LENGTH = 8;

    private static final int ETHERTYPE_VLAN = 0x8100;
    private static final int ETHERTYPE_IPV4 = 0x0800;
    private static final int ETHERTYPE_IPV6 = 0x86dd;
    private static final int PROTOCOL_ICMPV6 = 58;
    private static final int HOP_LIMIT = 64;
    private static final int DONT_FRAGMENT = 0x4000;
    private static final int TCP_WINDOW = 0x7210;

    private static final int ICMP_ECHO_REQUEST = 8;
    private static final int ICMP_ECHO_REPLY = 0;
    private static final int ICMPV6_ECHO_REQUEST = 128;
    private static final int ICMPV6_ECHO_REPLY = 129;

    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    private final FlowKind kind;
    private final boolean ipv6;
    private final byte[] headers;
    private final int network;
    private final int transport;
    private final int networkSum;
    private final int transportSum;

    FrameTemplate(FlowKind kind, Endpoints endpoints, boolean fromInitiator) {
        this.kind = kind;
        this.ipv6 = endpoints.ipv6();
        boolean tagged = endpoints.vlanId() != 0;
        network = ETHERNET_LENGTH + (tagged ? VLAN_TAG_LENGTH : 0);
        transport = network + (ipv6 ? IPV6_LENGTH : IPV4_LENGTH);
        headers = new byte[transport + transportLength(kind)];
        byte[] source = fromInitiator ? endpoints.initiatorAddress() : endpoints.responderAddress();
        byte[] destination = fromInitiator ? endpoints.responderAddress() : endpoints.initiatorAddress();
        writeLink(source, destination, endpoints.vlanId());
        int protocol = kind == FlowKind.ICMP && ipv6 ? PROTOCOL_ICMPV6 : kind.protocol;
        writeNetwork(source, destination, protocol);
        writeTransport(endpoints, fromInitiator);
        networkSum = sum(headers, network, transport);
        boolean hasPseudoHeader = kind != FlowKind.ICMP || ipv6;
        transportSum = sum(headers, transport, headers.length)
                + (hasPseudoHeader
                        ? sum(source, 0, source.length) + sum(destination, 0, destination.length) + protocol
                        : 0);
    }

    private static int transportLength(FlowKind kind) {
        return switch (kind) {
            case TCP -> TCP_LENGTH;
            case UDP, DNS -> UDP_LENGTH;
            case ICMP -> ICMP_LENGTH;
        };
    }

    private void writeLink(byte[] source, byte[] destination, int vlanId) {
        putMac(0, destination);
        putMac(6, source);
        int etherType = ipv6 ? ETHERTYPE_IPV6 : ETHERTYPE_IPV4;
        if (vlanId == 0) {
            putShort(headers, 12, etherType);
        } else {
            putShort(headers, 12, ETHERTYPE_VLAN);
            putShort(headers, 14, vlanId);
            putShort(headers, 16, etherType);
        }
    }

    /** Locally administered, the last octets of the address. */
    private void putMac(int offset, byte[] address) {
        headers[offset] = 2;
        System.arraycopy(address, address.length - 4, headers, offset + 2, 4);
    }

    private void writeNetwork(byte[] source, byte[] destination, int protocol) {
        if (ipv6) {
            headers[network] = 0x60;
            headers[network + 6] = (byte) protocol;
            headers[network + 7] = HOP_LIMIT;
            System.arraycopy(source, 0, headers, network + 8, 16);
            System.arraycopy(destination, 0, headers, network + 24, 16);
        } else {
            headers[network] = 0x45;
            putShort(headers, network + 6, DONT_FRAGMENT);
            headers[network + 8] = HOP_LIMIT;
            headers[network + 9] = (byte) protocol;
            System.arraycopy(source, 0, headers, network + 12, 4);
            System.arraycopy(destination, 0, headers, network + 16, 4);
        }
    }

    private void writeTransport(Endpoints endpoints, boolean fromInitiator) {
        if (kind == FlowKind.ICMP) {
            int request = ipv6 ? ICMPV6_ECHO_REQUEST : ICMP_ECHO_REQUEST;
            int reply = ipv6 ? ICMPV6_ECHO_REPLY : ICMP_ECHO_REPLY;
            headers[transport] = (byte) (fromInitiator ? request : reply);
            putShort(headers, transport + 4, endpoints.initiatorPort());
            return;
        }
        putShort(headers, transport, fromInitiator ? endpoints.initiatorPort() : endpoints.responderPort());
        putShort(headers, transport + 2, fromInitiator ? endpoints.responderPort() : endpoints.initiatorPort());
        if (kind == FlowKind.TCP) {
            headers[transport + 12] = (TCP_LENGTH / 4) << 4;
            putShort(headers, transport + 14, TCP_WINDOW);
        }
    }

    /** Octets of payload in a frame of that length; 0 when the headers fill it. */
    int payloadLength(int frameLength) {
        return Math.max(0, frameLength - headers.length);
    }

    /**
     * @param ordinal IPv4 identification, and the sequence number of an echo
     * @return length of the frame on the wire, without FCS
     */
    int write(byte[] buffer, int offset, int payloadLength, int ordinal, int sequence, int acknowledged, int flags) {
        System.arraycopy(headers, 0, buffer, offset, headers.length);
        int packetEnd = headers.length + payloadLength;
        int frameLength = Math.max(packetEnd, MIN_ETHERNET_LENGTH + network - ETHERNET_LENGTH);
        Arrays.fill(buffer, offset + headers.length, offset + frameLength, (byte) 0);
        completeNetwork(buffer, offset + network, packetEnd - network, ordinal);
        int at = offset + transport;
        int length = packetEnd - transport;
        switch (kind) {
            case TCP -> completeTcp(buffer, at, length, sequence, acknowledged, flags);
            case UDP, DNS -> completeUdp(buffer, at, length);
            case ICMP -> completeIcmp(buffer, at, length, ordinal);
        }
        return frameLength;
    }

    private void completeNetwork(byte[] buffer, int at, int length, int identification) {
        if (ipv6) {
            putShort(buffer, at + 4, length - IPV6_LENGTH);
            return;
        }
        putShort(buffer, at + 2, length);
        putShort(buffer, at + 4, identification);
        putShort(buffer, at + 10, checksum(networkSum + length + (identification & 0xffff)));
    }

    private void completeTcp(byte[] buffer, int at, int length, int sequence, int acknowledged, int flags) {
        INT.set(buffer, at + 4, sequence);
        INT.set(buffer, at + 8, acknowledged);
        buffer[at + 13] = (byte) flags;
        putShort(buffer, at + 16, checksum(transportSum + length + words(sequence) + words(acknowledged) + flags));
    }

    private void completeUdp(byte[] buffer, int at, int length) {
        putShort(buffer, at + 4, length);
        // The length is summed twice: in the header and in the pseudo header. 0 would mean none (RFC 768).
        int checksum = checksum(transportSum + 2 * length);
        putShort(buffer, at + 6, checksum == 0 ? 0xffff : checksum);
    }

    private void completeIcmp(byte[] buffer, int at, int length, int ordinal) {
        putShort(buffer, at + 6, ordinal);
        putShort(buffer, at + 2, checksum(transportSum + (ipv6 ? length : 0) + (ordinal & 0xffff)));
    }

    private static void putShort(byte[] buffer, int offset, int value) {
        SHORT.set(buffer, offset, (short) value);
    }

    private static int words(int value) {
        return (value >>> 16) + (value & 0xffff);
    }

    private static int sum(byte[] octets, int from, int to) {
        int sum = 0;
        for (int i = from; i < to; i += 2) {
            sum += (short) SHORT.get(octets, i) & 0xffff;
        }
        return sum;
    }

    /** RFC 1071; sums of up to 65,536 words fit. */
    private static int checksum(int sum) {
        int folded = (sum & 0xffff) + (sum >>> 16);
        folded = (folded & 0xffff) + (folded >>> 16);
        return ~folded & 0xffff;
    }
}
