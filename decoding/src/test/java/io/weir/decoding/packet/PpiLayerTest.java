package io.weir.decoding.packet;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.schemas.DecodingProblem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PpiLayerTest {
    private static final int PPI = 192;

    @Test
    void shouldReadTheFrameOfTheInnerLinkType() {
        PacketHeaders headers = Decoding.decode(
                PPI,
                new FrameBuilder()
                        .u8(0) // 0 version
                        .u8(0) // 1 flags
                        .hex("1000") // 2 length
                        .hex("01000000") // 4 link type
                        .hex("0800 0400 00000000") // 8 a field
                        .ethernet(0x86dd)
                        .ipv6(17, 8)
                        .udp(1, 2));
        assertThat(headers.sourceMac).isEqualTo(FrameBuilder.MAC_A);
        assertThat(headers.destinationPort).isEqualTo(2);
        assertThat(PacketHeaders.layerNames(headers.layers)).containsExactly("ppi", "ethernet", "ipv6", "udp");
        assertThat(headers.problem).isEqualTo(DecodingProblem.none);
    }

    @ParameterizedTest
    @CsvSource({
        "0000, 6, none",
        "0100, 2, none",
        "0500, 4, bad_frame_check_sequence",
        "0400, 0, bad_frame_check_sequence"
    })
    void shouldHeedTheFlagsOfA80211Frame(String flags, int noLlc, DecodingProblem problem) {
        PacketHeaders headers = Decoding.decode(
                PPI,
                new FrameBuilder()
                        .hex("0000 2000 69000000") // 0 header of 32 octets, 802.11
                        .hex("0200 1400") // 8 common field
                        .zeros(8) // 12 timer
                        .hex(flags) // 20
                        .zeros(10)
                        .hex("0801 0000") // 32 data
                        .mac(0x02_00_00_00_00_0cL)
                        .mac(FrameBuilder.MAC_A)
                        .mac(FrameBuilder.MAC_B)
                        .u16(0)
                        .hex("424203") // an LLC frame of three octets
                        .zeros(noLlc));
        assertThat(headers.sourceMac).isEqualTo(FrameBuilder.MAC_A);
        assertThat(headers.problem).isEqualTo("0100".equals(flags) ? DecodingProblem.packet_too_short : problem);
    }

    @ParameterizedTest
    @CsvSource({
        "01000800 01000000 0000, bad_link_header",
        "00000700 01000000 0000, bad_link_header",
        "00000b00 01000000 0000, packet_too_short",
        "00000800 010000, packet_too_short",
        "00000800 93000000 0000, unknown_link_type",
        "00000800 ffffffff 0000, unknown_link_type",
    })
    void shouldRefuseImpossibleHeaders(String frame, DecodingProblem problem) {
        PacketHeaders headers = Decoding.decode(PPI, new FrameBuilder().hex(frame));
        assertThat(headers.problem).isEqualTo(problem);
        assertThat(PacketHeaders.layerNames(headers.layers)).containsExactly("ppi");
    }

    @Test
    void shouldBoundHeadersWithinHeaders() {
        FrameBuilder frame = new FrameBuilder();
        for (int i = 0; i < 1000; i++) {
            frame.hex("00000800 c0000000");
        }
        PacketHeaders headers = Decoding.decode(PPI, frame);
        assertThat(headers.problem).isEqualTo(DecodingProblem.too_many_layers);
        assertThat(PacketHeaders.layerNames(headers.layers)).hasSize(PacketHeaders.MAX_LAYERS);
    }
}
