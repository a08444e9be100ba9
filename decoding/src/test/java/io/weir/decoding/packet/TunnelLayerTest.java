package io.weir.decoding.packet;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.schemas.DecodingProblem;
import io.weir.schemas.Layer;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TunnelLayerTest {
    private static final int IPV4 = 4;
    private static final int IPV6 = 41;

    private static PacketHeaders decode(int tunnelDepth, FrameBuilder frame) {
        byte[] octets = frame.bytes();
        PacketHeaders headers = new PacketHeaders();
        new PacketDecoder(tunnelDepth)
                .decode(ByteBuffer.wrap(octets), 0, octets.length, octets.length, Decoding.ETHERNET, headers);
        return headers;
    }

    /** IPv4 packets, each in the one before; the innermost is UDP. */
    private static FrameBuilder nested(int enclosed) {
        FrameBuilder frame = new FrameBuilder().ethernet(0x0800);
        for (int rest = enclosed; rest > 0; rest--) {
            frame.ipv4(IPV4, 28 + 20 * rest);
        }
        return frame.append(Tunnels.ipv4());
    }

    private static int depth(PacketHeaders headers) {
        int depth = 0;
        for (PacketHeaders level = headers.enclosed(); level != null; level = level.enclosed()) {
            depth++;
        }
        return depth;
    }

    @ParameterizedTest
    @CsvSource({"4, 4", "4, 6", "6, 4", "6, 6"})
    void shouldEnterIpInIp(int outerVersion, int innerVersion) {
        FrameBuilder payload = innerVersion == 4 ? Tunnels.ipv4() : Tunnels.ipv6();
        int protocol = innerVersion == 4 ? IPV4 : IPV6;
        FrameBuilder frame = outerVersion == 4
                ? Tunnels.overIpv4(protocol, payload)
                : new FrameBuilder()
                        .ethernet(0x86dd)
                        .ipv6(protocol, payload.length())
                        .append(payload);
        PacketHeaders outer = Decoding.ethernet(frame);
        PacketHeaders inner =
                Tunnels.assertEncloses(outer, innerVersion == 4 ? Layer.ipv4 : Layer.ipv6, -1, false, payload.length());
        assertThat(outer.ipVersion).isEqualTo(outerVersion);
        assertThat(outer.protocol).isEqualTo(protocol);
        assertThat(outer.sourcePort).isEqualTo(-1);
        assertThat(inner.ipVersion).isEqualTo(innerVersion);
        assertThat(inner.octets).isEqualTo(payload.length());
        assertThat(inner.sourceMac).isEqualTo(-1);
        assertThat(inner.destinationPort).isEqualTo(2);
        assertThat(PacketHeaders.layerNames(inner.layers)).containsExactly(innerVersion == 4 ? "ipv4" : "ipv6", "udp");
    }

    @Test
    void shouldEnterIpInIpBehindExtensionHeaders() {
        PacketHeaders outer = Decoding.ethernet(new FrameBuilder()
                .ethernet(0x86dd)
                .ipv6(43, 24 + 28)
                .hex("04 02 04 00 00000000 20010db8000000000000000000000001") // segment routing header
                .append(Tunnels.ipv4()));
        Tunnels.assertEncloses(outer, Layer.ipv4, -1, false, 28);
        assertThat(outer.protocol).isEqualTo(4);
    }

    @ParameterizedTest
    @CsvSource({"4, 60", "41, 45"})
    void shouldReportAPacketOfTheOtherVersion(int protocol, String start) {
        Tunnels.assertClosed(
                Decoding.ethernet(
                        Tunnels.overIpv4(protocol, new FrameBuilder().hex(start).zeros(47))),
                DecodingProblem.bad_tunnel_header,
                "ethernet",
                "ipv4");
    }

    @ParameterizedTest
    @ValueSource(strings = {"3000", "3fff"})
    void shouldEnterEtherIp(String header) {
        PacketHeaders outer = Decoding.ethernet(
                Tunnels.overIpv4(97, new FrameBuilder().hex(header).append(Tunnels.ethernet())));
        PacketHeaders inner = Tunnels.assertEncloses(outer, Layer.etherip, -1, false, 42);
        assertThat(inner.sourceMac).isEqualTo(FrameBuilder.MAC_A);
        assertThat(PacketHeaders.layerNames(outer.layers)).containsExactly("ethernet", "ipv4", "etherip");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0300", "4000", "b000", "f000"})
    void shouldReportAnotherVersionOfEtherIp(String header) {
        Tunnels.assertClosed(
                Decoding.ethernet(
                        Tunnels.overIpv4(97, new FrameBuilder().hex(header).append(Tunnels.ethernet()))),
                DecodingProblem.bad_tunnel_header,
                "ethernet",
                "ipv4",
                "etherip");
    }

    @ParameterizedTest
    @ValueSource(ints = {34, 35, 36, 41})
    void shouldReportCutEtherIp(int captured) {
        byte[] frame = Tunnels.overIpv4(97, new FrameBuilder().hex("3000").append(Tunnels.ethernet()))
                .bytes();
        Tunnels.assertClosed(
                Decoding.decode(Decoding.ETHERNET, frame, captured, frame.length),
                DecodingProblem.truncated,
                "ethernet",
                "ipv4",
                "etherip");
    }

    @Test
    void shouldEnterMplsInIp() {
        PacketHeaders outer = Decoding.ethernet(
                Tunnels.overIpv4(137, new FrameBuilder().hex("000641ff").append(Tunnels.ipv6())));
        PacketHeaders inner = Tunnels.assertEncloses(outer, Layer.mpls, -1, false, 52);
        assertThat(PacketHeaders.layerNames(inner.layers)).containsExactly("mpls", "ipv6", "udp");
    }

    @Test
    void shouldEnterEthernetInIpv6() {
        PacketHeaders outer = Decoding.ethernet(
                new FrameBuilder().ethernet(0x86dd).ipv6(143, 42).append(Tunnels.ethernet()));
        PacketHeaders inner = Tunnels.assertEncloses(outer, Layer.ethernet, -1, false, 42);
        assertThat(inner.sourceMac).isEqualTo(FrameBuilder.MAC_A);
        assertThat(inner.destinationPort).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "8, 8", "9, 8", "1000, 8"})
    void shouldWalkEightPacketsInEachOther(int enclosed, int walked) {
        PacketHeaders outer = Decoding.ethernet(nested(enclosed));
        assertThat(depth(outer)).isEqualTo(walked);
        PacketHeaders level = outer;
        for (int i = 0; i < walked; i++) {
            assertThat(level.problem).isEqualTo(DecodingProblem.none);
            level = level.enclosed();
        }
        assertThat(level.problem)
                .isEqualTo(enclosed == walked ? DecodingProblem.none : DecodingProblem.too_many_layers);
        assertThat(level.octets).isEqualTo(28 + 20 * (enclosed - walked));
    }

    @Test
    void shouldWalkAsDeepAsTold() {
        assertThat(depth(decode(1, nested(3)))).isEqualTo(1);
        assertThat(decode(1, nested(3)).enclosed().problem).isEqualTo(DecodingProblem.too_many_layers);
        assertThat(depth(decode(3, nested(3)))).isEqualTo(3);
    }

    @Test
    void shouldLeaveTunnelsClosedWithoutProblemWhenToldTo() {
        Tunnels.assertClosed(decode(0, nested(1)), DecodingProblem.none, "ethernet", "ipv4");
        Tunnels.assertClosed(
                decode(0, Tunnels.overGre("00006558", Tunnels.ethernet())),
                DecodingProblem.none,
                "ethernet",
                "ipv4",
                "gre");
    }

    @Test
    void shouldForgetTheTunnelsOfTheFrameBefore() {
        PacketDecoder decoder = new PacketDecoder();
        PacketHeaders reused = new PacketHeaders();
        byte[] deep = nested(5).bytes();
        byte[] flat = nested(0).bytes();
        decoder.decode(ByteBuffer.wrap(deep), 0, deep.length, deep.length, Decoding.ETHERNET, reused);
        PacketHeaders carrier = reused.enclosed();
        decoder.decode(ByteBuffer.wrap(flat), 0, flat.length, flat.length, Decoding.ETHERNET, reused);
        assertThat(reused).hasToString(Decoding.ethernet(nested(0)).toString());
        byte[] one = nested(1).bytes();
        decoder.decode(ByteBuffer.wrap(one), 0, one.length, one.length, Decoding.ETHERNET, reused);
        assertThat(reused.enclosed()).isSameAs(carrier);
        assertThat(depth(reused)).isEqualTo(1);
    }

    @Test
    void shouldSayThatAFrameIsInNoTunnel() {
        PacketHeaders headers = Decoding.ethernet(nested(0));
        assertThat(headers.enclosed()).isNull();
        assertThat(headers.tunnel).isEqualTo(Layer.unknown);
        assertThat(headers.tunnelIdentifier).isEqualTo(-1);
        assertThat(headers.tunnelIsNetwork).isFalse();
        assertThat(headers.enclosedOctets).isEqualTo(-1);
    }

    @ParameterizedTest
    @ValueSource(ints = {34, 35, 53})
    void shouldKeepNoEnclosedPacketWithoutAddresses(int captured) {
        byte[] frame = nested(1).bytes();
        PacketHeaders outer = Decoding.decode(Decoding.ETHERNET, frame, captured, frame.length);
        Tunnels.assertClosed(outer, DecodingProblem.truncated, "ethernet", "ipv4");
        assertThat(outer.octets).isEqualTo(48);
    }

    @Test
    void shouldKeepAnEnclosedPacketThatIsCutBehindItsAddresses() {
        byte[] frame = nested(1).bytes();
        PacketHeaders outer = Decoding.decode(Decoding.ETHERNET, frame, 54, frame.length);
        assertThat(outer.problem).isEqualTo(DecodingProblem.none);
        assertThat(outer.enclosed().problem).isEqualTo(DecodingProblem.truncated);
        assertThat(outer.enclosed().octets).isEqualTo(28);
        assertThat(outer.enclosed().enclosedOctets).isEqualTo(28);
    }

    @Test
    void shouldReportAnEnclosedPacketThatCannotBeAtTheOuterOne() {
        PacketHeaders outer = Decoding.ethernet(Tunnels.overIpv4(4, new FrameBuilder().ipv4(0x44, 17, 28, 0)));
        Tunnels.assertClosed(outer, DecodingProblem.bad_ip_header_length, "ethernet", "ipv4");
    }

    /** Padding, a check sequence or a trailer behind the IP packet is no part of what it carries, captured or not. */
    @ParameterizedTest
    @ValueSource(ints = {34, 54, 61, 62, 64, 72})
    void shouldNotCountATrailerAsEnclosed(int captured) {
        byte[] frame = nested(1).zeros(10).bytes();
        PacketHeaders outer = Decoding.decode(Decoding.ETHERNET, frame, captured, frame.length);
        if (captured == 34) {
            assertThat(outer.problem).isEqualTo(DecodingProblem.truncated);
        } else {
            assertThat(outer.enclosed().enclosedOctets).isEqualTo(28);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {54, 74, 101})
    void shouldNotCountATrailerOfIpv6AsEnclosed(int captured) {
        byte[] frame = new FrameBuilder()
                .ethernet(0x86dd)
                .ipv6(IPV6, 48)
                .append(Tunnels.ipv6())
                .zeros(4)
                .bytes();
        PacketHeaders outer = Decoding.decode(Decoding.ETHERNET, frame, captured, frame.length);
        if (outer.enclosed() != null) {
            assertThat(outer.enclosed().enclosedOctets).isEqualTo(48);
        }
        assertThat(outer.enclosed() != null).isEqualTo(captured >= 94);
    }

    @Test
    void shouldNotCountATrailerOfPppoeAsEnclosed() {
        byte[] frame = new FrameBuilder()
                .ethernet(0x8864)
                .hex("1100 003d 0032 0021") // 14
                .ipv4(4, 0) // 22, a length that segmentation offload left out
                .append(Tunnels.ipv4()) // 42
                .zeros(10)
                .bytes();
        PacketHeaders outer = Decoding.decode(Decoding.ETHERNET, frame, 66, frame.length);
        assertThat(outer.octets).isEqualTo(48);
        assertThat(outer.enclosed().enclosedOctets).isEqualTo(28);
    }

    @Test
    void shouldTakeTheLengthInAFirstFragmentAsItIs() {
        PacketHeaders outer = Decoding.ethernet(new FrameBuilder()
                .ethernet(0x0800)
                .ipv4(0x45, IPV4, 20 + 28, 0x2000)
                .ipv4(17, 1500)
                .udp(1, 2, 1480));
        PacketHeaders inner = Tunnels.assertEncloses(outer, Layer.ipv4, -1, false, 28);
        assertThat(outer.fragment).isTrue();
        assertThat(inner.fragment).isFalse();
        assertThat(inner.octets).isEqualTo(1500);
    }

    @Test
    void shouldTakeTheLengthsDeepInAFirstFragmentAsTheyAre() {
        PacketHeaders outer = Decoding.ethernet(new FrameBuilder()
                .ethernet(0x0800)
                .ipv4(0x45, IPV4, 20 + 20 + 8 + 8 + 28, 0x2000)
                .ipv4(17, 1536)
                .udp(2152, 2152, 1516)
                .hex("30 ff 05dc 00000001") // GTP-U
                .ipv4(17, 1500)
                .udp(1, 2, 1480));
        assertThat(depth(outer)).isEqualTo(2);
        PacketHeaders innermost = outer.enclosed().enclosed();
        assertThat(outer.enclosed().problem).isEqualTo(DecodingProblem.none);
        assertThat(innermost.problem).isEqualTo(DecodingProblem.none);
        assertThat(innermost.tunnel).isEqualTo(Layer.gtp_u);
        assertThat(innermost.enclosedOctets).isEqualTo(28);
    }

    @Test
    void shouldReportTheLengthOfAnEnclosedPacketThatItsTunnelDoesNotHold() {
        PacketHeaders outer = Decoding.ethernet(
                Tunnels.overIpv4(4, new FrameBuilder().ipv4(17, 1500).udp(1, 2)));
        assertThat(outer.problem).isEqualTo(DecodingProblem.none);
        assertThat(outer.enclosed().problem).isEqualTo(DecodingProblem.bad_ip_total_length);
    }

    @Test
    void shouldNotLookIntoLaterFragments() {
        PacketHeaders outer = Decoding.ethernet(
                new FrameBuilder().ethernet(0x0800).ipv4(0x45, IPV4, 48, 0x2001).append(Tunnels.ipv4()));
        Tunnels.assertClosed(outer, DecodingProblem.none, "ethernet", "ipv4", "fragment");
    }

    @Test
    void shouldSeeAFragmentInAPacketThatIsNone() {
        PacketHeaders outer = Decoding.ethernet(Tunnels.overIpv4(
                4, new FrameBuilder().ipv4(0x45, 17, 28, 0x2001).zeros(8)));
        PacketHeaders inner = Tunnels.assertEncloses(outer, Layer.ipv4, -1, false, 28);
        assertThat(inner.laterFragment).isTrue();
        assertThat(outer.fragment).isFalse();
    }
}
