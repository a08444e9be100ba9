package io.weir.collectors.capture;

import static java.nio.ByteOrder.BIG_ENDIAN;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PcapReaderTest {

    private static final byte[] FIRST = CaptureBytes.payload(60, 1);
    private static final byte[] SECOND = CaptureBytes.payload(33, 90);

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldReadBothResolutionsInEitherByteOrder(boolean littleEndian) throws IOException {
        ByteOrder order = littleEndian ? LITTLE_ENDIAN : BIG_ENDIAN;
        var micros = Collected.all(CaptureBytes.reader(two(order, PcapReader.MICROSECONDS_MAGIC)));
        var nanos = Collected.all(CaptureBytes.reader(two(order, PcapReader.NANOSECONDS_MAGIC)));

        assertThat(micros.times()).containsExactly(1_000_000_005_000L, 1_001_000_007_000L);
        assertThat(nanos.times()).containsExactly(1_000_000_000_005L, 1_001_000_000_007L);
        for (var collected : List.of(micros, nanos)) {
            assertThat(collected.problems).isEmpty();
            assertThat(collected.interfaces)
                    .containsExactly(new CaptureInterface("test", null, null, 113, 65_535, 0, 0));
            assertThat(collected.frames.get(0).bytes()).isEqualTo(FIRST);
            assertThat(collected.frames.get(0).layer2Octets()).isEqualTo(60);
            assertThat(collected.frames.get(0).linkType()).isEqualTo(113);
            assertThat(collected.frames.get(1).bytes()).isEqualTo(SECOND);
            assertThat(collected.frames.get(1).layer2Octets()).isEqualTo(1500);
        }
    }

    private static byte[] two(ByteOrder order, int magic) {
        return CaptureBytes.pcap(order, magic, 65_535, 113)
                .record(1000, 5, FIRST, 60)
                .record(1001, 7, SECOND, 1500)
                .bytes();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldReadTheModifiedFormat(boolean littleEndian) throws IOException {
        ByteOrder order = littleEndian ? LITTLE_ENDIAN : BIG_ENDIAN;
        var capture = CaptureBytes.pcap(order, PcapReader.MODIFIED_MAGIC, 65_535, 1);
        for (byte[] bytes : List.of(FIRST, SECOND)) {
            capture.u32(9).u32(4).u32(bytes.length).u32(bytes.length);
            capture.u32(3).u16(0x800).u8(4).u8(0).raw(bytes);
        }
        var collected = Collected.all(CaptureBytes.reader(capture.bytes()));

        assertThat(collected.problems).isEmpty();
        assertThat(collected.frames).extracting(Collected.Seen::bytes).containsExactly(FIRST, SECOND);
    }

    @Test
    void shouldTakeSecondsAsUnsignedAndCarryFractionsOver() throws IOException {
        var collected = Collected.all(CaptureBytes.reader(pcap(1).record(0xffff_ffffL, 0, FIRST, 60)
                .record(10, 1_000_000, FIRST, 60)
                .record(10, 0x7fff_ffffL, FIRST, 60)
                .record(10, 0x8000_0000L, FIRST, 60)
                .bytes()));

        assertThat(collected.times())
                .containsExactly(
                        4_294_967_295_000_000_000L,
                        11_000_000_000L,
                        10_000_000_000L + 2_147_483_647_000L,
                        10_000_000_000L);
    }

    @Test
    void shouldLeaveOutTheFrameCheckSequenceThatTheHeaderDeclares() throws IOException {
        var collected = Collected.all(CaptureBytes.reader(pcap(0x2400_0001L)
                .record(1, 0, FIRST, 60)
                .record(1, 0, SECOND, 60)
                .bytes()));

        assertThat(collected.interfaces.get(0).linkType()).isEqualTo(1);
        assertThat(collected.interfaces.get(0).frameCheckSequenceOctets()).isEqualTo(4);
        assertThat(collected.frames.get(0).bytes()).isEqualTo(Arrays.copyOf(FIRST, 56));
        assertThat(collected.frames.get(0).layer2Octets()).isEqualTo(56);
        assertThat(collected.frames.get(1).bytes()).isEqualTo(SECOND);
    }

    @Test
    void shouldRaiseAWireLengthBelowTheCapturedOne() throws IOException {
        var collected = Collected.all(
                CaptureBytes.reader(pcap(1).record(1, 0, FIRST, 10).bytes()));

        assertThat(collected.frames.get(0).bytes()).isEqualTo(FIRST);
        assertThat(collected.frames.get(0).layer2Octets()).isEqualTo(60);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 96, 65_535, 0x7fff_ffffL, 0xffff_ffffL})
    void shouldReadFramesAboveAnySnapLength(long snapOctets) throws IOException {
        byte[] jumbo = CaptureBytes.payload(200_000, 3);
        var collected = Collected.all(
                CaptureBytes.reader(CaptureBytes.pcap(LITTLE_ENDIAN, PcapReader.MICROSECONDS_MAGIC, snapOctets, 1)
                        .record(1, 0, jumbo, 200_000)
                        .record(2, 0, FIRST, 60)
                        .bytes()));

        assertThat(collected.problems).isEmpty();
        assertThat(collected.frames).extracting(Collected.Seen::bytes).containsExactly(jumbo, FIRST);
    }

    @Test
    void shouldReadBigTcpFramesThatNeedAGreaterBuffer() throws IOException {
        byte[] big = CaptureBytes.payload(3_000_000, 3);
        var collected = Collected.all(
                CaptureBytes.reader(CaptureBytes.pcap(LITTLE_ENDIAN, PcapReader.MICROSECONDS_MAGIC, 4_000_000, 1)
                        .record(1, 0, FIRST, 60)
                        .record(2, 0, big, 3_000_000)
                        .record(3, 0, SECOND, 33)
                        .bytes()));

        assertThat(collected.frames).extracting(Collected.Seen::bytes).containsExactly(FIRST, big, SECOND);
    }

    @Test
    void shouldEndAtAnImpossibleCapturedLength() throws IOException {
        var capture = pcap(1).record(1, 0, FIRST, 60);
        int damage = capture.size();
        capture.u32(2).u32(0).u32(0x4000_0000L).u32(60).raw(FIRST).record(3, 0, FIRST, 60);
        var collected = Collected.all(CaptureBytes.reader(capture.bytes()));

        assertThat(collected.frames).hasSize(1);
        assertThat(collected.problems).singleElement().satisfies(problem -> {
            assertThat(problem.reason()).isEqualTo(CaptureLossReason.CORRUPT_PACKET_HEADER);
            assertThat(problem.firstOffset()).isEqualTo(damage);
            assertThat(problem.endOffset()).isEqualTo(-1);
            assertThat(problem.packets()).isNull();
            assertThat(problem.message()).contains("test", "octet " + damage, "1073741824");
        });
    }

    @Test
    void shouldRefuseOnlyThePacketWhoseWireLengthIsImpossible() throws IOException {
        var collected = Collected.all(CaptureBytes.reader(pcap(1).record(1, 0, FIRST, 60)
                .record(2, 0, FIRST, 0xffff_fff0L)
                .record(3, 0, FIRST, 0xffff_fff0L)
                .record(4, 0, SECOND, 33)
                .bytes()));

        assertThat(collected.frames).extracting(Collected.Seen::bytes).containsExactly(FIRST, SECOND);
        assertThat(collected.problems).singleElement().satisfies(problem -> {
            assertThat(problem.reason()).isEqualTo(CaptureLossReason.CORRUPT_PACKET_HEADER);
            assertThat(problem.packets()).isEqualTo(2);
            assertThat(problem.layer2Octets()).isNull();
            assertThat(problem.firstOffset()).isEqualTo(24 + 76);
            assertThat(problem.endOffset()).isEqualTo(24 + 3 * 76);
            assertThat(problem.firstTimeNanos()).isEqualTo(2_000_000_000L);
            assertThat(problem.lastTimeNanos()).isEqualTo(3_000_000_000L);
        });
    }

    @Test
    void shouldReadOldVersionsWithTheirLengthsTheOtherWayRound() throws IOException {
        var capture = new CaptureBytes(BIG_ENDIAN)
                .u32(PcapReader.MICROSECONDS_MAGIC)
                .u16(2)
                .u16(2)
                .u32(0)
                .u32(0)
                .u32(68)
                .u32(1);
        capture.u32(1).u32(0).u32(1500).u32(FIRST.length).raw(FIRST);
        var collected = Collected.all(CaptureBytes.reader(capture.bytes()));

        assertThat(collected.problems).isEmpty();
        assertThat(collected.frames.get(0).bytes()).isEqualTo(FIRST);
        assertThat(collected.frames.get(0).layer2Octets()).isEqualTo(1500);
    }

    @Test
    void shouldRefuseAFormatVersionThatIsNotKnown() {
        byte[] capture = two(BIG_ENDIAN, PcapReader.MICROSECONDS_MAGIC);
        capture[5] = 3;

        assertThatThrownBy(() -> Collected.all(CaptureBytes.reader(capture)))
                .isInstanceOf(CaptureOpenException.class)
                .hasMessageContaining("3.4")
                .hasMessageContaining("editcap");
    }

    @Test
    void shouldKeepWhatComesBeforeACutAtAnyOctet() throws IOException {
        for (ByteOrder order : List.of(LITTLE_ENDIAN, BIG_ENDIAN)) {
            byte[] capture = two(order, PcapReader.NANOSECONDS_MAGIC);
            for (int cut = 0; cut < capture.length; cut++) {
                var source = CaptureBytes.reader(Arrays.copyOf(capture, cut));
                if (cut < PcapReader.FILE_HEADER_OCTETS) {
                    assertThatThrownBy(() -> Collected.all(source)).isInstanceOf(CaptureOpenException.class);
                    continue;
                }
                var collected = Collected.all(source);
                boolean between = cut == 24 || cut == 24 + 76;
                assertThat(collected.frames).as("cut at %d", cut).hasSize(cut < 24 + 76 ? 0 : 1);
                assertThat(collected.problems).as("cut at %d", cut).hasSize(between ? 0 : 1);
                if (!between) {
                    CaptureProblem problem = collected.problems.get(0);
                    boolean headerIsThere = cut >= 24 + 76 + 16 || (cut >= 24 + 16 && cut < 24 + 76);
                    assertThat(problem.reason()).isEqualTo(CaptureLossReason.TRUNCATED_FILE);
                    assertThat(problem.packets()).isEqualTo(headerIsThere ? 1L : null);
                    assertThat(problem.layer2Octets()).isEqualTo(headerIsThere ? (cut < 100 ? 60L : 1500L) : null);
                    assertThat(problem.endOffset()).isEqualTo(cut);
                }
            }
        }
    }

    private static CaptureBytes pcap(long linkType) {
        return CaptureBytes.pcap(LITTLE_ENDIAN, PcapReader.MICROSECONDS_MAGIC, 262_144, linkType);
    }
}
