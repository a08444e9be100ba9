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
import org.junit.jupiter.params.provider.ValueSource;

class BruteForceTest {

    private final BruteForce rule = new BruteForce(BruteForce.Settings.defaults());

    @ParameterizedTest
    @ValueSource(ints = {21, 22, 23, 110, 143, 445, 3389, 5900})
    void shouldFindTwentyShortSessionsInAMinute(int port) {
        assertThat(Look.of(rule, tries(port, 20, 3))).singleElement().satisfies(verdict -> {
            assertThat(verdict.severity).isEqualTo(Severity.medium);
            assertThat(verdict.port).isEqualTo(port);
            assertThat(verdict.initiator).hasToString("10.0.0.1");
            assertThat(verdict.responder).hasToString("10.0.0.2");
            assertThat(Look.measured(verdict, "shortSessions")).isEqualTo(20);
            assertThat(verdict.flows).isEqualTo(20);
        });
    }

    @Test
    void shouldSayNothingOneBelow() {
        assertThat(Look.of(rule, tries(22, 19, 1))).isEmpty();
        assertThat(Look.of(rule, tries(22, 20, 3.2)))
                .as("in more than a minute")
                .isEmpty();
    }

    @Test
    void shouldCountShortAndSmallSessionsOnly() {
        assertThat(Look.of(rule, sessions(20, 9.999, 6, 9_999, 9_999))).hasSize(1);
        assertThat(Look.of(rule, sessions(20, 10, 6, 9_999, 9_999))).as("long").isEmpty();
        assertThat(Look.of(rule, sessions(20, 1, 6, 10_000, 100)))
                .as("much sent")
                .isEmpty();
        assertThat(Look.of(rule, sessions(20, 1, 6, 100, 10_000)))
                .as("much received")
                .isEmpty();
        assertThat(Look.of(rule, sessions(20, 1, 5, 100, 100)))
                .as("checks whether the service is there")
                .isEmpty();
    }

    @Test
    void shouldNotTakeFailedAttemptsOrOtherServicesForGuessing() {
        List<Observation> seen = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            for (Outcome outcome : Outcome.values()) {
                if (outcome != Outcome.ANSWERED) {
                    seen.add(attempt(22, i * 0.3).outcome(outcome));
                }
            }
            seen.add(attempt(443, i * 0.3).answered());
            seen.add(attempt(60_000, i * 0.3).answered());
        }

        assertThat(Look.of(rule, seen)).isEmpty();
    }

    /** Programs without a pool of connections, inside. */
    @Test
    void shouldBeLowForServicesOfProgramsInside() {
        assertThat(Look.of(rule, tries(3306, 100, 0.5)))
                .singleElement()
                .satisfies(verdict -> assertThat(verdict.severity).isEqualTo(Severity.low));
        List<Observation> fromOutside = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            fromOutside.add(attempt(3306, i).of(FlowClass.ingress).answered());
        }
        assertThat(Look.of(rule, fromOutside)).singleElement().satisfies(verdict -> assertThat(verdict.severity)
                .isEqualTo(Severity.medium));
    }

    @Test
    void shouldWantAHundredOfWhatMachinesAskOften() {
        assertThat(Look.of(rule, tries(88, 99, 0.5))).isEmpty();
        assertThat(Look.of(rule, tries(88, 100, 0.5))).hasSize(1);
        assertThat(Look.of(rule, tries(135, 100, 0.5))).hasSize(1);
    }

    @Test
    void shouldTakeADynamicPortForRpcOnlyWhereRpcWasAsked() {
        List<Observation> seen = tries(49_670, 100, 0.5);
        assertThat(Look.of(rule, seen)).isEmpty();

        seen.add(attempt(135, 0).answered());
        assertThat(Look.of(rule, seen)).singleElement().satisfies(verdict -> assertThat(verdict.port)
                .isEqualTo(49_670));
    }

    @Test
    void shouldBeHighWhenASessionAfterTheTriesCarriesMuchMore() {
        List<Observation> seen = tries(22, 20, 1);
        seen.add(attempt(22, 25).lasting(60).traffic(100, 20_000, 100, 50_000).answered());

        assertThat(Look.of(rule, seen)).singleElement().satisfies(verdict -> {
            assertThat(verdict.severity).isEqualTo(Severity.high);
            assertThat(verdict.description).contains("one may have been right");
            assertThat(verdict.flows).as("the tries").isEqualTo(20);
        });
    }

    /** Who worked there before, in short sessions and a long one, did not guess then. */
    @Test
    void shouldNotTakeASessionBeforeTheTriesForTheirSuccess() {
        List<Observation> seen = tries(22, 20, 600);
        seen.add(attempt(22, 19 * 600 + 10)
                .lasting(60)
                .traffic(100, 20_000, 100, 50_000)
                .answered());
        for (int i = 0; i < 20; i++) {
            seen.add(attempt(22, 20_000 + i).answered());
        }

        assertThat(Look.of(rule, seen)).singleElement().satisfies(verdict -> assertThat(verdict.severity)
                .isEqualTo(Severity.medium));
    }

    @Test
    void shouldLeaveOutWhatBeganLater() {
        List<Observation> seen = tries(22, 20, 1);

        assertThat(Look.until(rule, Look.second(18.9), seen)).isEmpty();
        assertThat(Look.until(rule, Look.second(19), seen)).hasSize(1);
    }

    private static List<Observation> tries(int port, int count, double everySeconds) {
        List<Observation> seen = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            seen.add(attempt(port, i * everySeconds).answered());
        }
        return seen;
    }

    private static List<Observation> sessions(int count, double seconds, long packets, long octetsOut, long octetsIn) {
        List<Observation> seen = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            seen.add(attempt(22, i)
                    .lasting(seconds)
                    .traffic(packets, octetsOut, packets, octetsIn)
                    .answered());
        }
        return seen;
    }

    private static Observations attempt(int port, double second) {
        return flow("10.0.0.1", "10.0.0.2").tcp(port).at(second).lasting(0.5).traffic(8, 700, 6, 900);
    }
}
