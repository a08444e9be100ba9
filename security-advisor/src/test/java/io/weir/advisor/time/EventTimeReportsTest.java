package io.weir.advisor.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class EventTimeReportsTest {

    private static final long HOUR_MS = 3_600_000;

    private final EventTimeReports reports = new EventTimeReports(Duration.ofSeconds(10));

    @Test
    void shouldTellTimeOnceItHasMovedOn() {
        assertThat(reports.isDue("a", 0)).isTrue();
        assertThat(reports.isDue("a", 9_999)).isFalse();
        assertThat(reports.isDue("b", 9_999)).as("each point by itself").isTrue();
        assertThat(reports.isDue("a", 10_000)).isTrue();
        assertThat(reports.isDue("a", 0)).as("a late record").isFalse();
    }

    @Test
    void shouldFollowAClockThatWasSetBack() {
        reports.isDue("a", HOUR_MS);
        for (int i = 1; i < EventTimeReports.RECORDS_IN_A_ROW; i++) {
            assertThat(reports.isDue("a", i)).isFalse();
        }

        assertThat(reports.isDue("a", 1_000)).isTrue();
        assertThat(reports.isDue("a", 11_000)).isTrue();
    }

    @Test
    void shouldNotFollowTwoClocksUnderOneName() {
        reports.isDue("a", HOUR_MS);
        for (int i = 0; i < 1_000; i++) {
            assertThat(reports.isDue("a", i)).isFalse();
            assertThat(reports.isDue("a", HOUR_MS + i)).isFalse();
        }
    }
}
