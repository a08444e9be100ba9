package io.weir.advisor.detection;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.schemas.Confidence;
import io.weir.schemas.Severity;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LateralSpreadTest {

    private static final String POD = "10.0.0.5";
    private static final Detection RULE = new LateralSpread(LateralSpread.Settings.defaults());

    private static Act reaches(int host, int port) {
        return Act.internal(POD, "10.0.1." + host, port);
    }

    @Test
    void shouldFindThreeNewHostsOfAKnownOne() {
        new Timeline(POD).known().add(2, i -> reaches(i, 22).at(i)).silent(RULE);
        Verdict verdict =
                new Timeline(POD).known().add(3, i -> reaches(i, 22).at(i)).verdict(RULE);

        assertThat(verdict.boundedSeverity()).isEqualTo(Severity.high);
        assertThat(verdict.peers).hasSize(3);
    }

    @Test
    void shouldCountHostsWithinAnHour() {
        new Timeline(POD)
                .known()
                .add(3, i -> reaches(i, 445).after(Duration.ofMinutes(30L * i).plusSeconds(i)))
                .silent(RULE);
        assertThat(new Timeline(POD)
                        .known()
                        .add(3, i -> reaches(i, 445).after(Duration.ofMinutes(30L * i)))
                        .verdicts(RULE))
                .hasSize(1);
    }

    @Test
    void shouldNotTakeWhoAdministersTheSameHostsEachDay() {
        new Timeline(POD)
                .known()
                .add(20, i -> reaches(i, 22).after(Duration.ofHours(-47)))
                .add(20, i -> reaches(i, 22).at(i))
                .silent(RULE);
    }

    @Test
    void shouldBeLowWhileItIsNotKnownWhatIsUsual() {
        assertThat(new Timeline(POD)
                        .add(3, i -> reaches(i, 445).at(i))
                        .verdict(RULE)
                        .boundedSeverity())
                .isEqualTo(Severity.low);
        assertThat(new Timeline(POD)
                        .add(9, i -> reaches(i, 445).at(i))
                        .verdict(RULE)
                        .boundedSeverity())
                .isEqualTo(Severity.low);
        assertThat(new Timeline(POD)
                        .add(10, i -> reaches(i, 445).at(i))
                        .verdict(RULE)
                        .boundedSeverity())
                .isEqualTo(Severity.medium);
        assertThat(new Timeline(POD)
                        .add(3, i -> reaches(i, 445).at(i))
                        .add(3, i -> reaches(i, 5985).at(10 + i))
                        .verdict(RULE)
                        .boundedSeverity())
                .as("by two services each")
                .isEqualTo(Severity.medium);
    }

    @Test
    void shouldCountOnlyWhatAnsweredInsideAndIsSure() {
        new Timeline(POD)
                .known()
                .add(9, i -> reaches(i, 22).unanswered())
                .add(9, i -> reaches(20 + i, 22).confidence(Confidence.low))
                .add(9, i -> reaches(40 + i, 443))
                .add(9, i -> Act.egress(POD, "192.0.2." + i, 22))
                .add(9, i -> Act.ingress("192.0.2." + i, POD, 22))
                .silent(RULE);
    }
}
