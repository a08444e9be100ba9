package io.weir.decoding.packet;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.schemas.DecodingProblem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Ipv4LayerTest {

    @Test
    void shouldReadAddressesUnsigned() {
        PacketHeaders headers = Decoding.ethernet(
                new FrameBuilder().ethernet(0x0800).ipv4(6, 40).tcp(40000, 443, 0x018));
        assertThat(headers.ipVersion).isEqualTo(4);
        assertThat(headers.protocol).isEqualTo(6);
        assertThat(headers.octets).isEqualTo(40);
        assertThat(headers.sourceAddressHigh).isZero();
        assertThat(headers.sourceAddressLow).isEqualTo(0xc0000201L);
        assertThat(headers.destinationAddressHigh).isZero();
        assertThat(headers.destinationAddressLow).isEqualTo(0xc63364c8L);
        assertThat(headers.fragment).isFalse();
    }

    @Test
    void shouldReadTheTimeToLive() {
        byte[] frame =
                new FrameBuilder().ethernet(0x0800).ipv4(6, 40).tcp(1, 2, 0x018).bytes();
        frame[14 + 8] = (byte) 200;
        assertThat(Decoding.decode(Decoding.ETHERNET, frame, frame.length, frame.length).timeToLive)
                .isEqualTo(200);
        assertThat(Decoding.ethernet(new FrameBuilder().ethernet(0x0806).zeros(28)).timeToLive)
                .isEqualTo(-1);
    }

    @Test
    void shouldStepOverOptions() {
        PacketHeaders headers = Decoding.ethernet(new FrameBuilder()
                .ethernet(0x0800)
                .ipv4(0x4f, 17, 68, 0)
                .zeros(40) // 34 options
                .udp(1000, 2000)); // 74
        assertThat(headers.sourcePort).isEqualTo(1000);
        assertThat(headers.destinationPort).isEqualTo(2000);
        assertThat(headers.octets).isEqualTo(68);
    }

    @Test
    void shouldKeepAddressesWhenTheCaptureEndsInTheOptions() {
        byte[] frame = new FrameBuilder()
                .ethernet(0x0800)
                .ipv4(0x4f, 17, 68, 0)
                .zeros(40)
                .udp(1000, 2000)
                .bytes();
        PacketHeaders headers = Decoding.decode(Decoding.ETHERNET, frame, 44, frame.length);
        assertThat(headers.ipVersion).isEqualTo(4);
        assertThat(headers.sourcePort).isEqualTo(-1);
        assertThat(headers.problem).isEqualTo(DecodingProblem.truncated);
    }

    @ParameterizedTest
    @ValueSource(ints = {0x40, 0x44})
    void shouldFallBackToTheFrameWhenTheHeaderLengthIsTooSmall(int versionAndLength) {
        PacketHeaders headers = Decoding.ethernet(new FrameBuilder()
                .ethernet(0x0800)
                .ipv4(versionAndLength, 17, 28, 0)
                .udp(1, 2));
        assertNoIp(headers, DecodingProblem.bad_ip_header_length);
    }

    @ParameterizedTest
    @ValueSource(ints = {0x05, 0x55, 0x65, 0xf5})
    void shouldFallBackToTheFrameWhenTheVersionIsAnother(int versionAndLength) {
        PacketHeaders headers = Decoding.ethernet(new FrameBuilder()
                .ethernet(0x0800)
                .ipv4(versionAndLength, 17, 28, 0)
                .udp(1, 2));
        assertNoIp(headers, DecodingProblem.bad_ip_version);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 19, 23})
    void shouldFallBackToTheFrameWhenTheTotalLengthIsBelowTheHeader(int totalLength) {
        PacketHeaders headers = Decoding.ethernet(new FrameBuilder()
                .ethernet(0x0800)
                .ipv4(0x46, 17, totalLength, 0)
                .zeros(4)
                .udp(1, 2));
        assertNoIp(headers, DecodingProblem.bad_ip_total_length);
    }

    @Test
    void shouldCountATotalLengthBeyondTheFrameAsItStands() {
        PacketHeaders headers = Decoding.ethernet(
                new FrameBuilder().ethernet(0x0800).ipv4(17, 29).udp(1, 2));
        assertThat(headers.octets).isEqualTo(29);
        assertThat(headers.destinationPort).isEqualTo(2);
        assertThat(headers.problem).isEqualTo(DecodingProblem.bad_ip_total_length);
    }

    @Test
    void shouldHoldTheTotalLengthAgainstTheFrameAndNotTheCapture() {
        byte[] frame =
                new FrameBuilder().ethernet(0x0800).ipv4(17, 1500).udp(1, 2).bytes();
        PacketHeaders headers = Decoding.decode(Decoding.ETHERNET, frame, frame.length, 1514);
        assertThat(headers.octets).isEqualTo(1500);
        assertThat(headers.problem).isEqualTo(DecodingProblem.none);
    }

    @Test
    void shouldTakeTheLengthFromTheFrameWhenOffloadLeavesItZero() {
        byte[] frame =
                new FrameBuilder().ethernet(0x0800).ipv4(6, 0).tcp(1, 2, 0x10).bytes();
        PacketHeaders headers = Decoding.decode(Decoding.ETHERNET, frame, frame.length, 80014);
        assertThat(headers.octets).isEqualTo(80000);
        assertThat(headers.destinationPort).isEqualTo(2);
        assertThat(headers.problem).isEqualTo(DecodingProblem.none);
    }

    @Test
    void shouldNotReadEthernetPaddingAsTransportHeader() {
        PacketHeaders headers = Decoding.ethernet(new FrameBuilder()
                .ethernet(0x0800)
                .ipv4(17, 22)
                .hex("0001 ffff")
                .zeros(22));
        assertThat(headers.sourcePort).isEqualTo(-1);
        assertThat(headers.problem).isEqualTo(DecodingProblem.packet_too_short);
    }

    @Test
    void shouldReadPortsOfTheFirstFragment() {
        PacketHeaders headers = Decoding.ethernet(
                new FrameBuilder().ethernet(0x0800).ipv4(0x45, 17, 28, 0x2000).udp(1, 2));
        assertThat(headers.fragment).isTrue();
        assertThat(headers.laterFragment).isFalse();
        assertThat(headers.sourcePort).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {0x2001, 0x0001, 0x1fff, 0x3fff})
    void shouldLeavePortsOfLaterFragmentsAbsent(int flagsAndOffset) {
        PacketHeaders headers = Decoding.ethernet(new FrameBuilder()
                .ethernet(0x0800)
                .ipv4(0x45, 17, 28, flagsAndOffset)
                .udp(1, 2));
        assertThat(headers.fragment).isTrue();
        assertThat(headers.laterFragment).isTrue();
        assertThat(headers.protocol).isEqualTo(17);
        assertThat(headers.sourcePort).isEqualTo(-1);
        assertThat(headers.problem).isEqualTo(DecodingProblem.none);
        assertThat(PacketHeaders.layerNames(headers.layers)).containsExactly("ethernet", "ipv4", "fragment");
    }

    @ParameterizedTest
    @ValueSource(ints = {0x0000, 0x4000, 0x8000, 0xc000})
    void shouldNotTakeOtherFlagsForAFragment(int flagsAndOffset) {
        PacketHeaders headers = Decoding.ethernet(new FrameBuilder()
                .ethernet(0x0800)
                .ipv4(0x45, 17, 28, flagsAndOffset)
                .udp(1, 2));
        assertThat(headers.fragment).isFalse();
        assertThat(headers.sourcePort).isEqualTo(1);
    }

    @Test
    void shouldNotReadAnIpv6ExtensionInIpv4() {
        PacketHeaders headers = Decoding.ethernet(
                new FrameBuilder().ethernet(0x0800).ipv4(0, 36).zeros(16));
        assertThat(headers.protocol).isZero();
        assertThat(headers.problem).isEqualTo(DecodingProblem.none);
    }

    private static void assertNoIp(PacketHeaders headers, DecodingProblem problem) {
        assertThat(headers.problem).isEqualTo(problem);
        assertThat(headers.ipVersion).isZero();
        assertThat(headers.protocol).isEqualTo(-1);
        assertThat(headers.octets).isEqualTo(-1);
        assertThat(headers.sourcePort).isEqualTo(-1);
        assertThat(headers.sourceMac).isEqualTo(FrameBuilder.MAC_A);
        assertThat(headers.etherType).isEqualTo(0x0800);
        assertThat(PacketHeaders.layerNames(headers.layers)).containsExactly("ethernet");
    }
}
