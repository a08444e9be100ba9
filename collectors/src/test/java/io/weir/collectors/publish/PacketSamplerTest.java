package io.weir.collectors.publish;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PacketSamplerTest {

    private static final int PACKETS = 1_000_000;

    @Test
    void shouldTakeEveryPacketAtRateOne() {
        assertThat(taken(new PacketSampler(1, 7))).isEqualTo(PACKETS);
    }

    /** Five standard errors of a binomial distribution. */
    @ParameterizedTest
    @ValueSource(ints = {2, 10, 1000})
    void shouldTakeOneInN(int rate) {
        PacketSampler sampler = new PacketSampler(rate, 7);
        double expected = (double) PACKETS / rate;
        double error = Math.sqrt(expected * (1 - 1.0 / rate));

        int taken = taken(sampler);

        assertThat((double) taken).isBetween(expected - 5 * error, expected + 5 * error);
        assertThat(sampler.passedOver()).isEqualTo(PACKETS - taken);
    }

    /** Were it every second one, a flow of two packets that alternate would be seen in one direction only. */
    @Test
    void shouldTakeEachPacketByItself() {
        PacketSampler sampler = new PacketSampler(2, 7);
        int both = 0;
        for (int i = 0; i < PACKETS / 2; i++) {
            boolean first = sampler.takes();
            boolean second = sampler.takes();
            both += first && second ? 1 : 0;
        }

        assertThat(both).isBetween(PACKETS / 8 - 2000, PACKETS / 8 + 2000);
    }

    @Test
    void shouldChooseTheSameWithTheSameSeed() {
        PacketSampler one = new PacketSampler(10, 7);
        PacketSampler other = new PacketSampler(10, 7);
        for (int i = 0; i < 1000; i++) {
            assertThat(one.takes()).isEqualTo(other.takes());
        }
    }

    private static int taken(PacketSampler sampler) {
        int taken = 0;
        for (int i = 0; i < PACKETS; i++) {
            taken += sampler.takes() ? 1 : 0;
        }
        return taken;
    }
}
