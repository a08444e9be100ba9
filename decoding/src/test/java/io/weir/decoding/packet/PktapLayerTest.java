package io.weir.decoding.packet;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.schemas.DecodingProblem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PktapLayerTest {
    private static final int PKTAP = 258;

    /** 108 octets. */
    private static FrameBuilder header(String length, String recordType, String linkType) {
        return new FrameBuilder()
                .hex(length) // 0
                .hex(recordType) // 4
                .hex(linkType) // 8
                .hex("656e3000") // 12 interface name
                .zeros(92);
    }

    @ParameterizedTest
    @CsvSource({"6c000000, 01000000, 01000000", "0000006c, 00000001, 00000001"})
    void shouldReadTheHeaderInEitherByteOrder(String length, String recordType, String linkType) {
        PacketHeaders headers = Decoding.decode(
                PKTAP,
                header(length, recordType, linkType)
                        .ethernet(0x0800)
                        .ipv4(6, 40)
                        .tcp(1, 2, 0x18));
        assertThat(headers.sourceMac).isEqualTo(FrameBuilder.MAC_A);
        assertThat(headers.tcpControlBits).isEqualTo(0x18);
        assertThat(PacketHeaders.layerNames(headers.layers)).containsExactly("pktap", "ethernet", "ipv4", "tcp");
        assertThat(headers.problem).isEqualTo(DecodingProblem.none);
    }

    @Test
    void shouldReadRawIpBehindALongerHeader() {
        PacketHeaders headers = Decoding.decode(
                PKTAP,
                header("70000000", "01000000", "0c000000").zeros(4).ipv4(17, 28).udp(1, 2));
        assertThat(PacketHeaders.layerNames(headers.layers)).containsExactly("pktap", "ipv4", "udp");
    }

    @Test
    void shouldEndAtRecordsWithoutPacket() {
        PacketHeaders headers = Decoding.decode(
                PKTAP, header("6c000000", "00000000", "01000000").ethernet(0x0800));
        assertThat(PacketHeaders.layerNames(headers.layers)).containsExactly("pktap");
        assertThat(headers.problem).isEqualTo(DecodingProblem.none);
    }

    @ParameterizedTest
    @CsvSource({
        "6b000000, bad_link_header",
        "00000000, bad_link_header",
        "ffffffff, bad_link_header",
        "6d000000, packet_too_short",
        "00ff0000, packet_too_short"
    })
    void shouldRefuseImpossibleLengths(String length, DecodingProblem problem) {
        PacketHeaders headers = Decoding.decode(PKTAP, header(length, "01000000", "01000000"));
        assertThat(headers.problem).isEqualTo(problem);
        assertThat(PacketHeaders.layerNames(headers.layers)).containsExactly("pktap");
    }

    @Test
    void shouldReportACutHeader() {
        byte[] frame = header("6c000000", "01000000", "01000000").bytes();
        assertThat(Decoding.decode(PKTAP, frame, 107, 200).problem).isEqualTo(DecodingProblem.truncated);
        assertThat(Decoding.decode(PKTAP, frame, 107, 107).problem).isEqualTo(DecodingProblem.packet_too_short);
    }
}
