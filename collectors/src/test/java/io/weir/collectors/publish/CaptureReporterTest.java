package io.weir.collectors.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.collectors.capture.CaptureInterface;
import io.weir.collectors.capture.CaptureLossReason;
import io.weir.collectors.capture.CaptureProblem;
import io.weir.collectors.capture.CaptureSource;
import io.weir.collectors.capture.Frame;
import io.weir.collectors.capture.FrameSink;
import io.weir.schemas.Capture;
import io.weir.schemas.CaptureState;
import io.weir.testing.Await;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CaptureReporterTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int FRAME_OCTETS = 60;

    private final SentBatches sent = new SentBatches(2);
    private final AtomicLong nowMs = new AtomicLong(1_000_000);
    private final InstantSource clock = () -> Instant.ofEpochMilli(nowMs.get());

    @AfterEach
    void close() {
        sent.close();
    }

    /** Does what it is told, a step a poll. */
    private static final class Told implements CaptureSource {
        private interface Step {
            void take(FrameSink sink) throws IOException;
        }

        private final BlockingQueue<Step> steps = new LinkedBlockingQueue<>();
        private boolean announced;
        private boolean ended;

        void frames(int count) {
            steps.add(sink -> {
                Frame frame = new Frame();
                for (int i = 0; i < count; i++) {
                    sink.onFrame(frame.set(ByteBuffer.allocate(FRAME_OCTETS), 0, FRAME_OCTETS, FRAME_OCTETS, 1, 1, 0));
                }
            });
        }

        void problem(CaptureLossReason reason, Long packets) {
            steps.add(sink ->
                    sink.onProblem(new CaptureProblem(reason, "eth0", 0, -1, -1, packets, null, 1L, 1L, "for a test")));
        }

        void fail(String message) {
            steps.add(sink -> {
                throw new IOException(message);
            });
        }

        @Override
        public int poll(FrameSink sink, int maxFrames) throws IOException {
            if (!announced) {
                announced = true;
                sink.onInterface(0, new CaptureInterface("eth0", "eth0", null, 1, 65_535, 0, 0));
            }
            try {
                Step step = steps.poll(10, TimeUnit.MILLISECONDS);
                if (step != null) {
                    step.take(sink);
                }
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            return ended ? END : 0;
        }

        @Override
        public void stop() {
            steps.add(sink -> ended = true);
        }

        @Override
        public String name() {
            return "eth0";
        }

        @Override
        public String method() {
            return "afpacket";
        }

        @Override
        public void close() {}
    }

    @Test
    void shouldSayWhatACaptureDoesUntilItsEnd() throws Exception {
        Told source = new Told();
        CaptureCollector collector = collector(source);
        try (CaptureReporter reporter = reporter(Duration.ofMillis(50))) {
            reporter.begin(collector);
            Thread running = run(collector, reporter);
            Capture first = await("the first report", 0, CaptureState.running);
            assertThat(first.getCaptureId()).isEqualTo("capture-1");
            assertThat(first.getObservationPoint())
                    .hasToString("{\"host\": \"node-1\", \"interface\": \"eth0\","
                            + " \"capture\": \"afpacket\", \"samplingRate\": 1}");
            assertThat(first.getStartMilliseconds()).isEqualTo(1_000_000);
            assertThat(first.getReportIntervalMilliseconds()).isEqualTo(50);

            source.frames(40);
            source.problem(CaptureLossReason.KERNEL_DROP, 7L);
            source.problem(CaptureLossReason.INTERFACE_LOST, null);
            source.problem(CaptureLossReason.CORRUPT_PACKET_HEADER, 2L);
            source.frames(1);
            Capture later = await("a later report", 43, CaptureState.running, 200);
            assertThat(later.getPackets()).isEqualTo(41);
            assertThat(later.getLayer2Octets()).isEqualTo(41 * FRAME_OCTETS);
            assertThat(later.getDroppedPackets()).isEqualTo(7);
            assertThat(later.getLostPackets()).isEqualTo(2);

            source.stop();
            running.join();
            Capture last = await("the last report", 43, CaptureState.ended);
            assertThat(last.getMessage()).isNull();
            assertThat(last.getCaptureId()).isEqualTo("capture-1");
        }
    }

    @Test
    void shouldSayWhyACaptureFailed() throws Exception {
        Told source = new Told();
        CaptureCollector collector = collector(source);
        try (CaptureReporter reporter = reporter(Duration.ofHours(1))) {
            reporter.begin(collector);
            source.fail("the cable was cut");
            run(collector, reporter).join();

            assertThat(await("the last report", 0, CaptureState.failed).getMessage())
                    .isEqualTo("the cable was cut");
        }
    }

    @Test
    void shouldGiveTheRateSinceTheReportBefore() throws Exception {
        Told source = new Told();
        CaptureCollector collector = collector(source);
        CaptureReporter reporter = reporter(Duration.ofHours(1));
        reporter.begin(collector);
        await("the first report", 0, CaptureState.running);
        Thread running = run(collector, reporter);
        nowMs.addAndGet(4000);
        source.frames(100);
        source.stop();
        running.join();
        reporter.close();

        Capture last = await("the last report", 100, CaptureState.ended);
        assertThat(last.getPacketsPerSecond()).isEqualTo(25);
        assertThat(last.getLayer2OctetsPerSecond()).isEqualTo(25 * FRAME_OCTETS);
    }

    private CaptureCollector collector(CaptureSource source) {
        return new CaptureCollector(
                SentBatches.CONFIG,
                List.of(source),
                CaptureCollector.Kind.LIVE,
                "eth0",
                sent.sender,
                clock,
                () -> "session-1");
    }

    private CaptureReporter reporter(Duration interval) {
        return new CaptureReporter(
                sent.sender, SentBatches.TOPICS, SentBatches.CLIENT, interval, clock, () -> "capture-1");
    }

    private static Thread run(CaptureCollector collector, CaptureReporter reporter) {
        Thread thread = new Thread(() -> {
            Exception failure = null;
            try {
                collector.run();
            } catch (IOException | InterruptedException e) {
                failure = e;
            }
            reporter.end(collector, failure);
        });
        thread.start();
        return thread;
    }

    private Capture await(String what, long received, CaptureState state) {
        return await(what, received, state, 0);
    }

    /** @param stepMs by which time goes on until it is there */
    private Capture await(String what, long received, CaptureState state, long stepMs) {
        Capture[] found = new Capture[1];
        Await.until(PATIENCE, what, () -> {
            nowMs.addAndGet(stepMs);
            List<Capture> reports = sent.captures();
            if (reports.isEmpty()) {
                return false;
            }
            found[0] = reports.get(reports.size() - 1);
            return found[0].getReceivedPackets() == received && found[0].getState() == state;
        });
        return found[0];
    }
}
