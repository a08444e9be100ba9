package io.weir.decoding.packet;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.schemas.DecodingProblem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MplsLayerTest {
    private static final String BOTTOM = "000643ff"; // label 100, class 1, bottom, time to live 255
    private static final String NOT_BOTTOM = "fffffe40"; // the greatest label, class 7, not the bottom

    @ParameterizedTest
    @CsvSource({"0x8847, 4", "0x8848, 4", "0x8847, 6", "0x8848, 6"})
    void shouldGuessTheVersionBehindTheStack(String etherType, int version) {
        PacketHeaders headers = Decoding.ethernet(new FrameBuilder()
                .ethernet(Integer.decode(etherType))
                .hex(NOT_BOTTOM) // 14
                .hex(BOTTOM) // 18
                .append(version == 4 ? Tunnels.ipv4() : Tunnels.ipv6())); // 22
        assertThat(headers.ipVersion).isEqualTo(version);
        assertThat(headers.etherType).isEqualTo(version == 4 ? 0x0800 : 0x86dd);
        assertThat(headers.destinationPort).isEqualTo(2);
        assertThat(headers.problem).isEqualTo(DecodingProblem.none);
        assertThat(PacketHeaders.layerNames(headers.layers))
                .containsExactly("ethernet", "mpls", version == 4 ? "ipv4" : "ipv6", "udp");
    }

    @ParameterizedTest
    @CsvSource({"00000140, 4", "00002140, 6"})
    void shouldBelieveAnExplicitNullLabel(String entry, int version) {
        FrameBuilder frame = new FrameBuilder().ethernet(0x8847).hex(entry);
        PacketHeaders headers = Decoding.ethernet(frame.append(version == 4 ? Tunnels.ipv4() : Tunnels.ipv6()));
        assertThat(headers.ipVersion).isEqualTo(version);
        assertThat(headers.problem).isEqualTo(DecodingProblem.none);
    }

    /** As agents of sFlow sample it, and captures of LINKTYPE_MPLS hold it. */
    @Test
    void shouldBeginWithALabelWhereTheLinkTypeSaysSo() {
        PacketHeaders headers = Decoding.decode(
                219, new FrameBuilder().hex(NOT_BOTTOM).hex(BOTTOM).append(Tunnels.ipv4()));
        assertThat(headers.destinationPort).isEqualTo(2);
        assertThat(headers.sourceMac).isEqualTo(-1);
        assertThat(headers.problem).isEqualTo(DecodingProblem.none);
        assertThat(PacketDecoder.knows(219)).isTrue();
        assertThat(PacketHeaders.layerNames(headers.layers)).containsExactly("mpls", "ipv4", "udp");
    }

    @Test
    void shouldReportAPacketThatAnExplicitNullLabelDoesNotAnnounce() {
        Tunnels.assertClosed(
                Decoding.ethernet(
                        new FrameBuilder().ethernet(0x8847).hex("00000140").append(Tunnels.ipv6())),
                DecodingProblem.bad_ip_version,
                "ethernet",
                "mpls");
    }

    @Test
    void shouldTakeAControlWordForThatOfAnEthernetPseudowireAndKeepTheOuterAddresses() {
        PacketHeaders headers = Decoding.ethernet(new FrameBuilder()
                .ethernet(0x8847)
                .hex(BOTTOM) // 14
                .hex("0000 beef") // 18 control word with a sequence number
                .hex("0050568d5d58 0050568ef381 8100") // 22
                .tag(7, 0x0800) // 36
                .append(Tunnels.ipv4())); // 40
        assertThat(headers.sourceMac).isEqualTo(FrameBuilder.MAC_A);
        assertThat(headers.vlanId(0)).isEqualTo(7);
        assertThat(headers.destinationPort).isEqualTo(2);
        assertThat(PacketHeaders.layerNames(headers.layers))
                .containsExactly("ethernet", "mpls", "pseudowire", "ethernet", "vlan", "ipv4", "udp");
    }

    /** RFC 4448 section 4.6: the bits before the sequence number are 0, so that this is no control word but an address. */
    @ParameterizedTest
    @ValueSource(strings = {"0270 7f8212ab", "001b 21000001", "0fff ffffffff"})
    void shouldNotTakeAnAddressForAControlWord(String octets) {
        Tunnels.assertClosed(
                Decoding.ethernet(new FrameBuilder()
                        .ethernet(0x8847)
                        .hex(BOTTOM)
                        .hex(octets)
                        .hex("0247 1072 2d5b 0800")
                        .append(Tunnels.ipv4())),
                DecodingProblem.none,
                "ethernet",
                "mpls");
    }

    /** The address of a frame without control word that begins like IPv4, but with too short a header. */
    @ParameterizedTest
    @ValueSource(strings = {"40", "44"})
    void shouldNotTakeAnAddressForIpv4(String octet) {
        Tunnels.assertClosed(
                Decoding.ethernet(new FrameBuilder()
                        .ethernet(0x8847)
                        .hex(BOTTOM)
                        .hex(octet)
                        .zeros(45)),
                DecodingProblem.none,
                "ethernet",
                "mpls");
    }

    @ParameterizedTest
    @ValueSource(ints = {0x1, 0x2, 0x3, 0x5, 0x7, 0x8, 0xc, 0xf})
    void shouldLeaveOtherPayloadsClosed(int nibble) {
        PacketHeaders headers = Decoding.ethernet(
                new FrameBuilder().ethernet(0x8848).hex(BOTTOM).u8(nibble << 4).zeros(45));
        Tunnels.assertClosed(headers, DecodingProblem.none, "ethernet", "mpls");
        assertThat(headers.etherType).isEqualTo(0x8848);
    }

    @Test
    void shouldLeaveTheAssociatedChannelClosed() {
        Tunnels.assertClosed(
                Decoding.ethernet(
                        new FrameBuilder().ethernet(0x8847).hex("0000d101").append(Tunnels.ipv4())),
                DecodingProblem.none,
                "ethernet",
                "mpls");
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 17})
    void shouldWalkSixteenLabels(int labels) {
        FrameBuilder frame = new FrameBuilder().ethernet(0x8847);
        for (int i = 1; i < labels; i++) {
            frame.hex(NOT_BOTTOM);
        }
        PacketHeaders headers = Decoding.ethernet(frame.hex(BOTTOM).append(Tunnels.ipv4()));
        assertThat(headers.problem).isEqualTo(labels == 16 ? DecodingProblem.none : DecodingProblem.too_many_layers);
        assertThat(headers.ipVersion).isEqualTo(labels == 16 ? 4 : 0);
    }

    @ParameterizedTest
    @CsvSource({"14", "17", "18", "21", "22"})
    void shouldReportACutStackOrNothingBehindIt(int captured) {
        byte[] frame = new FrameBuilder()
                .ethernet(0x8847)
                .hex(NOT_BOTTOM)
                .hex(BOTTOM)
                .append(Tunnels.ipv4())
                .bytes();
        PacketHeaders headers = Decoding.decode(Decoding.ETHERNET, frame, captured, frame.length);
        Tunnels.assertClosed(headers, DecodingProblem.truncated, "ethernet", "mpls");
        assertThat(Decoding.decode(Decoding.ETHERNET, frame, captured, captured).problem)
                .isEqualTo(DecodingProblem.packet_too_short);
    }

    @ParameterizedTest
    @CsvSource({"19", "21", "22", "35"})
    void shouldReportACutPseudowire(int captured) {
        byte[] frame = new FrameBuilder()
                .ethernet(0x8847)
                .hex(BOTTOM) // 14
                .zeros(4) // 18 control word
                .append(Tunnels.ethernet()) // 22
                .bytes();
        assertThat(Decoding.decode(Decoding.ETHERNET, frame, captured, frame.length).problem)
                .isEqualTo(DecodingProblem.truncated);
    }

    @Test
    void shouldStopAtPseudowiresInPseudowiresWithoutEnd() {
        FrameBuilder frame = new FrameBuilder().ethernet(0x8847);
        for (int i = 0; i < 4000; i++) {
            frame.hex(BOTTOM).zeros(4).ethernet(0x8847);
        }
        PacketHeaders headers = Decoding.ethernet(frame);
        assertThat(headers.problem).isEqualTo(DecodingProblem.too_many_layers);
        assertThat(PacketHeaders.layerNames(headers.layers)).hasSize(PacketHeaders.MAX_LAYERS);
    }
}
