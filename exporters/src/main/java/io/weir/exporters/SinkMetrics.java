package io.weir.exporters;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.weir.exporters.run.SinkRunner;
import io.weir.exporters.run.SinkStats;
import io.weir.schemas.LossReason;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/**
 * What a sink has done since its start, read from its counters.
 *
 * <pre>
 * weir.exporter.objects           objects stored and committed
 * weir.exporter.records           records in them
 * weir.exporter.octets            octets of them
 * weir.exporter.failed.puts       puts that the store did not take; each is tried again
 * weir.exporter.refused.records   records left out                                        reason
 * weir.exporter.held.octets       octets in memory now
 * weir.exporter.last.object.age   seconds since an object was stored; not a number before the first
 * </pre>
 */
final class SinkMetrics {

    private static final double SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

    private SinkMetrics() {}

    /** Registers them, for as long as the runner is there. */
    static void register(MeterRegistry registry, SinkRunner runner) {
        counter(runner, "objects", "objects", "Objects stored and committed.", SinkStats::objects)
                .register(registry);
        counter(runner, "records", "records", "Records in these objects.", SinkStats::records)
                .register(registry);
        counter(runner, "octets", "octets", "Octets of these objects as stored.", SinkStats::storedOctets)
                .register(registry);
        counter(
                        runner,
                        "failed.puts",
                        "puts",
                        "Attempts to store an object that failed; each is made again.",
                        SinkStats::failedPuts)
                .register(registry);
        refused(runner, LossReason.undecodable_record, SinkStats::undecodable).register(registry);
        refused(runner, LossReason.retention, SinkStats::expired).register(registry);
        Gauge.builder("weir.exporter.held.octets", runner, sink -> sink.stats().heldOctets())
                .baseUnit("octets")
                .description("Octets of objects in memory now.")
                .register(registry);
        Gauge.builder("weir.exporter.last.object.age", runner, sink -> age(sink.stats()))
                .baseUnit("seconds")
                .description("Time since an object was stored; NaN before the first.")
                .register(registry);
    }

    private static FunctionCounter.Builder<SinkRunner> refused(
            SinkRunner runner, LossReason reason, ToDoubleFunction<SinkStats> count) {
        String description =
                "Records left out; each is in the losses topic. retention: Kafka deleted them before they were read.";
        return counter(runner, "refused.records", "records", description, count).tag("reason", reason.name());
    }

    private static FunctionCounter.Builder<SinkRunner> counter(
            SinkRunner runner, String name, String unit, String description, ToDoubleFunction<SinkStats> count) {
        return FunctionCounter.builder("weir.exporter." + name, runner, sink -> count.applyAsDouble(sink.stats()))
                .baseUnit(unit)
                .description(description);
    }

    private static double age(SinkStats stats) {
        return stats.lastObjectAgeNanos() < 0 ? Double.NaN : stats.lastObjectAgeNanos() / SECOND_NANOS;
    }
}
