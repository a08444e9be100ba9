package io.weir.decoding.packet;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.schemas.DecodingProblem;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EtherTypeLayerTest {

    @ParameterizedTest
    @ValueSource(ints = {0x8100, 0x88a8, 0x9100, 0x9200, 0x9300})
    void shouldStepOverATagOfEachType(int tagType) {
        PacketHeaders headers = Decoding.ethernet(new FrameBuilder()
                .ethernet(tagType)
                .tag(4094, 0x0800)
                .ipv4(17, 28)
                .udp(1, 2));
        assertThat(headers.vlanCount).isEqualTo(1);
        assertThat(headers.vlanId(0)).isEqualTo(4094);
        assertThat(headers.etherType).isEqualTo(0x0800);
        assertThat(headers.destinationPort).isEqualTo(2);
        assertThat(PacketHeaders.layerNames(headers.layers)).containsExactly("ethernet", "vlan", "ipv4", "udp");
    }

    @Test
    void shouldKeepFourIdsOutermostFirstAndCountTheRest() {
        PacketHeaders headers = Decoding.ethernet(new FrameBuilder()
                .ethernet(0x88a8)
                .tag(1, 0x8100)
                .tag(0, 0x8100)
                .tag(4095, 0x8100)
                .tag(4, 0x8100)
                .tag(5, 0x0806)
                .zeros(28));
        assertThat(headers.vlanCount).isEqualTo(5);
        assertThat(headers.vlanId(0)).isEqualTo(1);
        assertThat(headers.vlanId(1)).isZero();
        assertThat(headers.vlanId(2)).isEqualTo(4095);
        assertThat(headers.vlanId(3)).isEqualTo(4);
        assertThat(headers.vlanIds >>> 48).isZero();
        assertThat(headers.etherType).isEqualTo(0x0806);
    }

    @Test
    void shouldStopAtTooManyTags() {
        FrameBuilder frame = new FrameBuilder().ethernet(0x8100);
        for (int i = 0; i < 1000; i++) {
            frame.tag(i, 0x8100);
        }
        PacketHeaders headers = Decoding.ethernet(frame);
        assertThat(headers.vlanCount).isEqualTo(PacketHeaders.MAX_LAYERS - 1);
        assertThat(headers.etherType).isEqualTo(0x8100);
        assertThat(headers.problem).isEqualTo(DecodingProblem.too_many_layers);
    }

    @Test
    void shouldKeepTheIdOfATagWithoutEtherType() {
        byte[] frame = new FrameBuilder().ethernet(0x8100).tag(7, 0x0800).bytes();
        PacketHeaders headers = Decoding.decode(Decoding.ETHERNET, frame, 16, 60);
        assertThat(headers.vlanId(0)).isEqualTo(7);
        assertThat(headers.vlanCount).isEqualTo(1);
        assertThat(headers.etherType).isEqualTo(0x8100);
        assertThat(headers.problem).isEqualTo(DecodingProblem.truncated);
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 46, 1500})
    void shouldReadALengthAsLlc(int length) {
        PacketHeaders headers = Decoding.ethernet(
                new FrameBuilder().ethernet(length).hex("424203").zeros(43));
        assertThat(headers.etherType).isEqualTo(-1);
        assertThat(PacketHeaders.layerNames(headers.layers)).containsExactly("ethernet", "llc");
        assertThat(headers.problem).isEqualTo(DecodingProblem.none);
    }

    @ParameterizedTest
    @ValueSource(ints = {1501, 0x05ff})
    void shouldReportATypeThatIsNeitherLengthNorEtherType(int type) {
        PacketHeaders headers =
                Decoding.ethernet(new FrameBuilder().ethernet(type).zeros(46));
        assertThat(headers.etherType).isEqualTo(type);
        assertThat(headers.problem).isEqualTo(DecodingProblem.bad_ether_type);
    }

    @ParameterizedTest
    @ValueSource(strings = {"000000", "0000f8"})
    void shouldEnterTheEtherTypeOfSnap(String organisation) {
        PacketHeaders headers = Decoding.ethernet(new FrameBuilder()
                .ethernet(36)
                .hex("aaaa03" + organisation + "0800")
                .ipv4(17, 28)
                .udp(1, 2));
        assertThat(headers.etherType).isEqualTo(0x0800);
        assertThat(headers.destinationPort).isEqualTo(2);
        assertThat(PacketHeaders.layerNames(headers.layers)).containsExactly("ethernet", "llc", "snap", "ipv4", "udp");
    }

    @Test
    void shouldNotEnterSnapOfAnotherOrganisation() {
        PacketHeaders headers = Decoding.ethernet(
                new FrameBuilder().ethernet(36).hex("aaaa03 00000c 2000").zeros(28));
        assertThat(headers.etherType).isEqualTo(-1);
        assertThat(PacketHeaders.layerNames(headers.layers)).containsExactly("ethernet", "llc", "snap");
    }

    @Test
    void shouldNotReadALengthInSnapAsLlc() {
        FrameBuilder frame = new FrameBuilder().ethernet(1500);
        for (int i = 0; i < 5000; i++) {
            frame.hex("aaaa03 000000 0100");
        }
        assertThat(PacketHeaders.layerNames(Decoding.ethernet(frame).layers))
                .containsExactly("ethernet", "llc", "snap");
    }

    @Test
    void shouldFollowALengthBehindATag() {
        PacketHeaders headers = Decoding.ethernet(
                new FrameBuilder().ethernet(0x8100).tag(5, 38).hex("424203").zeros(35));
        assertThat(headers.etherType).isEqualTo(-1);
        assertThat(PacketHeaders.layerNames(headers.layers)).containsExactly("ethernet", "vlan", "llc");
    }

    @ParameterizedTest
    @CsvSource({"0021, 4", "21, 4", "0057, 6", "57, 6"})
    void shouldEnterAPppoeSession(String pppProtocol, int version) {
        int pppLength = pppProtocol.length() / 2;
        FrameBuilder frame = new FrameBuilder()
                .ethernet(0x8864)
                .hex("11 00") // 14 version and type, code
                .u16(0x3d) // 16 session
                .u16(pppLength + (version == 4 ? 28 : 48)) // 18 payload length
                .hex(pppProtocol); // 20
        frame = version == 4 ? frame.ipv4(17, 28) : frame.ipv6(17, 8);
        PacketHeaders headers = Decoding.ethernet(frame.udp(1, 2).zeros(6));
        assertThat(headers.ipVersion).isEqualTo(version);
        assertThat(headers.etherType).isEqualTo(version == 4 ? 0x0800 : 0x86dd);
        assertThat(headers.destinationPort).isEqualTo(2);
        assertThat(PacketHeaders.layerNames(headers.layers))
                .containsExactly("ethernet", "pppoe", "ppp", version == 4 ? "ipv4" : "ipv6", "udp");
    }

    @Test
    void shouldNotReadBehindThePppoePayload() {
        PacketHeaders headers = Decoding.ethernet(new FrameBuilder()
                .ethernet(0x8864)
                .hex("1100 003d 0002 0021")
                .ipv4(17, 28)
                .udp(1, 2));
        assertThat(headers.ipVersion).isZero();
        assertThat(headers.problem).isEqualTo(DecodingProblem.packet_too_short);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1109 003d 0002 0021", "2100 003d 0020 0021", "1100 003d 0020 c021"})
    void shouldKeepOtherPppoePacketsAsFramesOfTheirEtherType(String header) {
        PacketHeaders headers = Decoding.ethernet(
                new FrameBuilder().ethernet(0x8864).hex(header).ipv4(17, 28).udp(1, 2));
        assertThat(headers.ipVersion).isZero();
        assertThat(headers.etherType).isEqualTo(0x8864);
        assertThat(headers.problem).isEqualTo(DecodingProblem.none);
    }

    @Test
    void shouldEnterTheInnerFrameOfFabricPathAndKeepTheOuterAddresses() {
        PacketHeaders headers = Decoding.ethernet(new FrameBuilder()
                .ethernet(0x8903)
                .u16(0x4020) // 14 forwarding tag, hop limit
                .hex("0050568d5d58 0050568ef381 8100") // 16 inner frame
                .tag(7, 0x0800)
                .ipv4(6, 40)
                .tcp(8009, 38856, 0x12));
        assertThat(headers.sourceMac).isEqualTo(FrameBuilder.MAC_A);
        assertThat(headers.vlanId(0)).isEqualTo(7);
        assertThat(headers.sourcePort).isEqualTo(8009);
        assertThat(PacketHeaders.layerNames(headers.layers))
                .containsExactly("ethernet", "fabricpath", "ethernet", "vlan", "ipv4", "tcp");
    }

    @Test
    void shouldStopAtFramesInFramesWithoutEnd() {
        FrameBuilder frame = new FrameBuilder().ethernet(0x8903);
        for (int i = 0; i < 4000; i++) {
            frame.u16(0x4020).ethernet(0x8903);
        }
        assertThat(Decoding.ethernet(frame).problem).isEqualTo(DecodingProblem.too_many_layers);
    }

    @ParameterizedTest
    @CsvSource({
        "0x88e7, 30000042 0050568d5d58 0050568ef381, pbb, 1",
        "0x8926, 80010002, vntag, 0",
        "0x893f, 600110020000, etag, 0",
        "0x8909, 01 01 00010064, cisco_metadata, 0",
        "0x8909, 01 00, cisco_metadata, 0",
        "0x8909, 01 02 00010064 00000000, cisco_metadata, 0",
        "0xd28b, 0001 0010 00000000ffffffff, arista_timestamp, 0",
        "0xd28b, 0001 0110 00000000ffffffff, arista_timestamp, 0",
        "0xd28b, 0001 0020 0000ffffffff, arista_timestamp, 0",
        "0xd28b, 0001 0120 0000ffffffff, arista_timestamp, 0",
    })
    void shouldStepOverTheTagsOfSwitches(String etherType, String tag, String layer, int innerEthernet) {
        FrameBuilder frame = new FrameBuilder()
                .ethernet(Integer.decode(etherType))
                .hex(tag)
                .u16(0x8100)
                .tag(9, 0x0800);
        int headersEnd = frame.length();
        PacketHeaders headers = Decoding.ethernet(frame.append(Tunnels.ipv4()));
        assertThat(headers.sourceMac).isEqualTo(FrameBuilder.MAC_A);
        assertThat(headers.vlanId(0)).isEqualTo(9);
        assertThat(headers.etherType).isEqualTo(0x0800);
        assertThat(headers.destinationPort).isEqualTo(2);
        assertThat(headers.problem).isEqualTo(DecodingProblem.none);
        assertThat(PacketHeaders.layerNames(headers.layers))
                .containsExactlyElementsOf(
                        innerEthernet == 1
                                ? List.of("ethernet", layer, "ethernet", "vlan", "ipv4", "udp")
                                : List.of("ethernet", layer, "vlan", "ipv4", "udp"));
        for (int captured = 14; captured < headersEnd; captured++) {
            PacketHeaders cut = Decoding.decode(Decoding.ETHERNET, frame.bytes(), captured, frame.length());
            assertThat(cut.problem).as("%d octets", captured).isEqualTo(DecodingProblem.truncated);
            assertThat(PacketHeaders.layerNames(cut.layers)).startsWith("ethernet", layer);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0002 0010", "0001 0030", "0001 0000", "0000 0020", "000a 0120"})
    void shouldLeaveOtherHeadersOfAristaClosed(String start) {
        PacketHeaders headers = Decoding.ethernet(new FrameBuilder()
                .ethernet(0xd28b)
                .hex(start)
                .zeros(8)
                .u16(0x0800)
                .append(Tunnels.ipv4()));
        Tunnels.assertClosed(headers, DecodingProblem.none, "ethernet", "arista_timestamp");
        assertThat(headers.etherType).isEqualTo(0xd28b);
    }

    @Test
    void shouldRecogniseMacsecAndLeaveItClosed() {
        PacketHeaders headers = Decoding.ethernet(new FrameBuilder()
                .ethernet(0x88e5)
                .hex("2c00 00000001")
                .u16(0x0800)
                .append(Tunnels.ipv4()));
        Tunnels.assertClosed(headers, DecodingProblem.none, "ethernet", "macsec");
        assertThat(headers.etherType).isEqualTo(0x88e5);
        assertThat(headers.ipVersion).isZero();
    }

    @Test
    void shouldStopAtTagsOfSwitchesWithoutEnd() {
        FrameBuilder frame = new FrameBuilder().ethernet(0x893f);
        for (int i = 0; i < 4000; i++) {
            frame.zeros(6).u16(0x893f);
        }
        assertThat(Decoding.ethernet(frame).problem).isEqualTo(DecodingProblem.too_many_layers);
    }
}
