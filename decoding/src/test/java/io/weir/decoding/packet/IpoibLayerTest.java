package io.weir.decoding.packet;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.schemas.DecodingProblem;
import org.junit.jupiter.api.Test;

class IpoibLayerTest {
    private static final int IPOIB = 242;

    @Test
    void shouldReadIpBehindTheInfinibandAddress() {
        PacketHeaders headers =
                Decoding.decode(IPOIB, address().u16(0x0800).u16(0).ipv4(1, 28).icmp(8, 0));
        assertThat(headers.icmpType).isEqualTo(8);
        assertThat(headers.destinationMac).isEqualTo(-1);
        assertThat(PacketHeaders.layerNames(headers.layers)).containsExactly("ipoib", "ipv4", "icmp");
        assertThat(headers.problem).isEqualTo(DecodingProblem.none);
    }

    @Test
    void shouldNameOtherProtocolsByTheirTypeOnly() {
        assertThat(Decoding.decode(IPOIB, address().u16(0x0806).zeros(58)).etherType)
                .isEqualTo(0x0806);
        PacketHeaders unknown = Decoding.decode(IPOIB, address().u16(0x0100).zeros(58));
        assertThat(unknown.etherType).isEqualTo(-1);
        assertThat(PacketHeaders.layerNames(unknown.layers)).containsExactly("ipoib");
    }

    @Test
    void shouldReportACutHeader() {
        byte[] frame = address().u16(0x0800).u8(0).bytes();
        assertThat(frame).hasSize(43);
        assertThat(Decoding.decode(IPOIB, frame, 43, 100).problem).isEqualTo(DecodingProblem.truncated);
        assertThat(Decoding.decode(IPOIB, frame).problem).isEqualTo(DecodingProblem.packet_too_short);
    }

    private static FrameBuilder address() {
        return new FrameBuilder()
                .zeros(20) // 0 reserved
                .hex("00000a2f") // 20 queue pair
                .hex("fe800000000000000010e000664ab451"); // 24 port
    }
}
