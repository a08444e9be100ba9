package io.weir.advisor.detection;

import static io.weir.advisor.host.Observations.flow;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.advisor.host.Observation;
import io.weir.advisor.host.Observations;
import io.weir.schemas.Confidence;
import io.weir.schemas.Severity;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VolumeFloodTest {

    /** What a bucket of 5 s holds at the floor of 10,000 a second. */
    private static final long FLOOR = 50_000;

    private final VolumeFlood rule = new VolumeFlood(VolumeFlood.Settings.defaults());

    @Test
    void shouldFindTenThousandASecondThatNobodyAnswers() {
        assertThat(Look.of(rule, List.of(udp(0, FLOOR, 0), udp(5, FLOOR, 1))))
                .singleElement()
                .satisfies(verdict -> {
                    assertThat(verdict.severity).isEqualTo(Severity.high);
                    assertThat(verdict.title).isEqualTo("udp/9999 of 10.0.0.2 is flooded with packets");
                    assertThat(verdict.scope).isEqualTo("udp/9999");
                    assertThat(Look.measured(verdict, "packetRate")).isEqualTo(10_000);
                    assertThat(Look.measured(verdict, "usualPacketRate")).isEqualTo(0);
                    assertThat(verdict.traffic.packetsOut()).isEqualTo(2 * FLOOR);
                    assertThat(verdict.responder).hasToString("10.0.0.2");
                });
    }

    /** An upload whose acknowledgements pass elsewhere looks the same. */
    @Test
    void shouldNotAlarmWhereNothingOfTheHostIsSeen() {
        assertThat(Look.of(rule, List.of(udp(0, FLOOR, 0), udp(5, FLOOR, 0))))
                .singleElement()
                .satisfies(verdict -> {
                    assertThat(verdict.severity).isEqualTo(Severity.low);
                    assertThat(verdict.confidence).isEqualTo(Confidence.low);
                });
    }

    @Test
    void shouldSayNothingOneBelow() {
        assertThat(Look.of(rule, List.of(udp(0, FLOOR, 0), udp(5, FLOOR - 1, 0))))
                .isEmpty();
        assertThat(Look.of(rule, List.of(udp(0, FLOOR, 0), udp(10, FLOOR, 0))))
                .as("with a gap")
                .isEmpty();
    }

    /** Both sides take part in a transfer, with an acknowledgement for twenty packets at least. */
    @Test
    void shouldNotTakeATransferForAFlood() {
        assertThat(Look.of(rule, List.of(udp(0, FLOOR, FLOOR / 20), udp(5, FLOOR, FLOOR / 20))))
                .isEmpty();
        assertThat(Look.of(rule, List.of(udp(0, FLOOR, FLOOR / 20 - 1), udp(5, FLOOR, FLOOR / 20 - 1))))
                .hasSize(1);
    }

    @Test
    void shouldCountEchoRequestsEvenWhenAnswered() {
        List<Observation> seen = List.of(
                packets(FLOOR, FLOOR).echo().at(0).answered(),
                packets(FLOOR, FLOOR).echo().at(5).answered());

        assertThat(Look.of(rule, seen)).singleElement().satisfies(verdict -> assertThat(verdict.scope)
                .isEqualTo("icmp/8"));
    }

    @ParameterizedTest
    @ValueSource(ints = {4789, 8472, 6081, 51820})
    void shouldLeaveOutTunnels(int port) {
        List<Observation> seen = List.of(
                packets(FLOOR, 0).udp(port).at(0).unanswered(),
                packets(FLOOR, 0).udp(port).at(5).unanswered());

        assertThat(Look.of(rule, seen)).isEmpty();
    }

    /** A collector of telemetry is sent much without an answer, but always. */
    @Test
    void shouldCompareWithWhatWasUsual() {
        List<Observation> always = steady(3_000);
        assertThat(usualAndThen(always, 10)).as("ten times as much").hasSize(1).satisfies(verdicts -> assertThat(
                        Look.measured(verdicts.get(0), "usualPacketRate"))
                .isEqualTo(3_000));
        assertThat(usualAndThen(always, 9.9)).as("less").isEmpty();
        assertThat(usualAndThen(steady(12_000), 1)).as("as always").isEmpty();
    }

    @Test
    void shouldScaleWhatIsSampled() {
        assertThat(Look.of(
                        rule,
                        List.of(
                                packets(FLOOR / 100, 0)
                                        .udp(9999)
                                        .at(0)
                                        .oneIn(100)
                                        .unanswered(),
                                packets(FLOOR / 100, 0)
                                        .udp(9999)
                                        .at(5)
                                        .oneIn(100)
                                        .unanswered())))
                .hasSize(1);
    }

    @Test
    void shouldLeaveOutWhatBeganLater() {
        List<Observation> seen = List.of(udp(0, FLOOR, 0), udp(5, FLOOR, 0));

        assertThat(Look.until(rule, Look.second(4), seen)).isEmpty();
        assertThat(Look.until(rule, Look.second(5), seen)).hasSize(1);
    }

    /** Packets in each of 100 buckets; the latest of these and what comes after are not part of what is usual. */
    private static List<Observation> steady(int packetsPerSecond) {
        List<Observation> seen = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            seen.add(udp(i * 5, 5L * packetsPerSecond, 0));
        }
        return seen;
    }

    private List<Verdict> usualAndThen(List<Observation> usual, double times) {
        List<Observation> seen = new ArrayList<>(usual);
        long packets = Math.round(times * usual.get(0).delta().packetsOut());
        seen.add(udp(500, packets, 0));
        seen.add(udp(505, packets, 0));
        return Look.until(rule, Long.MAX_VALUE, seen);
    }

    private static Observation udp(double second, long packetsOut, long packetsIn) {
        Observations flow = packets(packetsOut, packetsIn).udp(9999).at(second);
        return packetsIn > 0 ? flow.answered() : flow.unanswered();
    }

    private static Observations packets(long out, long in) {
        return flow("10.0.1.1", "10.0.0.2").traffic(out, out * 100, in, in * 100);
    }
}
