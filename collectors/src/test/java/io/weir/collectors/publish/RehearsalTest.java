package io.weir.collectors.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.collectors.capture.afpacket.RingRehearsal;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RehearsalTest {

    @Test
    void shouldTakeEveryFrameThroughTheCollector() throws InterruptedException {
        long packets =
                Rehearsal.run(SentBatches.CONFIG, Clock.systemUTC(), new RingRehearsal(10_000, Duration.ofMinutes(1)));

        assertThat(packets).isBetween(10_000L, 10_000L + 4096);
    }

    @Test
    void shouldEndInTimeHoweverSlowTheMachine() throws InterruptedException {
        long packets = Rehearsal.run(
                SentBatches.CONFIG, Clock.systemUTC(), new RingRehearsal(Long.MAX_VALUE, Duration.ofMillis(20)));

        assertThat(packets).isPositive();
    }
}
