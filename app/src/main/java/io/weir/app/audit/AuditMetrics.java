package io.weir.app.audit;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * What a running audit found, for who operates it.
 *
 * <pre>
 * weir.audit.holds                     1 or 0, NaN before the first audit
 * weir.audit.missing.packets           packets in no flow and no loss            host, interface, capture
 * weir.audit.surplus.packets           packets counted more than once            host, interface, capture
 * weir.audit.differing.windows         settled windows that do not agree         host, interface, capture
 * weir.audit.missing.batches           batches missing without a loss that says why
 * weir.audit.unreadable.batches        records that are no batch and no loss
 * weir.audit.packets                   packets found in exactly one flow or loss
 * weir.audit.last.completed.timestamp  seconds since the epoch, NaN before the first audit
 * weir.audit.last.duration             seconds, NaN before the first audit
 * </pre>
 */
public final class AuditMetrics {

    /** Observation points that have gauges; where there are more, those that differ most. */
    static final int MAX_POINTS = 1000;

    private static final double NANOS_PER_SECOND = 1e9;

    private final MultiGauge missingPackets;
    private final MultiGauge surplusPackets;
    private final MultiGauge differingWindows;
    private final Counter packets;

    private volatile RunningAudit last;
    private volatile double lastCompletedSeconds = Double.NaN;
    private volatile double lastDurationSeconds = Double.NaN;

    /** Registers them. */
    public AuditMetrics(MeterRegistry registry) {
        Gauge.builder("weir.audit.holds", this, AuditMetrics::holds)
                .description("1 when every packet of the settled windows is in exactly one root flow or loss, else 0.")
                .register(registry);
        missingPackets = gauges(
                registry, "missing.packets", "packets", "Packets of settled windows that are in no flow and no loss.");
        surplusPackets = gauges(
                registry, "surplus.packets", "packets", "Packets of settled windows that are counted more than once.");
        differingWindows = gauges(
                registry,
                "differing.windows",
                "windows",
                "Settled windows whose batches, flows, losses and edges do not agree.");
        Gauge.builder("weir.audit.missing.batches", this, metrics -> metrics.of(RunningAudit::missingBatches))
                .baseUnit("batches")
                .description("Batches that are missing by their numbers, and no loss record says why.")
                .register(registry);
        Gauge.builder("weir.audit.unreadable.batches", this, metrics -> metrics.of(RunningAudit::unreadableBatches))
                .baseUnit("batches")
                .description("Records of the packets topic that cannot be read, and no loss record says so.")
                .register(registry);
        packets = Counter.builder("weir.audit.packets")
                .baseUnit("packets")
                .description("Packets that were found in exactly one root flow or loss.")
                .register(registry);
        Gauge.builder("weir.audit.last.completed.timestamp", this, metrics -> metrics.lastCompletedSeconds)
                .baseUnit("seconds")
                .description("When the last audit was completed, seconds since the epoch.")
                .register(registry);
        Gauge.builder("weir.audit.last.duration", this, metrics -> metrics.lastDurationSeconds)
                .baseUnit("seconds")
                .description("How long the last audit took.")
                .register(registry);
    }

    private static MultiGauge gauges(MeterRegistry registry, String name, String unit, String description) {
        return MultiGauge.builder("weir.audit." + name)
                .baseUnit(unit)
                .description(description)
                .register(registry);
    }

    /** An audit has been completed. */
    void completed(RunningAudit audit, Instant at, Duration took) {
        packets.increment((double) audit.auditedPackets());
        List<Map.Entry<Point, RunningAudit.Difference>> points = audit.points().entrySet().stream()
                .sorted(Comparator.comparingInt(entry -> -entry.getValue().windows()))
                .limit(MAX_POINTS)
                .toList();
        show(missingPackets, points, RunningAudit.Difference::missingPackets);
        show(surplusPackets, points, RunningAudit.Difference::surplusPackets);
        show(differingWindows, points, RunningAudit.Difference::windows);
        last = audit;
        lastDurationSeconds = took.toNanos() / NANOS_PER_SECOND;
        lastCompletedSeconds = at.getEpochSecond() + at.getNano() / NANOS_PER_SECOND;
    }

    private static void show(
            MultiGauge gauge,
            List<Map.Entry<Point, RunningAudit.Difference>> points,
            ToDoubleFunction<RunningAudit.Difference> value) {
        List<MultiGauge.Row<?>> rows = new ArrayList<>(points.size());
        for (Map.Entry<Point, RunningAudit.Difference> entry : points) {
            Point point = entry.getKey();
            rows.add(MultiGauge.Row.of(
                    Tags.of("host", point.host(), "interface", point.interfaceName(), "capture", point.capture()),
                    value.applyAsDouble(entry.getValue())));
        }
        gauge.register(rows, true);
    }

    private double holds() {
        return of(audit -> audit.holds() ? 1 : 0);
    }

    private double of(ToDoubleFunction<RunningAudit> value) {
        RunningAudit audit = last;
        return audit == null ? Double.NaN : value.applyAsDouble(audit);
    }
}
