package io.weir.advisor.detection;

import static io.weir.advisor.host.Observations.flow;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.advisor.host.Observation;
import io.weir.advisor.host.Outcome;
import io.weir.schemas.Confidence;
import io.weir.schemas.FlowClass;
import io.weir.schemas.Severity;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SynFloodTest {

    private final SynFlood rule = new SynFlood(SynFlood.Settings.defaults());

    @ParameterizedTest
    @EnumSource(names = {"UNANSWERED", "HALF_OPEN", "ODD"})
    void shouldFindAHundredASecondLeftHanging(Outcome outcome) {
        List<Observation> seen = attempts(0, 500, outcome);
        seen.addAll(attempts(5, 500, outcome));

        assertThat(Look.of(rule, seen)).singleElement().satisfies(verdict -> {
            assertThat(verdict.severity).isEqualTo(Severity.high);
            assertThat(verdict.scope).isEqualTo("tcp/80");
            assertThat(verdict.initiator).isNull();
            assertThat(verdict.responder).hasToString("10.0.0.2");
            assertThat(Look.measured(verdict, "hangingConnections")).isEqualTo(100);
            assertThat(Look.measured(verdict, "hangingRatio")).isEqualTo(1);
            assertThat(Look.measured(verdict, "sources")).isBetween(45.0, 75.0);
            assertThat(verdict.flows).isEqualTo(1_000);
            assertThat(verdict.traffic.packetsOut()).as("of initiators").isEqualTo(1_000);
            assertThat(verdict.firstMicros).isEqualTo(Look.second(0));
        });
    }

    @Test
    void shouldSayNothingOneBelow() {
        List<Observation> seen = attempts(0, 500, Outcome.UNANSWERED);
        seen.addAll(attempts(5, 499, Outcome.UNANSWERED));

        assertThat(Look.of(rule, seen)).isEmpty();
    }

    @Test
    void shouldWantOneBucketAfterTheOther() {
        List<Observation> seen = attempts(0, 5_000, Outcome.UNANSWERED);
        assertThat(Look.of(rule, seen)).as("one").isEmpty();

        seen.addAll(attempts(10, 5_000, Outcome.UNANSWERED));
        assertThat(Look.of(rule, seen)).as("with a gap").isEmpty();

        seen.addAll(attempts(5, 5_000, Outcome.UNANSWERED));
        assertThat(Look.of(rule, seen)).singleElement().satisfies(verdict -> assertThat(verdict.flows)
                .isEqualTo(15_000));
    }

    @Test
    void shouldWantFourFifthsOfAllLeftHanging() {
        List<Observation> seen = attempts(0, 600, Outcome.HALF_OPEN);
        seen.addAll(attempts(5, 600, Outcome.HALF_OPEN));
        seen.addAll(attempts(0, 150, Outcome.ANSWERED));
        seen.addAll(attempts(5, 150, Outcome.ANSWERED));
        assertThat(Look.of(rule, seen)).singleElement().satisfies(verdict -> assertThat(
                        Look.measured(verdict, "hangingRatio"))
                .isEqualTo(0.8));

        seen.add(flow("10.0.1.1", "10.0.0.2").tcp(80).at(7).answered());
        assertThat(Look.of(rule, seen)).isEmpty();
    }

    /** Many clients complete their connections; a service that is down refuses them. */
    @ParameterizedTest
    @EnumSource(names = {"ANSWERED", "REFUSED", "ONE_SIDED", "UNKNOWN"})
    void shouldNotTakeARushOfClientsForAFlood(Outcome outcome) {
        List<Observation> seen = attempts(0, 3_000, outcome);
        seen.addAll(attempts(5, 3_000, outcome));

        assertThat(Look.of(rule, seen)).isEmpty();
    }

    @Test
    void shouldNotTakeAScanForAFlood() {
        List<Observation> seen = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            seen.add(flow("10.0.1.1", "10.0.0.2").tcp(1 + i).at(i * 0.005).unanswered());
            seen.add(flow("10.0.1.2", "10.1." + i / 250 + "." + (1 + i % 250))
                    .tcp(445)
                    .at(i * 0.005)
                    .unanswered());
        }

        assertThat(Look.of(rule, seen)).isEmpty();
    }

    @Test
    void shouldScaleWhatIsSampled() {
        List<Observation> seen = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            seen.add(flow("10.0.1." + i, "10.0.0.2").tcp(80).at(i).oneIn(100).unanswered());
        }
        assertThat(Look.of(rule, seen)).singleElement().satisfies(verdict -> assertThat(
                        Look.measured(verdict, "hangingConnections"))
                .isEqualTo(100));
    }

    @Test
    void shouldLeaveOutWhatBeganLaterAndNotBeSurerThanTheService() {
        List<Observation> seen = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            seen.add(flow("192.0.2.1", "10.0.0.2")
                    .tcp(80)
                    .at(i * 0.01)
                    .of(FlowClass.ingress)
                    .sure(Confidence.low)
                    .unanswered());
        }

        assertThat(Look.until(rule, Look.second(4.9), seen)).isEmpty();
        assertThat(Look.until(rule, Look.second(5), seen)).singleElement().satisfies(verdict -> {
            assertThat(verdict.flowClass).isEqualTo(FlowClass.ingress);
            assertThat(verdict.boundedSeverity()).isEqualTo(Severity.low);
        });
    }

    /** Of 60 sources, within the bucket of 5 s that begins then. */
    private static List<Observation> attempts(double fromSecond, int count, Outcome outcome) {
        List<Observation> seen = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            seen.add(flow("10.0.1." + (1 + i % 60), "10.0.0.2")
                    .tcp(80)
                    .at(fromSecond + 4.9 * i / count)
                    .outcome(outcome));
        }
        return seen;
    }
}
