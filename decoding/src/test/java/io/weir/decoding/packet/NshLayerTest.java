package io.weir.decoding.packet;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.schemas.DecodingProblem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NshLayerTest {
    /** 24 octets: time to live 63, length 6, metadata of type 1. */
    private static FrameBuilder nsh(int nextProtocol) {
        return new FrameBuilder()
                .u16(0x0fc6) // 0 version, flags, time to live, length
                .u8(1) // 2 metadata type
                .u8(nextProtocol) // 3
                .u32(0x00002aff) // 4 service path and index
                .zeros(16); // 8
    }

    private static PacketHeaders decode(FrameBuilder nshAndMore) {
        return Decoding.ethernet(new FrameBuilder().ethernet(0x894f).append(nshAndMore));
    }

    @ParameterizedTest
    @CsvSource({"1, 4", "2, 6"})
    void shouldEnterIp(int nextProtocol, int version) {
        PacketHeaders headers = decode(nsh(nextProtocol).append(version == 4 ? Tunnels.ipv4() : Tunnels.ipv6()));
        assertThat(headers.ipVersion).isEqualTo(version);
        assertThat(headers.destinationPort).isEqualTo(2);
        assertThat(headers.etherType).isEqualTo(version == 4 ? 0x0800 : 0x86dd);
        assertThat(headers.enclosed()).isNull();
        assertThat(PacketHeaders.layerNames(headers.layers))
                .containsExactly("ethernet", "nsh", version == 4 ? "ipv4" : "ipv6", "udp");
    }

    @Test
    void shouldEnterEthernetAndKeepTheOuterAddresses() {
        PacketHeaders headers =
                decode(nsh(3).hex("0050568d5d58 0050568ef381 0800").append(Tunnels.ipv4()));
        assertThat(headers.sourceMac).isEqualTo(FrameBuilder.MAC_A);
        assertThat(headers.destinationPort).isEqualTo(2);
        assertThat(PacketHeaders.layerNames(headers.layers))
                .containsExactly("ethernet", "nsh", "ethernet", "ipv4", "udp");
    }

    @Test
    void shouldEnterNshAndMpls() {
        PacketHeaders headers = decode(nsh(4).append(nsh(5)).hex("000641ff").append(Tunnels.ipv4()));
        assertThat(headers.destinationPort).isEqualTo(2);
        assertThat(PacketHeaders.layerNames(headers.layers))
                .containsExactly("ethernet", "nsh", "nsh", "mpls", "ipv4", "udp");
    }

    @ParameterizedTest
    @CsvSource({"0002, 0", "3fc2, 0", "0003, 4", "003f, 244"})
    void shouldStepOverTheLengthWhateverTheFlags(String start, int metadata) {
        PacketHeaders headers = decode(new FrameBuilder()
                .hex(start) // 0
                .hex("02 01 000001ff") // 2
                .zeros(metadata) // 8
                .append(Tunnels.ipv4()));
        assertThat(headers.destinationPort).isEqualTo(2);
        assertThat(headers.problem).isEqualTo(DecodingProblem.none);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 6, 7, 128, 255})
    void shouldLeaveOtherProtocolsClosed(int nextProtocol) {
        PacketHeaders headers = decode(nsh(nextProtocol).append(Tunnels.ipv4()));
        Tunnels.assertClosed(headers, DecodingProblem.none, "ethernet", "nsh");
        assertThat(headers.etherType).isEqualTo(0x894f);
    }

    @ParameterizedTest
    @ValueSource(strings = {"4fc6", "8fc6", "cfc6", "0fc0", "0fc1"})
    void shouldReportAnotherVersionAndALengthThatCannotBe(String start) {
        Tunnels.assertClosed(
                decode(new FrameBuilder().hex(start).hex("01 01 00002aff").zeros(64)),
                DecodingProblem.bad_tunnel_header,
                "ethernet",
                "nsh");
    }

    @ParameterizedTest
    @ValueSource(ints = {14, 21, 22, 37, 38, 57})
    void shouldReportACut(int captured) {
        byte[] frame = new FrameBuilder()
                .ethernet(0x894f)
                .append(nsh(1)) // 14
                .append(Tunnels.ipv4()) // 38
                .bytes();
        Tunnels.assertClosed(
                Decoding.decode(Decoding.ETHERNET, frame, captured, frame.length),
                DecodingProblem.truncated,
                "ethernet",
                "nsh");
    }

    @Test
    void shouldStopAtHeadersInHeadersWithoutEnd() {
        FrameBuilder headers = new FrameBuilder();
        for (int i = 0; i < 4000; i++) {
            headers.append(nsh(4));
        }
        assertThat(decode(headers).problem).isEqualTo(DecodingProblem.too_many_layers);
    }
}
