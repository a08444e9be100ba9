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

class FlagProbeTest {

    private final FlagProbe rule = new FlagProbe(FlagProbe.Settings.defaults());

    @Test
    void shouldFindThreeServicesInAnHour() {
        assertThat(Look.of(rule, probes(3, 1_800))).singleElement().satisfies(verdict -> {
            assertThat(verdict.severity).isEqualTo(Severity.high);
            assertThat(Look.measured(verdict, "probedServices")).isEqualTo(3);
            assertThat(verdict.flows).isEqualTo(3);
            assertThat(verdict.evidence).hasSize(3);
        });
    }

    @Test
    void shouldSayNothingOneBelow() {
        assertThat(Look.of(rule, probes(2, 1))).isEmpty();
        assertThat(Look.of(rule, probes(3, 1_801))).as("in more than an hour").isEmpty();
    }

    @Test
    void shouldCountServicesAndNotRepetitions() {
        List<Observation> seen = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            seen.add(flow("10.0.0.1", "10.0.0.2").tcp(1 + i % 2).at(i).outcome(Outcome.ODD));
        }

        assertThat(Look.of(rule, seen)).isEmpty();
    }

    /** Ports that were asked in an ordinary way, too, are found by the odd flow. */
    @Test
    void shouldFindProbesBesideOrdinaryConnections() {
        List<Observation> seen = probes(3, 1);
        for (int port = 1; port <= 3; port++) {
            seen.add(flow("10.0.0.1", "10.0.0.2").tcp(port).at(10).answered());
        }

        assertThat(Look.of(rule, seen)).singleElement().satisfies(verdict -> assertThat(verdict.flows)
                .isEqualTo(3));
    }

    /** Such a segment says who sent it, whatever the ports say of who began. */
    @Test
    void shouldBeSureOfTheSender() {
        List<Observation> seen = new ArrayList<>();
        for (int port = 1; port <= 3; port++) {
            seen.add(flow("192.0.2.9", "10.0.0.2")
                    .tcp(40_000 + port)
                    .at(port)
                    .of(FlowClass.ingress)
                    .sure(Confidence.low)
                    .outcome(Outcome.ODD));
        }

        assertThat(Look.of(rule, seen)).singleElement().satisfies(verdict -> assertThat(verdict.boundedSeverity())
                .isEqualTo(Severity.medium));
    }

    @Test
    void shouldNotTakeOtherFailuresForProbes() {
        List<Observation> seen = new ArrayList<>();
        for (int port = 1; port <= 100; port++) {
            for (Outcome outcome : Outcome.values()) {
                if (outcome != Outcome.ODD) {
                    seen.add(flow("10.0.0.1", "10.0.0.2").tcp(port).at(port).outcome(outcome));
                }
            }
        }

        assertThat(Look.of(rule, seen)).isEmpty();
    }

    private static List<Observation> probes(int count, double everySeconds) {
        List<Observation> seen = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            seen.add(
                    flow("10.0.0.1", "10.0.0.2").tcp(1 + i).at(i * everySeconds).outcome(Outcome.ODD));
        }
        return seen;
    }
}
