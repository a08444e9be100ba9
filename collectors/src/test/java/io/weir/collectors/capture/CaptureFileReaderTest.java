package io.weir.collectors.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.weir.collectors.capture.CaptureOpenException.Reason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.Pipe;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CaptureFileReaderTest {

    private static final long FUZZ_ROUNDS = 20_000;

    @TempDir
    Path folder;

    @Test
    void shouldTellThatAFileIsMissing() {
        Path file = folder.resolve("none.pcap");

        assertRefused(file, Reason.NOT_FOUND, "no such file");
    }

    @Test
    void shouldTellThatAFileIsADirectory() {
        assertRefused(folder, Reason.NOT_READABLE, "is a directory");
    }

    @Test
    void shouldTellThatAFileIsEmpty() throws IOException {
        assertRefused(write(new byte[0]), Reason.EMPTY, "is empty (0 octets)");
    }

    @Test
    void shouldTellThatAFileEndsInItsHeader() throws IOException {
        assertRefused(write(Arrays.copyOf(twoPackets(), 17)), Reason.HEADER_CUT, "17 octets");
        assertRefused(write(new byte[] {1, 2}), Reason.HEADER_CUT, "2 octets");
    }

    @Test
    void shouldTellWhatAFileIsInstead() throws IOException {
        assertRefused(write("# a plain list\n"), Reason.NOT_A_CAPTURE, "this is text, \"# a plain list\"");
        assertRefused(write("PK\3\4 and more"), Reason.UNSUPPORTED_FORMAT, "zip archive");
        assertRefused(write(new byte[] {9, 8, 7, 6, 5}), Reason.NOT_A_CAPTURE, "09 08 07 06 05");
        assertRefused(write(HexFormat.of().parseHex("28b52ffd00000000")), Reason.UNSUPPORTED_FORMAT, "zstd -dc");
        assertRefused(write(gzip(gzip(twoPackets()))), Reason.UNSUPPORTED_FORMAT, "gzip twice");
        assertRefused(write(new byte[] {0x1f, (byte) 0x8b, 99, 1, 1, 1, 1}), Reason.NOT_A_CAPTURE, "gzip");
    }

    private void assertRefused(Path file, Reason reason, String... inMessage) {
        var refused = catchThrowableOfType(
                CaptureOpenException.class, () -> CaptureFileReader.open(file).close());

        assertThat(refused.reason()).isEqualTo(reason);
        assertThat(refused.source()).isEqualTo(file.toString());
        assertThat(refused).hasMessageStartingWith(file.toString()).hasMessageContainingAll(inMessage);
    }

    private Path write(String text) throws IOException {
        return write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private Path write(byte[] bytes) throws IOException {
        return Files.write(folder.resolve("test.pcap"), bytes);
    }

    private static byte[] twoPackets() {
        return CaptureBytes.pcap(ByteOrder.LITTLE_ENDIAN, PcapReader.MICROSECONDS_MAGIC, 65_535, 1)
                .record(1, 0, CaptureBytes.payload(60, 1), 60)
                .record(2, 0, CaptureBytes.payload(80, 2), 80)
                .bytes();
    }

    private static byte[] gzip(byte[] plain) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var packed = new GZIPOutputStream(out)) {
            packed.write(plain);
        }
        return out.toByteArray();
    }

    @Test
    void shouldReadAHeaderWithoutPackets() throws IOException {
        var collected = Collected.all(CaptureFileReader.open(write(Arrays.copyOf(twoPackets(), 24))));

        assertThat(collected.frames).isEmpty();
        assertThat(collected.problems).isEmpty();
        assertThat(collected.interfaces).hasSize(1);
    }

    @Test
    void shouldReadCompressedCaptures() throws IOException {
        var collected = Collected.all(CaptureFileReader.open(write(gzip(twoPackets()))));

        assertThat(collected.problems).isEmpty();
        assertThat(collected.times()).containsExactly(1_000_000_000L, 2_000_000_000L);
        assertThat(collected.frames.get(1).bytes()).isEqualTo(CaptureBytes.payload(80, 2));
    }

    @Test
    void shouldReadAllMembersOfACompressedPipe() throws IOException {
        byte[] plain = twoPackets();
        byte[] first = gzip(Arrays.copyOf(plain, 50));
        byte[] second = gzip(Arrays.copyOfRange(plain, 50, plain.length));
        Pipe pipe = Pipe.open();
        var collected = new Collected();
        try (var source = CaptureFileReader.open("-", pipe.source())) {
            send(pipe, first, 0, first.length);
            send(pipe, second, 0, second.length);
            assertThat(source.poll(collected, 100)).isEqualTo(2);
            pipe.sink().close();
            assertThat(source.poll(collected, 100)).isEqualTo(CaptureSource.END);
        }
        assertThat(collected.problems).isEmpty();
    }

    @Test
    void shouldKeepWhatComesBeforeACutOfACompressedCapture() throws IOException {
        var capture = CaptureBytes.pcap(ByteOrder.LITTLE_ENDIAN, PcapReader.MICROSECONDS_MAGIC, 65_535, 1);
        var random = new Random(7);
        byte[] frame = new byte[1000];
        for (int i = 0; i < 100; i++) {
            random.nextBytes(frame);
            capture.record(i, 0, frame, 1000);
        }
        byte[] packed = gzip(capture.bytes());
        var collected = Collected.all(CaptureFileReader.open(write(Arrays.copyOf(packed, packed.length / 2))));

        assertThat(collected.frames).hasSizeBetween(30, 60);
        assertThat(collected.problems).singleElement().satisfies(problem -> {
            assertThat(problem.reason()).isEqualTo(CaptureLossReason.TRUNCATED_FILE);
            assertThat(problem.message()).contains("compressed data is damaged");
        });
    }

    @Test
    void shouldReadManyBuffersOfFrames() throws IOException {
        var capture = CaptureBytes.pcap(ByteOrder.BIG_ENDIAN, PcapReader.NANOSECONDS_MAGIC, 65_535, 1);
        int frames = 5000;
        for (int i = 0; i < frames; i++) {
            capture.record(i, i, CaptureBytes.payload(i % 1500, i), i % 1500);
        }
        var collected = Collected.all(CaptureFileReader.open(write(capture.bytes())), 100);

        assertThat(collected.problems).isEmpty();
        assertThat(collected.frames).hasSize(frames);
        for (int i = 0; i < frames; i++) {
            assertThat(Arrays.equals(collected.frames.get(i).bytes(), CaptureBytes.payload(i % 1500, i)))
                    .as("frame %d", i)
                    .isTrue();
        }
    }

    @Test
    void shouldDeliverPacketsOfAPipeAsTheyCome() throws IOException {
        byte[] capture = twoPackets();
        Pipe pipe = Pipe.open();
        var source = CaptureFileReader.open("-", pipe.source());
        var collected = new Collected();
        try (source) {
            send(pipe, capture, 0, 24 + 76 + 30);
            assertThat(source.poll(collected, 100)).isEqualTo(1);
            send(pipe, capture, 24 + 76 + 30, capture.length);
            assertThat(source.poll(collected, 100)).isEqualTo(1);
            pipe.sink().close();
            assertThat(source.poll(collected, 100)).isEqualTo(CaptureSource.END);
        }
        assertThat(collected.frames).hasSize(2);
        assertThat(collected.problems).isEmpty();
    }

    private static void send(Pipe pipe, byte[] bytes, int from, int to) throws IOException {
        var buffer = ByteBuffer.wrap(bytes, from, to - from);
        while (buffer.hasRemaining()) {
            pipe.sink().write(buffer);
        }
    }

    @Test
    void shouldRefuseAStreamOnTheFirstPoll() throws IOException {
        Pipe pipe = Pipe.open();
        send(pipe, "GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII), 0, 18);
        pipe.sink().close();
        try (var source = CaptureFileReader.open("-", pipe.source())) {
            assertThatThrownBy(() -> source.poll(new Collected(), 1))
                    .isInstanceOf(CaptureOpenException.class)
                    .hasMessageStartingWith("-: ")
                    .hasMessageContaining("text");
        }
    }

    @Test
    void shouldEndAPollThatWaitsWhenStopped() throws Exception {
        Pipe pipe = Pipe.open();
        byte[] capture = twoPackets();
        send(pipe, capture, 0, 24 + 76 + 30);
        var collected = new Collected();
        try (var source = CaptureFileReader.open("-", pipe.source())) {
            assertThat(source.poll(collected, 100)).isEqualTo(1);
            var begun = new CountDownLatch(1);
            var waiting = CompletableFuture.supplyAsync(() -> {
                begun.countDown();
                try {
                    return source.poll(collected, 100);
                } catch (IOException e) {
                    throw new CompletionException(e);
                }
            });
            begun.await();
            source.stop();

            assertThat(waiting.get(30, TimeUnit.SECONDS)).isEqualTo(CaptureSource.END);
            assertThat(source.poll(collected, 100)).isEqualTo(CaptureSource.END);
        }
        assertThat(collected.problems).as("stopped, not cut").isEmpty();
        pipe.sink().close();
    }

    @Test
    void shouldBeInterruptible() throws Exception {
        Pipe pipe = Pipe.open();
        var source = CaptureFileReader.open("-", pipe.source());
        var failure = new AtomicReference<Throwable>();
        var reader = new Thread(() -> {
            try {
                source.poll(new Collected(), 100);
            } catch (IOException e) {
                failure.set(e);
            }
        });
        reader.start();
        reader.interrupt();
        reader.join(30_000);

        assertThat(failure.get()).isInstanceOf(ClosedByInterruptException.class);
        source.close();
        pipe.sink().close();
    }

    @Test
    void shouldNeverFailOnDamagedBytes() throws IOException, ExecutionException {
        long seed = System.nanoTime();
        var random = new Random(seed);
        byte[][] captures = {twoPackets(), sections(), gzip(sections())};
        for (int round = 0; round < FUZZ_ROUNDS; round++) {
            byte[] damaged = captures[round % captures.length].clone();
            int flips = 1 + random.nextInt(4);
            for (int i = 0; i < flips; i++) {
                damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
            }
            if (random.nextInt(4) == 0) {
                damaged = Arrays.copyOf(damaged, random.nextInt(damaged.length));
            }
            try {
                Collected.all(CaptureBytes.reader(damaged));
            } catch (CaptureOpenException e) {
                assertThat(e).hasMessageStartingWith("test: ");
            } catch (IOException | RuntimeException | Error e) {
                throw new ExecutionException("seed " + seed + ", round " + round + ": " + hex(damaged), e);
            }
        }
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static byte[] sections() {
        var first = new CaptureBytes(ByteOrder.LITTLE_ENDIAN).section();
        first.networkInterface(1, 0, first.option(2, "eth0"), first.option(9, new byte[] {9}), first.option64(14, 3));
        first.packet(0, 5, CaptureBytes.payload(20, 1), 60, first.option64(4, 1));
        first.simplePacket(CaptureBytes.payload(20, 1), 60);
        var second = new CaptureBytes(ByteOrder.BIG_ENDIAN).section();
        second.networkInterface(1, 96).obsoletePacket(0, 0, 9, CaptureBytes.payload(22, 1), 22);
        second.statistics(0, 10, second.option64(5, 2), second.option64(7, 1));
        return first.raw(second.bytes()).bytes();
    }
}
