package io.weir.decoding.packet;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.schemas.DecodingProblem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TransportLayerTest {

    @ParameterizedTest
    @CsvSource({"17, udp", "33, dccp", "132, sctp", "136, udp_lite"})
    void shouldReadPorts(int protocol, String label) {
        PacketHeaders headers = Decoding.ethernet(
                new FrameBuilder().ethernet(0x0800).ipv4(protocol, 28).udp(65535, 0));
        assertThat(headers.sourcePort).isEqualTo(65535);
        assertThat(headers.destinationPort).isZero();
        assertThat(headers.tcpControlBits).isEqualTo(-1);
        assertThat(headers.icmpType).isEqualTo(-1);
        assertThat(PacketHeaders.layerNames(headers.layers)).containsExactly("ethernet", "ipv4", label);
    }

    @Test
    void shouldTellUdpPacketsApartByPayloadLengthAndIdentification() {
        FrameBuilder udp =
                new FrameBuilder().ethernet(0x0800).ipv4(17, 60).udp(1, 2, 40).hex("0102030405060708");
        byte[] frame = udp.zeros(24).bytes();
        long content = content(frame);
        assertThat(content).isNotZero();

        byte[] other = frame.clone();
        other[14 + 8] = 7; // time to live
        other[14 + 10] = 7; // header checksum
        other[14 + 20 + 6] = 7; // UDP checksum
        assertThat(content(other)).isEqualTo(content);

        for (int changed : new int[] {14 + 4, 14 + 20 + 5, 14 + 28, 14 + 28 + 16}) {
            other = frame.clone();
            other[changed]++;
            assertThat(content(other)).as("octet " + changed).isNotEqualTo(content);
        }
    }

    @Test
    void shouldNotTellPacketsApartWhenTooLittleIsCaptured() {
        byte[] frame = new FrameBuilder()
                .ethernet(0x0800)
                .ipv4(17, 60)
                .udp(1, 2, 40)
                .zeros(32)
                .bytes();
        assertThat(Decoding.decode(Decoding.ETHERNET, frame, 14 + 28 + 7, frame.length).content)
                .isZero();
    }

    private static long content(byte[] frame) {
        return Decoding.decode(Decoding.ETHERNET, frame, frame.length, frame.length).content;
    }

    @Test
    void shouldReadTwelveTcpControlBits() {
        PacketHeaders headers = Decoding.ethernet(
                new FrameBuilder().ethernet(0x0800).ipv4(6, 40).tcp(1, 2, 0xfff));
        assertThat(headers.tcpControlBits).isEqualTo(0xfff);
        assertThat(PacketHeaders.layerNames(headers.layers)).containsExactly("ethernet", "ipv4", "tcp");
    }

    @ParameterizedTest
    @CsvSource({"37, -1, -1, truncated", "38, 2, -1, truncated", "47, 2, -1, truncated", "48, 2, 18, none"})
    void shouldReadWhatACutTcpHeaderHas(int captured, int destinationPort, int controlBits, DecodingProblem problem) {
        byte[] frame =
                new FrameBuilder().ethernet(0x0800).ipv4(6, 40).tcp(1, 2, 0x012).bytes();
        PacketHeaders headers = Decoding.decode(Decoding.ETHERNET, frame, captured, frame.length);
        assertThat(headers.destinationPort).isEqualTo(destinationPort);
        assertThat(headers.tcpControlBits).isEqualTo(controlBits);
        assertThat(headers.problem).isEqualTo(problem);
    }

    @Test
    void shouldNotBelieveControlBitsBehindABadDataOffset() {
        PacketHeaders headers = Decoding.ethernet(new FrameBuilder()
                .ethernet(0x0800)
                .ipv4(6, 40)
                .hex("0001 0002 00000001 00000002 4004")
                .zeros(6));
        assertThat(headers.destinationPort).isEqualTo(2);
        assertThat(headers.tcpControlBits).isEqualTo(-1);
        assertThat(headers.problem).isEqualTo(DecodingProblem.bad_tcp_header_length);
    }

    @ParameterizedTest
    @CsvSource({"1, icmp", "58, icmpv6"})
    void shouldReadIcmpTypeAndCode(int protocol, String label) {
        PacketHeaders headers = Decoding.ethernet(
                new FrameBuilder().ethernet(0x0800).ipv4(protocol, 28).icmp(255, 13));
        assertThat(headers.icmpType).isEqualTo(255);
        assertThat(headers.icmpCode).isEqualTo(13);
        assertThat(headers.sourcePort).isEqualTo(-1);
        assertThat(PacketHeaders.layerNames(headers.layers)).containsExactly("ethernet", "ipv4", label);
    }

    @Test
    void shouldReportACutIcmpHeader() {
        byte[] frame =
                new FrameBuilder().ethernet(0x0800).ipv4(1, 28).icmp(8, 0).bytes();
        PacketHeaders headers = Decoding.decode(Decoding.ETHERNET, frame, 35, frame.length);
        assertThat(headers.icmpType).isEqualTo(-1);
        assertThat(headers.protocol).isEqualTo(1);
        assertThat(headers.problem).isEqualTo(DecodingProblem.truncated);
    }

    @ParameterizedTest
    @CsvSource({"51, ah", "50, esp"})
    void shouldStopAtIpsecOverIpv4(int protocol, String label) {
        PacketHeaders headers = Decoding.ethernet(new FrameBuilder()
                .ethernet(0x0800)
                .ipv4(protocol, 64)
                .hex("0604")
                .zeros(42));
        assertThat(headers.protocol).isEqualTo(protocol);
        assertThat(headers.sourcePort).isEqualTo(-1);
        assertThat(PacketHeaders.layerNames(headers.layers)).containsExactly("ethernet", "ipv4", label);
    }
}
