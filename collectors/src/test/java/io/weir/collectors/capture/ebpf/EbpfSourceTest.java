package io.weir.collectors.capture.ebpf;

import static io.weir.collectors.capture.afpacket.TestNetwork.FAR;
import static io.weir.collectors.capture.afpacket.TestNetwork.NEAR;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.collectors.capture.CaptureOpenException;
import io.weir.collectors.capture.CaptureOpenException.Reason;
import io.weir.collectors.capture.CaptureSource;
import io.weir.collectors.capture.Collected;
import io.weir.collectors.capture.LiveConfig;
import io.weir.collectors.capture.afpacket.TestNetwork;
import io.weir.collectors.capture.afpacket.TestNetwork.Wire;
import java.io.IOException;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Counts own packets in a network namespace of its own. Skipped where none can be made or the kernel takes no program. */
@Timeout(60)
class EbpfSourceTest {

    private static final int MIB = 1 << 20;

    @Test
    void shouldCountPlainDatagramsByFlow() throws Exception {
        try (var network = new TestNetwork()) {
            Collected collected = network.inside(() -> {
                try (var wire = new Wire(NEAR);
                        var source = open(config(FAR))) {
                    var sink = new Collected();
                    assertThat(source.method()).isEqualTo("ebpf");
                    assertThat(source.poll(sink, 10)).as("idle").isZero();
                    for (int i = 0; i < 5000; i++) {
                        wire.send(Frames.udp(1000 + i % 10, 2000, i % 1400));
                    }
                    drain(source, sink);
                    return sink;
                }
            });

            assertThat(collected.frames).isEmpty();
            assertThat(collected.packets()).isEqualTo(5000).isEqualTo(network.counter(FAR, "rx_packets"));
            assertThat(collected.layer2Octets()).isEqualTo(network.counter(FAR, "rx_bytes"));
            assertThat(collected.problems).isEmpty();
        }
    }


    private static LiveConfig config(String device) {
        return new LiveConfig(device, 2048, false, 16 * MIB, 10, null);
    }

    private static EbpfSource open(LiveConfig config) throws IOException {
        return open(config, Tuning.of(config));
    }

    private static EbpfSource open(LiveConfig config, Tuning tuning) throws IOException {
        try {
            return EbpfSource.open(config, tuning);
        } catch (CaptureOpenException e) {
            boolean cannot = e.reason() == Reason.LIBRARY_MISSING
                    || e.reason() == Reason.NOT_PERMITTED
                    || e.reason() == Reason.NOT_SUPPORTED;
            Assumptions.assumeFalse(cannot, e.getMessage());
            throw e;
        }
    }


    private static void drain(EbpfSource source, Collected collected) throws IOException {
        source.stop();
        int polled = source.poll(collected, 64);
        while (polled != CaptureSource.END) {
            polled = source.poll(collected, 64);
        }
    }
}
