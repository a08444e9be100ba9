package io.weir.advisor.detection;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.schemas.FlowClass;
import io.weir.schemas.Severity;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BeaconTest {

    private static final String POD = "10.0.0.5";
    private static final String CONTROLLER = "192.0.2.7";
    private static final Detection RULE = new Beacon(Beacon.Settings.defaults());

    @ParameterizedTest
    @ValueSource(ints = {6, 30, 60, 600, 3600})
    void shouldFindCallsAtRegularIntervals(int interval) {
        Verdict verdict = new Timeline(POD)
                .add(24, i -> Act.egress(POD, CONTROLLER, 443)
                        .at(i * interval * 1.0 + (i * 7 % 5) * 0.1 * interval / 5))
                .verdict(RULE);

        assertThat(verdict.boundedSeverity()).isEqualTo(Severity.medium);
        assertThat(verdict.responder).isEqualTo(Act.key(CONTROLLER));
        assertThat(verdict.port).isEqualTo(443);
        assertThat(verdict.flowClass).isEqualTo(FlowClass.egress);
        assertThat(verdict.flows).isBetween(10L, 24L);
        assertThat(verdict.evidence).hasSizeBetween(10, 16);
    }

    @Test
    void shouldFindThemInTheLatestOfVeryMany() {
        Verdict verdict = new Timeline(POD)
                .add(297, i -> Act.egress(POD, CONTROLLER, 443).at(2.0 * i))
                .verdict(RULE);

        assertThat(verdict.measurements.get(0).getValue()).isEqualTo(1.0);
        assertThat(verdict.description).contains("one in 2.0 s");
    }

    @Test
    void shouldWantTenConnectionsAndTwoMinutes() {
        Timeline nine =
                new Timeline(POD).add(9, i -> Act.egress(POD, CONTROLLER, 443).at(20.0 * i));
        nine.silent(RULE);
        assertThat(nine.add(Act.egress(POD, CONTROLLER, 443).at(180)).verdicts(RULE))
                .hasSize(1);

        new Timeline(POD)
                .add(24, i -> Act.egress(POD, CONTROLLER, 443).at(5.2 * i))
                .silent(RULE);
        assertThat(new Timeline(POD)
                        .add(24, i -> Act.egress(POD, CONTROLLER, 443).at(5.22 * i))
                        .verdicts(RULE))
                .as("119.6 s are less than two minutes, 120.06 s are not")
                .hasSize(1);
    }

    @Test
    void shouldLeaveOutWhatBeganLater() {
        Timeline all =
                new Timeline(POD).add(30, i -> Act.egress(POD, CONTROLLER, 443).at(20.0 * i));

        assertThat(all.verdicts(RULE, Act.T0 + 170_000_000)).isEmpty();
        assertThat(all.verdicts(RULE, Act.T0 + 190_000_000)).singleElement().satisfies(verdict -> {
            assertThat(verdict.flows).isEqualTo(10);
            assertThat(verdict.lastMicros).isEqualTo(Act.T0 + 180_100_000);
        });
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void shouldNotTakeABusyWebClientForOne(long seed) {
        Random random = new Random(seed);
        double[] at = {0};
        new Timeline(POD)
                .add(300, i -> {
                    // By chance, with pages of several connections.
                    at[0] += i % 4 == 0 ? -Math.log(1 - random.nextDouble()) * 8 : 0.05;
                    return Act.egress(POD, CONTROLLER, 443).at(at[0]).traffic(9, 400 + random.nextInt(3000), 9, 9000);
                })
                .silent(RULE);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void shouldNotTakeConnectionsByChanceForOne(long seed) {
        Random random = new Random(seed);
        double[] at = {0};
        new Timeline(POD)
                .add(100, i -> {
                    at[0] += -Math.log(1 - random.nextDouble()) * 6;
                    return Act.egress(POD, CONTROLLER, 443).at(at[0]);
                })
                .silent(RULE);
    }

    /** Measured: 67 connections in 12.8 s, and 30 in 59 s. The third goes on for ten minutes. */
    @Test
    void shouldNotTakeGuessedPasswordsForOne() {
        new Timeline(POD)
                .add(67, i -> Act.egress(POD, CONTROLLER, 22).at(0.19 * i))
                .silent(RULE);
        new Timeline(POD)
                .add(30, i -> Act.egress(POD, CONTROLLER, 21).at(2.0 * i))
                .silent(RULE);
        new Timeline(POD)
                .add(120, i -> Act.egress(POD, CONTROLLER, 22).at(5.0 * i))
                .silent(RULE);
        assertThat(new Timeline(POD)
                        .add(30, i -> Act.egress(POD, CONTROLLER, 22).after(Duration.ofMinutes(i)))
                        .verdicts(RULE))
                .as("one in a minute is no guessing")
                .hasSize(1);
    }

    @Test
    void shouldLeaveOutWhatIsRegularByNature() {
        new Timeline(POD)
                .add(30, i -> Act.egress(POD, CONTROLLER, 123).udp().at(64.0 * i))
                .silent(RULE);
        new Timeline(POD)
                .add(30, i -> Act.egress(POD, CONTROLLER, 53).udp().at(30.0 * i))
                .silent(RULE);
        new Timeline(POD)
                .add(30, i -> Act.internal(POD, "10.0.0.9", 9090).at(15.0 * i))
                .silent(RULE);
        new Timeline(POD)
                .add(30, i -> Act.ingress("192.0.2.9", POD, 443).at(15.0 * i))
                .silent(RULE);
    }
}
