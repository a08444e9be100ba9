package io.weir.topology.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.schemas.Edge;
import io.weir.schemas.ObservationPoint;
import io.weir.topology.EdgeConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds when there are more edges than are kept, whatever the traffic. */
class EdgeFoldingTest {

    private static final ObservationPoint POINT = new ObservationPoint("node-1", "eth0", "pcap", 1);
    private static final long WINDOW_MS = 10_000;
    private static final List<Duration> MINUTES = List.of(Duration.ofMinutes(1));

    /** Sums by edge without any bound. */
    private static final class NaiveTwin {

        final Map<String, Long> octets = new HashMap<>();
        long packets;
        long layer2Octets;
        long flows;

        void add(Edge edge) {
            octets.merge(Edges.recordKey(edge), edge.getInitiatorLayer2Octets(), Long::sum);
            packets += edge.getInitiatorPackets();
            layer2Octets += edge.getInitiatorLayer2Octets();
            flows += edge.getActiveFlows();
        }
    }

    private final Map<Integer, Map<Long, List<Edge>>> given = new HashMap<>();
    private EdgeConfig config;
    private EdgeTable table;
    private int restartedAt = -1;

    /** Traffic with a long tail: many edges of few octets, few of many, each in parts, and the tail changes from part to part. */
    @ParameterizedTest
    @CsvSource({"1, 1", "2, 2", "3, 10", "4, 10", "5, 100", "6, 100", "7, 1000", "8, 5000"})
    void shouldKeepSumsAndStateABoundThatHolds(long seed, int maxEdges) {
        Random random = new Random(seed);
        start(new EdgeConfig(MINUTES, maxEdges));
        Map<Long, NaiveTwin> windows = new HashMap<>();
        NaiveTwin minute = new NaiveTwin();
        int parts = 20_000;
        restartedAt = parts / 3;
        for (int i = 0; i < parts; i++) {
            long window = i * 6L / parts;
            int responder = (int) Math.pow(2, random.nextDouble() * 14);
            long packets = 1L + random.nextInt(3) + (responder < 20 ? 50 : 0);
            Edge edge = edge("10.9." + (responder >> 8) + '.' + (responder & 255), window, packets);
            edge.setEnclosed(responder % 5 == 0);
            windows.computeIfAbsent(window, ignored -> new NaiveTwin()).add(edge);
            minute.add(edge);
            part(i, edge);
            if (i + 1 == parts || (i + 1) * 6L / parts > window) {
                progress((window + 1) * WINDOW_MS);
            }
        }

        windows.forEach((window, twin) -> assertHolds(0, (window + 1) * WINDOW_MS, twin, maxEdges, 1));
        assertHolds(1, 60_000, minute, maxEdges, 2);
    }

    @Test
    void shouldKeepTheHeavyEdgesOfAScan() {
        int maxEdges = 1000;
        start(new EdgeConfig(MINUTES, maxEdges));
        NaiveTwin twin = new NaiveTwin();
        List<String> heavy = new ArrayList<>();
        for (int i = 0; i < 1_000_000; i++) {
            Edge scan = EdgeTables.edge(
                    POINT, "10.0.0.66", "10." + (i >> 16) + '.' + (i >> 8 & 255) + '.' + (i & 255), WINDOW_MS, 1, 60);
            twin.add(scan);
            part(i, scan);
            if (i % 1000 == 0) {
                // 50 conversations of 2 MB each, a thousand packets at a time.
                String responder = "192.0.2." + i / 1000 % 50;
                Edge work = EdgeTables.edge(POINT, "10.0.0.1", responder, WINDOW_MS, 1000, 100_000);
                heavy.add(Edges.recordKey(work));
                twin.add(work);
                part(i, work);
            }
        }
        progress(60_000);

        assertHolds(0, WINDOW_MS, twin, maxEdges, 1);
        assertHolds(1, 60_000, twin, maxEdges, 2);
        assertThat(given.get(0).get(WINDOW_MS))
                .extracting(Edges::recordKey)
                .as("what carries more than the scan per edge that stays")
                .containsAll(heavy);
        Edge other = others(0, WINDOW_MS).get(0);
        assertThat(other.getInitiatorEntity()).isNull();
        assertThat(other.getResponderEntity()).isNull();
        assertThat(other.getFoldedEdges()).isGreaterThanOrEqualTo(1_000_000 - maxEdges);
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 1000})
    void shouldCostAPartTheSameHoweverManyEdgesThereAre(int maxEdges) {
        EdgeWindow window = new EdgeWindow();
        long looked = 0;
        int parts = 100_000;
        for (int i = 0; i < parts; i++) {
            if (window.size() >= maxEdges) {
                looked += window.size();
                window.takeLightest(maxEdges / 2);
            }
            Edge edge = edge("10.0." + i, 0, 1 + i % 7);
            window.put(new EdgeRow(Edges.recordKey(edge), 0, new EdgeSum(edge, null, null), window.cutOctets()));
            assertThat(window.size()).isLessThanOrEqualTo(maxEdges);
        }

        assertThat(looked).as("rows that folding looked at").isPositive().isLessThanOrEqualTo(2L * parts);
    }

    @Test
    void shouldFoldNothingAtTheCap() {
        start(new EdgeConfig(List.of(), 10));
        for (int i = 0; i < 20; i++) {
            part(i, edge("10.0.0." + i % 10, 0, 1));
        }
        progress(WINDOW_MS);

        assertThat(given.get(0).get(WINDOW_MS)).hasSize(10).allMatch(edge -> edge.getFoldedEdges() == 0);
        assertThat(table.folded()).isZero();
    }

    private void assertHolds(int level, long windowEndMs, NaiveTwin twin, int maxEdges, int folds) {
        List<Edge> edges = given.get(level).get(windowEndMs);
        assertThat(edges).hasSizeLessThanOrEqualTo(maxEdges + 2);
        assertThat(edges).extracting(Edges::recordKey).doesNotHaveDuplicates();
        assertThat(edges.stream().mapToLong(Edge::getInitiatorPackets).sum()).isEqualTo(twin.packets);
        assertThat(edges.stream().mapToLong(Edge::getInitiatorLayer2Octets).sum())
                .isEqualTo(twin.layer2Octets);
        assertThat(edges.stream().mapToLong(Edge::getActiveFlows).sum()).isEqualTo(twin.flows);

        Map<String, Long> shown = new HashMap<>();
        edges.forEach(edge -> shown.put(Edges.recordKey(edge), edge.getInitiatorLayer2Octets()));
        long bound = others(level, windowEndMs).stream()
                .mapToLong(Edge::getFoldedLayer2OctetsBound)
                .max()
                .orElse(0);
        assertThat(bound)
                .as("it is bounded itself")
                .isLessThanOrEqualTo(folds * twin.layer2Octets / (maxEdges / 2 + 1));
        twin.octets.forEach((key, octets) -> {
            long missing = octets - shown.getOrDefault(key, 0L);
            assertThat(missing).as(key).isBetween(0L, bound);
        });
        edges.stream().filter(edge -> !Edges.isOther(edge)).forEach(edge -> assertThat(
                        edge.getFoldedLayer2OctetsBound() + edge.getFoldedEdges())
                .isZero());
    }

    private List<Edge> others(int level, long windowEndMs) {
        return given.get(level).get(windowEndMs).stream().filter(Edges::isOther).toList();
    }

    private void start(EdgeConfig chosen) {
        config = chosen;
        table = new EdgeTable(chosen);
    }

    private void part(int number, Edge edge) {
        if (number == restartedAt) {
            table = EdgeTables.restarted(table, config);
        }
        apply(new EdgeInput.Part(new EdgeSum(edge, null, null)));
    }

    private void progress(long untilMs) {
        apply(new EdgeInput.Progress(POINT, 0, 1, untilMs));
    }

    private void apply(EdgeInput input) {
        table.apply(input, (level, key, edge) -> given.computeIfAbsent(level, ignored -> new HashMap<>())
                .computeIfAbsent(edge.getWindowEnd(), ignored -> new ArrayList<>())
                .add(edge));
    }

    private static Edge edge(String responder, long window, long packets) {
        return EdgeTables.edge(POINT, "10.0.0.1", responder, (window + 1) * WINDOW_MS, packets, packets * 100);
    }
}
