package io.weir.exporters.ipfix;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PacingTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private static int sentWithin(Pacing pacing, long from, long nanos) {
        long now = from;
        int sent = 0;
        while (true) {
            now += pacing.waitNanos(now);
            if (now - from >= nanos) {
                return sent;
            }
            sent++;
        }
    }

    @Test
    void shouldSendAtItsRateHoweverLongNothingWasSent() {
        Pacing pacing = new Pacing(10_000);

        assertThat(sentWithin(pacing, -5, SECOND)).isBetween(10_000, 10_020);
        assertThat(sentWithin(pacing, 100 * SECOND, SECOND)).isBetween(10_000, 10_120);
    }

    @Test
    void shouldNotWaitWithoutARate() {
        Pacing pacing = new Pacing(0);

        assertThat(pacing.waitNanos(1)).isZero();
        assertThat(pacing.waitNanos(1)).isZero();
    }

    @Test
    void shouldWaitForWhatASlowRateAsks() {
        Pacing pacing = new Pacing(1);

        assertThat(pacing.waitNanos(7)).isZero();
        assertThat(pacing.waitNanos(7)).isEqualTo(SECOND);
        assertThat(pacing.waitNanos(SECOND + 7)).isEqualTo(SECOND);
    }
}
