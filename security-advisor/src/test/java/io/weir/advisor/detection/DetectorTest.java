package io.weir.advisor.detection;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.advisor.host.HostTable;
import io.weir.advisor.host.Outcome;
import io.weir.advisor.time.InputEnd;
import io.weir.schemas.Finding;
import io.weir.schemas.FindingEndReason;
import io.weir.schemas.FindingStatus;
import io.weir.schemas.Severity;
import io.weir.schemas.serde.Avro;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Life of findings: when rules look, what is told, what ends and what does not begin again. */
class DetectorTest {

    /** As whoever runs a detector does before it reads or writes a record. */
    @BeforeAll
    static void trustTheRecords() {
        Avro.trust();
    }

    private static final int HOUR = 3600;
    private static final int QUIET = 3;
    private static final int SILENT = 100;

    /** Ticks until a new observation point's time counts. */
    private static final int SETTLING = SILENT / 10;

    private static final String POINT =
            Act.egress("10.0.0.1", "192.0.2.1", 80).seen().point();
    private static final Detection SCAN = new VerticalScan(VerticalScan.Settings.defaults());
    private static final Detection GUESSING = new BruteForce(BruteForce.Settings.defaults());

    private final List<Finding> told = new ArrayList<>();
    private HostTable hosts;
    private Detector detector;

    @BeforeEach
    void open() {
        hosts = new HostTable(1_000, 100_000);
        hosts.open(null, null);
    }

    @Test
    void shouldNotBeginAgainWithASinglePacketLongAfterItsEnd() {
        start(8, SCAN);
        scan("10.0.0.1", "10.0.0.2", 1, 25, 0);
        detector.flush();
        assertThat(drain()).extracting(Finding::getStatus).containsExactly(FindingStatus.opened);
        moveTo(HOUR);
        assertThat(drain()).extracting(Finding::getStatus).containsExactly(FindingStatus.closed);

        see(refused("10.0.0.1", "10.0.0.2", 100).at(5 * HOUR));
        detector.flush();
        assertThat(drain()).isEmpty();

        scan("10.0.0.1", "10.0.0.2", 101, 18, 5 * HOUR);
        detector.flush();
        assertThat(drain()).as("19 more").isEmpty();

        see(refused("10.0.0.1", "10.0.0.2", 200).at(5 * HOUR + 60));
        detector.flush();
        assertThat(drain()).singleElement().satisfies(again -> {
            assertThat(again.getStatus()).isEqualTo(FindingStatus.opened);
            assertThat(again.getFirstSeenMicroseconds())
                    .as("not in the episode before")
                    .isGreaterThan(Act.T0 + 2_400_000L);
        });
    }

    @Test
    void shouldNotTellAUsedContactAsNewAgain() {
        start(8, new FirstContact(FirstContact.Settings.defaults()));
        see(Act.internal("10.0.0.1", "10.0.0.53", 53).udp().at(-2 * 24 * HOUR));
        for (int i = 0; i < 10; i++) {
            see(Act.internal("10.0.0.1", "10.0.0.9", 22).at(i * 2 * HOUR));
            detector.flush();
            moveTo(i * 2 * HOUR + HOUR);
        }
        assertThat(drain())
                .filteredOn(one -> one.getStatus() == FindingStatus.opened)
                .hasSize(1);
    }

    @Test
    void shouldMakeRoomForAGraverFindingAndCountWhatItRefuses() {
        start(2, SCAN, GUESSING);
        for (int target = 2; target <= 4; target++) {
            scan("10.0.0.1", "10.0.0." + target, 1, 25, target);
        }
        quiet();
        assertThat(drain()).as("two of three scans of equal severity").hasSize(2);
        assertThat(detector.refusedFindings()).isPositive();

        moveTo(HOUR);
        assertThat(drain()).extracting(Finding::getStatus).containsOnly(FindingStatus.closed);
        guess("10.0.0.1", 40, 2 * HOUR, 1.0);
        quiet();
        assertThat(drain()).extracting(Finding::getRule).contains("brute_force");
        quiet();
        quiet();
        assertThat(drain())
                .as("what made room is not raised by its old evidence")
                .isEmpty();
    }

    /** All flows that are remembered are younger than the lateness. */
    @Test
    void shouldFindGuessingOnALinkThatIsNeverQuiet() {
        start(8, GUESSING);
        for (int second = 0; second < 300; second += 10) {
            guess("10.0.0.1", 50, second, 0.2);
            see(Act.egress("10.0.0.7", "192.0.2.9", 443).at(second));
            detector.onEventTime(POINT, 0, ms(second));
            detector.flush();
        }
        assertThat(drain()).extracting(Finding::getRule).contains("brute_force");
    }

    @Test
    void shouldLookAgainWhenAnObservationPointComesBack() {
        start(8, GUESSING);
        see(Act.egress("10.0.0.1", "192.0.2.1", 443).at(0));
        detector.onEventTime(POINT, 0, ms(0));
        // The point is silent until it is gone, while others are busy.
        for (int i = 0; i <= 2 * SILENT; i++) {
            see(Act.egress("10.0.0.7", "192.0.2.9", 443).at(i));
            detector.flush();
        }
        for (int second = 400; second < 700; second += 10) {
            guess("10.0.0.1", 10, second, 1.0);
            detector.onEventTime(POINT, 0, ms(second));
            detector.flush();
        }
        assertThat(drain()).extracting(Finding::getRule).contains("brute_force");
    }

    @Test
    void shouldEndFindingsAfterARestartWhenTheirPointNeverComesBack() {
        start(8, SCAN);
        scan("10.0.0.1", "10.0.0.2", 1, 25, 0);
        detector.flush();
        assertThat(drain()).hasSize(1);

        restart(8, SCAN);
        for (int i = 0; i <= SILENT + SETTLING; i++) {
            see(Act.egress("10.0.0.7", "192.0.2.9", 443).at(i));
            detector.flush();
        }
        assertThat(drain()).singleElement().satisfies(closed -> {
            assertThat(closed.getStatus()).isEqualTo(FindingStatus.closed);
            assertThat(closed.getEndReason()).isEqualTo(FindingEndReason.idle);
        });
    }

    @Test
    void shouldGoOnAfterARestartWhereItWas() {
        start(8, SCAN);
        scan("10.0.0.1", "10.0.0.2", 1, 25, 0);
        detector.flush();
        Finding opened = drain().get(0);

        restart(8, SCAN);
        detector.flush();
        assertThat(drain()).as("told before").isEmpty();
        scan("10.0.0.1", "10.0.0.2", 26, 80, 3);
        quiet();
        assertThat(drain()).singleElement().satisfies(updated -> {
            assertThat(updated.getStatus()).isEqualTo(FindingStatus.updated);
            assertThat(updated.getFindingId()).isEqualTo(opened.getFindingId());
            assertThat(updated.getSeverity()).isEqualTo(Severity.high);
            assertThat(updated.getFlows()).isEqualTo(105);
        });
    }

    @Test
    void shouldEndTheFindingsOfAHostThatMakesRoom() {
        hosts = new HostTable(2, 100_000);
        hosts.open(null, null);
        start(8, SCAN);
        scan("10.0.0.1", "198.51.100.2", 1, 25, 0);
        detector.flush();
        assertThat(drain()).hasSize(1);

        for (int i = 3; i < 9; i++) {
            see(Act.internal("10.0.0." + i, "10.0.0." + (i + 100), 80).at(i));
        }
        assertThat(drain()).singleElement().satisfies(closed -> assertThat(closed.getEndReason())
                .isEqualTo(FindingEndReason.lack_of_resources));
    }

    /** Of flows that lie there, a pause says only that this machine was busy. */
    @Test
    void shouldWeighAtTheEndOfAnInputThatHasOne() {
        InputEnd end = InputEnd.expected();
        start(8, end, GUESSING);
        guess("10.0.0.1", 40, 0, 1);
        quiet();
        quiet();
        assertThat(drain()).isEmpty();

        end.reach();
        detector.flush();

        assertThat(drain()).extracting(Finding::getStatus).containsExactly(FindingStatus.opened);
    }

    private void start(int maxFindings, Detection... detections) {
        start(maxFindings, InputEnd.NONE, detections);
    }

    private void start(int maxFindings, InputEnd end, Detection... detections) {
        DetectorSettings settings =
                new DetectorSettings(Duration.ofMinutes(1), Duration.ofSeconds(10), QUIET, SILENT, maxFindings);
        detector = new Detector(List.of(detections), settings, hosts, told::add, end);
    }

    /** With what the changelog holds. */
    private void restart(int maxFindings, Detection... detections) {
        HostTable restored = new HostTable(1_000, 100_000);
        hosts.writeAll(restored::restore);
        restored.open(null, null);
        hosts = restored;
        start(maxFindings, detections);
    }

    private void see(Act act) {
        detector.onBegan(act.seen());
        detector.onAsked(act.seen());
    }

    private static Act refused(String from, String to, int port) {
        return Act.internal(from, to, port).outcome(Outcome.REFUSED).traffic(1, 60, 1, 40);
    }

    /** Ten ports a second. */
    private void scan(String from, String to, int firstPort, int ports, int second) {
        for (int i = 0; i < ports; i++) {
            see(refused(from, to, firstPort + i).at(second + i / 10.0));
        }
    }

    /** Sessions of SSH that are over at once. */
    private void guess(String from, int tries, int second, double every) {
        for (int i = 0; i < tries; i++) {
            see(Act.egress(from, "192.0.2.22", 22).traffic(8, 1_000, 8, 1_500).at(second + i * every));
        }
    }

    /** Event time goes on at the point of all acts, until it counts. */
    private void moveTo(int second) {
        for (int i = 0; i <= SETTLING; i++) {
            detector.onEventTime(POINT, 0, ms(second));
            detector.flush();
        }
    }

    private void quiet() {
        for (int i = 0; i <= QUIET; i++) {
            detector.flush();
        }
    }

    private static long ms(int second) {
        return Act.T0 / 1000 + second * 1000L;
    }

    private List<Finding> drain() {
        List<Finding> all = List.copyOf(told);
        told.clear();
        return all;
    }
}
