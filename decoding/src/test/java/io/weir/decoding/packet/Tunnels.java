package io.weir.decoding.packet;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.schemas.DecodingProblem;
import io.weir.schemas.Layer;

/** Packets to carry, what carries them, and what the decoder should make of both. */
final class Tunnels {
    static final int GRE = 47;
    private static final int UDP = 17;

    private Tunnels() {}

    /** 28 octets, ports 1 and 2. */
    static FrameBuilder ipv4() {
        return new FrameBuilder().ipv4(UDP, 28).udp(1, 2);
    }

    /** 48 octets, ports 1 and 2. */
    static FrameBuilder ipv6() {
        return new FrameBuilder().ipv6(UDP, 8).udp(1, 2);
    }

    /** 42 octets, ports 1 and 2. */
    static FrameBuilder ethernet() {
        return new FrameBuilder().ethernet(0x0800).append(ipv4());
    }

    /** The payload is at octet 34. */
    static FrameBuilder overIpv4(int protocol, FrameBuilder payload) {
        return new FrameBuilder()
                .ethernet(0x0800)
                .ipv4(protocol, 20 + payload.length())
                .append(payload);
    }

    /** The GRE header is at octet 34. */
    static FrameBuilder overGre(String header, FrameBuilder payload) {
        return overIpv4(GRE, new FrameBuilder().hex(header).append(payload));
    }

    /** The payload is at octet 42. */
    static FrameBuilder overUdp(int sourcePort, int destinationPort, FrameBuilder payload) {
        return overIpv4(
                UDP,
                new FrameBuilder()
                        .udp(sourcePort, destinationPort, 8 + payload.length())
                        .append(payload));
    }

    /** The one enclosed packet, which has no problem. */
    static PacketHeaders assertEncloses(
            PacketHeaders outer, Layer tunnel, long identifier, boolean network, int octets) {
        assertThat(outer.problem).as("%s", outer).isEqualTo(DecodingProblem.none);
        PacketHeaders inner = outer.enclosed();
        assertThat(inner).as("%s", outer).isNotNull();
        assertThat(inner.problem).as("%s", outer).isEqualTo(DecodingProblem.none);
        assertThat(inner.tunnel).isEqualTo(tunnel);
        assertThat(inner.tunnelIdentifier).isEqualTo(identifier);
        assertThat(inner.tunnelIsNetwork).isEqualTo(network);
        assertThat(inner.enclosedOctets).isEqualTo(octets);
        assertThat(inner.enclosed()).isNull();
        return inner;
    }

    /** Nothing enclosed and exactly these layers. */
    static void assertClosed(PacketHeaders headers, DecodingProblem problem, String... layers) {
        assertThat(headers.enclosed()).as("%s", headers).isNull();
        assertThat(headers.problem).as("%s", headers).isEqualTo(problem);
        assertThat(PacketHeaders.layerNames(headers.layers)).containsExactly(layers);
    }

    /** A datagram like any other. */
    static void assertPlainUdp(PacketHeaders headers) {
        assertClosed(headers, DecodingProblem.none, "ethernet", "ipv4", "udp");
        assertThat(headers.sourcePort).isNotNegative();
    }
}
