package io.weir.decoding.packet;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.schemas.DecodingProblem;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WlanLayerTest {
    private static final int IEEE802_11 = 105;
    private static final long ONE = 0x02_00_00_00_00_01L;
    private static final long TWO = 0x02_00_00_00_00_02L;
    private static final long THREE = 0x02_00_00_00_00_03L;
    private static final long FOUR = 0x02_00_00_00_00_04L;
    private static final String LLC_IPV4 = "aaaa03 000000 0800";

    /** 24 octets. */
    private static FrameBuilder header(String frameControl, int sequenceControl) {
        return new FrameBuilder()
                .hex(frameControl) // 0
                .u16(0x2c00) // 2 duration
                .mac(ONE) // 4
                .mac(TWO) // 10
                .mac(THREE) // 16
                .u16(sequenceControl); // 22
    }

    private static FrameBuilder payload(FrameBuilder header) {
        return header.hex(LLC_IPV4).ipv4(17, 28).udp(5000, 53);
    }

    @ParameterizedTest
    @CsvSource({"0800, 2, 1", "0802, 3, 1", "0801, 2, 3", "0803, 4, 3"})
    void shouldMapTheAddressesOfDataFrames(String frameControl, int source, int destination) {
        FrameBuilder header = header(frameControl, 0x3000);
        PacketHeaders headers = Decoding.decode(IEEE802_11, payload(source == 4 ? header.mac(FOUR) : header));
        assertThat(headers.sourceMac).isEqualTo(0x02_00_00_00_00_00L + source);
        assertThat(headers.destinationMac).isEqualTo(0x02_00_00_00_00_00L + destination);
        assertThat(headers.etherType).isEqualTo(0x0800);
        assertThat(headers.destinationPort).isEqualTo(53);
        assertThat(PacketHeaders.layerNames(headers.layers)).containsExactly("wlan", "llc", "snap", "ipv4", "udp");
        assertThat(headers.problem).isEqualTo(DecodingProblem.none);
    }

    @ParameterizedTest
    @CsvSource({
        "8801, 0000", // QoS
        "8801, 0701", // priority 7, queue size 1
        "8881, 0000 12345678", // and HT control
        "8803, 0200000000040000", // four addresses
        "8883, 020000000004 0000 12345678", // and all
        "0881, ''", // strict order, not HT control
        "0809, ''", // retry
        "0821, ''", // more data
        "1801, ''", // with acknowledgement of a contention-free period
    })
    void shouldStepOverWhatDataHeadersMayHave(String frameControl, String rest) {
        PacketHeaders headers =
                Decoding.decode(IEEE802_11, payload(header(frameControl, 0).hex(rest)));
        assertThat(headers.sourcePort).isEqualTo(5000);
        assertThat(headers.problem).isEqualTo(DecodingProblem.none);
    }

    @ParameterizedTest
    @CsvSource({
        "0841, 0000, ''", // protected
        "8841, 0000, 0000", // protected, QoS
        "4801, 0000, ''", // no data
        "c801, 0000, 0000", // no data, QoS
        "0801, 0100, ''", // fragment 1
        "0805, 0f00, ''", // fragment 15, more to come
        "8801, 0000, 8000", // aggregate
    })
    void shouldStopBeforePayloadsThatCannotBeRead(String frameControl, String sequenceControl, String rest) {
        FrameBuilder frame = header(frameControl, Integer.parseInt(sequenceControl, 16));
        PacketHeaders headers = Decoding.decode(IEEE802_11, payload(frame.hex(rest)));
        assertThat(headers.sourceMac).isEqualTo(TWO);
        assertThat(headers.destinationMac).isEqualTo(THREE);
        assertThat(headers.etherType).isEqualTo(-1);
        assertThat(headers.ipVersion).isZero();
        assertThat(PacketHeaders.layerNames(headers.layers)).containsExactly("wlan");
        assertThat(headers.problem).isEqualTo(DecodingProblem.none);
    }

    @Test
    void shouldReadTheFirstFragmentWithItsIpLengthAsItStands() {
        FrameBuilder frame =
                header("0805", 0x4000).hex(LLC_IPV4).ipv4(17, 1400).udp(1, 2).zeros(100);
        PacketHeaders headers = Decoding.decode(IEEE802_11, frame);
        assertThat(headers.octets).isEqualTo(1400);
        assertThat(headers.destinationPort).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"8000", "4000", "0008", "c000", "d080", "b040"})
    void shouldKnowManagementFramesByTheirAddresses(String frameControl) {
        PacketHeaders headers =
                Decoding.decode(IEEE802_11, header(frameControl, 0).zeros(40));
        assertThat(headers.sourceMac).isEqualTo(TWO);
        assertThat(headers.destinationMac).isEqualTo(ONE);
        assertThat(headers.etherType).isEqualTo(-1);
        assertThat(PacketHeaders.layerNames(headers.layers)).containsExactly("wlan");
        assertThat(headers.problem).isEqualTo(DecodingProblem.none);
    }

    @ParameterizedTest
    @ValueSource(strings = {"b400", "a400", "9400", "8400", "5400", "2400", "e400", "f400"})
    void shouldReadReceiverAndTransmitterOfControlFrames(String frameControl) {
        PacketHeaders headers = Decoding.decode(IEEE802_11, header(frameControl, 0));
        assertThat(headers.destinationMac).isEqualTo(ONE);
        assertThat(headers.sourceMac).isEqualTo(TWO);
        assertThat(headers.problem).isEqualTo(DecodingProblem.none);
    }

    @ParameterizedTest
    @ValueSource(strings = {"c400", "d400"})
    void shouldReadTheReceiverAlone(String frameControl) {
        PacketHeaders headers = Decoding.decode(
                IEEE802_11, new FrameBuilder().hex(frameControl).u16(0).mac(ONE));
        assertThat(headers.destinationMac).isEqualTo(ONE);
        assertThat(headers.sourceMac).isEqualTo(-1);
        assertThat(headers.problem).isEqualTo(DecodingProblem.none);
        assertThat(Decoding.decode(IEEE802_11, header(frameControl, 0)).sourceMac)
                .isEqualTo(-1);
    }

    @Test
    void shouldNotTakeTheBandwidthFlagOfATransmitterForAnAddress() {
        PacketHeaders headers = Decoding.decode(
                IEEE802_11, new FrameBuilder().hex("b400 0000").mac(ONE).hex("030000000002"));
        assertThat(headers.sourceMac).isEqualTo(TWO);
    }

    @ParameterizedTest
    @CsvSource({"0c00, 2199023255553", "1c00, 2199023255553", "2c00, -1", "fc00, -1"})
    void shouldReadTheSenderOfBeaconExtensions(String frameControl, long source) {
        PacketHeaders headers = Decoding.decode(IEEE802_11, header(frameControl, 0));
        assertThat(headers.sourceMac).isEqualTo(source);
        assertThat(headers.destinationMac).isEqualTo(-1);
    }

    @Test
    void shouldRefuseAnotherVersion() {
        PacketHeaders headers = Decoding.decode(IEEE802_11, payload(header("0901", 0)));
        assertThat(headers.problem).isEqualTo(DecodingProblem.bad_link_header);
        assertThat(headers.sourceMac).isEqualTo(-1);
        assertThat(PacketHeaders.layerNames(headers.layers)).containsExactly("wlan");
    }

    @ParameterizedTest
    @CsvSource({"1, -1, -1", "9, -1, -1", "15, -1, -1", "16, 2199023255554, -1", "22, 2199023255554, 2199023255555"})
    void shouldKeepTheAddressesOfACutHeader(int captured, long source, long destination) {
        byte[] frame = payload(header("0801", 0)).bytes();
        PacketHeaders cut = Decoding.decode(IEEE802_11, frame, captured, frame.length);
        assertThat(cut.sourceMac).isEqualTo(source);
        assertThat(cut.destinationMac).isEqualTo(destination);
        assertThat(cut.problem).isEqualTo(DecodingProblem.truncated);
        assertThat(Decoding.decode(IEEE802_11, frame, captured, captured).problem)
                .isEqualTo(DecodingProblem.packet_too_short);
    }

    @Test
    void shouldDecodeWithinAnotherPacket() {
        byte[] frame = payload(header("8801", 0).u16(0)).bytes();
        ByteBuffer packet = ByteBuffer.allocate(200);
        packet.put(50, frame);
        PacketHeaders headers = new PacketHeaders();
        WlanLayer.decode(packet, 50, 50 + frame.length, 0, headers);
        // Headers that no decoder has made ready want no facts.
        String expected = Decoding.decode(IEEE802_11, frame).toString().replace(" payload=DNS", "");
        assertThat(headers).hasToString(expected);
    }
}
