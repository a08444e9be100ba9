package io.weir.advisor.detection;

import static io.weir.advisor.host.Observations.flow;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.advisor.host.Observation;
import io.weir.advisor.host.Outcome;
import io.weir.schemas.FlowClass;
import io.weir.schemas.Severity;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HorizontalScanTest {

    private final HorizontalScan rule = new HorizontalScan(HorizontalScan.Settings.defaults());

    @Test
    void shouldFindTwentyHostsInAMinute() {
        assertThat(Look.of(rule, hosts(20, 3, 445))).singleElement().satisfies(verdict -> {
            assertThat(verdict.scope).isEqualTo("tcp/445");
            assertThat(verdict.severity).isEqualTo(Severity.high);
            assertThat(verdict.port).isEqualTo(445);
            assertThat(verdict.responder).isNull();
            assertThat(Look.measured(verdict, "failedHosts")).isEqualTo(20);
            assertThat(verdict.peers).contains("10.0.1.1 tcp/445").hasSize(Verdict.MAX_EVIDENCE);
        });
    }

    @Test
    void shouldFindTwentyFiveHostsInAQuarterOfAnHour() {
        assertThat(Look.of(rule, hosts(25, 37, 445))).hasSize(1);
        assertThat(Look.of(rule, hosts(25, 38, 445))).as("in more than that").isEmpty();
        assertThat(Look.of(rule, hosts(24, 37, 445))).isEmpty();
    }

    @Test
    void shouldSayNothingOneBelow() {
        assertThat(Look.of(rule, hosts(19, 3, 445))).isEmpty();
        assertThat(Look.of(rule, hosts(20, 3.2, 445))).isEmpty();
    }

    @Test
    void shouldTellServicesApart() {
        List<Observation> seen = hosts(20, 1, 445);
        seen.addAll(hosts(20, 1, 22));
        seen.addAll(hosts(19, 1, 80));

        assertThat(Look.of(rule, seen))
                .extracting(verdict -> verdict.scope)
                .containsExactlyInAnyOrder("tcp/445", "tcp/22");
    }

    @Test
    void shouldFindASweepOfEchoRequests() {
        List<Observation> seen = new ArrayList<>();
        for (int i = 1; i <= 20; i++) {
            seen.add(flow("192.0.2.1", "10.0.1." + i)
                    .echo()
                    .at(i)
                    .of(FlowClass.ingress)
                    .unanswered());
        }

        assertThat(Look.of(rule, seen)).singleElement().satisfies(verdict -> {
            assertThat(verdict.scope).isEqualTo("icmp/8");
            assertThat(verdict.severity).isEqualTo(Severity.medium);
        });
    }

    @Test
    void shouldBeLowForOneThatWatchesManyHostsOfWhichSomeAreDown() {
        List<Observation> seen = hosts(25, 1, 9100);
        for (int i = 1; i <= 25; i++) {
            seen.add(flow("10.0.0.1", "10.0.2." + i).tcp(9100).at(i).answered());
        }

        assertThat(Look.of(rule, seen)).singleElement().satisfies(verdict -> assertThat(verdict.severity)
                .isEqualTo(Severity.low));
        seen.remove(seen.size() - 1);
        assertThat(Look.of(rule, seen)).singleElement().satisfies(verdict -> assertThat(verdict.severity)
                .isEqualTo(Severity.high));
    }

    @Test
    void shouldNotTakePeerToPeerForMoreThanLow() {
        List<Observation> seen = new ArrayList<>();
        for (int i = 1; i <= 77; i++) {
            seen.add(flow("10.0.0.1", "192.0.2." + i)
                    .udp(6346)
                    .at(i * 0.5)
                    .of(FlowClass.egress)
                    .unanswered());
            seen.add(flow("10.0.0.2", "192.0.2." + i)
                    .tcp(6346)
                    .at(i * 0.5)
                    .of(FlowClass.egress)
                    .refused());
        }
        seen.add(flow("10.0.0.2", "192.0.2.200").tcp(6346).of(FlowClass.egress).answered());

        assertThat(Look.of(rule, seen)).hasSize(2).allSatisfy(verdict -> assertThat(verdict.severity)
                .isEqualTo(Severity.low));
    }

    /** A firewall drops QUIC, and the browser goes on with TCP. */
    @Test
    void shouldNotCountHostsThatAnswerElsewhereForDatagrams() {
        List<Observation> seen = new ArrayList<>();
        for (int i = 1; i <= 30; i++) {
            seen.add(flow("10.0.0.1", "192.0.2." + i)
                    .udp(443)
                    .at(i)
                    .of(FlowClass.egress)
                    .unanswered());
            seen.add(flow("10.0.0.1", "192.0.2." + i)
                    .tcp(443)
                    .at(i)
                    .of(FlowClass.egress)
                    .answered());
        }

        assertThat(Look.of(rule, seen)).isEmpty();
    }

    @Test
    void shouldNotTakeAnswersOrBackscatterForAScan() {
        List<Observation> seen = new ArrayList<>();
        for (int i = 1; i <= 200; i++) {
            seen.add(flow("10.0.0.1", "10.0.3." + i).tcp(445).at(i * 0.1).answered());
            seen.add(flow("10.0.0.2", "10.0.3." + i).tcp(445).at(i * 0.1).outcome(Outcome.ONE_SIDED));
            seen.add(flow("10.0.0.3", "10.0.3." + i).tcp(445).at(i * 0.1).outcome(Outcome.UNKNOWN));
            seen.add(flow("10.0.0.4", "10.0.3." + i).tcp(445).at(i * 0.1).outcome(Outcome.HALF_OPEN));
            seen.add(flow("10.0.0.5", "10.0.3.1").tcp(445).at(i * 0.1).unanswered());
        }

        assertThat(Look.of(rule, seen)).isEmpty();
    }

    private static List<Observation> hosts(int count, double everySeconds, int port) {
        List<Observation> seen = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            seen.add(flow("10.0.0.1", "10.0.1." + (1 + i))
                    .tcp(port)
                    .at(i * everySeconds)
                    .unanswered());
        }
        return seen;
    }
}
