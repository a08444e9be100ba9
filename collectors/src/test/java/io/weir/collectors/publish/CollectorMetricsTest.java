package io.weir.collectors.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.collectors.capture.CaptureInterface;
import io.weir.collectors.capture.CaptureLossReason;
import io.weir.collectors.capture.CaptureProblem;
import io.weir.collectors.capture.CaptureSource;
import io.weir.collectors.capture.Frame;
import io.weir.collectors.capture.FrameSink;
import io.weir.collectors.publish.CaptureCollector.Kind;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CollectorMetricsTest {

    private static final int FRAME_OCTETS = 60;

    private final SentBatches sent = new SentBatches(2);
    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final CollectorMetrics metrics = new CollectorMetrics(registry, sent.sender);

    @AfterEach
    void close() {
        sent.close();
    }

    /** Delivers some frames, says that others are missing, and ends. */
    private record Few(String name, int frames, long missing) implements CaptureSource {

        @Override
        public int poll(FrameSink sink, int maxFrames) {
            sink.onInterface(0, new CaptureInterface(name, null, null, 1, 65_535, 0, 0));
            Frame frame = new Frame();
            for (int i = 0; i < frames; i++) {
                sink.onFrame(frame.set(ByteBuffer.allocate(FRAME_OCTETS), 0, FRAME_OCTETS, FRAME_OCTETS, 1, 1, 0));
            }
            sink.onProblem(new CaptureProblem(
                    CaptureLossReason.KERNEL_DROP, name, 0, -1, -1, missing, null, 1L, 1L, "for a test"));
            return END;
        }

        @Override
        public void stop() {
            // It ends by itself.
        }

        @Override
        public void close() {}
    }

    private CaptureCollector collector(String name, int frames, long missing) {
        return new CaptureCollector(
                SentBatches.CONFIG,
                List.of(new Few(name, frames, missing)),
                Kind.FILE,
                name,
                sent.sender,
                InstantSource.system(),
                () -> "session");
    }

    private double counted(String name, String... tags) {
        return registry.get(name).tags(tags).functionCounter().count();
    }

    @Test
    void shouldAddUpWhatIsDoneAtOnePlace() throws Exception {
        for (int run = 0; run < 2; run++) {
            CaptureCollector collector = collector("a.pcap", 70, 5);
            metrics.begin(collector);
            collector.run();
            assertThat(counted("weir.collector.packets"))
                    .as("before the end is told")
                    .isEqualTo(70 * (run + 1));
            metrics.end(collector);
        }
        sent.sender.flush();

        assertThat(counted("weir.collector.packets", "interface", "a.pcap", "capture", "pcap"))
                .isEqualTo(140);
        assertThat(counted("weir.collector.octets")).isEqualTo(140 * FRAME_OCTETS);
        assertThat(counted("weir.collector.lost.packets", "reason", "kernel_drop"))
                .isEqualTo(10);
        assertThat(counted("weir.collector.lost.packets", "reason", "kafka_error"))
                .isZero();
        assertThat(counted("weir.collector.left.out.packets", "reason", "own")).isZero();
        assertThat(counted("weir.collector.sent.packets")).isEqualTo(140);
        assertThat(counted("weir.collector.sent.batches")).isPositive();
        assertThat(registry.get("weir.collector.buffer").gauge().value()).isZero();
    }

    @Test
    void shouldForgetThePlacesThatEndedLongestAgo() throws Exception {
        CaptureCollector lasting = collector("lasting", 1, 0);
        metrics.begin(lasting);
        for (int i = 0; i < CollectorMetrics.MAX_PLACES; i++) {
            CaptureCollector collector = collector("veth" + i, 1, 0);
            metrics.begin(collector);
            collector.run();
            metrics.end(collector);
        }

        assertThat(registry.find("weir.collector.packets").functionCounters()).hasSize(CollectorMetrics.MAX_PLACES);
        assertThat(registry.find("weir.collector.packets")
                        .tag("interface", "lasting")
                        .functionCounter())
                .as("one that still captures")
                .isNotNull();
        assertThat(registry.find("weir.collector.lost.packets")
                        .tag("interface", "veth0")
                        .functionCounters())
                .isEmpty();
        assertThat(counted("weir.collector.packets", "interface", "veth511")).isEqualTo(1);
    }
}
