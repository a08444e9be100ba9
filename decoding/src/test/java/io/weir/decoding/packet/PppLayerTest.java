package io.weir.decoding.packet;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.schemas.DecodingProblem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PppLayerTest {
    private static final int PPP = 9;
    private static final int PPP_HDLC = 50;
    private static final int PPPOE = 51;

    @ParameterizedTest
    @CsvSource({"ff03 0021, 4", "ff03 21, 4", "0021, 4", "21, 4", "ff03 0057, 6", "ff03 57, 6", "0057, 6", "57, 6"})
    void shouldReadTheProtocolWithAndWithoutFramingAndCompression(String header, int version) {
        for (int linkType : new int[] {PPP, PPP_HDLC}) {
            FrameBuilder frame = new FrameBuilder().hex(header);
            frame = version == 4 ? frame.ipv4(17, 28) : frame.ipv6(17, 8);
            PacketHeaders headers = Decoding.decode(linkType, frame.udp(1701, 53));
            assertThat(headers.ipVersion).isEqualTo(version);
            assertThat(headers.etherType).isEqualTo(version == 4 ? 0x0800 : 0x86dd);
            assertThat(headers.sourcePort).isEqualTo(1701);
            assertThat(headers.sourceMac).isEqualTo(-1);
            assertThat(PacketHeaders.layerNames(headers.layers))
                    .containsExactly("ppp", version == 4 ? "ipv4" : "ipv6", "udp");
            assertThat(headers.problem).isEqualTo(DecodingProblem.none);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ff03 c021 0101", "c021 0101", "ff03 003d c000", "fd 00", "ff04 0021"})
    void shouldEndAtOtherProtocols(String frame) {
        PacketHeaders headers = Decoding.decode(PPP, new FrameBuilder().hex(frame));
        assertThat(headers.etherType).isEqualTo(-1);
        assertThat(headers.ipVersion).isZero();
        assertThat(PacketHeaders.layerNames(headers.layers)).containsExactly("ppp");
        assertThat(headers.problem).isEqualTo(DecodingProblem.none);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0281", "0283"})
    void shouldHandMplsOn(String protocol) {
        PacketHeaders headers = Decoding.decode(
                PPP,
                new FrameBuilder()
                        .hex("ff03" + protocol)
                        .hex("00011140")
                        .ipv4(17, 28)
                        .udp(1, 2));
        assertThat(headers.etherType).isEqualTo(0x0800);
        assertThat(PacketHeaders.layerNames(headers.layers)).containsExactly("ppp", "mpls", "ipv4", "udp");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ff", "ff03", "00", "ff0300"})
    void shouldReportACutHeader(String start) {
        byte[] frame = new FrameBuilder().hex(start).bytes();
        PacketHeaders cut = Decoding.decode(PPP, frame, frame.length, 100);
        assertThat(cut.problem).isEqualTo(DecodingProblem.truncated);
        assertThat(PacketHeaders.layerNames(cut.layers)).containsExactly("ppp");
        assertThat(Decoding.decode(PPP, frame).problem).isEqualTo(DecodingProblem.packet_too_short);
    }

    @Test
    void shouldReadCiscoHdlcUnderTheLinkTypeOfBoth() {
        PacketHeaders headers = Decoding.decode(
                PPP_HDLC, new FrameBuilder().hex("0f00 0800").ipv4(17, 28).udp(1, 2));
        assertThat(PacketHeaders.layerNames(headers.layers)).containsExactly("chdlc", "ipv4", "udp");
    }

    @Test
    void shouldReadPppoeWithoutEthernet() {
        PacketHeaders session = Decoding.decode(
                PPPOE,
                new FrameBuilder()
                        .u16(0x1100) // 0 version, type, code
                        .u16(7) // 2 session
                        .u16(30) // 4 length
                        .u16(0x0021) // 6 protocol
                        .ipv4(17, 28)
                        .udp(1, 2));
        assertThat(session.destinationPort).isEqualTo(2);
        assertThat(PacketHeaders.layerNames(session.layers)).containsExactly("pppoe", "ppp", "ipv4", "udp");
        PacketHeaders discovery = Decoding.decode(PPPOE, new FrameBuilder().hex("1109 0000 0000"));
        assertThat(PacketHeaders.layerNames(discovery.layers)).containsExactly("pppoe");
        assertThat(discovery.problem).isEqualTo(DecodingProblem.none);
    }
}
