package io.weir.advisor.detection;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.schemas.Severity;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ExfiltrationDripTest {

    private static final String POD = "10.0.0.5";
    private static final String PEER = "192.0.2.7";
    private static final Detection RULE = new ExfiltrationDrip(ExfiltrationDrip.Settings.defaults());

    private static Act sends(int hour, long out, long in) {
        return Act.egress(POD, PEER, 443).after(Duration.ofHours(hour)).traffic(900, out, 500, in);
    }

    @Test
    void shouldFindADayOfHours() {
        new Timeline(POD).add(23, i -> sends(i, 1_000_001, 9_000)).silent(RULE);
        Verdict verdict =
                new Timeline(POD).add(24, i -> sends(i, 1_000_001, 9_000)).verdict(RULE);

        assertThat(verdict.boundedSeverity()).as("logs are sent so, too").isEqualTo(Severity.low);
        assertThat(verdict.magnitude).isEqualTo(24 * 1_000_001.0);
        assertThat(verdict.firstMicros).isEqualTo(Act.T0);
    }

    @Test
    void shouldWantMoreThanAMegabyteInEach() {
        new Timeline(POD)
                .add(24, i -> sends(i, i == 12 ? 1_000_000 : 2_000_000, 9_000))
                .silent(RULE);
        new Timeline(POD)
                .add(25, i -> sends(i < 12 ? i : i + 1, 2_000_000, 9_000))
                .silent(RULE);
    }

    @Test
    void shouldWantThreeTimesOfWhatComesBack() {
        new Timeline(POD).add(24, i -> sends(i, 3_000_000, 1_000_001)).silent(RULE);
        assertThat(new Timeline(POD)
                        .add(24, i -> sends(i, 3_000_000, 1_000_000))
                        .verdicts(RULE))
                .hasSize(1);
    }

    @Test
    void shouldBeMediumWhenAKnownHostBeginsIt() {
        // The oldest of 25 hours is forgotten with its contact's day; what is known stays.
        Verdict verdict = new Timeline(POD)
                .known()
                .add(24, i -> sends(i, 2_000_000, 9_000))
                .verdict(RULE);

        assertThat(verdict.boundedSeverity()).isEqualTo(Severity.medium);
    }
}
