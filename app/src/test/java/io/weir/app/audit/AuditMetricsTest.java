package io.weir.app.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.app.audit.RunningAudit.Difference;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class AuditMetricsTest {

    private static final Point EAST = new Point("node-1", "eth0", "afpacket");
    private static final Point WEST = new Point("node-2", "eth0", "ebpf");
    private static final Tags OF_EAST = Tags.of("host", "node-1", "interface", "eth0", "capture", "afpacket");
    private static final Tags OF_WEST = Tags.of("host", "node-2", "interface", "eth0", "capture", "ebpf");

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final AuditMetrics metrics = new AuditMetrics(registry);

    @Test
    void shouldSayNothingBeforeTheFirstAudit() {
        assertThat(value("holds", Tags.empty())).isNaN();
        assertThat(value("missing.batches", Tags.empty())).isNaN();
        assertThat(value("last.completed.timestamp", Tags.empty())).isNaN();
        assertThat(value("last.duration", Tags.empty())).isNaN();
        assertThat(registry.get("weir.audit.packets").counter().count()).isZero();
    }

    @Test
    void shouldSayThatItHolds() {
        complete(Map.of(EAST, new Difference(0, 0, 0)), 15, 0, 0);

        assertThat(value("holds", Tags.empty())).isOne();
        assertThat(value("missing.packets", OF_EAST)).isZero();
        assertThat(value("surplus.packets", OF_EAST)).isZero();
        assertThat(value("differing.windows", OF_EAST)).isZero();
        assertThat(value("last.completed.timestamp", Tags.empty())).isEqualTo(1_700_000_000.5);
        assertThat(value("last.duration", Tags.empty())).isEqualTo(0.25);
    }

    @Test
    void shouldSayWhereItDoesNot() {
        complete(Map.of(EAST, new Difference(3, 0, 2), WEST, new Difference(0, 7, 1)), 0, 0, 0);

        assertThat(value("holds", Tags.empty())).isZero();
        assertThat(value("missing.packets", OF_EAST)).isEqualTo(3);
        assertThat(value("surplus.packets", OF_WEST)).isEqualTo(7);
        assertThat(value("differing.windows", OF_EAST)).isEqualTo(2);
    }

    @Test
    void shouldNotHoldWhenBatchesAreMissingOrUnreadable() {
        complete(Map.of(), 0, 2, 0);
        assertThat(value("holds", Tags.empty())).isZero();
        assertThat(value("missing.batches", Tags.empty())).isEqualTo(2);

        complete(Map.of(), 0, 0, 1);
        assertThat(value("holds", Tags.empty())).isZero();
        assertThat(value("unreadable.batches", Tags.empty())).isEqualTo(1);
    }

    @Test
    void shouldCountPacketsOnAndForgetPointsThatAreGone() {
        complete(Map.of(EAST, new Difference(0, 0, 0)), 15, 0, 0);
        complete(Map.of(WEST, new Difference(0, 0, 0)), 5, 0, 0);

        assertThat(registry.get("weir.audit.packets").counter().count()).isEqualTo(20);
        assertThat(registry.find("weir.audit.missing.packets").tags(OF_EAST).gauge())
                .isNull();
        assertThat(registry.find("weir.audit.missing.packets").tags(OF_WEST).gauge())
                .isNotNull();
    }

    @Test
    void shouldShowNoMorePointsThanItMayAndThoseThatDifferFirst() {
        Map<Point, Difference> points = new TreeMap<>();
        for (int i = 0; i < AuditMetrics.MAX_POINTS; i++) {
            points.put(new Point("a", "file-" + i, "pcap"), new Difference(0, 0, 0));
        }
        points.put(WEST, new Difference(0, 7, 1));
        complete(points, 0, 0, 0);

        assertThat(registry.find("weir.audit.surplus.packets").gauges()).hasSize(AuditMetrics.MAX_POINTS);
        assertThat(value("surplus.packets", OF_WEST)).isEqualTo(7);
    }

    private void complete(
            Map<Point, Difference> points, long auditedPackets, long missingBatches, long unreadableBatches) {
        metrics.completed(
                new RunningAudit(points, auditedPackets, missingBatches, unreadableBatches),
                Instant.ofEpochMilli(1_700_000_000_500L),
                Duration.ofMillis(250));
    }

    private double value(String name, Tags tags) {
        return registry.get("weir.audit." + name).tags(tags).gauge().value();
    }
}
