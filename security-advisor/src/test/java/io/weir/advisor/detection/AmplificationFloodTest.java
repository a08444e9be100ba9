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
import org.junit.jupiter.params.provider.ValueSource;

class AmplificationFloodTest {

    private final AmplificationFlood rule = new AmplificationFlood(AmplificationFlood.Settings.defaults());

    @ParameterizedTest
    @ValueSource(ints = {19, 53, 123, 389, 1900, 11211})
    void shouldFindAMegabyteOfAnswersInAMinuteThatNobodyAskedFor(int port) {
        List<Observation> seen = answers(port, 100, 0, 10, 10_000, 0.6);
        seen.add(sends(0));

        assertThat(Look.of(rule, seen)).singleElement().satisfies(verdict -> {
            assertThat(verdict.boundedSeverity()).isEqualTo(Severity.high);
            assertThat(verdict.scope).isEqualTo("udp/" + port);
            assertThat(verdict.initiator).isNull();
            assertThat(verdict.responder).hasToString("10.0.0.1");
            assertThat(Look.measured(verdict, "answeredOctets")).isEqualTo(1_000_000);
            assertThat(Look.measured(verdict, "sources")).isEqualTo(100);
            assertThat(verdict.traffic.packetsIn()).isEqualTo(1_000);
        });
    }

    @Test
    void shouldSayNothingOneBelow() {
        List<Observation> seen = answers(123, 100, 0, 10, 9_999, 0.6);
        seen.add(sends(0));
        assertThat(Look.of(rule, seen)).isEmpty();

        seen = answers(123, 100, 0, 10, 10_000, 0.61);
        seen.add(sends(0));
        assertThat(Look.of(rule, seen)).as("in more than a minute").isEmpty();
    }

    /** Large answers are no flood as long as they come about one for one. */
    @Test
    void shouldNotTakeAResolverForAVictim() {
        List<Observation> seen = answers(53, 1_000, 10, 30, 40_000, 0.05);
        seen.add(sends(0));

        assertThat(Look.of(rule, seen)).isEmpty();
    }

    @Test
    void shouldTellTenAnswersToOneQuestion() {
        List<Observation> seen = answers(123, 100, 1, 10, 100_000, 0.1);
        assertThat(Look.of(rule, seen)).hasSize(1);

        assertThat(Look.of(rule, answers(123, 100, 1, 9, 100_000, 0.1))).isEmpty();
    }

    /** Where only one direction passes, every answer is one that nobody is seen to ask for. */
    @Test
    void shouldBeLowWhereTheHostIsNeverSeenSending() {
        assertThat(Look.of(rule, answers(53, 100, 0, 10, 10_000, 0.1)))
                .singleElement()
                .satisfies(verdict -> {
                    assertThat(verdict.severity).isEqualTo(Severity.low);
                    assertThat(verdict.confidence).isEqualTo(Confidence.low);
                    assertThat(verdict.description).contains("whether it asked is not seen here");
                });
    }

    @Test
    void shouldNotLookAtOtherServices() {
        List<Observation> seen = answers(443, 100, 0, 100, 1_000_000, 0.1);
        for (int i = 0; i < 100; i++) {
            seen.add(flow("10.0.0.1", "192.0.2." + i)
                    .tcp(53)
                    .at(i)
                    .traffic(0, 0, 100, 1_000_000)
                    .outcome(Outcome.ONE_SIDED));
        }
        seen.add(sends(0));

        assertThat(Look.of(rule, seen)).isEmpty();
    }

    @Test
    void shouldLeaveOutWhatBeganLater() {
        List<Observation> seen = answers(123, 100, 0, 10, 10_000, 0.5);
        seen.add(sends(0));

        assertThat(Look.until(rule, Look.second(49.4), seen)).isEmpty();
        assertThat(Look.until(rule, Look.second(49.5), seen)).hasSize(1);
    }

    /** One flow with each source; counts are of each flow. */
    private static List<Observation> answers(
            int port, int sources, long packetsOut, long packetsIn, long octetsIn, double everySeconds) {
        List<Observation> seen = new ArrayList<>();
        for (int i = 0; i < sources; i++) {
            seen.add(flow("10.0.0.1", "192.0." + i / 250 + "." + (1 + i % 250))
                    .udp(port)
                    .at(i * everySeconds)
                    .of(FlowClass.egress)
                    .traffic(packetsOut, packetsOut * 60, packetsIn, octetsIn)
                    .outcome(packetsOut > 0 ? Outcome.ANSWERED : Outcome.ONE_SIDED));
        }
        return seen;
    }

    private static Observation sends(double second) {
        return flow("10.0.0.1", "10.0.0.9").tcp(443).at(second).answered();
    }
}
