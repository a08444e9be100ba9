package io.weir.collectors.capture.afpacket;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.collectors.capture.CaptureInterface;
import io.weir.collectors.capture.CaptureProblem;
import io.weir.collectors.capture.CaptureSource;
import io.weir.collectors.capture.Frame;
import io.weir.collectors.capture.FrameSink;
import io.weir.decoding.packet.PacketDecoder;
import io.weir.decoding.packet.PacketHeaders;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RingRehearsalTest {

    @Test
    void shouldGiveFramesOfTheCommonKinds() {
        Map<String, Integer> kinds = new TreeMap<>();
        PacketDecoder decoder = new PacketDecoder();
        PacketHeaders headers = new PacketHeaders();
        FrameSink sink = new FrameSink() {
            @Override
            public void onFrame(Frame frame) {
                decoder.decode(
                        frame.buffer(),
                        frame.offset(),
                        frame.capturedOctets(),
                        frame.layer2Octets(),
                        frame.linkType(),
                        headers);
                String vlan = headers.vlanCount > 0 ? " in VLAN " + headers.vlanId(0) : "";
                kinds.merge(
                        Integer.toHexString(headers.etherType) + " protocol " + headers.protocol + " from port "
                                + headers.sourcePort + vlan,
                        1,
                        Integer::sum);
            }

            @Override
            public void onInterface(int interfaceIndex, CaptureInterface description) {
                assertThat(description.linkType()).isEqualTo(1);
            }

            @Override
            public void onProblem(CaptureProblem problem) {
                throw new AssertionError(problem.message());
            }
        };
        RingRehearsal rehearsal = new RingRehearsal(600, Duration.ofMinutes(1));

        assertThat(rehearsal.poll(sink, 600)).isEqualTo(600);
        assertThat(rehearsal.poll(sink, 600)).isEqualTo(CaptureSource.END);

        assertThat(kinds.keySet())
                .containsExactlyInAnyOrder(
                        "800 protocol 6 from port 54321",
                        "800 protocol 6 from port 54321 in VLAN 100",
                        "800 protocol 6 from port 54322",
                        "800 protocol 17 from port 54323",
                        "800 protocol 17 from port 54323 in VLAN 100",
                        "86dd protocol 6 from port 54324",
                        "800 protocol 17 from port 54325",
                        "800 protocol 17 from port 54325 in VLAN 100",
                        "806 protocol -1 from port -1");
    }
}
