package io.weir.advisor.rule.ingress;

import static io.weir.advisor.TestFlow.T0;
import static io.weir.advisor.TestFlow.aFlow;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.advisor.allow.AllowList;
import io.weir.advisor.classify.FlowClassifier;
import io.weir.advisor.subnet.Cidr;
import io.weir.advisor.subnet.Subnets;
import io.weir.schemas.Finding;
import io.weir.schemas.FindingStatus;
import io.weir.schemas.Flow;
import io.weir.schemas.Orientation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The findings depend on what the records say, not on the order in which they come. */
class IngressRuleOrderTest {

    private static final String[] PROBES = {"a", "b"};

    private SourcePrefixes sources;
    private final FlowClassifier classifier = new FlowClassifier(new Subnets(List.of(Cidr.parse("10.0.0.0/8")), 10));

    @ParameterizedTest
    @CsvSource({"1, 32", "2, 32", "3, 32", "4, 32", "5, 32", "6, 24", "7, 24", "8, 24", "9, 24", "10, 24"})
    void shouldGiveTheSameFindingsForEveryOrderBetweenTwoFlushes(long seed, int sourcePrefix) {
        sources = new SourcePrefixes(sourcePrefix, 128);
        Random random = new Random(seed);
        List<Flow> flows = randomFlows(random, 200);
        Map<String, Finding> expected = run(flows, flows.size());
        for (int i = 0; i < 10; i++) {
            List<Flow> shuffled = new ArrayList<>(flows);
            Collections.shuffle(shuffled, random);
            assertThat(run(shuffled, flows.size())).as("seed %d", seed).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 32", "2, 32", "3, 32", "4, 32", "5, 32", "6, 24", "7, 24", "8, 24", "9, 24", "10, 24"})
    void shouldGiveTheSameEpisodesForEveryOrderWithinTheLateness(long seed, int sourcePrefix) {
        sources = new SourcePrefixes(sourcePrefix, 128);
        Random random = new Random(seed);
        List<Flow> flows = randomFlows(random, 200);
        List<Finding> expected = withoutId(run(flows, flows.size()));
        for (int i = 0; i < 10; i++) {
            IdentityHashMap<Flow, Long> arrival = new IdentityHashMap<>();
            flows.forEach(flow -> arrival.put(flow, flow.getWindowStart() + random.nextInt(50_000)));
            List<Flow> delayed = new ArrayList<>(flows);
            delayed.sort(Comparator.comparing(arrival::get));
            assertThat(withoutId(run(delayed, 3))).as("seed %d", seed).isEqualTo(expected);
        }
    }

    /** Last record of each finding when all is closed. */
    private Map<String, Finding> run(List<Flow> flows, int flushEvery) {
        List<Finding> told = new ArrayList<>();
        IngressRule rule = new IngressRule(
                new IngressSettings(
                        sources,
                        AllowList.NONE,
                        EpisodeScope.CLUSTER,
                        Duration.ofMinutes(5),
                        Duration.ofMinutes(1),
                        10_000,
                        10_000,
                        20),
                new MemoryStore(),
                told::add);
        int since = 0;
        long greatest = Long.MIN_VALUE;
        for (Flow flow : flows) {
            rule.onFlow(flow, classifier.classify(flow));
            greatest = Math.max(greatest, flow.getWindowStart());
            if (++since == flushEvery) {
                since = 0;
                for (String probe : PROBES) {
                    rule.onEventTime(probe + "|eth0|pcap", 0, greatest);
                }
                rule.flush();
            }
        }
        for (String probe : PROBES) {
            rule.onEventTime(probe + "|eth0|pcap", 0, (T0 + 1_000_000) * 1000);
        }
        for (int i = 0; i < 4; i++) {
            rule.flush();
        }
        assertThat(rule.openEpisodes()).isZero();
        return lastOfEach(told);
    }

    private static Map<String, Finding> lastOfEach(List<Finding> told) {
        Map<String, Finding> last = new TreeMap<>();
        for (Finding finding : told) {
            Finding before = last.put(finding.getFindingId(), finding);
            assertThat(before == null).isEqualTo(finding.getStatus() == FindingStatus.opened);
            assertThat(before != null && before.getStatus() == FindingStatus.closed)
                    .isFalse();
        }
        assertThat(last.values()).allMatch(finding -> finding.getStatus() == FindingStatus.closed);
        return last;
    }

    private static List<Finding> withoutId(Map<String, Finding> findings) {
        List<Finding> list = new ArrayList<>();
        for (Finding finding : findings.values()) {
            list.add(Finding.newBuilder(finding).setFindingId("").build());
        }
        list.sort(
                Comparator.comparing((Finding finding) -> finding.getInitiator().getEntity())
                        .thenComparing(Finding::getFirstSeenMicroseconds));
        return list;
    }

    private static List<Flow> randomFlows(Random random, int count) {
        List<Flow> flows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            var flow = aFlow().id("flow" + i)
                    .seenBy(PROBES[random.nextInt(PROBES.length)])
                    .from("198.51.100." + random.nextInt(random.nextBoolean() ? 3 : 100))
                    // Bursts with gaps on both sides of the idle time.
                    .at(random.nextInt(12) * 250 + random.nextInt(30))
                    .responderOctets(random.nextInt(400_000))
                    .sampled(random.nextInt(3) == 0 ? 7 : 1);
            switch (random.nextInt(4)) {
                case 0 -> flow.unanswered();
                case 1 -> flow.refused();
                case 2 -> flow.orientation(Orientation.first_seen);
                default -> {
                    if (random.nextBoolean()) {
                        flow.continued();
                    }
                }
            }
            flows.add(flow.build());
        }
        flows.sort(Comparator.comparing(Flow::getWindowStart));
        return flows;
    }
}
