package io.weir.collectors.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.schemas.packets.CanonicalKey;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class FirstPacketsTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final int NO_FLAGS = -1;
    private static final int SYN = 0x02;
    private static final int SYN_ACK = 0x12;
    private static final int FIN_ACK = 0x11;
    private static final int RST = 0x04;

    private static final long IDLE = 60 * SECOND;

    private final FirstPackets table = new FirstPackets(2);

    @Test
    void shouldTellTheFirstPacketsOfEachFlow() {
        assertThat(table.take(1, NO_FLAGS, 0, IDLE)).isTrue();
        assertThat(table.take(2, NO_FLAGS, 0, IDLE)).isTrue();
        assertThat(table.take(1, NO_FLAGS, SECOND, IDLE)).isTrue();
        assertThat(table.take(1, NO_FLAGS, 2 * SECOND, IDLE)).isFalse();
        assertThat(table.take(2, NO_FLAGS, 2 * SECOND, IDLE)).isTrue();
        assertThat(table.take(2, NO_FLAGS, 2 * SECOND, IDLE)).isFalse();
    }

    @Test
    void shouldBeginAnewAfterSilenceOnly() {
        exhaust(1);

        assertThat(table.take(1, NO_FLAGS, 60 * SECOND, IDLE)).isFalse();
        assertThat(table.take(1, NO_FLAGS, 120 * SECOND, IDLE)).isFalse();
        assertThat(table.take(1, NO_FLAGS, 180 * SECOND + 1, IDLE)).isTrue();
        assertThat(table.take(1, NO_FLAGS, 180 * SECOND + 1, IDLE)).isTrue();
        assertThat(table.take(1, NO_FLAGS, 180 * SECOND + 1, IDLE)).isFalse();
    }

    @Test
    void shouldKeepTheLatestTimeWhenPacketsComeOutOfOrder() {
        exhaust(1);
        table.take(1, NO_FLAGS, 50 * SECOND, IDLE);
        table.take(1, NO_FLAGS, 10 * SECOND, IDLE);

        assertThat(table.take(1, NO_FLAGS, 100 * SECOND, IDLE)).isFalse();
    }

    @Test
    void shouldBeginAnewWithTheNextConnection() {
        table.take(1, SYN, 0, IDLE);
        table.take(1, SYN, 0, IDLE);
        assertThat(table.take(1, SYN, 0, IDLE)).as("sent again, not a new one").isFalse();
        table.take(1, FIN_ACK, 0, IDLE);
        assertThat(table.take(1, SYN_ACK, 0, IDLE)).isFalse();

        assertThat(table.take(1, SYN, 0, IDLE)).isTrue();
        assertThat(table.take(1, RST, 0, IDLE)).isTrue();
        assertThat(table.take(1, RST, 0, IDLE)).isFalse();
        assertThat(table.take(1, SYN, 0, IDLE)).isTrue();
    }

    @Test
    void shouldForgetTheFlowThatIsSilentLongest() {
        long other = 5;
        exhaust(1);
        exhaust(2);
        table.take(1, NO_FLAGS, 2 * SECOND, IDLE);
        // Flows of one set: they differ in bits that do not choose it.
        table.take(other++, NO_FLAGS, SECOND, IDLE);
        table.take(other++, NO_FLAGS, SECOND, IDLE);
        table.take(other, NO_FLAGS, SECOND, IDLE);

        assertThat(table.take(1, NO_FLAGS, 3 * SECOND, IDLE)).isFalse();
        assertThat(table.take(2, NO_FLAGS, 3 * SECOND, IDLE)).isTrue();
    }

    @Test
    void shouldKnowAsManyFlowsAsItHolds() {
        int flows = FirstPackets.ENTRIES / 2;
        for (int i = 0; i < flows; i++) {
            exhaust(CanonicalKey.mix(i));
        }
        long known = 0;
        for (int i = 0; i < flows; i++) {
            known += table.take(CanonicalKey.mix(i), NO_FLAGS, SECOND, IDLE) ? 0 : 1;
        }
        assertThat(known).isGreaterThan(flows * 9L / 10);
    }

    private void exhaust(long flow) {
        assertThat(table.take(flow, NO_FLAGS, 0, IDLE)).isTrue();
        assertThat(table.take(flow, NO_FLAGS, 0, IDLE)).isTrue();
        assertThat(table.take(flow, NO_FLAGS, 0, IDLE)).isFalse();
    }
}
