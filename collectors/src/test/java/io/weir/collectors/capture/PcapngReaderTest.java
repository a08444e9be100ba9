package io.weir.collectors.capture;

import static java.nio.ByteOrder.BIG_ENDIAN;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PcapngReaderTest {

    private static final byte[] FIRST = CaptureBytes.payload(61, 1);
    private static final byte[] SECOND = CaptureBytes.payload(33, 90);

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldReadEveryKindOfPacketInEitherByteOrder(boolean littleEndian) throws IOException {
        var capture = new CaptureBytes(littleEndian ? LITTLE_ENDIAN : BIG_ENDIAN).section();
        capture.networkInterface(
                1, 0, capture.option(2, "eth0"), capture.option(3, "uplink"), capture.option(0, new byte[0]));
        capture.networkInterface(113, 96, capture.option(9, new byte[] {9}));
        capture.packet(0, 5_000_000, FIRST, 61);
        capture.block(0x0bad, CaptureBytes.payload(40, 0));
        capture.packet(1, 6_000_000_007L, SECOND, 1500);
        capture.simplePacket(SECOND, 33);
        capture.obsoletePacket(0, 0, 8_000_000, FIRST, 99);
        var collected = Collected.all(CaptureBytes.reader(capture.bytes()));

        assertThat(collected.problems).isEmpty();
        assertThat(collected.interfaces)
                .containsExactly(
                        new CaptureInterface("test", "eth0", "uplink", 1, 0, 0, 0),
                        new CaptureInterface("test", null, null, 113, 96, 0, 0));
        assertThat(collected.frames).extracting(Collected.Seen::bytes).containsExactly(FIRST, SECOND, SECOND, FIRST);
        assertThat(collected.frames).extracting(Collected.Seen::layer2Octets).containsExactly(61, 1500, 33, 99);
        assertThat(collected.frames).extracting(Collected.Seen::linkType).containsExactly(1, 113, 1, 1);
        assertThat(collected.frames).extracting(Collected.Seen::timeKnown).containsExactly(true, true, false, true);
        assertThat(collected.times()).containsExactly(5_000_000_000L, 6_000_000_007L, 6_000_000_007L, 8_000_000_000L);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 7, 7000000000",
        "3, 1234, 1234000000",
        "6, 1234567, 1234567000",
        "9, 1234567891, 1234567891",
        "12, 1234567891999, 1234567891",
        "18, 1234567891999999999, 1234567891",
        "28, 10000000000000000, 0",
        "127, 10000000000000000, 0",
        "128, 7, 7000000000",
        "138, 1536, 1500000000",
        "160, 6442450944, 1500000000",
        "191, -9223372036854775808, 1000000000",
        "192, -9223372036854775808, 500000000",
        "255, -1, 0",
    })
    void shouldReadEveryTimeResolution(int code, long ticks, long nanos) throws IOException {
        var capture = new CaptureBytes(LITTLE_ENDIAN).section();
        capture.networkInterface(1, 0, capture.option(9, new byte[] {(byte) code}));
        capture.packet(0, ticks, FIRST, 61);
        var collected = Collected.all(CaptureBytes.reader(capture.bytes()));

        assertThat(collected.problems).isEmpty();
        assertThat(collected.times()).containsExactly(nanos);
    }

    @Test
    void shouldAddTheTimeOffset() throws IOException {
        var capture = new CaptureBytes(BIG_ENDIAN).section();
        capture.networkInterface(1, 0, capture.option64(14, 1_600_000_000L));
        capture.networkInterface(1, 0, capture.option64(14, -2));
        capture.packet(0, 5, FIRST, 61).packet(1, 5_000_000, FIRST, 61);
        var collected = Collected.all(CaptureBytes.reader(capture.bytes()));

        assertThat(collected.times()).containsExactly(1_600_000_000_000_005_000L, 3_000_000_000L);
    }

    @Test
    void shouldRefuseAPacketWithATimeThatDoesNotFit() throws IOException {
        var capture = new CaptureBytes(LITTLE_ENDIAN).section();
        capture.networkInterface(1, 0);
        capture.networkInterface(1, 0, capture.option64(14, Long.MAX_VALUE));
        capture.networkInterface(1, 0, capture.option(9, new byte[] {(byte) 0x80}));
        capture.packet(0, -1, FIRST, 61).packet(1, 1, FIRST, 61).packet(2, -1, FIRST, 61);
        capture.packet(0, 5, SECOND, 33);
        var collected = Collected.all(CaptureBytes.reader(capture.bytes()));

        assertThat(collected.frames).hasSize(1);
        assertThat(collected.problems).hasSize(3).allSatisfy(problem -> {
            assertThat(problem.reason()).isEqualTo(CaptureLossReason.TIMESTAMP_OUT_OF_RANGE);
            assertThat(problem.packets()).isEqualTo(1);
            assertThat(problem.layer2Octets()).isEqualTo(61);
        });
    }

    @Test
    void shouldReadSectionsWithTheirOwnByteOrderAndInterfaces() throws IOException {
        var first = new CaptureBytes(LITTLE_ENDIAN).section();
        first.networkInterface(1, 0, first.option(2, "eth0")).packet(0, 1_000_000, FIRST, 61);
        var second = new CaptureBytes(BIG_ENDIAN).section();
        second.networkInterface(1, 0, second.option(2, "eth0")).networkInterface(101, 0);
        second.packet(1, 2_000_000, SECOND, 33).packet(0, 3_000_000, SECOND, 33);
        var collected =
                Collected.all(CaptureBytes.reader(first.raw(second.bytes()).bytes()));

        assertThat(collected.problems).isEmpty();
        assertThat(collected.interfaces)
                .as("eth0 is described alike in both and goes on")
                .extracting(CaptureInterface::linkType)
                .containsExactly(1, 101);
        assertThat(collected.frames).extracting(Collected.Seen::interfaceIndex).containsExactly(0, 1, 0);
        assertThat(collected.frames).extracting(Collected.Seen::linkType).containsExactly(1, 101, 1);
        assertThat(collected.times()).containsExactly(1_000_000_000L, 2_000_000_000L, 3_000_000_000L);
    }

    @Test
    void shouldCutASimplePacketToTheSnapLength() throws IOException {
        var capture = new CaptureBytes(LITTLE_ENDIAN).section().networkInterface(1, 17);
        capture.simplePacket(Arrays.copyOf(FIRST, 17), 61);
        var collected = Collected.all(CaptureBytes.reader(capture.bytes()));

        assertThat(collected.frames.get(0).bytes()).isEqualTo(Arrays.copyOf(FIRST, 17));
        assertThat(collected.frames.get(0).layer2Octets()).isEqualTo(61);
        assertThat(collected.frames.get(0).timeNanos()).isZero();
    }

    @Test
    void shouldRefusePacketsOfUnknownInterfacesAndGoOn() throws IOException {
        var capture = new CaptureBytes(LITTLE_ENDIAN).section();
        capture.packet(0, 1, FIRST, 61).simplePacket(FIRST, 61);
        capture.networkInterface(1, 0);
        capture.packet(1, 2, FIRST, 61).packet(0xffff_ffffL, 2, FIRST, 61).packet(0, 3_000, SECOND, 33);
        var collected = Collected.all(CaptureBytes.reader(capture.bytes()), 100);

        assertThat(collected.frames).extracting(Collected.Seen::bytes).containsExactly(SECOND);
        assertThat(collected.problems).singleElement().satisfies(problem -> {
            assertThat(problem.reason()).isEqualTo(CaptureLossReason.UNKNOWN_INTERFACE);
            assertThat(problem.packets()).isEqualTo(4);
            assertThat(problem.layer2Octets()).isEqualTo(4 * 61);
            assertThat(problem.message()).contains("3 more");
        });
    }

    @Test
    void shouldRefuseAPacketThatClaimsMoreThanItsBlock() throws IOException {
        var body = new CaptureBytes(LITTLE_ENDIAN).u32(0).u32(0).u32(7).u32(62).u32(62);
        var capture = new CaptureBytes(LITTLE_ENDIAN).section().networkInterface(1, 0);
        capture.block(6, body.raw(Arrays.copyOf(FIRST, 60)).bytes());
        capture.block(6, new byte[16]);
        capture.packet(0, 8, SECOND, 0x8000_0000L);
        capture.packet(0, 9, SECOND, 33);
        var collected = Collected.all(CaptureBytes.reader(capture.bytes()));

        assertThat(collected.frames).extracting(Collected.Seen::bytes).containsExactly(SECOND);
        assertThat(collected.problems)
                .allSatisfy(problem -> assertThat(problem.reason()).isEqualTo(CaptureLossReason.CORRUPT_PACKET_HEADER));
        assertThat(collected.problems.stream()
                        .mapToLong(CaptureProblem::packets)
                        .sum())
                .isEqualTo(3);
    }

    @Test
    void shouldEndAtABlockWhoseLengthsDiffer() throws IOException {
        var capture = new CaptureBytes(LITTLE_ENDIAN).section().networkInterface(1, 0);
        capture.packet(0, 1, FIRST, 61);
        int damage = capture.size();
        byte[] bytes = capture.packet(0, 2, FIRST, 61).packet(0, 3, FIRST, 61).bytes();
        bytes[damage + 8 + 20 + 64] ^= 4;
        var collected = Collected.all(CaptureBytes.reader(bytes));

        assertThat(collected.frames).hasSize(1);
        assertThat(collected.problems).singleElement().satisfies(problem -> {
            assertThat(problem.reason()).isEqualTo(CaptureLossReason.CORRUPT_BLOCK);
            assertThat(problem.firstOffset()).isEqualTo(damage);
            assertThat(problem.packets()).isNull();
        });
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 8, 13, 0xffff_fffcL})
    void shouldEndAtAPacketBlockOfAnImpossibleLength(long total) throws IOException {
        var capture = new CaptureBytes(LITTLE_ENDIAN).section().networkInterface(1, 0);
        capture.packet(0, 1, FIRST, 61).u32(6).u32(total).raw(new byte[40]);
        var collected = Collected.all(CaptureBytes.reader(capture.bytes()));

        assertThat(collected.frames).hasSize(1);
        assertThat(collected.problems)
                .extracting(CaptureProblem::reason)
                .containsExactly(CaptureLossReason.CORRUPT_BLOCK);
    }

    @Test
    void shouldSkipOtherBlocksOfAnySize() throws IOException {
        var capture = new CaptureBytes(LITTLE_ENDIAN).section().networkInterface(1, 0);
        capture.block(10, new byte[PcapngReader.MAX_BLOCK_OCTETS + 4]).packet(0, 1, FIRST, 61);
        var collected = Collected.all(CaptureBytes.reader(capture.bytes()));

        assertThat(collected.problems).isEmpty();
        assertThat(collected.frames).hasSize(1);
    }

    @Test
    void shouldTellDropsOnce() throws IOException {
        var capture = new CaptureBytes(BIG_ENDIAN).section().networkInterface(1, 0);
        capture.packet(0, 1_000_000, FIRST, 61, capture.option(1, "note"), capture.option64(4, 5));
        capture.statistics(0, 2_000_000, capture.option64(5, 3), capture.option64(7, 12));
        capture.statistics(0, 3_000_000, capture.option64(5, 3), capture.option64(7, 12));
        capture.obsoletePacket(0, 2, 4_000_000, FIRST, 61);
        capture.statistics(9, 3_000_000, capture.option64(7, 12));
        var collected = Collected.all(CaptureBytes.reader(capture.bytes()));

        assertThat(sumOf(collected, CaptureLossReason.KERNEL_DROP)).isEqualTo(14);
        assertThat(sumOf(collected, CaptureLossReason.INTERFACE_DROP)).isEqualTo(3);
        assertThat(collected.frames).hasSize(2);
    }

    @Test
    void shouldTakeAnAbsurdDropCounterAsUnknown() throws IOException {
        var capture = new CaptureBytes(BIG_ENDIAN).section().networkInterface(1, 0);
        capture.packet(0, 1_000_000, FIRST, 61, capture.option64(4, Long.MAX_VALUE));
        capture.packet(0, 1_000_000, FIRST, 61, capture.option64(4, Long.MAX_VALUE));
        var collected = Collected.all(CaptureBytes.reader(capture.bytes()));

        assertThat(collected.frames).hasSize(2);
        assertThat(collected.problems).singleElement().satisfies(problem -> assertThat(problem.packets())
                .isNull());
    }

    private static long sumOf(Collected collected, CaptureLossReason reason) {
        return collected.problems.stream()
                .filter(problem -> problem.reason() == reason)
                .mapToLong(CaptureProblem::packets)
                .sum();
    }

    @Test
    void shouldBoundTheInterfaces() throws IOException {
        var capture = new CaptureBytes(LITTLE_ENDIAN).section();
        for (int i = 0; i < PcapngReader.MAX_INTERFACES + 3; i++) {
            capture.networkInterface(1, i);
        }
        capture.packet(PcapngReader.MAX_INTERFACES, 1, FIRST, 61);
        capture.packet(PcapngReader.MAX_INTERFACES - 1, 1, FIRST, 61);
        capture.raw(new CaptureBytes(BIG_ENDIAN)
                .section()
                .networkInterface(7, 7)
                .packet(0, 1, FIRST, 61)
                .bytes());
        var collected = Collected.all(CaptureBytes.reader(capture.bytes()));

        assertThat(collected.interfaces).hasSize(PcapngReader.MAX_INTERFACES);
        assertThat(collected.frames).hasSize(1);
        assertThat(sumOf(collected, CaptureLossReason.UNKNOWN_INTERFACE)).isEqualTo(2);
    }

    @Test
    void shouldGoOnAfterABrokenInterfaceOption() throws IOException {
        var capture = new CaptureBytes(LITTLE_ENDIAN).section();
        capture.networkInterface(1, 0, capture.option(2, "eth0"), new byte[] {3, 0, (byte) 0xff, (byte) 0xff});
        capture.packet(0, 1, FIRST, 61);
        var collected = Collected.all(CaptureBytes.reader(capture.bytes()));

        assertThat(collected.frames).hasSize(1);
        assertThat(collected.interfaces.get(0).name()).isEqualTo("eth0");
        assertThat(collected.problems).singleElement().satisfies(problem -> {
            assertThat(problem.reason()).isEqualTo(CaptureLossReason.CORRUPT_BLOCK);
            assertThat(problem.packets()).isZero();
        });
    }

    @Test
    void shouldRefuseAFormatVersionThatIsNotKnown() throws IOException {
        byte[] section = new CaptureBytes(BIG_ENDIAN).section().bytes();
        section[13] = 2;
        byte[] good = new CaptureBytes(BIG_ENDIAN)
                .section()
                .networkInterface(1, 0)
                .packet(0, 1, FIRST, 61)
                .raw(section)
                .bytes();
        var collected = Collected.all(CaptureBytes.reader(good));

        assertThatThrownBy(() -> Collected.all(CaptureBytes.reader(section)))
                .isInstanceOf(CaptureOpenException.class)
                .hasMessageContaining("2.0");
        assertThat(collected.frames).hasSize(1);
        assertThat(collected.problems)
                .extracting(CaptureProblem::reason)
                .containsExactly(CaptureLossReason.UNSUPPORTED_SECTION);
    }

    @Test
    void shouldKeepWhatComesBeforeACutAtAnyOctet() throws IOException {
        for (ByteOrder order : List.of(LITTLE_ENDIAN, BIG_ENDIAN)) {
            var ends = new HashSet<Integer>();
            var capture = new CaptureBytes(order).section();
            ends.add(capture.size());
            ends.add(capture.networkInterface(1, 0).size());
            int first = capture.packet(0, 1, FIRST, 61).size();
            ends.add(first);
            ends.add(capture.block(4, SECOND).size());
            int second = capture.simplePacket(SECOND, 33).size();
            ends.add(second);
            ends.add(capture.raw(new CaptureBytes(order).section().bytes()).size());
            byte[] bytes = capture.bytes();
            for (int cut = 0; cut < bytes.length; cut++) {
                var source = CaptureBytes.reader(Arrays.copyOf(bytes, cut));
                if (cut < 28) {
                    assertThatThrownBy(() -> Collected.all(source)).isInstanceOf(CaptureOpenException.class);
                    continue;
                }
                var collected = Collected.all(source);
                assertThat(collected.frames)
                        .as("cut at %d", cut)
                        .hasSize((cut >= first ? 1 : 0) + (cut >= second ? 1 : 0));
                assertThat(collected.problems).as("cut at %d", cut).hasSize(ends.contains(cut) ? 0 : 1);
                if (!ends.contains(cut)) {
                    CaptureProblem problem = collected.problems.get(0);
                    boolean inPacket =
                            (cut >= first - 96 + 28 && cut < first) || (cut >= second - 52 + 12 && cut < second);
                    assertThat(problem.reason()).isEqualTo(CaptureLossReason.TRUNCATED_FILE);
                    assertThat(problem.packets()).as("cut at %d", cut).isEqualTo(inPacket ? 1L : null);
                    assertThat(problem.endOffset()).isEqualTo(cut);
                }
            }
        }
    }
}
