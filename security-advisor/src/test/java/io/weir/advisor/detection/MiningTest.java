package io.weir.advisor.detection;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.schemas.Severity;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class MiningTest {

    private static final String POD = "10.0.0.5";
    private static final Detection RULE = new Mining(Mining.Settings.defaults());

    private static Act mines(int pool) {
        return Act.egress(POD, "192.0.2." + pool, 3333)
                .lasting(Duration.ofSeconds(60))
                .traffic(8, 5_000, 8, 3_000);
    }

    @Test
    void shouldHintAtOnePoolAndAlarmAtTwo() {
        assertThat(new Timeline(POD).add(mines(1)).verdict(RULE).boundedSeverity())
                .isEqualTo(Severity.low);
        List<Verdict> two = new Timeline(POD).add(mines(1), mines(2)).verdicts(RULE);
        assertThat(two).hasSize(2).allMatch(verdict -> verdict.boundedSeverity() == Severity.medium);
    }

    @Test
    void shouldTakeAQuietConnectionThatShowsAsSeveralFlowsForOne() {
        Act piece = Act.egress(POD, "192.0.2.1", 9999).traffic(2, 200, 2, 300).lasting(Duration.ofSeconds(1));
        new Timeline(POD).add(4, i -> piece.at(i * 301.1)).silent(RULE);
        assertThat(new Timeline(POD).add(4, i -> piece.at(i * 301)).verdicts(RULE))
                .hasSize(1);
    }

    @Test
    void shouldWantLengthPacketsAndLittleTraffic() {
        new Timeline(POD).add(mines(1).lasting(Duration.ofMillis(59_999))).silent(RULE);
        new Timeline(POD).add(mines(1).traffic(7, 5_000, 8, 3_000)).silent(RULE);
        new Timeline(POD).add(mines(1).traffic(8, 5_000, 7, 3_000)).silent(RULE);
        new Timeline(POD).add(mines(1).traffic(400, 100_001, 400, 200_000)).silent(RULE);
        assertThat(new Timeline(POD)
                        .add(mines(1).traffic(400, 100_000, 400, 200_000))
                        .verdicts(RULE))
                .hasSize(1);
    }

    @Test
    void shouldNotTakeOthers() {
        new Timeline(POD).add(mines(1).protocol(6, 443)).silent(RULE);
        new Timeline(POD).add(mines(1).udp()).silent(RULE);
        new Timeline(POD)
                .add(Act.internal(POD, "10.0.0.9", 3333)
                        .lasting(Duration.ofMinutes(9))
                        .traffic(90, 9_000, 90, 9_000))
                .silent(RULE);
        assertThat(new Timeline(POD).add(mines(1).at(10)).verdicts(RULE, Act.T0))
                .isEmpty();
    }
}
