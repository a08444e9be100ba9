package io.weir.collectors.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SnoopReaderTest {

    private static final int HEADER = 16;
    private static final byte[] FIRST = CaptureBytes.payload(60, 1);
    private static final byte[] SECOND = CaptureBytes.payload(33, 90);

    private static CaptureBytes snoop(long dataLinkType) {
        return new CaptureBytes(ByteOrder.BIG_ENDIAN)
                .raw("snoop\0\0\0".getBytes(StandardCharsets.US_ASCII)) // 0
                .u32(2) // 8 version
                .u32(dataLinkType); // 12
    }

    private static CaptureBytes record(
            CaptureBytes capture, long seconds, long microseconds, byte[] captured, long onWire, long drops) {
        return capture.u32(onWire) // 0
                .u32(captured.length) // 4
                .u32(24 + ((captured.length + 3) & ~3)) // 8 record length
                .u32(drops) // 12
                .u32(seconds) // 16
                .u32(microseconds) // 20
                .raw(captured) // 24
                .raw(new byte[-captured.length & 3]);
    }

    /** 16 octets, then records of 84 and 60. */
    private static byte[] two() {
        return record(record(snoop(4), 1000, 5, FIRST, 60, 0), 1001, 7, SECOND, 1500, 0)
                .bytes();
    }

    @Test
    void shouldReadFramesTimesAndLengths() throws IOException {
        var collected = Collected.all(CaptureBytes.reader(two()));

        assertThat(collected.problems).isEmpty();
        assertThat(collected.interfaces).containsExactly(new CaptureInterface("test", null, null, 1, 0, 0, 0));
        assertThat(collected.times()).containsExactly(1_000_000_005_000L, 1_001_000_007_000L);
        assertThat(collected.frames).extracting(Collected.Seen::bytes).containsExactly(FIRST, SECOND);
        assertThat(collected.frames).extracting(Collected.Seen::layer2Octets).containsExactly(60, 1500);
        assertThat(collected.frames).extracting(Collected.Seen::linkType).containsExactly(1, 1);
    }

    @Test
    void shouldReadManyRecordsThroughASmallBuffer() throws IOException {
        var capture = snoop(4);
        for (int i = 0; i < 1000; i++) {
            record(capture, i, 0, CaptureBytes.payload(i % 251, i), 2000, 0);
        }
        var collected = Collected.all(CaptureBytes.reader(capture.bytes()));

        assertThat(collected.problems).isEmpty();
        assertThat(collected.frames).hasSize(1000);
        for (int i = 0; i < 1000; i++) {
            assertThat(collected.frames.get(i).bytes()).isEqualTo(CaptureBytes.payload(i % 251, i));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0, 1",
        "2, 6",
        "4, 1",
        "8, 10",
        "0x0a, 107",
        "0x16, 1",
        "0x17, 6",
        "0x18, 1",
        "0x19, 1",
        "0x1a, 242",
        "0x80000001, 101",
        "0x80000002, 101",
        "0x80000004, 105",
        "0x80000005, 226",
        "0x80000007, 101"
    })
    void shouldMapDataLinkTypes(String dataLinkType, int linkType) throws IOException {
        var capture = record(snoop(Long.decode(dataLinkType)), 1, 0, FIRST, 60, 0);
        var collected = Collected.all(CaptureBytes.reader(capture.bytes()));

        assertThat(collected.interfaces.get(0).linkType()).isEqualTo(linkType);
        assertThat(collected.interfaces.get(0).description()).isNull();
        assertThat(collected.frames.get(0).linkType()).isEqualTo(linkType);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 3, 5, 6, 7, 9, 0x0e, 0x7fffffffL, 0xffffffffL})
    void shouldDeliverFramesOfDataLinkTypesWithoutALinkType(long dataLinkType) throws IOException {
        var capture = record(snoop(dataLinkType), 1, 0, FIRST, 60, 0);
        var collected = Collected.all(CaptureBytes.reader(capture.bytes()));

        assertThat(collected.problems).isEmpty();
        assertThat(collected.frames.get(0).linkType()).isEqualTo(SnoopReader.NO_LINK_TYPE);
        assertThat(collected.frames.get(0).bytes()).isEqualTo(FIRST);
        assertThat(collected.interfaces.get(0).description()).isEqualTo("snoop data link type " + dataLinkType);
    }

    @Test
    void shouldReportARiseOfTheDropsAndNothingElse() throws IOException {
        var capture = snoop(4);
        record(capture, 1, 0, FIRST, 60, 3);
        record(capture, 2, 0, FIRST, 60, 3);
        record(capture, 3, 0, FIRST, 60, 10);
        record(capture, 4, 0, FIRST, 60, 10);
        var collected = Collected.all(CaptureBytes.reader(capture.bytes()), 2);

        assertThat(collected.frames).hasSize(4);
        assertThat(collected.problems).hasSize(2).allSatisfy(problem -> {
            assertThat(problem.reason()).isEqualTo(CaptureLossReason.KERNEL_DROP);
            assertThat(problem.reason().isSeen()).isFalse();
            assertThat(problem.interfaceIndex()).isZero();
            assertThat(problem.layer2Octets()).isNull();
            assertThat(problem.message()).contains("test", "dropped packets");
        });
        assertThat(collected.problems).extracting(CaptureProblem::packets).containsExactly(3L, 7L);
        assertThat(collected.problems.get(0).firstTimeNanos()).isEqualTo(1_000_000_000L);
        assertThat(collected.problems.get(1).firstTimeNanos()).isEqualTo(2_000_000_000L);
        assertThat(collected.problems.get(1).lastTimeNanos()).isEqualTo(3_000_000_000L);
        assertThat(collected.problems.get(1).firstOffset()).isEqualTo(HEADER + 2 * 84);
    }

    @Test
    void shouldCountDropsAnewWhereTheCountBeginsAnew() throws IOException {
        var capture = snoop(4);
        record(capture, 1, 0, FIRST, 60, 9);
        record(capture, 2, 0, FIRST, 60, 2);
        record(capture, 3, 0, FIRST, 60, 0);
        record(capture, 4, 0, FIRST, 60, 0xffff_ffffL);
        var collected = Collected.all(CaptureBytes.reader(capture.bytes()), 100);

        assertThat(collected.problems).singleElement().satisfies(problem -> assertThat(problem.packets())
                .isEqualTo(9 + 2 + 0xffff_ffffL));
    }

    @Test
    void shouldReadTimesAsPcapDoes() throws IOException {
        var capture = snoop(4);
        record(capture, 0xffff_ffffL, 0, FIRST, 60, 0);
        record(capture, 10, 1_000_000, FIRST, 60, 0);
        record(capture, 10, 0x8000_0000L, FIRST, 60, 0);
        var collected = Collected.all(CaptureBytes.reader(capture.bytes()));

        assertThat(collected.times()).containsExactly(4_294_967_295_000_000_000L, 11_000_000_000L, 10_000_000_000L);
    }

    @Test
    void shouldRaiseAWireLengthBelowTheCapturedOne() throws IOException {
        var collected = Collected.all(
                CaptureBytes.reader(record(snoop(4), 1, 0, FIRST, 10, 0).bytes()));

        assertThat(collected.frames.get(0).bytes()).isEqualTo(FIRST);
        assertThat(collected.frames.get(0).layer2Octets()).isEqualTo(60);
    }

    @Test
    void shouldStepOverAnyPaddingAndDoWithoutTheLast() throws IOException {
        var capture = snoop(4);
        capture.u32(33).u32(33).u32(24 + 33).u32(0).u32(1).u32(0).raw(SECOND);
        capture.u32(33).u32(33).u32(24 + 33 + 4096).u32(0).u32(2).u32(0).raw(SECOND);
        capture.raw(new byte[4096]);
        record(capture, 3, 0, FIRST, 60, 0);
        capture.u32(33).u32(33).u32(60).u32(0).u32(4).u32(0).raw(SECOND);
        var collected = Collected.all(CaptureBytes.reader(capture.bytes()));

        assertThat(collected.problems).isEmpty();
        assertThat(collected.frames).extracting(Collected.Seen::bytes).containsExactly(SECOND, SECOND, FIRST, SECOND);
    }

    @ParameterizedTest
    @CsvSource({"262145, 262172", "60, 83", "60, 23", "60, 4181", "2147483648, 4294967295", "4294967295, 4294967295"})
    void shouldEndAtImpossibleLengths(long captured, long record) throws IOException {
        var capture = record(snoop(4), 1, 0, FIRST, 60, 0);
        capture.u32(60).u32(captured).u32(record).u32(0).u32(2).u32(0).raw(FIRST);
        record(capture, 3, 0, FIRST, 60, 0);
        var collected = Collected.all(CaptureBytes.reader(capture.bytes()));

        assertThat(collected.frames).hasSize(1);
        assertThat(collected.problems).singleElement().satisfies(problem -> {
            assertThat(problem.reason()).isEqualTo(CaptureLossReason.CORRUPT_PACKET_HEADER);
            assertThat(problem.firstOffset()).isEqualTo(HEADER + 84);
            assertThat(problem.endOffset()).isEqualTo(-1);
            assertThat(problem.packets()).isNull();
            assertThat(problem.message()).contains("test", "octet 100", String.valueOf(captured));
        });
    }

    @Test
    void shouldRefuseOnlyThePacketWhoseWireLengthIsImpossible() throws IOException {
        var capture = snoop(4);
        record(capture, 1, 0, FIRST, 60, 0);
        record(capture, 2, 0, FIRST, 0xffff_fff0L, 0);
        record(capture, 3, 0, SECOND, 33, 0);
        var collected = Collected.all(CaptureBytes.reader(capture.bytes()));

        assertThat(collected.frames).extracting(Collected.Seen::bytes).containsExactly(FIRST, SECOND);
        assertThat(collected.problems).singleElement().satisfies(problem -> {
            assertThat(problem.reason()).isEqualTo(CaptureLossReason.CORRUPT_PACKET_HEADER);
            assertThat(problem.packets()).isEqualTo(1);
            assertThat(problem.firstOffset()).isEqualTo(HEADER + 84);
            assertThat(problem.endOffset()).isEqualTo(HEADER + 2 * 84);
            assertThat(problem.firstTimeNanos()).isEqualTo(2_000_000_000L);
        });
    }

    @Test
    void shouldKeepWhatComesBeforeACutAtAnyOctet() throws IOException {
        byte[] capture = two();
        for (int cut = 0; cut < capture.length; cut++) {
            var source = CaptureBytes.reader(Arrays.copyOf(capture, cut));
            if (cut < HEADER) {
                assertThatThrownBy(() -> Collected.all(source)).isInstanceOf(CaptureOpenException.class);
                continue;
            }
            var collected = Collected.all(source);
            // The second record ends with three octets of padding.
            boolean complete = cut == HEADER || cut == HEADER + 84 || cut >= capture.length - 3;
            assertThat(collected.frames)
                    .as("cut at %d", cut)
                    .hasSize(cut < HEADER + 84 ? 0 : cut < capture.length - 3 ? 1 : 2);
            assertThat(collected.problems).as("cut at %d", cut).hasSize(complete ? 0 : 1);
            if (!complete) {
                CaptureProblem problem = collected.problems.get(0);
                boolean headerIsThere = (cut - HEADER) % 84 >= 24;
                assertThat(problem.reason()).isEqualTo(CaptureLossReason.TRUNCATED_FILE);
                assertThat(problem.packets()).isEqualTo(headerIsThere ? 1L : null);
                assertThat(problem.layer2Octets()).isEqualTo(headerIsThere ? (cut < 100 ? 60L : 1500L) : null);
                assertThat(problem.endOffset()).isEqualTo(cut);
            }
        }
    }

    @Test
    void shouldTellOfDropsBeforeAPacketThatIsCut() throws IOException {
        byte[] capture =
                record(record(snoop(4), 1, 0, FIRST, 60, 0), 2, 0, FIRST, 60, 5).bytes();
        var collected = Collected.all(CaptureBytes.reader(Arrays.copyOf(capture, capture.length - 10)));

        assertThat(collected.problems)
                .extracting(CaptureProblem::reason)
                .containsExactly(CaptureLossReason.KERNEL_DROP, CaptureLossReason.TRUNCATED_FILE);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 5, 0x7f})
    void shouldRefuseAFormatVersionThatIsNotKnown(int version) {
        byte[] capture = two();
        capture[11] = (byte) version;

        assertThatThrownBy(() -> Collected.all(CaptureBytes.reader(capture)))
                .isInstanceOf(CaptureOpenException.class)
                .hasMessageContaining("snoop format version " + version)
                .hasMessageContaining("editcap");
    }

    @Test
    void shouldNotTakeTextForASnoopCapture() {
        byte[] text = "snooping around in a text file\n".getBytes(StandardCharsets.US_ASCII);

        assertThatThrownBy(() -> Collected.all(CaptureBytes.reader(text)))
                .isInstanceOf(CaptureOpenException.class)
                .hasMessageContaining("this is text");
    }
}
