package io.weir.advisor.detection;

import static io.weir.advisor.host.Observations.flow;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.advisor.host.Observation;
import io.weir.advisor.host.Outcome;
import io.weir.schemas.FlowClass;
import io.weir.schemas.Severity;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RandomWalkScanTest {

    private final RandomWalkScan rule = new RandomWalkScan(RandomWalkScan.Settings.defaults());

    /** Each letter is the first meeting of another host: f fails, s does not. */
    @ParameterizedTest
    @CsvSource({
        "ffff,      4",
        "fff,       0",
        "sffff,     0",
        "sfffff,    6",
        "fsfsfffff, 8",
        "ffsff,     0",
        "ffsfff,    6",
        "ssssfffff, 0",
        "sssfsfff,  0",
        "sssffffffff, 10"
    })
    void shouldFireWhenFourMoreFailThanSucceed(String meetings, int firedAt) {
        List<Observation> seen = new ArrayList<>();
        for (int i = 0; i < meetings.length(); i++) {
            seen.add(meeting(i, i * 60, meetings.charAt(i) == 'f'));
        }

        List<Verdict> verdicts = Look.of(rule, seen);

        if (firedAt == 0) {
            assertThat(verdicts).isEmpty();
        } else {
            assertThat(verdicts).singleElement().satisfies(verdict -> {
                assertThat(Look.measured(verdict, "firedAtHost")).isEqualTo(firedAt);
                assertThat(Look.measured(verdict, "likelihoodRatio")).isCloseTo(256, Offset.offset(1e-6));
            });
        }
    }

    /** Gaps of two captures of slow scans, whose packets come in descending order of time. */
    @Test
    void shouldFireAtTheFourthHostOfASlowScan() {
        double[] gaps = {786, 529, 1569.5, 1335, 1213, 31, 394, 393};

        assertThat(Look.of(rule, scan(gaps))).singleElement().satisfies(verdict -> {
            assertThat(Look.measured(verdict, "firedAtHost")).isEqualTo(4);
            assertThat(Look.measured(verdict, "timeToDetect")).isEqualTo(2884);
            assertThat(Look.measured(verdict, "failedFirstContacts")).isEqualTo(9);
            assertThat(verdict.description).contains("4. host, 10.0.1.4 tcp/445");
        });
    }

    @Test
    void shouldBeginAnewAfterHalfAnHourWithoutANewHost() {
        double[] gaps = {2542, 1492, 1129, 327, 547, 697, 5532, 615, 579};

        assertThat(Look.of(rule, scan(gaps))).singleElement().satisfies(verdict -> {
            assertThat(verdict.description).contains("10.0.1.5 tcp/445").contains("2948 s after");
            assertThat(Look.measured(verdict, "firedAtHost"))
                    .as("of those since")
                    .isEqualTo(4);
            assertThat(Look.measured(verdict, "failedFirstContacts")).isEqualTo(6);
        });
        assertThat(Look.of(rule, scan(1800, 1800, 1800))).as("just within").hasSize(1);
        assertThat(Look.of(rule, scan(1801, 1801, 1801, 1801, 1801))).isEmpty();
    }

    @Test
    void shouldLookAtTheFirstMeetingOnly() {
        List<Observation> seen = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            for (int host = 1; host <= 3; host++) {
                seen.add(flow("10.0.0.1", "10.0.1." + host).tcp(1 + i).at(i).unanswered());
            }
            // Met well before, and down now.
            for (int host = 10; host < 30; host++) {
                seen.add(flow("10.0.0.2", "10.0.1." + host)
                        .tcp(80)
                        .at(i)
                        .outcome(i == 0 ? Outcome.ANSWERED : Outcome.UNANSWERED));
            }
        }

        assertThat(Look.of(rule, seen)).isEmpty();
    }

    @Test
    void shouldLeaveAloneForAnHourWhoWasFoundToBeOrdinary() {
        List<Observation> seen = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            seen.add(meeting(i, i, false));
        }
        for (int i = 4; i < 8; i++) {
            seen.add(meeting(i, 3_590 + i, true));
        }
        assertThat(Look.of(rule, seen)).as("in the hour").isEmpty();

        for (int i = 8; i < 12; i++) {
            seen.add(meeting(i, 3_610 + i, true));
        }
        assertThat(Look.of(rule, seen)).as("after it").singleElement().satisfies(verdict -> assertThat(
                        verdict.firstMicros)
                .isGreaterThanOrEqualTo(Look.second(3_603)));
    }

    @Test
    void shouldNotCountDatagramsThatNobodyAnswers() {
        List<Observation> seen = new ArrayList<>();
        for (int i = 1; i <= 50; i++) {
            seen.add(flow("10.0.0.1", "10.0.1." + i).udp(514).at(i).unanswered());
            seen.add(flow("10.0.0.2", "10.0.1." + i).tcp(80).at(i).outcome(Outcome.ONE_SIDED));
            seen.add(flow("10.0.0.3", "10.0.1." + i).tcp(80).at(i).outcome(Outcome.UNKNOWN));
        }
        assertThat(Look.of(rule, seen)).isEmpty();

        for (int i = 1; i <= 4; i++) {
            seen.add(flow("10.0.0.4", "10.0.1." + i).udp(161).at(i).refused());
        }
        assertThat(Look.of(rule, seen)).hasSize(1);
    }

    @Test
    void shouldBeLowOnTheWayOut() {
        List<Observation> seen = new ArrayList<>();
        for (int i = 1; i <= 4; i++) {
            seen.add(flow("10.0.0.1", "192.0.2." + i)
                    .tcp(6346)
                    .at(i)
                    .of(FlowClass.egress)
                    .unanswered());
            seen.add(flow("192.0.2.9", "10.0.0." + i)
                    .tcp(22)
                    .at(i)
                    .of(FlowClass.ingress)
                    .refused());
        }

        assertThat(Look.of(rule, seen))
                .extracting(verdict -> verdict.severity)
                .containsExactlyInAnyOrder(Severity.low, Severity.medium);
    }

    /** Half of the evidence gives no verdict that the whole takes back. */
    @Test
    void shouldLeaveOutWhatBeganLater() {
        List<Observation> seen = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            seen.add(meeting(i, i * 10, true));
        }

        assertThat(Look.until(rule, Look.second(29), seen)).isEmpty();
        assertThat(Look.until(rule, Look.second(30), seen)).hasSize(1);
    }

    /** The fold of the definition, over random walks. */
    @Test
    void shouldAgreeWithTheDefinition() {
        Random random = new Random(7);
        int scans = 0;
        for (int round = 0; round < 200; round++) {
            List<Observation> seen = new ArrayList<>();
            int failing = random.nextInt(10);
            double time = 0;
            double ratio = 1;
            double last = 0;
            double cleared = -1;
            boolean isScan = false;
            int firings = 0;
            Set<Integer> met = new HashSet<>();
            for (int i = 0; i < 40; i++) {
                time += random.nextInt(20) == 0 ? 2_000 : 1 + random.nextInt(300);
                int host = random.nextInt(60);
                boolean isFailure = random.nextInt(10) < failing;
                seen.add(meeting(host, time, isFailure));
                if (time < cleared) {
                    continue;
                }
                if (!met.isEmpty() && time - last > 1_800) {
                    met.clear();
                    ratio = 1;
                    isScan = false;
                }
                if (!met.add(host)) {
                    continue;
                }
                last = time;
                ratio *= isFailure ? 4 : 0.25;
                if (!isScan && ratio > 99) {
                    isScan = true;
                    firings++;
                } else if (!isScan && ratio < 1 / 99.0) {
                    met.clear();
                    ratio = 1;
                    cleared = time + 3_600;
                }
            }
            assertThat(Look.of(rule, seen)).as("round " + round).hasSize(Math.min(1, firings));
            scans += Math.min(1, firings);
        }
        assertThat(scans).as("both are met").isBetween(40, 160);
    }

    private static List<Observation> scan(double... gaps) {
        List<Observation> seen = new ArrayList<>();
        double time = 0;
        seen.add(flow("192.0.2.9", "10.0.1.1").tcp(445).of(FlowClass.ingress).unanswered());
        for (int i = 0; i < gaps.length; i++) {
            time += gaps[i];
            seen.add(
                    0,
                    flow("192.0.2.9", "10.0.1." + (2 + i))
                            .tcp(445)
                            .at(time)
                            .of(FlowClass.ingress)
                            .unanswered());
        }
        return seen;
    }

    private static Observation meeting(int host, double second, boolean isFailure) {
        return flow("10.0.0.1", "10.0.1." + host)
                .tcp(80)
                .at(second)
                .outcome(isFailure ? Outcome.REFUSED : Outcome.ANSWERED);
    }
}
