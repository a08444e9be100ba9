package io.weir.collectors.capture.ebpf;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.collectors.capture.LiveConfig;
import io.weir.decoding.packet.PacketDecoder;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FlowProgramTest {

    private static final int MIB = 1 << 20;

    @Test
    void shouldTellPortsAsTheDecoderKnowsThem() {
        byte[] ports = FlowProgram.ports();

        for (int source = 0; source < 1 << 16; source += 7) {
            for (int destination : List.of(0, 1, 53, 67, 443, 1701, 4789, 5353, 40_000, 51_820)) {
                boolean passes = (ports[source] & 1) != 0 || (ports[destination] & 2) != 0;
                assertThat(passes).isEqualTo(PacketDecoder.looksIntoUdp(source, destination));
            }
        }
        assertThat(ports[53] & 4).isNotZero();
        assertThat(ports[8080]).isZero();
    }

    @ParameterizedTest
    @CsvSource({"1, 256, 1024", "8, 2048, 8192", "64, 16384, 65536", "100, 16384, 65536", "1024, 262144, 65536"})
    void shouldTakeItsSizesFromTheBuffer(int bufferMib, int ringKib, int flows) {
        Tuning tuning = Tuning.of(new LiveConfig("eth0", 262_144, true, bufferMib * MIB, 100, null));

        assertThat(tuning.ringOctets()).isEqualTo(ringKib * 1024);
        assertThat(tuning.flows()).isEqualTo(flows);
        assertThat(tuning.snapOctets()).isEqualTo(2048);
    }

    @ParameterizedTest
    @CsvSource({"0, 0, 0", "1000, 50999, 1000", "1000, 51001, 51001", "1000, -60000, -60000"})
    void shouldFollowTheTimeOfDayWhenItWasSet(long known, long measured, long adjusted) {
        assertThat(KernelClock.adjusted(known, measured)).isEqualTo(adjusted);
    }
}
