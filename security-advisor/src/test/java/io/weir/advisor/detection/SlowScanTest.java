package io.weir.advisor.detection;

import static io.weir.advisor.host.Observations.flow;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.advisor.host.Observation;
import io.weir.advisor.host.Observations;
import io.weir.advisor.host.Outcome;
import io.weir.schemas.FlowClass;
import io.weir.schemas.Severity;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SlowScanTest {

    private static final double HOUR = 3_600;

    private final SlowScan rule = new SlowScan(SlowScan.Settings.defaults());

    @Test
    void shouldFindEightServicesInADay() {
        assertThat(Look.of(rule, services(8, 3 * HOUR))).singleElement().satisfies(verdict -> {
            assertThat(verdict.severity).isEqualTo(Severity.low);
            assertThat(Look.measured(verdict, "failedServices")).isEqualTo(8);
            assertThat(verdict.flowClass).isEqualTo(FlowClass.ingress);
            assertThat(verdict.initiator).hasToString("192.0.2.9");
        });
    }

    @Test
    void shouldSayNothingOneBelow() {
        assertThat(Look.of(rule, services(7, HOUR))).isEmpty();
        assertThat(Look.of(rule, services(8, 3.5 * HOUR)))
                .as("in more than a day")
                .isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"ANSWERED", "HALF_OPEN", "UNKNOWN"})
    void shouldSayNothingOfOneThatGotThroughOrMayHave(Outcome outcome) {
        List<Observation> seen = services(20, HOUR);
        seen.add(ingress(99, 5 * HOUR).outcome(outcome));

        assertThat(Look.of(rule, seen)).isEmpty();
    }

    /** Backscatter says nothing for or against. */
    @Test
    void shouldNotCountAnswersThatNobodyAskedFor() {
        List<Observation> seen = services(7, HOUR);
        for (int port = 100; port < 200; port++) {
            seen.add(ingress(port, port).outcome(Outcome.ONE_SIDED));
        }
        assertThat(Look.of(rule, seen)).isEmpty();

        seen.add(ingress(99, 8 * HOUR).refused());
        assertThat(Look.of(rule, seen)).hasSize(1);
    }

    @Test
    void shouldNotLookAtHostsInside() {
        List<Observation> seen = new ArrayList<>();
        for (int port = 1; port <= 20; port++) {
            seen.add(flow("10.0.0.1", "10.0.0.2").tcp(port).at(port * HOUR).unanswered());
            seen.add(flow("10.0.0.3", "192.0.2.1")
                    .tcp(port)
                    .at(port * HOUR)
                    .of(FlowClass.egress)
                    .unanswered());
        }

        assertThat(Look.of(rule, seen)).isEmpty();
    }

    /** What came later may be a success, and does not count before its time. */
    @Test
    void shouldLeaveOutWhatBeganLater() {
        List<Observation> seen = services(8, HOUR);
        seen.add(ingress(99, 20 * HOUR).answered());

        assertThat(Look.until(rule, Look.second(6 * HOUR), seen)).isEmpty();
        assertThat(Look.until(rule, Look.second(7 * HOUR), seen)).hasSize(1);
        assertThat(Look.until(rule, Look.second(20 * HOUR), seen)).isEmpty();
    }

    private static List<Observation> services(int count, double everySeconds) {
        List<Observation> seen = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            seen.add(ingress(1 + i, i * everySeconds).unanswered());
        }
        return seen;
    }

    private static Observations ingress(int port, double second) {
        return flow("192.0.2.9", "10.0.0.2").tcp(port).at(second).of(FlowClass.ingress);
    }
}
