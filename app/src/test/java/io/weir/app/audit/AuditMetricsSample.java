package io.weir.app.audit;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/** An audit that has found something, as gauges of points are there only then. */
public final class AuditMetricsSample {

    private AuditMetricsSample() {}

    /** Tells it. */
    public static void tell(MeterRegistry registry) {
        Point point = new Point("node-1", "eth0", "afpacket");
        new AuditMetrics(registry)
                .completed(
                        new RunningAudit(Map.of(point, new RunningAudit.Difference(0, 0, 0)), 1, 0, 0),
                        Instant.EPOCH,
                        Duration.ZERO);
    }
}
