package io.weir.decoding.packet;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.schemas.DecodingProblem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LinkLayerTest {
    private static final int NULL = 0;
    private static final int LOOP = 108;
    private static final int SLL = 113;
    private static final int SLL2 = 276;

    @Test
    void shouldReadEthernetAddresses() {
        PacketHeaders headers =
                Decoding.ethernet(new FrameBuilder().ethernet(0x0806).zeros(28));
        assertThat(headers.sourceMac).isEqualTo(FrameBuilder.MAC_A);
        assertThat(headers.destinationMac).isEqualTo(FrameBuilder.MAC_B);
        assertThat(headers.etherType).isEqualTo(0x0806);
        assertThat(headers.ipVersion).isZero();
        assertThat(headers.protocol).isEqualTo(-1);
        assertThat(headers.octets).isEqualTo(-1);
        assertThat(PacketHeaders.layerNames(headers.layers)).containsExactly("ethernet");
        assertThat(headers.problem).isEqualTo(DecodingProblem.none);
    }

    @Test
    void shouldReadMacAddressesWithAllBitsSet() {
        PacketHeaders headers = Decoding.ethernet(new FrameBuilder().hex("ffffffffffff fedcba987654 88cc"));
        assertThat(headers.destinationMac).isEqualTo(0xffff_ffff_ffffL);
        assertThat(headers.sourceMac).isEqualTo(0xfedc_ba98_7654L);
        assertThat(headers.etherType).isEqualTo(0x88cc);
    }

    @ParameterizedTest
    @CsvSource({"5, -1, -1", "6, 2199023255563, -1", "11, 2199023255563, -1", "12, 2199023255563, 2199023255562"})
    void shouldKeepTheAddressesThatAShortEthernetHeaderHas(int captured, long destination, long source) {
        byte[] frame =
                new FrameBuilder().ethernet(0x0800).ipv4(17, 28).udp(1, 2).bytes();
        PacketHeaders cut = Decoding.decode(Decoding.ETHERNET, frame, captured, frame.length);
        assertThat(cut.destinationMac).isEqualTo(destination);
        assertThat(cut.sourceMac).isEqualTo(source);
        assertThat(cut.etherType).isEqualTo(-1);
        assertThat(cut.problem).isEqualTo(DecodingProblem.truncated);
        assertThat(Decoding.decode(Decoding.ETHERNET, frame, captured, captured).problem)
                .isEqualTo(DecodingProblem.packet_too_short);
    }

    @Test
    void shouldReadLinuxCookedCapture() {
        PacketHeaders headers = Decoding.decode(
                SLL,
                new FrameBuilder()
                        .u16(4) // 0 packet type: sent by us
                        .u16(1) // 2 ARPHRD_ETHER
                        .u16(6) // 4 address length
                        .mac(FrameBuilder.MAC_A) // 6 address, padded to 8
                        .u16(0)
                        .u16(0x0800) // 14 protocol
                        .ipv4(17, 28)
                        .udp(53, 5353));
        assertThat(headers.sourceMac).isEqualTo(FrameBuilder.MAC_A);
        assertThat(headers.destinationMac).isEqualTo(-1);
        assertThat(headers.interfaceIndex).isZero();
        assertThat(headers.sourcePort).isEqualTo(53);
        assertThat(headers.destinationPort).isEqualTo(5353);
        assertThat(PacketHeaders.layerNames(headers.layers)).containsExactly("sll", "ipv4", "udp");
    }

    @Test
    void shouldReadLinuxCookedCaptureVersion2() {
        PacketHeaders headers = Decoding.decode(
                SLL2,
                new FrameBuilder()
                        .u16(0x86dd) // 0 protocol
                        .u16(0) // 2 reserved
                        .u32(17) // 4 interface index
                        .u16(1) // 8 ARPHRD_ETHER
                        .u8(0) // 10 packet type
                        .u8(6) // 11 address length
                        .mac(FrameBuilder.MAC_B) // 12 address, padded to 8
                        .u16(0)
                        .ipv6(58, 8)
                        .icmp(128, 0));
        assertThat(headers.interfaceIndex).isEqualTo(17);
        assertThat(headers.sourceMac).isEqualTo(FrameBuilder.MAC_B);
        assertThat(headers.icmpType).isEqualTo(128);
        assertThat(PacketHeaders.layerNames(headers.layers)).containsExactly("sll2", "ipv6", "icmpv6");
    }

    @Test
    void shouldNotTakeACookedAddressOfOtherLengthForAMac() {
        PacketHeaders headers = Decoding.decode(
                SLL,
                new FrameBuilder()
                        .hex("0000 0304 0000 0000000000000000 0800")
                        .ipv4(1, 28)
                        .icmp(8, 0));
        assertThat(headers.sourceMac).isEqualTo(-1);
        assertThat(headers.icmpType).isEqualTo(8);
    }

    @Test
    void shouldFollowLlcBehindACookedHeader() {
        PacketHeaders headers =
                Decoding.decode(SLL, new FrameBuilder().hex("0000 0001 0006 02000000000a 0000 0004 424203"));
        assertThat(headers.etherType).isEqualTo(-1);
        assertThat(PacketHeaders.layerNames(headers.layers)).containsExactly("sll", "llc");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0338 0800", "0302 0800", "0323 0800", "0001 000c"})
    void shouldNotReadACookedProtocolThatIsNoEtherType(String hardwareTypeAndProtocol) {
        String[] fields = hardwareTypeAndProtocol.split(" ");
        PacketHeaders headers = Decoding.decode(
                SLL,
                new FrameBuilder()
                        .hex("0000" + fields[0] + "0006 02000000000a 0000" + fields[1])
                        .ipv4(17, 28)
                        .udp(1, 2));
        assertThat(headers.etherType).isEqualTo(-1);
        assertThat(headers.ipVersion).isZero();
        assertThat(headers.problem).isEqualTo(DecodingProblem.none);
    }

    @ParameterizedTest
    @CsvSource({"02000000, 4", "00000002, 4", "18000000, 6", "0000001c, 6", "1e000000, 6", "0a000000, 6"})
    void shouldReadTheAddressFamilyInEitherByteOrder(String family, int version) {
        FrameBuilder frame = new FrameBuilder().hex(family);
        frame = version == 4 ? frame.ipv4(17, 28) : frame.ipv6(17, 8);
        PacketHeaders headers = Decoding.decode(NULL, frame.udp(4000, 4840));
        assertThat(headers.ipVersion).isEqualTo(version);
        assertThat(headers.destinationPort).isEqualTo(4840);
        assertThat(headers.etherType).isEqualTo(version == 4 ? 0x0800 : 0x86dd);
        assertThat(PacketHeaders.layerNames(headers.layers))
                .containsExactly("null_loopback", version == 4 ? "ipv4" : "ipv6", "udp");
    }

    @Test
    void shouldReadTheLoopFamilyInNetworkByteOrderOnly() {
        assertThat(Decoding.decode(LOOP, new FrameBuilder().u32(2).ipv4(17, 28).udp(1, 2)).ipVersion)
                .isEqualTo(4);
        assertThat(Decoding.decode(
                                LOOP,
                                new FrameBuilder().u32(0x02000000L).ipv4(17, 28).udp(1, 2))
                        .problem)
                .isEqualTo(DecodingProblem.unknown_address_family);
    }

    @Test
    void shouldReportAnUnknownAddressFamily() {
        PacketHeaders headers = Decoding.decode(NULL, new FrameBuilder().u32(7).ipv4(17, 28));
        assertThat(headers.problem).isEqualTo(DecodingProblem.unknown_address_family);
        assertThat(headers.etherType).isEqualTo(-1);
    }

    @ParameterizedTest
    @ValueSource(ints = {12, 14, 101, 228})
    void shouldReadRawIpv4(int linkType) {
        PacketHeaders headers =
                Decoding.decode(linkType, new FrameBuilder().ipv4(17, 28).udp(1, 2));
        assertThat(headers.etherType).isEqualTo(0x0800);
        assertThat(headers.sourceMac).isEqualTo(-1);
        assertThat(PacketHeaders.layerNames(headers.layers)).containsExactly("ipv4", "udp");
    }

    @ParameterizedTest
    @ValueSource(ints = {12, 14, 101, 229})
    void shouldReadRawIpv6(int linkType) {
        PacketHeaders headers =
                Decoding.decode(linkType, new FrameBuilder().ipv6(17, 8).udp(1, 2));
        assertThat(headers.etherType).isEqualTo(0x86dd);
        assertThat(PacketHeaders.layerNames(headers.layers)).containsExactly("ipv6", "udp");
    }

    @Test
    void shouldRefuseTheWrongVersionWhereTheLinkTypeNamesIt() {
        PacketHeaders headers =
                Decoding.decode(229, new FrameBuilder().ipv4(17, 60).zeros(40));
        assertThat(headers.problem).isEqualTo(DecodingProblem.bad_ip_version);
        assertThat(headers.ipVersion).isZero();
        assertThat(Decoding.decode(101, new FrameBuilder().hex("50").zeros(40)).problem)
                .isEqualTo(DecodingProblem.bad_ip_version);
    }
}
