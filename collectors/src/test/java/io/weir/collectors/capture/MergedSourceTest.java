package io.weir.collectors.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MergedSourceTest {

    @TempDir
    Path folder;

    @Test
    void shouldMergeByTimeAndKeepEqualTimesInTheOrderOfTheFiles() throws IOException {
        var collected = Collected.all(MergedSource.of(
                List.of(reader(1, 10, 20, 20, 30), reader(2, 5, 20, 31), reader(3), reader(4, 20, 40))));

        assertThat(collected.times()).containsExactly(5L, 10L, 20L, 20L, 20L, 20L, 30L, 31L, 40L);
        assertThat(markers(collected)).containsExactly(2, 1, 1, 1, 2, 4, 1, 2, 4);
        assertThat(collected.interfaces).hasSize(4);
        assertThat(collected.frames)
                .extracting(Collected.Seen::interfaceIndex)
                .containsExactly(1, 0, 0, 0, 1, 3, 0, 1, 3);
    }

    @Test
    void shouldDeliverFramesWhenTheyAreDue() throws IOException {
        long[] now = {1_000};
        List<Long> waits = new ArrayList<>();
        Pace pace = new Pace(2, () -> now[0], waits::add);
        try (MergedSource source = MergedSource.of(List.of(reader(1, 10, 20, 60), reader(2, 12)), pace)) {
            var collected = new Collected();
            assertThat(source.poll(collected, 100)).isEqualTo(1);
            now[0] += 1;
            assertThat(source.poll(collected, 100)).isEqualTo(1);
            assertThat(source.poll(collected, 100)).isZero();
            assertThat(waits).containsExactly(4L);
            now[0] += 4;
            assertThat(source.poll(collected, 100)).isEqualTo(1);
            now[0] += 1_000;
            assertThat(source.poll(collected, 100)).isEqualTo(1);
            assertThat(source.poll(collected, 100)).isEqualTo(CaptureSource.END);
            assertThat(collected.times()).containsExactly(10L, 12L, 20L, 60L);
        }
    }

    @Test
    void shouldEndWhenStoppedBeforeAFrameIsDue() throws IOException {
        try (MergedSource source = MergedSource.of(List.of(reader(1, 10, 2_000)), new Pace(1, () -> 0, nanos -> {}))) {
            var collected = new Collected();
            assertThat(source.poll(collected, 100)).isEqualTo(1);
            assertThat(source.poll(collected, 100)).isZero();

            source.stop();

            assertThat(source.poll(collected, 100)).isEqualTo(CaptureSource.END);
        }
    }

    @Test
    void shouldWaitNoLongerThanASignOfLifeMayTake() {
        List<Long> waits = new ArrayList<>();
        Pace pace = new Pace(1, () -> 0, waits::add);
        assertThat(pace.isDue(0, true)).isTrue();
        assertThat(pace.isDue(3_600_000_000_000L, true)).isFalse();
        assertThat(pace.isDue(3_600_000_000_000L, false)).isFalse();
        assertThat(waits).containsExactly(50_000_000L);
        assertThat(pace.isDue(-5, true)).isTrue();
    }

    @Test
    void shouldKeepTheOrderWithinAFileEvenWhenItsTimesGoBack() throws IOException {
        var collected = Collected.all(MergedSource.of(List.of(reader(1, 10, 50, 20, 60), reader(2, 30, 55))));

        assertThat(collected.times()).containsExactly(10L, 30L, 50L, 20L, 55L, 60L);
    }

    @Test
    void shouldGiveTheSameAsSortingAll() throws IOException {
        long seed = System.nanoTime();
        var random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            List<CaptureFileReader> readers = new ArrayList<>();
            List<long[]> all = new ArrayList<>();
            int files = 1 + random.nextInt(9);
            for (int file = 0; file < files; file++) {
                int[] times = random.ints(random.nextInt(20), 0, 50).sorted().toArray();
                readers.add(reader(file, times));
                for (int time : times) {
                    all.add(new long[] {time, file});
                }
            }
            all.sort(Comparator.comparingLong((long[] frame) -> frame[0]).thenComparingLong(frame -> frame[1]));
            var collected = Collected.all(MergedSource.of(readers), 1 + random.nextInt(10));

            assertThat(collected.times())
                    .as("seed %d, round %d", seed, round)
                    .isEqualTo(all.stream().map(frame -> frame[0]).toList());
            assertThat(markers(collected))
                    .isEqualTo(all.stream().map(frame -> (int) frame[1]).toList());
        }
    }

    @Test
    void shouldGoOnWithTheOtherFilesAfterOneIsCut() throws IOException {
        byte[] whole = capture(2, 15, 25);
        var cut = CaptureBytes.reader(Arrays.copyOf(whole, whole.length - 1));
        var collected = Collected.all(MergedSource.of(List.of(reader(1, 10, 20, 30), cut)));

        assertThat(collected.times()).containsExactly(10L, 15L, 20L, 30L);
        assertThat(collected.problems).singleElement().satisfies(problem -> {
            assertThat(problem.reason()).isEqualTo(CaptureLossReason.TRUNCATED_FILE);
            assertThat(problem.interfaceIndex()).isEqualTo(1);
        });
    }

    @Test
    void shouldNameInterfacesByTheirFiles() throws IOException {
        List<Path> files =
                List.of(folder.resolve("a/eth0.pcap"), folder.resolve("b/eth0.pcap"), folder.resolve("c.pcap"));
        for (Path file : files) {
            Files.createDirectories(file.getParent());
            Files.write(file, capture(1, 1));
        }
        assertThat(Collected.all(MergedSource.open(files)).interfaces)
                .extracting(CaptureInterface::name)
                .containsExactly("eth0.pcap.1", "eth0.pcap.2", "c.pcap");
    }

    @Test
    void shouldRefuseAllWhenOneFileIsNoCapture() throws IOException {
        Path good = Files.write(folder.resolve("good.pcap"), capture(1, 1));
        Path bad = Files.writeString(folder.resolve("bad.pcap"), "not at all");

        assertThatThrownBy(() -> MergedSource.open(List.of(good, bad)))
                .isInstanceOf(CaptureOpenException.class)
                .hasMessageContaining("bad.pcap");
        assertThat(Collected.all(MergedSource.open(List.of(good))).frames).hasSize(1);
    }

    private static List<Integer> markers(Collected collected) {
        return collected.frames.stream().map(frame -> (int) frame.bytes()[0]).toList();
    }

    private static CaptureFileReader reader(int marker, int... nanos) {
        return CaptureBytes.reader(capture(marker, nanos));
    }

    private static byte[] capture(int marker, int... nanos) {
        var capture = CaptureBytes.pcap(ByteOrder.LITTLE_ENDIAN, PcapReader.NANOSECONDS_MAGIC, 65_535, 1);
        for (int time : nanos) {
            capture.record(0, time, CaptureBytes.payload(20, marker), 20);
        }
        return capture.bytes();
    }
}
