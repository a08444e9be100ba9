package io.weir.collectors.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.collectors.capture.CaptureInterface;
import io.weir.collectors.capture.CaptureSource;
import io.weir.collectors.capture.Frame;
import io.weir.collectors.capture.FrameSink;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A collector whose interface is read by several threads. */
@Timeout(60)
class ThreadedCollectorTest {

    private static final int LINKTYPE_LINUX_SLL2 = 276;
    private static final long MILLI = 1_000_000;
    private static final long ROUND_MS = 100;

    private final SentBatches sent = new SentBatches(2);
    private final AtomicLong nowMs = new AtomicLong(1_700_000_000_000L);
    private final AtomicLong sessions = new AtomicLong();

    /** What a source delivers in a poll of this number, or {@link CaptureSource#END}. */
    private interface Polls {
        int poll(int number, Deliveries deliveries) throws IOException;
    }

    /** Makes packets of an interface of the system. */
    private interface Deliveries {
        void packet(int systemIndex, int port, long timeNanos);
    }

    private static final class Source implements CaptureSource {
        private final Polls polls;
        private final Frame frame = new Frame();
        private final ByteBuffer bytes = ByteBuffer.allocate(20 + 28);
        private int polled;
        private volatile boolean stopped;

        Source(Polls polls) {
            this.polls = polls;
        }

        @Override
        public int poll(FrameSink sink, int maxFrames) throws IOException {
            if (polled == 0) {
                sink.onInterface(0, new CaptureInterface("any", "any", null, LINKTYPE_LINUX_SLL2, 0, 0, 0));
            }
            return polls.poll(polled++, (systemIndex, port, timeNanos) -> {
                bytes.clear();
                bytes.putShort((short) 0x0800)
                        .putShort((short) 0)
                        .putInt(systemIndex)
                        .putInt(0x0001_0006);
                bytes.putLong(0x0200_0000_0001_0000L)
                        .putInt(0x4500_001c)
                        .putInt(0)
                        .putInt(0x4011_0000);
                bytes.putInt(0x0a00_0001)
                        .putInt(0x0a00_0002)
                        .putShort((short) port)
                        .putShort((short) 53)
                        .putInt(0x0008_0000);
                sink.onFrame(frame.set(bytes, 0, 48, 48, timeNanos, LINKTYPE_LINUX_SLL2, 0));
            });
        }

        @Override
        public void stop() {
            stopped = true;
        }

        @Override
        public String name() {
            return "any";
        }

        @Override
        public void close() {}
    }

    private CaptureCollector collector(Source... sources) {
        return new CaptureCollector(
                SentBatches.CONFIG,
                List.of(sources),
                CaptureCollector.Kind.LIVE,
                "any",
                sent.sender,
                () -> Instant.ofEpochMilli(nowMs.get()),
                () -> "session-" + sessions.incrementAndGet());
    }

    /** Threads that poll in step, the clock going on between. */
    private CyclicBarrier inStep(int threads) {
        return new CyclicBarrier(threads, () -> nowMs.addAndGet(ROUND_MS));
    }

    private static void await(CyclicBarrier barrier) throws IOException {
        try {
            barrier.await();
        } catch (InterruptedException | BrokenBarrierException e) {
            throw new InterruptedIOException(e.toString());
        }
    }

    @Test
    void shouldLetAQuietThreadKeepNobodyBack() throws Exception {
        CyclicBarrier step = inStep(2);
        Source busy = new Source((number, deliveries) -> {
            await(step);
            for (int port = 0; port < 60; port++) {
                deliveries.packet(0, port, nowMs.get() * MILLI);
            }
            return number < 100 ? 60 : CaptureSource.END;
        });
        Source quiet = new Source((number, deliveries) -> {
            await(step);
            if (number % 30 == 29) {
                deliveries.packet(0, 7, nowMs.get() * MILLI);
            }
            return number < 100 ? 0 : CaptureSource.END;
        });
        CollectorReport report = collector(busy, quiet).run();

        sent.assertOneSession();
        assertThat(report.packets()).isEqualTo(101 * 60 + 3).isEqualTo(sent.packets());
        long allowed = (SentBatches.CONFIG.heartbeat().toMillis() + 3 * ROUND_MS) * MILLI;
        for (int partition = 0; partition < sent.partitions(); partition++) {
            long begun = sent.of(partition).get(0).timesNanos()[0] + allowed;
            for (SentBatches.Batch batch : sent.of(partition)) {
                for (long time : batch.timesNanos()) {
                    assertThat(time < begun || batch.watermarkNanos() >= time - allowed)
                            .as("watermark %d at %d", batch.watermarkNanos(), time)
                            .isTrue();
                }
            }
        }
    }

    @Test
    void shouldSendSignsOfLifeAndTheEndOfPointsThatOnlyOneThreadHasSeen() throws Exception {
        CyclicBarrier step = inStep(2);
        Source idle = new Source((number, deliveries) -> {
            await(step);
            return number < 40 ? 0 : CaptureSource.END;
        });
        Source one = new Source((number, deliveries) -> {
            await(step);
            if (number == 0) {
                deliveries.packet(3, 1, nowMs.get() * MILLI);
            }
            return number < 40 ? 0 : CaptureSource.END;
        });
        collector(idle, one).run();

        sent.assertOneSession();
        assertThat(sent.packets()).isEqualTo(1);
        for (int partition = 0; partition < sent.partitions(); partition++) {
            List<SentBatches.Batch> batches = sent.of(partition);
            assertThat(batches)
                    .allSatisfy(batch -> assertThat(batch.interfaceName()).isEqualTo("any#3"));
            assertThat(batches.stream().map(SentBatches.Batch::end))
                    .containsOnlyOnce(true)
                    .endsWith(true);
            // Of 4.1 s: one when all threads have begun, if the packet was before that, and one when each of 0, 1, 2
            // and 3 s is complete.
            assertThat(batches.stream().filter(batch -> !batch.end() && batch.timesNanos().length == 0))
                    .hasSizeBetween(3, 5);
        }
    }

    /** Windows end at whole seconds, whenever the collector has started. */
    @Test
    void shouldSayToAllPartitionsWhenASecondIsComplete() throws Exception {
        nowMs.addAndGet(370);
        Source source = new Source((number, deliveries) -> {
            nowMs.addAndGet(ROUND_MS);
            if (number == 0) {
                deliveries.packet(0, 1, nowMs.get() * MILLI);
                return 1;
            }
            return number < 5_000 / ROUND_MS ? 0 : CaptureSource.END;
        });
        collector(source).run();

        for (int partition = 0; partition < sent.partitions(); partition++) {
            List<SentBatches.Batch> signs = sent.of(partition).stream()
                    .filter(batch -> !batch.end() && batch.timesNanos().length == 0)
                    .toList();
            assertThat(signs).hasSizeBetween(4, 6).allSatisfy(sign -> assertThat(sign.watermarkNanos() % 1_000_000_000)
                    .as("behind the second")
                    .isLessThanOrEqualTo(ROUND_MS * MILLI));
        }
    }

    @Test
    void shouldSendNothingBehindAWatermarkWhenProcessorsStampAtTheSameTime() throws Exception {
        Source source = new Source((number, deliveries) -> {
            nowMs.addAndGet(ROUND_MS);
            for (int port = 0; port < 60; port++) {
                long behindMs = port % 3 == 2 ? 7 : 0;
                deliveries.packet(0, port, (nowMs.get() - behindMs) * MILLI);
            }
            return number < 100 ? 60 : CaptureSource.END;
        });
        collector(source).run();

        for (int partition = 0; partition < sent.partitions(); partition++) {
            long watermark = Long.MIN_VALUE;
            for (SentBatches.Batch batch : sent.of(partition)) {
                for (long time : batch.timesNanos()) {
                    assertThat(time).isGreaterThan(watermark);
                }
                watermark = batch.watermarkNanos();
            }
        }
    }

    @Test
    void shouldNumberWithoutGapsWhenThreadsRunFreely() throws Exception {
        Source[] sources = new Source[4];
        for (int i = 0; i < sources.length; i++) {
            int thread = i;
            AtomicLong time = new AtomicLong(nowMs.get() * MILLI);
            sources[i] = new Source((number, deliveries) -> {
                for (int packet = 0; packet < 100; packet++) {
                    deliveries.packet(0, thread * 1000 + packet, time.addAndGet(1 + thread));
                }
                return number < 200 ? 100 : CaptureSource.END;
            });
        }
        CaptureCollector collector = collector(sources);
        CollectorReport report = collector.run();

        sent.assertOneSession();
        assertThat(report.packets()).isEqualTo(4 * 201 * 100).isEqualTo(sent.packets());
        assertThat(collector.packets()).isEqualTo(report.packets());
    }

    @Test
    void shouldBoundThePointsOfAllThreadsTogether() throws Exception {
        Source[] sources = new Source[2];
        for (int i = 0; i < sources.length; i++) {
            int first = 1 + 700 * i;
            sources[i] = new Source((number, deliveries) -> {
                for (int index = first; index < first + 700; index++) {
                    deliveries.packet(index, 1, nowMs.get() * MILLI);
                }
                return CaptureSource.END;
            });
        }
        collector(sources).run();

        assertThat(sessions).hasValue(1025);
        assertThat(sent.packets()).isEqualTo(1400);
        assertThat(sent.of(0).stream().map(SentBatches.Batch::interfaceName)).contains("any#others");
        assertThat(sent.of(0).stream().filter(SentBatches.Batch::end)).hasSize(1025);
    }

    @Test
    void shouldTakeAnyInterfaceNumber() throws Exception {
        Source source = new Source((number, deliveries) -> {
            deliveries.packet(-1, 1, nowMs.get() * MILLI);
            return CaptureSource.END;
        });

        assertThat(collector(source).run().packets()).isEqualTo(1);
    }

    @Test
    void shouldEndAllWhenOneFailsAndSayWhy() {
        Source first = new Source((number, deliveries) -> CaptureSource.END);
        Source waiting = untilStopped();
        Source failing = new Source((number, deliveries) -> {
            if (number == 0) {
                deliveries.packet(0, 1, nowMs.get() * MILLI);
                return 1;
            }
            throw new IOException("the ring is gone");
        });

        assertThatThrownBy(() -> collector(first, waiting, failing).run())
                .isInstanceOf(IOException.class)
                .hasMessage("the ring is gone");
        assertThat(waiting.stopped).isTrue();
        assertThat(sent.all()).as("the end was not reached").noneMatch(SentBatches.Batch::end);
    }

    @Test
    void shouldEndTheOthersWhenInterrupted() throws Exception {
        CountDownLatch interrupted = new CountDownLatch(1);
        Source other = new Source((number, deliveries) -> {
            try {
                Thread.currentThread().join();
                return 0;
            } catch (InterruptedException e) {
                interrupted.countDown();
                throw new InterruptedIOException();
            }
        });
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> collector(untilStopped(), other).run()).isInstanceOf(InterruptedException.class);
        interrupted.await();
    }

    private static Source untilStopped() {
        Source[] source = new Source[1];
        source[0] = new Source((number, deliveries) -> {
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedIOException();
            }
            return source[0].stopped ? CaptureSource.END : 0;
        });
        return source[0];
    }
}
