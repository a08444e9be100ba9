package io.weir.topology.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.weir.schemas.Edge;
import io.weir.schemas.ObservationPoint;
import io.weir.schemas.RoundTrips;
import io.weir.topology.EdgeConfig;
import io.weir.topology.sketch.RoundTripSketch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EdgeTableTest {

    private static final ObservationPoint POINT = new ObservationPoint("node-1", "eth0", "pcap", 1);
    private static final ObservationPoint OTHER = new ObservationPoint("node-1", "eth1", "pcap", 1);

    private static final EdgeConfig CONFIG = new EdgeConfig(List.of(Duration.ofMinutes(1), Duration.ofHours(1)), 100);

    private final List<Edge> given = new ArrayList<>();
    private final List<Edge> minutes = new ArrayList<>();
    private final List<Edge> hours = new ArrayList<>();
    private EdgeTable table = new EdgeTable(CONFIG);

    @Test
    void shouldAddPartsAndGiveTheEdgeWhenEveryPartitionIsPastItsWindow() {
        part(POINT, "a", 10_000, 3);
        part(POINT, "a", 10_000, 4);
        part(POINT, "a", 20_000, 5);
        progress(POINT, 0, 20_000);
        assertThat(given).isEmpty();

        progress(POINT, 1, 10_000);

        assertThat(given).extracting(Edge::getInitiatorPackets).containsExactly(7L);
        assertThat(given.get(0).getActiveFlows()).isEqualTo(2);
        assertThat(given.get(0).getIsLate()).isFalse();
        given.clear();
        progress(POINT, 1, 20_000);
        assertThat(given).extracting(Edge::getInitiatorPackets).containsExactly(5L);
    }

    @Test
    void shouldKeepTheClocksOfPointsApart() {
        part(POINT, "a", 10_000, 1);
        part(OTHER, "a", 10_000, 2);
        progress(OTHER, 0, 50_000);
        progress(OTHER, 1, 50_000);

        assertThat(given).extracting(Edge::getInitiatorPackets).containsExactly(2L);
    }

    @Test
    void shouldPassOnALatePartAtOnceAndMarked() {
        progress(POINT, 0, 10_000);
        progress(POINT, 1, 20_000);
        part(POINT, "a", 10_000, 1);

        assertThat(given).singleElement().satisfies(edge -> {
            assertThat(edge.getIsLate()).isTrue();
            assertThat(edge.getInitiatorPackets()).isEqualTo(1);
        });
        part(POINT, "a", 20_000, 1);
        assertThat(given).hasSize(1);
    }

    @Test
    void shouldGiveEverythingWhenTheInputHasEnded() {
        part(POINT, "b", 90_000, 1);
        part(POINT, "a", 90_000, 2);
        progress(POINT, 0, Long.MAX_VALUE);
        assertThat(given).isEmpty();

        progress(POINT, 1, Long.MAX_VALUE);

        // In an order that their keys decide, so that the same input gives the same output.
        assertThat(given).extracting(Edge::getInitiatorEntity).containsExactly("a", "b");
        given.clear();
        // The point has been forgotten: a new input of it begins anew.
        part(POINT, "a", 10_000, 5);
        assertThat(given).isEmpty();
    }

    @Test
    void shouldGoOnAfterARestart() {
        part(POINT, "a", 10_000, 3);
        part(OTHER, "-", 20_000, 1);
        progress(POINT, 0, 10_000);

        restart();
        part(POINT, "a", 10_000, 4);
        progress(POINT, 1, 10_000);

        assertThat(given).extracting(Edge::getInitiatorPackets).containsExactly(7L);
        given.clear();
        progress(OTHER, 0, 20_000);
        progress(OTHER, 1, 20_000);
        assertThat(given).extracting(Edge::getInitiatorEntity).containsExactly("-");
    }

    @Test
    void shouldTellEdgesAndPointsApartByTheirKeys() {
        EdgePoint point = new EdgePoint(POINT, 1);
        point.advance(1, 3, 70_000);
        Edge edge = edge(POINT, "fd42::1", 10_000, 1);

        assertThat(EdgeRowCodec.edge(EdgeRowCodec.key(POINT), EdgeRowCodec.value(point)))
                .isNull();
        EdgeRow row = new EdgeRow(Edges.recordKey(edge), 60_000, new EdgeSum(edge, roundTrips(5), null), 77);
        EdgeRow back = EdgeRowCodec.edge(EdgeRowCodec.key(row), EdgeRowCodec.value(row));
        assertThat(back.key).isEqualTo(row.key);
        assertThat(back.rollUpMs).isEqualTo(60_000);
        assertThat(back.cutOctets).isEqualTo(77);
        assertThat(back.sum.record()).isEqualTo(row.sum.record());
        assertThat(back.sum.record().getInitiatorRoundTrips().getMaxMicroseconds())
                .isEqualTo(5);
        assertThat(EdgeRowCodec.progress(EdgeRowCodec.value(point)))
                .containsExactly(
                        new EdgeInput.Progress(POINT, 0, 3, Long.MIN_VALUE),
                        new EdgeInput.Progress(POINT, 1, 3, 70_000),
                        new EdgeInput.Progress(POINT, 2, 3, Long.MIN_VALUE));
    }

    @Test
    void shouldRollUpWhatItGives() {
        part(POINT, "a", 10_000, 1);
        part(POINT, "a", 20_000, 2);
        part(POINT, "b", 60_000, 4);
        part(POINT, "a", 70_000, 8);
        bothProgress(60_000);

        assertThat(given).hasSize(3);
        assertThat(minutes)
                .extracting(
                        Edge::getInitiatorEntity, Edge::getWindowStart, Edge::getWindowEnd, Edge::getInitiatorPackets)
                .containsExactly(tuple("a", 0L, 60_000L, 3L), tuple("b", 0L, 60_000L, 4L));
        assertThat(hours).isEmpty();

        bothProgress(Long.MAX_VALUE);
        assertThat(minutes).hasSize(3);
        assertThat(hours)
                .extracting(Edge::getInitiatorEntity, Edge::getWindowEnd, Edge::getInitiatorPackets)
                .containsExactly(tuple("a", 3_600_000L, 11L), tuple("b", 3_600_000L, 4L));
        assertThat(hours).noneMatch(Edge::getIsLate);
    }

    @Test
    void shouldGiveAllLengthsWhenTimeLeaps() {
        part(POINT, "a", 10_000, 1);
        part(POINT, "a", 70_000, 2);
        bothProgress(7_200_000);

        assertThat(minutes).extracting(Edge::getInitiatorPackets).containsExactly(1L, 2L);
        assertThat(hours).extracting(Edge::getInitiatorPackets).containsExactly(3L);
        assertThat(hours).noneMatch(Edge::getIsLate);
    }

    @Test
    void shouldTakeALatePartIntoTheLongerWindowsThatAreOpen() {
        bothProgress(30_000);
        part(POINT, "a", 10_000, 1);
        assertThat(given).extracting(Edge::getIsLate).containsExactly(true);
        assertThat(minutes).isEmpty();

        bothProgress(60_000);
        assertThat(minutes).singleElement().satisfies(edge -> {
            assertThat(edge.getIsLate()).isFalse();
            assertThat(edge.getInitiatorPackets()).isEqualTo(1);
        });

        part(POINT, "a", 20_000, 2);
        assertThat(given).extracting(Edge::getIsLate).containsExactly(true, true);
        assertThat(minutes)
                .extracting(Edge::getIsLate, Edge::getWindowEnd)
                .containsExactly(tuple(false, 60_000L), tuple(true, 60_000L));
        bothProgress(3_600_000);
        assertThat(hours).extracting(Edge::getInitiatorPackets).containsExactly(3L);
    }

    @Test
    void shouldGoOnWithLongerWindowsAfterARestart() {
        part(POINT, "a", 10_000, 1);
        bothProgress(20_000);
        restart();
        part(POINT, "a", 30_000, 2);
        bothProgress(30_000);
        restart();
        bothProgress(3_600_000);

        assertThat(minutes).extracting(Edge::getInitiatorPackets).containsExactly(3L);
        assertThat(hours).extracting(Edge::getInitiatorPackets).containsExactly(3L);
    }

    @Test
    void shouldForgetWindowsThatAreNoLongerRolledUpTo() {
        part(POINT, "a", 10_000, 1);
        bothProgress(20_000);
        restart(new EdgeConfig(List.of(Duration.ofHours(1)), 100));
        part(POINT, "a", 30_000, 2);
        bothProgress(3_600_000);

        assertThat(minutes)
                .as("hours are the first roll-up now")
                .extracting(Edge::getWindowEnd)
                .containsExactly(3_600_000L);
        assertThat(minutes).extracting(Edge::getInitiatorPackets).containsExactly(3L);
    }

    @Test
    void shouldMergeRoundTrips() {
        for (int window = 1; window <= 6; window++) {
            Edge edge = edge(POINT, "a", window * 10_000L, 1);
            apply(new EdgeInput.Part(new EdgeSum(edge, null, roundTrips(window * 1000, window * 10_000))));
        }
        bothProgress(60_000);

        assertThat(given.get(2).getResponderRoundTrips()).isEqualTo(RoundTripSketch.summary(roundTrips(3000, 30_000)));
        RoundTrips minute = minutes.get(0).getResponderRoundTrips();
        assertThat(minute)
                .isEqualTo(RoundTripSketch.summary(roundTrips(
                        1000, 2000, 3000, 4000, 5000, 6000, 10_000, 20_000, 30_000, 40_000, 50_000, 60_000)));
        assertThat(minutes.get(0).getInitiatorRoundTrips()).isNull();
    }

    @Test
    void shouldAddUpWhateverTheGroups() {
        Edge measured = edge(POINT, "a", 10_000, 1);
        measured.setRetransmittedPackets(3L);
        measured.setUnansweredFlows(2);
        measured.setUnreachableFlows(1);
        measured.setIcmpErrors(3);
        Edge unmeasured = edge(POINT, "a", 10_000, 1);
        Edge sum = Edges.empty(measured, 0, 10_000);
        assertThat(sum.getRetransmittedPackets()).isNull();

        Edges.add(sum, unmeasured);
        assertThat(sum.getRetransmittedPackets()).as("none was measured").isNull();
        Edges.add(sum, measured);
        Edges.add(sum, measured);
        assertThat(sum.getRetransmittedPackets()).isEqualTo(6);
        assertThat(sum.getUnansweredFlows()).isEqualTo(4);
        assertThat(sum.getUnreachableFlows()).isEqualTo(2);
        assertThat(sum.getIcmpErrors()).isEqualTo(6);
    }

    private static RoundTripSketch roundTrips(int... microseconds) {
        RoundTripSketch sketch = new RoundTripSketch();
        IntStream.of(microseconds).forEach(sketch::add);
        return sketch;
    }

    private void part(ObservationPoint point, String initiator, long windowEnd, long packets) {
        apply(new EdgeInput.Part(new EdgeSum(edge(point, initiator, windowEnd, packets), null, null)));
    }

    private void bothProgress(long untilMs) {
        progress(POINT, 0, untilMs);
        progress(POINT, 1, untilMs);
    }

    private void progress(ObservationPoint point, int partition, long untilMs) {
        apply(new EdgeInput.Progress(point, partition, 2, untilMs));
    }

    private void apply(EdgeInput input) {
        List<List<Edge>> byLevel = List.of(given, minutes, hours);
        table.apply(input, (level, key, edge) -> byLevel.get(level).add(edge));
    }

    private void restart() {
        restart(CONFIG);
    }

    /** Through the changelog's bytes. */
    private void restart(EdgeConfig config) {
        table = EdgeTables.restarted(table, config);
    }

    private static Edge edge(ObservationPoint point, String initiator, long windowEnd, long packets) {
        return EdgeTables.edge(point, initiator, "10.0.0.1", windowEnd, packets, packets * 100);
    }
}
