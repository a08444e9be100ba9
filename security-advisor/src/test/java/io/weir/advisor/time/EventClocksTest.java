package io.weir.advisor.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class EventClocksTest {

    private static final int SILENT = 20;

    private final EventClocks clocks = new EventClocks(SILENT);

    @Test
    void shouldSayNothingUntilSettled() {
        assertThat(clocks.report("a", 0, 100)).isTrue();
        assertThat(clocks.now("a")).isEqualTo(EventClocks.UNKNOWN);
        tick(2);
        assertThat(clocks.now("a")).isEqualTo(100);
        assertThat(clocks.now("b")).isEqualTo(EventClocks.UNKNOWN);
    }

    /** When a file is read, partitions come one after the other, each as fast as it can. */
    @Test
    void shouldWaitForTheFirstReportsOfOtherPartitions() {
        EventClocks patient = new EventClocks(100);
        patient.report("a", 0, 500);
        for (int i = 0; i < 9; i++) {
            patient.tick();
            assertThat(patient.now("a")).isEqualTo(EventClocks.UNKNOWN);
        }
        patient.report("a", 1, 100);
        patient.tick();
        assertThat(patient.now("a")).isEqualTo(100);
    }

    @Test
    void shouldGoByTheSlowestPartitionThatReports() {
        clocks.report("a", 0, 100);
        clocks.report("a", 1, 500);
        tick(2);
        assertThat(clocks.now("a")).isEqualTo(100);
        tick(1);
        clocks.report("a", 1, 600);
        assertThat(clocks.now("a")).isEqualTo(600);
        clocks.report("a", 0, 300);
        assertThat(clocks.now("a")).isEqualTo(300);
    }

    @Test
    void shouldFollowAPointWhoseClockWasSetBack() {
        clocks.report("a", 0, 3_600_000);
        tick(2);
        assertThat(clocks.now("a")).isEqualTo(3_600_000);

        assertThat(clocks.report("a", 0, 1_000)).isTrue();

        assertThat(clocks.now("a")).isEqualTo(1_000);
    }

    @Test
    void shouldGoByTheFastestWhenAllAreSilent() {
        clocks.report("a", 0, 100);
        clocks.report("a", 1, 500);
        tick(5);
        assertThat(clocks.now("a")).isEqualTo(500);
    }

    @Test
    void shouldNeverRunBackwards() {
        clocks.report("a", 0, 100);
        assertThat(clocks.report("a", 0, 50)).isFalse();
        tick(2);
        assertThat(clocks.now("a")).isEqualTo(100);
    }

    @Test
    void shouldForgetWhoIsGone() {
        clocks.report("a", 0, 100);
        clocks.report("b", 0, 100);
        tick(SILENT);
        clocks.report("b", 0, 200);
        assertThat(clocks.removeGone()).isEmpty();
        tick(1);
        assertThat(clocks.removeGone()).containsOnlyKeys("a").containsValue(List.of(0));
        assertThat(clocks.now("a")).isEqualTo(EventClocks.UNKNOWN);
        assertThat(clocks.now("b")).isEqualTo(200);
    }

    /** It lies there: that it is read slowly, or fast, says nothing. */
    @Test
    void shouldKeepPointsOfAnInputThatEndsUntilItsEnd() {
        InputEnd end = InputEnd.expected();
        EventClocks finite = new EventClocks(10_000, end);
        finite.report("a", 0, 100);
        finite.report("a", 1, 500);
        for (int i = 0; i < 100; i++) {
            finite.tick();
            assertThat(finite.now("a")).as("other partitions").isEqualTo(EventClocks.UNKNOWN);
        }
        end.begin();
        for (int i = 0; i < 25; i++) {
            assertThat(finite.now("a")).isEqualTo(EventClocks.UNKNOWN);
            finite.tick();
        }
        assertThat(finite.now("a")).isEqualTo(100);
        for (int i = 0; i < 20_000; i++) {
            finite.tick();
        }
        assertThat(finite.removeGone()).isEmpty();
        finite.report("b", 0, 300);
        finite.report("b", 1, 200);

        end.reach();

        assertThat(finite.now("a")).isEqualTo(500);
        assertThat(finite.now("b")).as("without settling").isEqualTo(300);
    }

    private void tick(int times) {
        for (int i = 0; i < times; i++) {
            clocks.tick();
        }
    }
}
