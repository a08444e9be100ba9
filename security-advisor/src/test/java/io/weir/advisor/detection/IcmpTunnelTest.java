package io.weir.advisor.detection;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.advisor.host.Outcome;
import io.weir.schemas.Severity;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class IcmpTunnelTest {

    private static final String POD = "10.0.0.5";
    private static final Act ECHO =
            Act.egress(POD, "192.0.2.7", 0).protocol(1, 8).lasting(Duration.ofMinutes(15));
    private static final Detection RULE = new IcmpTunnel(IcmpTunnel.Settings.defaults());

    /** As measured: requests of 223 octets on average, replies of 214. */
    @Test
    void shouldFindRepliesThatAreNoEcho() {
        Verdict verdict =
                new Timeline(POD).add(ECHO.traffic(373, 83_065, 367, 78_589)).verdict(RULE);

        assertThat(verdict.boundedSeverity()).isEqualTo(Severity.medium);
        assertThat(verdict.description)
                .isEqualTo(
                        "373 requests with 195 octets of data on average, 367 replies of other lengths than the requests.");
    }

    @Test
    void shouldWantLengthAndAmount() {
        // 92 octets are 64 of data.
        new Timeline(POD).add(ECHO.traffic(1_000, 92_000, 1_000, 120_000)).silent(RULE);
        assertThat(new Timeline(POD)
                        .add(ECHO.traffic(1_000, 92_001, 1_000, 120_000))
                        .verdicts(RULE))
                .hasSize(1);
        new Timeline(POD).add(ECHO.traffic(400, 60_000, 400, 40_000)).silent(RULE);
        assertThat(new Timeline(POD).add(ECHO.traffic(400, 60_001, 400, 40_000)).verdicts(RULE))
                .hasSize(1);
        new Timeline(POD).add(ECHO.traffic(19, 60_000, 19, 60_100)).silent(RULE);
    }

    @Test
    void shouldNotTakePingsForIt() {
        // By default, large ones that measure a path, and those that lose replies.
        new Timeline(POD).add(ECHO.traffic(900, 75_600, 900, 75_600)).silent(RULE);
        new Timeline(POD).add(ECHO.traffic(2_000, 2_856_000, 2_000, 2_856_000)).silent(RULE);
        new Timeline(POD).add(ECHO.traffic(2_000, 2_856_000, 1_500, 2_142_000)).silent(RULE);
        // Two sizes, one in a hundred lost.
        new Timeline(POD).add(ECHO.traffic(2_000, 1_512_000, 1_980, 1_500_000)).silent(RULE);
    }

    @Test
    void shouldHintAtMuchThatNobodyAnswers() {
        Act silent = ECHO.outcome(Outcome.UNANSWERED);
        assertThat(new Timeline(POD)
                        .add(silent.traffic(900, 900_000, 0, 0))
                        .verdict(RULE)
                        .boundedSeverity())
                .isEqualTo(Severity.low);
        new Timeline(POD).add(silent.traffic(1_000, 84_000, 0, 0)).silent(RULE);
    }

    @Test
    void shouldJudgeFlowsOneByOne() {
        // The differences of both cancel out.
        assertThat(new Timeline(POD)
                        .add(
                                ECHO.traffic(100, 40_000, 100, 20_000),
                                ECHO.at(1_000).traffic(100, 20_000, 100, 40_000))
                        .verdict(RULE)
                        .boundedSeverity())
                .isEqualTo(Severity.medium);
    }
}
