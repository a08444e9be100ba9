package io.weir.collectors.publish;

import static io.weir.collectors.capture.afpacket.TestNetwork.FAR;
import static io.weir.collectors.capture.afpacket.TestNetwork.NEAR;
import static io.weir.collectors.capture.ebpf.Frames.ACK;
import static io.weir.collectors.capture.ebpf.Frames.FIN;
import static io.weir.collectors.capture.ebpf.Frames.PSH;
import static io.weir.collectors.capture.ebpf.Frames.SYN;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.collectors.capture.CaptureInterface;
import io.weir.collectors.capture.CaptureOpenException;
import io.weir.collectors.capture.CaptureSource;
import io.weir.collectors.capture.Frame;
import io.weir.collectors.capture.FrameSink;
import io.weir.collectors.capture.LiveConfig;
import io.weir.collectors.capture.afpacket.RingSource;
import io.weir.collectors.capture.afpacket.TestNetwork;
import io.weir.collectors.capture.afpacket.TestNetwork.Wire;
import io.weir.collectors.capture.ebpf.EbpfSource;
import io.weir.collectors.capture.ebpf.Frames;
import io.weir.decoding.packet.FactKind;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of packets that a source has counted: what would have become of their frames. */
@Timeout(60)
class CountedTrafficTest {

    private static final long T0_NANOS = 1_700_000_000_000_000_000L;
    private static final int MIB = 1 << 20;

    /** Skipped where there is no namespace, no ring or no program in the kernel. */
    @Test
    void shouldSayTheSameAsFrames() throws Exception {
        try (var network = new TestNetwork();
                var ofFrames = new SentBatches(3);
                var counted = new SentBatches(3)) {
            network.inside(() -> {
                var config = new LiveConfig(FAR, 2048, false, 16 * MIB, 10, null);
                try (CaptureSource ring = possible(() -> RingSource.open(config));
                        CaptureSource ebpf = possible(() -> EbpfSource.open(config));
                        var near = new Wire(NEAR);
                        var far = new Wire(FAR)) {
                    send(near, far);
                    for (var each : List.of(collector(ring, ofFrames), collector(ebpf, counted))) {
                        each.stop();
                        each.run();
                    }
                }
                return null;
            });

            assertThat(ofFrames.totals()).hasSizeGreaterThan(20);
            assertThat(counted.totals()).isEqualTo(ofFrames.totals());
            assertThat(counted.packets()).as("summaries").isLessThan(ofFrames.packets() / 2);
            assertThat(counted.losses()).isZero();
        }
    }

    private static void send(Wire near, Wire far) {
        for (int i = 0; i < 200; i++) {
            byte[] datagram = Frames.udp(1000 + i % 3, 2000, i);
            near.send(datagram);
            far.send(Frames.back(datagram));
            near.send(Frames.udp6(1000 + i % 3, 2000, i));
            near.send(Frames.tagged(datagram, 0x8100, 7));
            far.send(Frames.tagged(Frames.back(datagram), 0x8100, 7));
            near.send(Frames.tagged(Frames.tagged(datagram, 0x8100, 5), 0x88a8, 6));
            near.send(Frames.tcp6(5000, 6000, i % 7 == 0 ? ACK | PSH : ACK, "of no kind that is known"));
        }
        byte[] request = Frames.tcp(4000, 80, ACK | PSH, "GET / HTTP/1.1\r\nHost: weir.test\r\n\r\n");
        byte[] data = Frames.tcp(4000, 80, ACK, "0123456789 and so on");
        near.send(Frames.tcp(4000, 80, SYN, ""));
        far.send(Frames.back(Frames.tcp(4000, 80, SYN | ACK, "")));
        near.send(request);
        for (int i = 0; i < 100; i++) {
            far.send(Frames.back(data));
            near.send(Frames.tcp(4000, 80, ACK, ""));
        }
        near.send(request);
        far.send(Frames.back(Frames.tcp(4000, 80, FIN | ACK | PSH, "the end")));
        near.send(Frames.tcp(4000, 80, FIN | ACK, ""));
        for (int i = 0; i < 20; i++) {
            near.send(Frames.icmpEcho());
            near.send(Frames.fragment(0x2000));
            near.send(Frames.fragment(0x0004));
            near.send(Frames.vxlan(Frames.tcp(1, 2, ACK, "in a tunnel")));
            near.send(Frames.udp(4000, 53, 40));
        }
    }

    /** A way to capture that this machine may not have. */
    private interface Opening {
        CaptureSource open() throws CaptureOpenException;
    }

    private static CaptureSource possible(Opening opening) {
        try {
            return opening.open();
        } catch (CaptureOpenException e) {
            Assumptions.abort(e.getMessage());
            throw new IllegalStateException(e);
        }
    }

    /** Delivers two frames and a summary of the time between them, which is held back until the end. */
    private static final class Holding implements CaptureSource {
        private final Frame frame = new Frame();
        private int polled;

        @Override
        public int poll(FrameSink sink, int maxFrames) {
            ByteBuffer bytes = ByteBuffer.wrap(Frames.udp(1000, 2000, 58));
            switch (polled++) {
                case 0 -> {
                    sink.onInterface(0, new CaptureInterface("eth0", "eth0", null, 1, 0, 0, 0));
                    sink.onFrame(frame.set(bytes, 0, 100, 100, T0_NANOS, 1, 0));
                    sink.onFrame(frame.set(bytes, 0, 100, 100, T0_NANOS + 9_000_000_000L, 1, 0));
                    return 2;
                }
                case 1 -> {
                    sink.onSummary(
                            frame.set(bytes, 0, 42, 100, T0_NANOS + 2_000_000_000L, 1, 0),
                            1_000_000,
                            100_000_000,
                            86_000_000,
                            -1);
                    return 1;
                }
                default -> {
                    return END;
                }
            }
        }

        @Override
        public long heldSinceNanos() {
            return polled < 2 ? T0_NANOS + 1_000_000_000L : Long.MAX_VALUE;
        }

        @Override
        public void stop() {}

        @Override
        public String name() {
            return "eth0";
        }

        @Override
        public void close() {}
    }

    @Test
    void shouldCountPacketsNotSummariesAndHoldTheWatermarkBack() throws Exception {
        try (var sent = new SentBatches(1);
                var source = new Holding()) {
            CollectorReport report = collector(source, sent, () -> Instant.ofEpochMilli(T0_NANOS / 1_000_000 + 60_000))
                    .run();

            assertThat(report.packets()).isEqualTo(1_000_002);
            assertThat(report.layer2Octets()).isEqualTo(100_000_200);
            assertThat(sent.totals().values())
                    .singleElement()
                    .isEqualTo(new SentBatches.Totals(1_000_002, 100_000_200, 86_000_000 + 2 * 86, -1, 0));
            sent.assertOneSession();
        }
    }

    private static CaptureCollector collector(CaptureSource source, SentBatches sent) {
        return collector(source, sent, InstantSource.system());
    }

    private static CaptureCollector collector(CaptureSource source, SentBatches sent, InstantSource clock) {
        var config = new CollectorConfig(
                "node-1",
                2,
                Duration.ofMillis(1),
                Duration.ofSeconds(1),
                16L * MIB,
                "none",
                8,
                FactKind.ALL,
                true,
                0,
                1,
                true,
                RawPacketConfig.OFF);
        return new CaptureCollector(
                config, List.of(source), CaptureCollector.Kind.LIVE, "eth0", sent.sender, clock, () -> "session-1");
    }
}
