package io.weir.decoding.packet;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.schemas.DecodingProblem;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NflogLayerTest {
    private static final int NFLOG = 239;

    private static FrameBuilder header(int family) {
        return new FrameBuilder()
                .u8(family) // 0
                .u8(0) // 1 version
                .u16(20) // 2 group
                .hex("0800 0100 0800 01 00"); // 4 packet header: IPv4, hook 1
    }

    @Test
    void shouldReadInterfaceAddressesAndPacket() {
        PacketHeaders headers = Decoding.decode(
                NFLOG,
                header(2)
                        .hex("0500 0a00 00 000000") // 12 prefix, padded
                        .hex("0800 0400 00000002") // 20 input interface
                        .hex("0800 0500 00000003") // 28 output interface
                        .hex("1000 0800 0006 0000 02000000000a 0000") // 36 source address
                        .hex("1200 1000") // 52 link header
                        .ethernet(0x0800)
                        .u16(0)
                        .hex("2000 0900") // 72 payload
                        .ipv4(17, 28)
                        .udp(53, 42585));
        assertThat(headers.interfaceIndex).isEqualTo(2);
        assertThat(headers.sourceMac).isEqualTo(FrameBuilder.MAC_A);
        assertThat(headers.destinationMac).isEqualTo(FrameBuilder.MAC_B);
        assertThat(headers.etherType).isEqualTo(0x0800);
        assertThat(headers.sourcePort).isEqualTo(53);
        assertThat(PacketHeaders.layerNames(headers.layers)).containsExactly("nflog", "ipv4", "udp");
        assertThat(headers.problem).isEqualTo(DecodingProblem.none);
    }

    @Test
    void shouldReadAttributesInNetworkByteOrder() {
        PacketHeaders headers = Decoding.decode(
                NFLOG,
                new FrameBuilder()
                        .hex("0a00 0000") // 0 IPv6
                        .hex("0008 0001 86dd 01 00") // 4 packet header
                        .hex("0008 0005 00000107") // 12 output interface
                        .hex("0034 0009") // 20 payload
                        .ipv6(17, 8)
                        .udp(1, 2));
        assertThat(headers.interfaceIndex).isEqualTo(0x107);
        assertThat(headers.ipVersion).isEqualTo(6);
        assertThat(headers.destinationPort).isEqualTo(2);
    }

    @Test
    void shouldIgnoreAddressesOfOtherLengths() {
        PacketHeaders headers = Decoding.decode(
                NFLOG,
                header(2)
                        .hex("1000 0800 0004 0000 02000000000a 0000")
                        .hex("0600 0800 0006 0000")
                        .hex("0800 1000 01020304")
                        .hex("0600 0400 0000 0000")
                        .hex("2000 0900")
                        .ipv4(17, 28)
                        .udp(1, 2));
        assertThat(headers.sourceMac).isEqualTo(-1);
        assertThat(headers.destinationMac).isEqualTo(-1);
        assertThat(headers.interfaceIndex).isZero();
        assertThat(headers.destinationPort).isEqualTo(2);
        assertThat(headers.problem).isEqualTo(DecodingProblem.none);
    }

    @ParameterizedTest
    @CsvSource({
        "7, 0806, 0x806, none",
        "3, 0806, 0x806, none",
        "1, 0800, 0x800, packet_too_short",
        "5, 0004, -1, unknown_address_family"
    })
    void shouldTakeTheProtocolOfOtherFamiliesFromThePacketHeader(
            int family, String protocol, int etherType, DecodingProblem problem) {
        PacketHeaders headers = Decoding.decode(
                NFLOG,
                new FrameBuilder()
                        .u8(family)
                        .hex("00 0000")
                        .hex("0800 0100" + protocol + "0000")
                        .hex("0800 0900 00010800"));
        assertThat(headers.etherType).isEqualTo(etherType);
        assertThat(headers.problem).isEqualTo(problem);
    }

    @Test
    void shouldTellThatAFamilyIsNotKnown() {
        assertThat(Decoding.decode(NFLOG, new FrameBuilder().hex("0700 0000 0800 0900 00010800")).problem)
                .isEqualTo(DecodingProblem.unknown_address_family);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0000 0400 00000002",
                "0300 0400 00000002",
                "0c00 0400 00000002",
                "ffff 0400 00000002",
                "0300 0900 4500001c"
            })
    void shouldEndAtAnImpossibleAttributeLength(String attribute) {
        PacketHeaders headers = Decoding.decode(NFLOG, header(2).hex(attribute));
        assertThat(headers.interfaceIndex).isZero();
        assertThat(headers.ipVersion).isZero();
        assertThat(headers.problem).isEqualTo(DecodingProblem.bad_link_header);
    }

    @Test
    void shouldReadAPayloadThatIsLongerThanTheFrame() {
        byte[] frame = header(2).hex("2100 0900").ipv4(17, 28).udp(1, 2).bytes();
        PacketHeaders headers = Decoding.decode(NFLOG, frame);
        assertThat(headers.destinationPort).isEqualTo(2);
        assertThat(headers.problem).isEqualTo(DecodingProblem.bad_link_header);
        // With one more octet on the wire the capture is only short.
        assertThat(Decoding.decode(NFLOG, frame, frame.length, frame.length + 1).problem)
                .isEqualTo(DecodingProblem.none);
    }

    @Test
    void shouldNotReadBehindThePayload() {
        PacketHeaders headers =
                Decoding.decode(NFLOG, header(2).hex("1900 0900").ipv4(17, 28).udp(1, 2));
        assertThat(headers.sourcePort).isEqualTo(-1);
        assertThat(headers.problem).isEqualTo(DecodingProblem.bad_ip_total_length);
    }

    @Test
    void shouldTakeAFrameWithoutPayload() {
        byte[] frame = header(2).hex("0500 0a00 00 000000").bytes();
        PacketHeaders headers = Decoding.decode(NFLOG, frame);
        assertThat(PacketHeaders.layerNames(headers.layers)).containsExactly("nflog");
        assertThat(headers.problem).isEqualTo(DecodingProblem.none);
        assertThat(Decoding.decode(NFLOG, Arrays.copyOf(frame, 14)).problem)
                .isEqualTo(DecodingProblem.packet_too_short);
        assertThat(Decoding.decode(NFLOG, frame, frame.length, 100).problem).isEqualTo(DecodingProblem.truncated);
    }

    @Test
    void shouldRefuseAnotherVersion() {
        assertThat(Decoding.decode(NFLOG, new FrameBuilder().hex("0201 0000")).problem)
                .isEqualTo(DecodingProblem.bad_link_header);
        assertThat(Decoding.decode(NFLOG, new FrameBuilder().hex("0200")).problem)
                .isEqualTo(DecodingProblem.packet_too_short);
    }
}
