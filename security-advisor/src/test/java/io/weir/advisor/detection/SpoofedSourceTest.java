package io.weir.advisor.detection;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.schemas.Severity;
import org.junit.jupiter.api.Test;

class SpoofedSourceTest {

    private static final String PREFIX = "240.0.0.0/4";
    private static final Detection RULE = new SpoofedSource(SpoofedSource.Settings.defaults());

    @Test
    void shouldAlarmAtManyThatGetNothing() {
        assertThat(new Timeline(PREFIX)
                        .add(10, i -> Act.ingress(PREFIX, "10.0.0." + i, 80)
                                .unanswered()
                                .at(i * 60 / 9.0))
                        .verdict(RULE)
                        .boundedSeverity())
                .isEqualTo(Severity.medium);
        assertThat(new Timeline(PREFIX)
                        .add(9, i -> Act.ingress(PREFIX, "10.0.0." + i, 80)
                                .unanswered()
                                .at(i))
                        .verdict(RULE)
                        .boundedSeverity())
                .isEqualTo(Severity.low);
        assertThat(new Timeline(PREFIX)
                        .add(10, i -> Act.ingress(PREFIX, "10.0.0." + i, 80)
                                .unanswered()
                                .at(i * 7))
                        .verdict(RULE)
                        .boundedSeverity())
                .isEqualTo(Severity.low);
    }

    /** Somebody uses the range for real. */
    @Test
    void shouldNotAlarmWhereThereAreAnswers() {
        assertThat(new Timeline(PREFIX)
                        .add(50, i -> Act.ingress(PREFIX, "10.0.0.1", 443).at(i))
                        .verdict(RULE)
                        .boundedSeverity())
                .isEqualTo(Severity.low);
    }

    @Test
    void shouldNotTakeOtherHosts() {
        new Timeline("8.8.8.8")
                .add(50, i -> Act.ingress("8.8.8.8", "10.0.0.1", 443)
                        .unanswered()
                        .at(i))
                .silent(RULE);
        new Timeline("240.0.0.7")
                .add(50, i -> Act.ingress("240.0.0.7", "10.0.0.1", 443)
                        .unanswered()
                        .at(i))
                .silent(RULE);
        new Timeline("8.8.8.0/24")
                .add(50, i -> Act.ingress("8.8.8.0/24", "10.0.0.1", 443)
                        .unanswered()
                        .at(i))
                .silent(RULE);
        new Timeline(PREFIX).add(Act.egress("10.0.0.1", PREFIX, 443)).silent(RULE);
    }
}
