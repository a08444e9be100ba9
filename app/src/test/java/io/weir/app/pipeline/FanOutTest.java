package io.weir.app.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.app.WeirProcess;
import io.weir.app.WeirRun;
import io.weir.app.failure.ExitCode;
import io.weir.collectors.capture.CaptureInterface;
import io.weir.collectors.capture.CaptureSource;
import io.weir.collectors.capture.Frame;
import io.weir.collectors.capture.FrameSink;
import io.weir.collectors.publish.BatchSender;
import io.weir.collectors.publish.CaptureCollector;
import io.weir.collectors.publish.CollectorConfig;
import io.weir.schemas.topic.TopicCreator;
import io.weir.schemas.topic.Topics;
import io.weir.testing.KafkaExtension;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What two threads of one interface send, one of them nearly idle, is metered as what one would have sent. */
class FanOutTest {

    @RegisterExtension
    static final KafkaExtension KAFKA = new KafkaExtension();

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int ETHERNET = 1;
    private static final int FRAME_OCTETS = 60;
    private static final int ROUNDS = 600;
    private static final int STEP_MS = 100;
    private static final int BUSY_FLOWS = 20;
    private static final int QUIET_ROUNDS = 70;

    @TempDir
    private Path directory;

    private final Topics topics = new Topics(KAFKA.uniqueName("fan") + ".");
    private final AtomicLong nowMs = new AtomicLong(1_700_000_000_000L);

    /** Polled in step with the other; the clock goes on between. */
    private final CyclicBarrier step = new CyclicBarrier(2, () -> nowMs.addAndGet(STEP_MS));

    /** One packet of each flow every so many rounds. */
    private final class Source implements CaptureSource {
        private final int firstPort;
        private final int flows;
        private final int everyRounds;
        private final Frame frame = new Frame();
        private final ByteBuffer bytes = ByteBuffer.allocate(FRAME_OCTETS);
        private int round;

        Source(int firstPort, int flows, int everyRounds) {
            this.firstPort = firstPort;
            this.flows = flows;
            this.everyRounds = everyRounds;
        }

        @Override
        public int poll(FrameSink sink, int maxFrames) throws InterruptedIOException {
            if (round == 0) {
                sink.onInterface(0, new CaptureInterface("eth0", "eth0", null, ETHERNET, 0, 0, 0));
            }
            if (round == ROUNDS) {
                return END;
            }
            try {
                step.await();
            } catch (InterruptedException | BrokenBarrierException e) {
                throw new InterruptedIOException(e.toString());
            }
            if (round++ % everyRounds != 0) {
                return 0;
            }
            for (int flow = 0; flow < flows; flow++) {
                bytes.clear();
                bytes.putLong(0x0200_0000_0001_0200L).putInt(0x0000_0002).putShort((short) 0x0800);
                bytes.putInt(0x4500_002e)
                        .putInt(0)
                        .putInt(0x4011_0000)
                        .putInt(0x0a00_0001)
                        .putInt(0x0a00_0002);
                bytes.putShort((short) (firstPort + flow))
                        .putShort((short) 9999)
                        .putInt(0x001a_0000);
                sink.onFrame(
                        frame.set(bytes, 0, FRAME_OCTETS, FRAME_OCTETS, nowMs.get() * 1_000_000 + flow, ETHERNET, 0));
            }
            return flows;
        }

        @Override
        public void stop() {
            // It ends by itself.
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
    void shouldMeterWhatThreadsShareAsOneWithNothingLate() throws Exception {
        TopicCreator.createMissing(KAFKA.admin(), topics.all(), 2);
        Map<String, Object> client = new HashMap<>(KAFKA.clientProps());
        client.put("schema.registry.url", KAFKA.schemaRegistryUrl());
        CollectorConfig config = CollectorConfig.defaults("node-1");
        int packets = ROUNDS * BUSY_FLOWS + (ROUNDS + QUIET_ROUNDS - 1) / QUIET_ROUNDS;
        try (BatchSender sender = new BatchSender(config, topics, client)) {
            new CaptureCollector(
                            config,
                            List.of(new Source(1000, BUSY_FLOWS, 1), new Source(5000, 1, QUIET_ROUNDS)),
                            CaptureCollector.Kind.LIVE,
                            "eth0",
                            sender,
                            () -> Instant.ofEpochMilli(nowMs.get()),
                            () -> "session")
                    .run();
            sender.flush();
            assertThat(sender.sentPackets()).isEqualTo(packets);
        }
        try (WeirProcess meter = WeirProcess.start(directory, args("run", "meter"))) {
            WeirRun audit = WeirRun.of(directory, args("audit", "--json", "--wait", PATIENCE.toSeconds() + "s"));
            assertThat(audit.exitCode())
                    .as(audit.out() + audit.err() + meter.err())
                    .isEqualTo(ExitCode.DONE);
            assertThat(audit.out()).contains(":" + packets);
        }
        WeirRun flows = WeirRun.of(directory, args("flows", "--json", "--limit", "10000"));
        assertThat(flows.out().lines()).hasSizeGreaterThan(BUSY_FLOWS * ROUNDS * STEP_MS / 10_000);
        assertThat(flows.out().lines()).allMatch(line -> line.contains("\"isLate\":false"));
        assertThat(flows.out().lines().filter(line -> line.contains("\"isFirst\":true")))
                .as("flows, none of them cut in two")
                .hasSize(BUSY_FLOWS + 1);
        assertThat(flows.out().lines().filter(line -> line.contains("\"flowEndReason\":\"forced\"")))
                .as("ended once, with the input")
                .hasSize(BUSY_FLOWS + 1);
    }

    private String[] args(String... args) {
        return WeirRun.joining(KAFKA, topics.prefix(), args);
    }
}
