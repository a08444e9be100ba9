package io.weir.exporters.alert;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.weir.schemas.LossReason;
import java.util.function.ToDoubleFunction;

/**
 * What senders have done since their start, by receiver.
 *
 * <pre>
 * weir.alerts.sent.findings       taken by the receiver
 * weir.alerts.retries             attempts that failed and are made again
 * weir.alerts.skipped.findings    left out by filter or severity
 * weir.alerts.rejected.findings   not delivered                              reason
 * weir.alerts.standing            alerts that are told again and again now
 * </pre>
 */
final class AlertMetrics {

    private static final String PREFIX = "weir.alerts.";

    private AlertMetrics() {}

    /** Registers them, for as long as the counters are there. */
    static void register(MeterRegistry registry, String receiver, AlertCounters counters) {
        counter(counters, "sent.findings", "findings", "Finding records that the receiver has taken.", AlertStats::sent)
                .tag("receiver", receiver)
                .register(registry);
        counter(counters, "retries", "retries", "Attempts that failed and are made again.", AlertStats::retries)
                .tag("receiver", receiver)
                .register(registry);
        counter(
                        counters,
                        "skipped.findings",
                        "findings",
                        "Finding records that `alerts.filter` or `alerts.min-severity` left out.",
                        AlertStats::skipped)
                .tag("receiver", receiver)
                .register(registry);
        rejected(registry, receiver, counters, "refused", AlertStats::refused);
        rejected(registry, receiver, counters, "exhausted", AlertStats::exhausted);
        rejected(registry, receiver, counters, LossReason.undecodable_record.name(), AlertStats::undecodable);
        rejected(registry, receiver, counters, LossReason.retention.name(), AlertStats::expired);
        Gauge.builder(PREFIX + "standing", counters, now -> now.snapshot().standing())
                .tag("receiver", receiver)
                .description("Alerts that stand now and are told again and again, for receivers that forget else.")
                .register(registry);
    }

    private static void rejected(
            MeterRegistry registry,
            String receiver,
            AlertCounters counters,
            String reason,
            ToDoubleFunction<AlertStats> count) {
        String description =
                "Finding records that were not delivered. refused: the receiver will never take it; exhausted: it did not with the"
                        + " last attempt; both are in the topic of rejected records. undecodable_record: there and in the losses topic."
                        + " retention: Kafka deleted them before they were read; in the losses topic.";
        counter(counters, "rejected.findings", "findings", description, count)
                .tag("receiver", receiver)
                .tag("reason", reason)
                .register(registry);
    }

    private static FunctionCounter.Builder<AlertCounters> counter(
            AlertCounters counters, String name, String unit, String description, ToDoubleFunction<AlertStats> count) {
        return FunctionCounter.builder(PREFIX + name, counters, now -> count.applyAsDouble(now.snapshot()))
                .baseUnit(unit)
                .description(description);
    }
}
