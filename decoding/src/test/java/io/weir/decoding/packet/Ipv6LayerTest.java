package io.weir.decoding.packet;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.schemas.DecodingProblem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Ipv6LayerTest {

    @Test
    void shouldReadAddressesAndLength() {
        PacketHeaders headers = Decoding.ethernet(
                new FrameBuilder().ethernet(0x86dd).ipv6(6, 20).tcp(40000, 443, 0x002));
        assertThat(headers.ipVersion).isEqualTo(6);
        assertThat(headers.octets).isEqualTo(60);
        assertThat(headers.sourceAddressHigh).isEqualTo(0x20010db8_00000000L);
        assertThat(headers.sourceAddressLow).isEqualTo(1);
        assertThat(headers.destinationAddressHigh).isEqualTo(0xfe800000_00000000L);
        assertThat(headers.destinationAddressLow).isEqualTo(2);
        assertThat(headers.tcpControlBits).isEqualTo(0x002);
    }

    @Test
    void shouldFallBackToTheFrameWhenTheVersionIsAnother() {
        PacketHeaders headers = Decoding.ethernet(
                new FrameBuilder().ethernet(0x86dd).ipv4(17, 60).zeros(40));
        assertThat(headers.problem).isEqualTo(DecodingProblem.bad_ip_version);
        assertThat(headers.ipVersion).isZero();
        assertThat(headers.etherType).isEqualTo(0x86dd);
    }

    @Test
    void shouldWalkTheChainToTheLastHeader() {
        PacketHeaders headers = Decoding.ethernet(new FrameBuilder()
                .ethernet(0x86dd)
                .ipv6(0, 72)
                .hex("3c 00 0502 0000 0100") // 54 hop-by-hop: router alert
                .hex("2b 01")
                .zeros(14) // 62 destination options, 16 octets
                .hex("2c 02 0400")
                .zeros(20) // 78 routing, 24 octets
                .hex("3c 00 0000 00000001") // 102 atomic fragment
                .hex("11 00")
                .zeros(6) // 110 destination options
                .udp(1, 2)); // 118
        assertThat(headers.protocol).isEqualTo(17);
        assertThat(headers.destinationPort).isEqualTo(2);
        assertThat(headers.fragment).isFalse();
        assertThat(headers.octets).isEqualTo(112);
        assertThat(headers.problem).isEqualTo(DecodingProblem.none);
        assertThat(PacketHeaders.layerNames(headers.layers)).containsExactly("ethernet", "ipv6", "udp");
    }

    @ParameterizedTest
    @ValueSource(ints = {135, 139, 140})
    void shouldTakeASignallingHeaderWithNothingBehindItForTheProtocol(int header) {
        FrameBuilder nothingBehind =
                new FrameBuilder().ethernet(0x86dd).ipv6(header, 8).hex("3b 00").zeros(6);
        assertThat(Decoding.ethernet(nothingBehind).protocol).isEqualTo(header);
        FrameBuilder udpBehind = new FrameBuilder()
                .ethernet(0x86dd)
                .ipv6(header, 16)
                .hex("11 00")
                .zeros(6)
                .udp(1, 2);
        assertThat(Decoding.ethernet(udpBehind).protocol).isEqualTo(17);
        assertThat(Decoding.ethernet(udpBehind).destinationPort).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({"51, ah", "50, esp"})
    void shouldEndTheChainAtIpsec(int header, String label) {
        PacketHeaders headers = Decoding.ethernet(new FrameBuilder()
                .ethernet(0x86dd)
                .ipv6(60, 32)
                .u8(header)
                .zeros(7) // 54 destination options
                .hex("06 04")
                .zeros(22)); // 62 AH: next header TCP, 24 octets
        assertThat(headers.protocol).isEqualTo(header);
        assertThat(headers.sourcePort).isEqualTo(-1);
        assertThat(PacketHeaders.layerNames(headers.layers)).containsExactly("ethernet", "ipv6", label);
        assertThat(headers.problem).isEqualTo(DecodingProblem.none);
    }

    @ParameterizedTest
    @ValueSource(ints = {59, 89, 115, 253})
    void shouldKeepOtherProtocolsAsTheyAre(int protocol) {
        PacketHeaders headers = Decoding.ethernet(
                new FrameBuilder().ethernet(0x86dd).ipv6(protocol, 8).zeros(8));
        assertThat(headers.protocol).isEqualTo(protocol);
        assertThat(headers.problem).isEqualTo(DecodingProblem.none);
    }

    @Test
    void shouldReadPortsOfTheFirstFragment() {
        PacketHeaders headers = Decoding.ethernet(fragment(0x0001));
        assertThat(headers.fragment).isTrue();
        assertThat(headers.laterFragment).isFalse();
        assertThat(headers.sourcePort).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {0x0008, 0x0009, 0xfff8})
    void shouldLeavePortsOfLaterFragmentsAbsent(int offsetAndFlags) {
        PacketHeaders headers = Decoding.ethernet(fragment(offsetAndFlags));
        assertThat(headers.fragment).isTrue();
        assertThat(headers.laterFragment).isTrue();
        assertThat(headers.protocol).isEqualTo(17);
        assertThat(headers.sourcePort).isEqualTo(-1);
        assertThat(PacketHeaders.layerNames(headers.layers)).containsExactly("ethernet", "ipv6", "fragment");
    }

    private static FrameBuilder fragment(int offsetAndFlags) {
        return new FrameBuilder()
                .ethernet(0x86dd)
                .ipv6(44, 16)
                .hex("11 00") // 54 next header, reserved
                .u16(offsetAndFlags) // 56
                .u32(7) // 58 identification
                .udp(1, 2); // 62
    }

    @Test
    void shouldHonourTheJumboPayloadOption() {
        byte[] frame = jumbo("c204 00011170", 70000);
        PacketHeaders headers = Decoding.decode(Decoding.ETHERNET, frame, 100, frame.length);
        assertThat(headers.octets).isEqualTo(70040);
        assertThat(headers.icmpType).isEqualTo(128);
        assertThat(headers.problem).isEqualTo(DecodingProblem.none);
    }

    @ParameterizedTest
    @ValueSource(strings = {"c204 0000ffff", "c204 00011171", "c204 ffffffff", "c204 7fffffff"})
    void shouldRefuseAJumboLengthThatCannotBe(String option) {
        byte[] frame = jumbo(option, 70000);
        PacketHeaders headers = Decoding.decode(Decoding.ETHERNET, frame, 100, frame.length);
        assertThat(headers.octets).isEqualTo(70040);
        assertThat(headers.icmpType).isEqualTo(128);
        assertThat(headers.problem).isEqualTo(DecodingProblem.bad_ip_total_length);
    }

    @ParameterizedTest
    @ValueSource(strings = {"c203 00000000", "0104 00000000", "01ff 00000000", "0000 00000000", "0000000000c2"})
    void shouldSurviveOptionsWithoutJumboLength(String option) {
        PacketHeaders headers = Decoding.decode(Decoding.ETHERNET, jumbo(option, 16));
        assertThat(headers.octets).isEqualTo(56);
        assertThat(headers.icmpType).isEqualTo(128);
        assertThat(headers.problem).isEqualTo(DecodingProblem.none);
    }

    /** Payload length 0, a hop-by-hop header of eight octets, then an echo request. */
    private static byte[] jumbo(String option, int payloadLength) {
        return new FrameBuilder()
                .ethernet(0x86dd)
                .ipv6(0, 0)
                .hex("3a 00" + option) // 54
                .icmp(128, 0) // 62
                .zeros(payloadLength - 16)
                .bytes();
    }

    @Test
    void shouldTakeTheLengthFromTheFrameWhenOffloadLeavesItZero() {
        byte[] frame =
                new FrameBuilder().ethernet(0x86dd).ipv6(6, 0).tcp(1, 2, 0x10).bytes();
        PacketHeaders headers = Decoding.decode(Decoding.ETHERNET, frame, frame.length, 80054);
        assertThat(headers.octets).isEqualTo(80040);
        assertThat(headers.destinationPort).isEqualTo(2);
        assertThat(headers.problem).isEqualTo(DecodingProblem.none);
    }

    @Test
    void shouldBelieveALengthOfZeroWhereNothingFollows() {
        PacketHeaders headers = Decoding.ethernet(
                new FrameBuilder().ethernet(0x86dd).ipv6(59, 0).zeros(6));
        assertThat(headers.octets).isEqualTo(40);
        assertThat(headers.problem).isEqualTo(DecodingProblem.none);
    }

    @Test
    void shouldCountAPayloadBeyondTheFrameAsItStands() {
        PacketHeaders headers = Decoding.ethernet(
                new FrameBuilder().ethernet(0x86dd).ipv6(17, 100).udp(1, 2));
        assertThat(headers.octets).isEqualTo(140);
        assertThat(headers.destinationPort).isEqualTo(2);
        assertThat(headers.problem).isEqualTo(DecodingProblem.bad_ip_total_length);
    }

    @Test
    void shouldNotReadBehindThePayload() {
        PacketHeaders headers = Decoding.ethernet(
                new FrameBuilder().ethernet(0x86dd).ipv6(17, 3).udp(1, 2));
        assertThat(headers.sourcePort).isEqualTo(-1);
        assertThat(headers.problem).isEqualTo(DecodingProblem.packet_too_short);
    }

    @Test
    void shouldStopAtTooManyExtensionHeaders() {
        FrameBuilder atTheLimit = new FrameBuilder().ethernet(0x86dd).ipv6(60, 72);
        FrameBuilder beyond = new FrameBuilder().ethernet(0x86dd).ipv6(60, 80);
        for (int i = 1; i < PacketDecoder.MAX_EXTENSION_HEADERS; i++) {
            atTheLimit.hex("3c 00").zeros(6);
            beyond.hex("3c 00").zeros(6);
        }
        atTheLimit.hex("11 00").zeros(6).udp(1, 2);
        beyond.hex("3c 00").zeros(6).hex("11 00").zeros(6).udp(1, 2);
        assertThat(Decoding.ethernet(atTheLimit).destinationPort).isEqualTo(2);
        PacketHeaders headers = Decoding.ethernet(beyond);
        assertThat(headers.problem).isEqualTo(DecodingProblem.too_many_extension_headers);
        assertThat(headers.protocol).isEqualTo(60);
        assertThat(headers.ipVersion).isEqualTo(6);
    }

    @Test
    void shouldNameTheNextHeaderWhenAnExtensionReachesBeyondThePacket() {
        PacketHeaders headers = Decoding.ethernet(
                new FrameBuilder().ethernet(0x86dd).ipv6(60, 16).hex("06 ff").zeros(14));
        assertThat(headers.protocol).isEqualTo(6);
        assertThat(headers.sourcePort).isEqualTo(-1);
        assertThat(headers.problem).isEqualTo(DecodingProblem.packet_too_short);
    }
}
