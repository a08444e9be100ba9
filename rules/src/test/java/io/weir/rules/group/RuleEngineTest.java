package io.weir.rules.group;

import static io.weir.rules.TestTraffic.T0;
import static io.weir.rules.TestTraffic.edge;
import static io.weir.rules.TestTraffic.flow;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.advisor.classify.FlowClassifier;
import io.weir.advisor.subnet.Cidr;
import io.weir.advisor.subnet.Subnets;
import io.weir.rules.RuleMatcher;
import io.weir.rules.file.Rule;
import io.weir.rules.file.RuleFile;
import io.weir.schemas.Confidence;
import io.weir.schemas.Edge;
import io.weir.schemas.Finding;
import io.weir.schemas.FindingEndReason;
import io.weir.schemas.FindingStatus;
import io.weir.schemas.Flow;
import io.weir.schemas.FlowClass;
import io.weir.schemas.Orientation;
import io.weir.schemas.Severity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RuleEngineTest {

    private static final int QUIET = 3;
    private static final EngineSettings SETTINGS = new EngineSettings(Duration.ofSeconds(60), QUIET, 20);

    private final List<Finding> told = new ArrayList<>();
    private int maxGroups = 100;
    private List<Rule> rules = List.of();
    private GroupTable table;
    private RuleEngine engine;
    private RuleMatcher matcher;

    @Test
    void shouldTellTheLifeOfAFinding() {
        start(rule("measure: count", "groupBy: [initiator.address, responder.port]", "severity: high"));
        for (int i = 0; i < 3; i++) {
            see(flow(10L * i, "f" + i));
        }
        assertThat(told).isEmpty();
        beQuiet();

        Finding opened = only();
        assertThat(opened.getStatus()).isEqualTo(FindingStatus.opened);
        assertThat(opened.getRule()).isEqualTo("user.rule");
        assertThat(opened.getTitle()).isEqualTo("Title: 198.51.100.7, 22");
        assertThat(opened.getSeverity()).isEqualTo(Severity.high);
        assertThat(opened.getConfidence()).isEqualTo(Confidence.high);
        assertThat(opened.getRiskScore()).isEqualTo(75);
        assertThat(opened.getFlowClass()).isEqualTo(FlowClass.ingress);
        assertThat(opened.getClassReason()).contains("responder in 10.0.0.0/8");
        assertThat(opened.getInitiator().getAddress()).isEqualTo("198.51.100.7");
        assertThat(opened.getResponder().getPort()).isEqualTo(22);
        assertThat(opened.getEvidenceFlowIds()).containsExactly("f0", "f1", "f2");
        assertThat(opened.getFlows()).isEqualTo(3);
        assertThat(opened.getPackets()).isEqualTo(15);
        assertThat(opened.getFirstSeenMicroseconds()).isEqualTo(T0 * 1_000_000);
        assertThat(opened.getMeasurements()).singleElement().satisfies(number -> {
            assertThat(number.getName()).isEqualTo("count");
            assertThat(number.getValue()).isEqualTo(3);
            assertThat(number.getThreshold()).isEqualTo(3);
        });
        assertThat(opened.getObservationPoint().getHost()).isEqualTo("probe");

        for (int i = 3; i < 10; i++) {
            see(flow(20, "f" + i));
        }
        beQuiet();
        Finding updated = only();
        assertThat(updated.getStatus()).isEqualTo(FindingStatus.updated);
        assertThat(updated.getFindingId()).isEqualTo(opened.getFindingId());
        assertThat(updated.getFlows()).isEqualTo(10);

        timeIs(300);
        Finding closed = only();
        assertThat(closed.getStatus()).isEqualTo(FindingStatus.closed);
        assertThat(closed.getEndReason()).isEqualTo(FindingEndReason.idle);
        assertThat(closed.getFindingId()).isEqualTo(opened.getFindingId());
        assertThat(closed.getFlows()).isEqualTo(10);
        assertThat(table.size()).as("nothing is kept").isZero();
    }

    @Test
    void shouldSlideItsWindow() {
        // Two at the end of a minute and one at the begin of the next.
        start(rule("measure: flows"));
        see(flow(50, "a"));
        see(flow(50, "b"));
        see(flow(60, "c"));
        beQuiet();

        assertThat(only().getFlows()).isEqualTo(3);
    }

    @Test
    void shouldNotAddUpWhatLiesApart() {
        start(rule("measure: flows"));
        for (int i = 0; i < 20; i++) {
            see(flow(30L * i, "f" + i));
        }
        beQuiet();
        timeIs(1000);

        assertThat(told).isEmpty();
    }

    @Test
    void shouldWaitAsLongAsTheRuleSays() {
        start(rule("measure: count", "for: 60s"));
        for (int i = 0; i < 3; i++) {
            see(flow(0, "short" + i));
        }
        timeIs(300);
        assertThat(told).isEmpty();

        for (int i = 0; i < 12; i++) {
            see(flow(300 + 10L * i, "long" + i));
        }
        timeIs(600);
        assertThat(told).extracting(Finding::getStatus).containsExactly(FindingStatus.opened, FindingStatus.closed);
        assertThat(told.get(1).getFlows())
                .as("in the window that opened it, and since")
                .isEqualTo(9);
    }

    @Test
    void shouldBeSilentAfterAFinding() {
        start(rule("measure: count", "silence: 10m"));
        for (long at : new long[] {0, 200, 400, 900}) {
            for (int i = 0; i < 3; i++) {
                see(flow(at, "f" + at + i));
            }
        }
        timeIs(3000);

        assertThat(told)
                .extracting(Finding::getStatus)
                .containsExactly(
                        FindingStatus.opened, FindingStatus.closed, FindingStatus.opened, FindingStatus.closed);
        assertThat(told.get(2).getFirstSeenMicroseconds()).isEqualTo((T0 + 900) * 1_000_000);
        assertThat(told.get(2).getFindingId()).isNotEqualTo(told.get(0).getFindingId());
    }

    @Test
    void shouldCountDistinctValues() {
        start(rule("measure: distinct(responder.address)", "groupBy: [initiator.address]"));
        for (int i = 0; i < 10; i++) {
            see(flow(0, "probe", "same" + i, "198.51.100.7", "10.0.0.5", 22));
            see(flow(0, "probe", "other" + i, "198.51.100.8", "10.0.0." + i, 22));
        }
        beQuiet();

        Finding opened = only();
        assertThat(opened.getInitiator().getAddress()).isEqualTo("198.51.100.8");
        assertThat(opened.getResponder().getAddress()).isNull();
        assertThat(opened.getPeers())
                .containsExactly("10.0.0.0 tcp/22", "10.0.0.1 tcp/22", "10.0.0.2 tcp/22", "10.0.0.3 tcp/22");
        assertThat(opened.getMeasurements().get(0).getValue()).isBetween(9.0, 11.0);
    }

    @Test
    void shouldRaiseNoAlarmWhereNothingTellsWhoBegan() {
        start(rule("measure: count", "groupBy: [initiator.address, responder.port]", "severity: high"));
        for (int i = 0; i < 3; i++) {
            Flow flow = flow(10L * i, "f" + i);
            flow.setOrientation(Orientation.unknown);
            see(flow);
        }
        beQuiet();

        Finding opened = only();
        assertThat(opened.getConfidence()).isEqualTo(Confidence.low);
        assertThat(opened.getSeverity()).isEqualTo(Severity.low);
    }

    @Test
    void shouldSumOverEdges() {
        start(rule(
                "measure: sum(initiatorLayer2Octets)",
                "over: edge",
                "threshold: 5000",
                "filter: flowClass == 'internal'",
                "groupBy: [initiatorEntity]"));
        see(edge(0, "10.0.0.1", "10.0.0.2", 30));
        see(edge(10, "10.0.0.1", "10.0.0.3", 30));
        see(edge(10, "192.0.2.1", "10.0.0.3", 300));
        beQuiet();

        Finding opened = only();
        assertThat(opened.getTitle()).isEqualTo("Title: 10.0.0.1");
        assertThat(opened.getLayer2Octets()).isEqualTo(6000);
        assertThat(opened.getFlowClass()).isEqualTo(FlowClass.internal);
        assertThat(opened.getConfidence()).isEqualTo(Confidence.unknown);
        assertThat(opened.getPeers()).containsExactly("10.0.0.2 tcp/443", "10.0.0.3 tcp/443");
    }

    @Test
    void shouldNotCountTwiceWhatTwoPointsSee() {
        start(rule("measure: flows"));
        for (String point : List.of("one", "two", "three")) {
            see(flow(0, point, "a" + point, "198.51.100.7", "10.0.0.5", 22));
        }
        see(flow(0, "two", "b", "198.51.100.7", "10.0.0.5", 22));
        beQuiet();
        assertThat(told).isEmpty();

        see(flow(10, "two", "c", "198.51.100.7", "10.0.0.5", 22));
        beQuiet();
        Finding opened = only();
        assertThat(opened.getFlows()).isEqualTo(3);
        assertThat(opened.getObservationPoint().getHost()).isEqualTo("two");
    }

    @Test
    void shouldCountPointsApartWhereEachIsANetworkOfItsOwn() {
        start(rule("measure: flows", "threshold: 2", "groupBy: [responder.address]"));
        matcher = new RuleMatcher(rules, true, classifier());
        for (String point : List.of("one", "two")) {
            see(flow(0, point, "a" + point, "198.51.100.7", "10.0.0.5", 22));
            see(flow(0, point, "b" + point, "198.51.100.7", "10.0.0.5", 22));
        }
        beQuiet();

        assertThat(told)
                .extracting(Finding::getTitle)
                .containsExactlyInAnyOrder("Title: 10.0.0.5, one|eth0|pcap", "Title: 10.0.0.5, two|eth0|pcap");
    }

    @Test
    void shouldTellTheSameInWhateverOrderRecordsCome() {
        List<Flow> flows = new ArrayList<>();
        Random random = new Random(7);
        for (int i = 0; i < 200; i++) {
            flows.add(flow(10L * random.nextInt(40), "probe", "f" + i, "198.51.100." + i % 3, "10.0.0." + i % 7, 22));
        }
        List<Finding> expected = null;
        for (int round = 0; round < 5; round++) {
            told.clear();
            start(rule("measure: flows", "threshold: 12", "groupBy: [initiator.address]", "for: 12s"));
            flows.forEach(this::see);
            // Event time comes last: all of it is within the grace then.
            timeIs(2000);
            List<Finding> now = new ArrayList<>(told);
            now.sort((a, b) -> (a.getTitle() + a.getFirstSeenMicroseconds() + a.getStatus())
                    .compareTo(b.getTitle() + b.getFirstSeenMicroseconds() + b.getStatus()));
            assertThat(now).isNotEmpty();
            if (expected == null) {
                expected = now;
            }
            assertThat(now).isEqualTo(expected);
            Collections.shuffle(flows, random);
        }
    }

    @Test
    void shouldGoOnUnderTheSameIdWhenMoreComesAfterAPause() {
        start(rule("measure: flows"));
        see(flow(0, "a"));
        see(flow(20, "b"));
        see(flow(40, "c"));
        beQuiet();
        String id = only().getFindingId();

        // Late, within the lateness: the threshold was met before it was seen to be.
        see(flow(20, "d"));
        beQuiet();
        timeIs(300);
        Finding closed = only();
        assertThat(closed.getStatus()).isEqualTo(FindingStatus.closed);
        assertThat(closed.getFindingId()).isEqualTo(id);
        assertThat(closed.getFlows()).isEqualTo(4);
    }

    @Test
    void shouldCountWhatIsTooLate() {
        start(rule("measure: flows"));
        timeIs(300);
        for (int i = 0; i < 3; i++) {
            see(flow(0, "f" + i));
        }
        beQuiet();

        assertThat(told).isEmpty();
        assertThat(engine.lateRecords()).isEqualTo(3);
    }

    @Test
    void shouldBeginAnewWhenAClockIsSetBack() {
        start(rule("measure: flows", "silence: 1d"));
        for (int i = 0; i < 3; i++) {
            see(flow(10_000, "f" + i));
        }
        timeIs(20_000);
        assertThat(told).extracting(Finding::getStatus).containsExactly(FindingStatus.opened, FindingStatus.closed);
        told.clear();
        assertThat(table.size()).as("kept for its silence").isOne();

        timeIs(0);
        for (int i = 0; i < 3; i++) {
            see(flow(10, "g" + i));
        }
        beQuiet();
        assertThat(only().getEvidenceFlowIds()).containsExactly("g0", "g1", "g2");
    }

    @Test
    void shouldForgetTheQuietestGroup() {
        maxGroups = 2;
        start(rule("measure: count", "threshold: 1", "groupBy: [responder.port]"));
        see(flow(0, "probe", "a", "198.51.100.7", "10.0.0.5", 1));
        see(flow(0, "probe", "b", "198.51.100.7", "10.0.0.5", 2));
        beQuiet();
        told.clear();
        see(flow(10, "probe", "c", "198.51.100.7", "10.0.0.5", 1));
        see(flow(10, "probe", "d", "198.51.100.7", "10.0.0.5", 3));

        assertThat(engine.evictedGroups()).isEqualTo(1);
        Finding closed = only();
        assertThat(closed.getTitle()).isEqualTo("Title: 2");
        assertThat(closed.getEndReason()).isEqualTo(FindingEndReason.lack_of_resources);
        assertThat(table.size()).isEqualTo(2);
    }

    @Test
    void shouldGoOnAfterARestart() {
        start(rule("measure: flows", "groupBy: [initiator.address]"));
        see(flow(0, "a"));
        see(flow(10, "b"));
        restart();
        see(flow(20, "c"));
        beQuiet();
        Finding opened = only();
        assertThat(opened.getFlows()).isEqualTo(3);

        restart();
        beQuiet();
        assertThat(told).isEmpty();
        timeIs(300);
        assertThat(only().getFindingId()).isEqualTo(opened.getFindingId());
    }

    @Test
    void shouldEndWhatAnotherDefinitionHasRaised() {
        start(rule("measure: flows"));
        for (int i = 0; i < 3; i++) {
            see(flow(0, "f" + i));
        }
        beQuiet();
        String id = only().getFindingId();

        rules = List.of(rule("measure: flows", "filter: responder.port == 22"));
        restart();
        engine.flush();

        assertThat(only().getFindingId()).isEqualTo(id);
        assertThat(table.size()).isZero();
    }

    @Test
    void shouldEndWhatNobodySeesAnyMore() {
        start(rule("measure: flows"));
        for (int i = 0; i < 3; i++) {
            see(flow(0, "f" + i));
        }
        engine.onEventTime("flow|probe|eth0|pcap", 0, T0 * 1000);
        beQuiet();
        told.clear();
        for (int i = 0; i <= SETTINGS.silentFlushes(); i++) {
            engine.flush();
        }

        assertThat(only().getStatus()).isEqualTo(FindingStatus.closed);
        assertThat(table.size()).isZero();
    }

    @Test
    void shouldBoundTheHopsOfABusyGroup() {
        start(rule("measure: flows", "window: 10s", "threshold: 1000000"));
        for (int i = 0; i < 10_000; i++) {
            see(flow(10L * i, "f" + i));
        }
        int[] octets = new int[1];
        table.writeAll((key, value) -> octets[0] += value.length);

        assertThat(octets[0]).isLessThan(Group.MAX_HOPS * 200);
    }

    /** A rule over flows that counts to three in a minute; the lines replace its own or come with them. */
    private static Rule rule(String... lines) {
        List<String> all =
                new ArrayList<>(List.of("id: rule", "title: Title", "over: flow", "window: 1m", "threshold: 3"));
        for (String line : lines) {
            String key = line.substring(0, line.indexOf(':') + 1);
            all.removeIf(one -> one.startsWith(key));
            all.add(line);
        }
        RuleFile file = RuleFile.parse("test", String.join("\n", all));
        assertThat(file.problems()).isEmpty();
        return file.rules().get(0);
    }

    private void start(Rule rule) {
        rules = List.of(rule);
        matcher = new RuleMatcher(rules, false, classifier());
        table = new GroupTable(maxGroups);
        open();
    }

    private static FlowClassifier classifier() {
        return new FlowClassifier(new Subnets(List.of(Cidr.parse("10.0.0.0/8")), List.of(), 10));
    }

    private void restart() {
        GroupTable before = table;
        table = new GroupTable(maxGroups);
        before.writeAll(table::restore);
        open();
    }

    private void open() {
        table.open(null, new SimpleMeterRegistry().timer("flush"));
        engine = new RuleEngine(rules, SETTINGS, table, told::add);
    }

    private void see(Flow flow) {
        matcher.flow(flow, engine::onMatch);
    }

    private void see(Edge edge) {
        matcher.edge(edge, engine::onMatch);
    }

    /** All points' traffic has come to this time, seconds. */
    private void timeIs(long seconds) {
        engine.onEventTime("flow|probe|eth0|pcap", 0, (T0 + seconds) * 1000);
        engine.flush();
        engine.flush();
        engine.flush();
    }

    private void beQuiet() {
        for (int i = 0; i <= QUIET; i++) {
            engine.flush();
        }
    }

    /** The one finding since the last call. */
    private Finding only() {
        assertThat(told).hasSize(1);
        return told.remove(0);
    }
}
