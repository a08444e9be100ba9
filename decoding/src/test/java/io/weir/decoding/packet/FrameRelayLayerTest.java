package io.weir.decoding.packet;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.schemas.DecodingProblem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameRelayLayerTest {
    private static final int FRELAY = 107;
    /** DLCI 302, two octets. */
    private static final String ADDRESS = "48e1";

    @ParameterizedTest
    @ValueSource(strings = {"48e1", "48e001", "48e0fc03", "48e0ff"})
    void shouldReadAddressesOfTwoToFourOctets(String address) {
        PacketHeaders headers = Decoding.decode(
                FRELAY, new FrameBuilder().hex(address).hex("03cc").ipv4(17, 28).udp(1, 2));
        assertThat(headers.destinationPort).isEqualTo(2);
        assertThat(PacketHeaders.layerNames(headers.layers)).containsExactly("frame_relay", "ipv4", "udp");
        assertThat(headers.problem).isEqualTo(DecodingProblem.none);
    }

    @ParameterizedTest
    @CsvSource({
        "03cc, 4",
        "0300cc, 4",
        "038e, 6",
        "03 80 000000 0800, 4",
        "0300 80 000000 86dd, 6",
        "0800, 4",
        "86dd, 6"
    })
    void shouldReadBothEncapsulations(String encapsulation, int version) {
        FrameBuilder frame = new FrameBuilder().hex(ADDRESS).hex(encapsulation);
        frame = version == 4 ? frame.ipv4(17, 28) : frame.ipv6(17, 8);
        PacketHeaders headers = Decoding.decode(FRELAY, frame.udp(4000, 5000));
        assertThat(headers.ipVersion).isEqualTo(version);
        assertThat(headers.etherType).isEqualTo(version == 4 ? 0x0800 : 0x86dd);
        assertThat(headers.sourcePort).isEqualTo(4000);
        assertThat(headers.sourceMac).isEqualTo(-1);
        assertThat(headers.problem).isEqualTo(DecodingProblem.none);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0001", "0007"})
    void shouldEnterBridgedEthernet(String protocol) {
        PacketHeaders headers = Decoding.decode(
                FRELAY,
                new FrameBuilder()
                        .hex(ADDRESS) // 0
                        .hex("0300 80 0080c2") // 2 control, padding, SNAP, organisation
                        .hex(protocol) // 8
                        .ethernet(0x0800)
                        .ipv4(17, 28)
                        .udp(1, 2));
        assertThat(headers.sourceMac).isEqualTo(FrameBuilder.MAC_A);
        assertThat(PacketHeaders.layerNames(headers.layers))
                .containsExactly("frame_relay", "snap", "ethernet", "ipv4", "udp");
    }

    @Test
    void shouldFollowPpp() {
        PacketHeaders headers = Decoding.decode(
                FRELAY,
                new FrameBuilder().hex(ADDRESS).hex("03cf 0021").ipv4(17, 28).udp(1, 2));
        assertThat(PacketHeaders.layerNames(headers.layers)).containsExactly("frame_relay", "ppp", "ipv4", "udp");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0001 03 08 00 75", // Q.933 on DLCI 0
                "0001 0800 4500", // not unnumbered on DLCI 0
                "48e1 03 81 00", // CLNP
                "48e1 03 b1 00", // fragment of FRF.12
                "48e1 03 80 0080c2 000a 0000", // another bridged link
                "48e1 03 80 000000 0100 0000", // no EtherType
                "48e1 0000 00", // neither encapsulation
            })
    void shouldEndAtOtherContents(String frame) {
        PacketHeaders headers = Decoding.decode(FRELAY, new FrameBuilder().hex(frame));
        assertThat(headers.etherType).isEqualTo(-1);
        assertThat(headers.ipVersion).isZero();
        assertThat(PacketHeaders.layerNames(headers.layers)).startsWith("frame_relay");
        assertThat(headers.problem).isEqualTo(DecodingProblem.none);
    }

    @ParameterizedTest
    @ValueSource(strings = {"4903cc45", "48e0000003cc4500"})
    void shouldRefuseAddressesOfOtherLengths(String frame) {
        PacketHeaders headers = Decoding.decode(FRELAY, new FrameBuilder().hex(frame));
        assertThat(headers.problem).isEqualTo(DecodingProblem.bad_link_header);
        assertThat(PacketHeaders.layerNames(headers.layers)).containsExactly("frame_relay");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "48", "48e1", "48e0", "48e103", "48e10300", "48e10380 00000008", "48e108"})
    void shouldReportACutHeader(String start) {
        byte[] frame = new FrameBuilder().hex(start).bytes();
        assertThat(Decoding.decode(FRELAY, frame, frame.length, 100).problem).isEqualTo(DecodingProblem.truncated);
        assertThat(Decoding.decode(FRELAY, frame).problem).isEqualTo(DecodingProblem.packet_too_short);
    }
}
