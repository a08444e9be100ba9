package io.weir.advisor.detection;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.schemas.Confidence;
import io.weir.schemas.Severity;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class FirstContactTest {

    private static final String POD = "10.0.0.5";
    private static final Detection RULE = new FirstContact(FirstContact.Settings.defaults());

    @Test
    void shouldLearnForADay() {
        Timeline learning = new Timeline(POD)
                .add(Act.internal(POD, "10.0.0.9", 5432).at(0))
                .add(Act.internal(POD, "10.0.0.10", 5432).at(86_399));
        learning.silent(RULE);

        Verdict verdict =
                learning.add(Act.internal(POD, "10.0.0.11", 5432).at(86_400)).verdict(RULE);
        assertThat(verdict.boundedSeverity()).isEqualTo(Severity.informational);
        assertThat(verdict.responder).isEqualTo(Act.key("10.0.0.11"));
    }

    @Test
    void shouldTellThoseOfTenMinutesTogether() {
        List<Verdict> verdicts = new Timeline(POD)
                .known()
                .add(5, i -> Act.internal(POD, "10.0.1." + i, 8080).at(60 * i))
                .add(
                        Act.egress(POD, "192.0.2.7", 443).at(599),
                        Act.egress(POD, "198.51.100.7", 443).at(600))
                .verdicts(RULE);

        assertThat(verdicts).extracting(one -> one.magnitude).containsExactlyInAnyOrder(6.0, 1.0);
    }

    @Test
    void shouldBeMediumForAdministrationInside() {
        assertThat(new Timeline(POD)
                        .known()
                        .add(Act.internal(POD, "10.0.1.1", 22))
                        .verdict(RULE)
                        .boundedSeverity())
                .isEqualTo(Severity.medium);
        assertThat(new Timeline(POD)
                        .known()
                        .add(Act.egress(POD, "192.0.2.7", 22))
                        .verdict(RULE)
                        .boundedSeverity())
                .isEqualTo(Severity.informational);
        assertThat(new Timeline(POD)
                        .known()
                        .add(Act.internal(POD, "10.0.1.1", 22).confidence(Confidence.medium))
                        .verdict(RULE)
                        .boundedSeverity())
                .isEqualTo(Severity.medium);
    }

    @Test
    void shouldNotTakeOldFriendsNorFailuresNorGuesses() {
        new Timeline(POD)
                .known()
                .add(
                        Act.internal(POD, "10.0.0.9", 5432).at(-2 * 86_400),
                        Act.internal(POD, "10.0.0.9", 5432).at(0))
                .add(Act.internal(POD, "10.0.0.77", 5432).unanswered())
                .add(Act.internal(POD, "10.0.0.78", 5432).confidence(Confidence.low))
                .add(Act.ingress("192.0.2.9", POD, 443))
                .silent(RULE);
    }

    /** Outside, networks are told apart, not addresses: a service with many addresses is one. */
    @Test
    void shouldTakeNeighboursOutsideForOne() {
        new Timeline(POD)
                .known()
                .add(
                        Act.egress(POD, "192.0.2.7", 443).after(Duration.ofHours(-47)),
                        Act.egress(POD, "192.0.2.200", 443).at(0))
                .silent(RULE);
    }

    @Test
    void shouldLeaveOutHostsThatMeetNewPeersAllTheTime() {
        Timeline browser = new Timeline(POD).known().add(254, i -> Act.internal(POD, "10.0.2." + i, 443)
                .after(Duration.ofHours(-47)));
        assertThat(browser.add(Act.internal(POD, "10.0.3.1", 443)).verdicts(RULE))
                .as("255 and one")
                .isEmpty();
        Timeline few = new Timeline(POD).known().add(253, i -> Act.internal(POD, "10.0.2." + i, 443)
                .after(Duration.ofHours(-47)));
        assertThat(few.add(Act.internal(POD, "10.0.3.1", 443)).verdicts(RULE)).hasSize(1);
    }
}
