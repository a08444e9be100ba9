package io.weir.topology.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.schemas.Edge;
import io.weir.schemas.ObservationPoint;
import io.weir.schemas.Service;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EdgeTableTest {

    private static final ObservationPoint POINT = new ObservationPoint("node-1", "eth0", "pcap", 1);
    private static final ObservationPoint OTHER = new ObservationPoint("node-1", "eth1", "pcap", 1);

    private final List<Edge> given = new ArrayList<>();
    private EdgeTable table = new EdgeTable();

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
        EdgePoint point = new EdgePoint(POINT);
        point.advance(1, 3, 70_000);
        Edge edge = edge(POINT, "fd42::1", 10_000, 1);

        assertThat(EdgeRowCodec.edge(EdgeRowCodec.key(POINT), EdgeRowCodec.value(point)))
                .isNull();
        assertThat(EdgeRowCodec.edge(EdgeRowCodec.key(new EdgeRow(edge)), EdgeRowCodec.value(edge)))
                .isEqualTo(edge);
        assertThat(EdgeRowCodec.progress(EdgeRowCodec.value(point)))
                .containsExactly(
                        new EdgeInput.Progress(POINT, 0, 3, Long.MIN_VALUE),
                        new EdgeInput.Progress(POINT, 1, 3, 70_000),
                        new EdgeInput.Progress(POINT, 2, 3, Long.MIN_VALUE));
    }

    private void part(ObservationPoint point, String initiator, long windowEnd, long packets) {
        table.apply(new EdgeInput.Part(edge(point, initiator, windowEnd, packets)), (key, edge) -> given.add(edge));
    }

    private void progress(ObservationPoint point, int partition, long untilMs) {
        table.apply(new EdgeInput.Progress(point, partition, 2, untilMs), (key, edge) -> given.add(edge));
    }

    /** Through the changelog's bytes. */
    private void restart() {
        EdgeTable fresh = new EdgeTable();
        table.forEachRow(row -> {
            if (row instanceof EdgeRow edge) {
                fresh.restoreRow(edge.changelogKey(), edge.changelogValue());
            } else if (row instanceof EdgePoint point) {
                fresh.restoreRow(point.changelogKey(), point.changelogValue());
            }
        });
        fresh.restoreComplete();
        table = fresh;
    }

    private static Edge edge(ObservationPoint point, String initiator, long windowEnd, long packets) {
        return new Edge(
                point,
                windowEnd - 10_000,
                windowEnd,
                false,
                initiator,
                "10.0.0.1",
                new Service(6, 80, null, "tcp/80"),
                1L,
                0L,
                0L,
                packets,
                packets * 100,
                0L,
                0L,
                packets * 86,
                0L,
                0L,
                0L,
                false,
                false);
    }
}
