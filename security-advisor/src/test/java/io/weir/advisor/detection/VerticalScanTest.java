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

class VerticalScanTest {

    private final VerticalScan rule = new VerticalScan(VerticalScan.Settings.defaults());

    @Test
    void shouldFindTwentyPortsInAMinute() {
        List<Verdict> verdicts = Look.of(rule, ports(20, 3));

        assertThat(verdicts).singleElement().satisfies(verdict -> {
            assertThat(verdict.severity).isEqualTo(Severity.high);
            assertThat(verdict.title).isEqualTo("10.0.0.1 scans the ports of 10.0.0.2");
            assertThat(Look.measured(verdict, "failedPorts")).isEqualTo(20);
            assertThat(verdict.flows).isEqualTo(20);
            assertThat(verdict.firstMicros).isEqualTo(Look.second(0));
            assertThat(verdict.lastMicros).isEqualTo(Look.second(57));
        });
    }

    @Test
    void shouldSayNothingOneBelow() {
        assertThat(Look.of(rule, ports(19, 3))).isEmpty();
        assertThat(Look.of(rule, ports(20, 3.2))).as("in more than a minute").isEmpty();
        assertThat(Look.of(rule, ports(99, 30))).isEmpty();
    }

    @Test
    void shouldFindAHundredPortsInAnHour() {
        assertThat(Look.of(rule, ports(100, 30))).singleElement().satisfies(verdict -> assertThat(
                        Look.measured(verdict, "failedPorts"))
                .isEqualTo(100));
        assertThat(Look.of(rule, ports(100, 37))).as("in more than an hour").isEmpty();
    }

    @Test
    void shouldNotTakeRetriesAnswersOrBackscatterForAScan() {
        List<Observation> seen = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            seen.add(flow("10.0.0.1", "10.0.0.2").tcp(80).at(i * 0.1).unanswered());
            seen.add(flow("10.0.0.3", "10.0.0.2").tcp(1000 + i).at(i * 0.1).answered());
            seen.add(flow("10.0.0.4", "198.51.100.9").tcp(1000 + i).at(i * 0.1).outcome(Outcome.ONE_SIDED));
            seen.add(flow("10.0.0.5", "10.0.0.2").tcp(1000 + i).at(i * 0.1).outcome(Outcome.UNKNOWN));
        }

        assertThat(Look.of(rule, seen)).isEmpty();
    }

    @Test
    void shouldNotBeSurerThanItsLeastSureContact() {
        List<Observation> seen = ports(20, 1);
        seen.add(flow("10.0.0.1", "10.0.0.2")
                .tcp(9999)
                .at(20)
                .sure(Confidence.low)
                .refused());

        assertThat(Look.of(rule, seen)).singleElement().satisfies(verdict -> assertThat(verdict.boundedSeverity())
                .isEqualTo(Severity.low));
    }

    @Test
    void shouldTellAPortThatAnswersOnlyLaterAsNoFailure() {
        List<Observation> seen = ports(19, 1);
        seen.addAll(flow("10.0.0.1", "10.0.0.2")
                .tcp(9999)
                .at(5)
                .of(FlowClass.internal)
                .inTwoRecords(Outcome.UNANSWERED, Outcome.ANSWERED));

        assertThat(Look.of(rule, seen)).isEmpty();
    }

    private static List<Observation> ports(int count, double everySeconds) {
        List<Observation> seen = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            seen.add(
                    flow("10.0.0.1", "10.0.0.2").tcp(1 + i).at(i * everySeconds).refused());
        }
        return seen;
    }
}
