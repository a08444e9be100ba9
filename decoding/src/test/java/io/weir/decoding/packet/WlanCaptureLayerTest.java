package io.weir.decoding.packet;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.schemas.DecodingProblem;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WlanCaptureLayerTest {
    private static final int PRISM = 119;
    private static final int RADIOTAP = 127;
    private static final int AVS = 163;

    /** 26 octets: a QoS data frame from A to B. */
    private static FrameBuilder qosHeader(FrameBuilder before) {
        return before.hex("8801 0000") // 0
                .mac(0x02_00_00_00_00_0cL) // 4 receiver
                .mac(FrameBuilder.MAC_A) // 10
                .mac(FrameBuilder.MAC_B) // 16
                .u16(0) // 22
                .u16(0); // 24
    }

    private static FrameBuilder payload(FrameBuilder before) {
        return before.hex("aaaa03 000000 0800").ipv4(17, 28).udp(1, 2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "00000800 00000000", // no fields
                "00000900 02000000 00", // flags
                "00001200 03000000 0000000000000000 00 00", // timer, flags
                "00000c00 04000000 02000000", // rate
                "00001000 000000a0 00000020 00000000", // three bitmaps
                "00001900 030000a0 00000020 00000000 0000000000000000 00", // aligned timer behind two bitmaps
                "00000900 03000000 00", // a timer without room
            })
    void shouldStepOverRadiotap(String header) {
        PacketHeaders headers = Decoding.decode(RADIOTAP, payload(qosHeader(new FrameBuilder().hex(header))));
        assertThat(headers.sourceMac).isEqualTo(FrameBuilder.MAC_A);
        assertThat(headers.destinationMac).isEqualTo(FrameBuilder.MAC_B);
        assertThat(headers.destinationPort).isEqualTo(2);
        assertThat(PacketHeaders.layerNames(headers.layers))
                .containsExactly("radiotap", "wlan", "llc", "snap", "ipv4", "udp");
        assertThat(headers.problem).isEqualTo(DecodingProblem.none);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "00000900 02000000 20", // alone
                "00001400 03000000 ffffffffffffffff 20 000000", // behind the timer
                "00001c00 030000a0 00000020 00000000 0000000000000000 20 000000", // two bitmaps, a gap before the timer
                "00001900 03000080 00000080 00000000 0000000000000000 20", // three bitmaps, no gap
            })
    void shouldFindTheFlagsWhereverTheyAre(String header) {
        PacketHeaders headers = Decoding.decode(
                RADIOTAP, payload(qosHeader(new FrameBuilder().hex(header)).zeros(2)));
        assertThat(headers.destinationPort).isEqualTo(2);
        assertThat(headers.problem).isEqualTo(DecodingProblem.none);
    }

    @Test
    void shouldLeaveTheCheckSequenceOut() {
        byte[] empty = qosHeader(new FrameBuilder().hex("00000900 02000000 10"))
                .u32(0xaaaa0300L)
                .bytes();
        // The payload is empty; the four octets behind the header are no LLC.
        PacketHeaders headers = Decoding.decode(RADIOTAP, empty);
        assertThat(headers.problem).isEqualTo(DecodingProblem.packet_too_short);
        assertThat(PacketHeaders.layerNames(headers.layers)).containsExactly("radiotap", "wlan", "llc");
        // A frame that was cut before its check sequence loses nothing.
        byte[] whole = payload(qosHeader(new FrameBuilder().hex("00000900 02000000 10")))
                .u32(0x12345678L)
                .bytes();
        PacketHeaders cut = Decoding.decode(RADIOTAP, whole, whole.length - 4, whole.length);
        assertThat(cut.destinationPort).isEqualTo(2);
        assertThat(cut.problem).isEqualTo(DecodingProblem.none);
        assertThat(Decoding.decode(RADIOTAP, whole)).hasToString(cut.toString());
    }

    @Test
    void shouldNotBelieveThePayloadOfADamagedFrame() {
        PacketHeaders headers =
                Decoding.decode(RADIOTAP, payload(qosHeader(new FrameBuilder().hex("00000900 02000000 40"))));
        assertThat(headers.sourceMac).isEqualTo(FrameBuilder.MAC_A);
        assertThat(headers.ipVersion).isZero();
        assertThat(PacketHeaders.layerNames(headers.layers)).containsExactly("radiotap", "wlan");
        assertThat(headers.problem).isEqualTo(DecodingProblem.bad_frame_check_sequence);
    }

    @ParameterizedTest
    @CsvSource({
        "'01000800 00000000 88010000', bad_link_header",
        "'00000700 00000000 88010000', bad_link_header",
        "'00000000 00000000 88010000', bad_link_header",
        "'00000d00 00000000 88010000', packet_too_short",
        "'0000ffff 00000000 88010000', packet_too_short",
        "'000008', packet_too_short",
    })
    void shouldRefuseImpossibleRadiotap(String frame, DecodingProblem problem) {
        PacketHeaders headers = Decoding.decode(RADIOTAP, new FrameBuilder().hex(frame));
        assertThat(headers.problem).isEqualTo(problem);
        assertThat(PacketHeaders.layerNames(headers.layers)).containsExactly("radiotap");
    }

    @Test
    void shouldStepOverAvsUnderBothLinkTypes() {
        byte[] frame = payload(
                        qosHeader(new FrameBuilder().u32(0x80211001L).u32(64).zeros(56)))
                .bytes();
        for (int linkType : new int[] {AVS, PRISM}) {
            PacketHeaders headers = Decoding.decode(linkType, frame);
            assertThat(headers.destinationPort).isEqualTo(2);
            assertThat(PacketHeaders.layerNames(headers.layers)).startsWith("wlan", "llc");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "80211001 00000007 88010000, bad_link_header",
        "80211001 80000000 88010000, bad_link_header",
        "80311001 00000008 88010000, bad_link_header",
        "80211001 00000040 88010000, packet_too_short",
        "80211001 7fffffff 88010000, packet_too_short",
        "80211001, packet_too_short",
    })
    void shouldRefuseImpossibleAvs(String frame, DecodingProblem problem) {
        assertThat(Decoding.decode(AVS, new FrameBuilder().hex(frame)).problem).isEqualTo(problem);
    }

    @Test
    void shouldStepOverPrism() {
        byte[] frame = payload(
                        qosHeader(new FrameBuilder().hex("44000000 90000000").zeros(136)))
                .bytes();
        assertThat(Decoding.decode(PRISM, frame).destinationPort).isEqualTo(2);
        assertThat(Decoding.decode(PRISM, Arrays.copyOf(frame, 143)).problem)
                .isEqualTo(DecodingProblem.packet_too_short);
        assertThat(Decoding.decode(PRISM, frame, 143, frame.length).problem).isEqualTo(DecodingProblem.truncated);
    }
}
