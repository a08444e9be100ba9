package io.weir.decoding.packet;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.schemas.DecodingProblem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChdlcLayerTest {
    private static final int C_HDLC = 104;

    @ParameterizedTest
    @ValueSource(strings = {"0f00", "8f00"})
    void shouldReadIpOverCiscoHdlc(String addressAndControl) {
        PacketHeaders headers = Decoding.decode(
                C_HDLC,
                new FrameBuilder()
                        .hex(addressAndControl) // 0
                        .u16(0x86dd) // 2 protocol
                        .ipv6(6, 20)
                        .tcp(80, 1024, 0x12));
        assertThat(headers.tcpControlBits).isEqualTo(0x12);
        assertThat(headers.sourceMac).isEqualTo(-1);
        assertThat(headers.destinationMac).isEqualTo(-1);
        assertThat(PacketHeaders.layerNames(headers.layers)).containsExactly("chdlc", "ipv6", "tcp");
        assertThat(headers.problem).isEqualTo(DecodingProblem.none);
    }

    @ParameterizedTest
    @CsvSource({"8035, 0x8035", "2000, 0x2000", "fefe, 0xfefe", "0040, -1", "05dd, -1", "0000, -1"})
    void shouldNameOtherProtocolsByTheirTypeOnly(String protocol, int etherType) {
        PacketHeaders headers = Decoding.decode(
                C_HDLC, new FrameBuilder().hex("8f00" + protocol).zeros(18));
        assertThat(headers.etherType).isEqualTo(etherType);
        assertThat(PacketHeaders.layerNames(headers.layers)).containsExactly("chdlc");
        assertThat(headers.problem).isEqualTo(DecodingProblem.none);
    }

    @Test
    void shouldReportACutHeader() {
        byte[] frame =
                new FrameBuilder().hex("0f00 0800").ipv4(17, 28).udp(1, 2).bytes();
        assertThat(Decoding.decode(C_HDLC, frame, 3, frame.length).problem).isEqualTo(DecodingProblem.truncated);
        assertThat(Decoding.decode(C_HDLC, frame, 3, 3).problem).isEqualTo(DecodingProblem.packet_too_short);
    }
}
