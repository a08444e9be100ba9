package io.weir.exporters.ipfix;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.weir.schemas.LossReason;
import java.util.function.ToDoubleFunction;

/**
 * What an export has done since its start, read from its counters.
 *
 * <pre>
 * weir.ipfix.messages           messages sent
 * weir.ipfix.records            flow records in them
 * weir.ipfix.octets             octets of them
 * weir.ipfix.sessions           transport sessions begun
 * weir.ipfix.failures           attempts to connect or to send that failed; each is made again
 * weir.ipfix.skipped.records    records of the topic that have nothing to be exported          reason
 * weir.ipfix.refused.records    records left out                                               reason
 * weir.ipfix.held.octets        octets in memory now
 * weir.ipfix.connected          whether a session is open now
 * </pre>
 */
final class IpfixMetrics {

    private IpfixMetrics() {}

    /** Registers them, for as long as the counters are there. */
    static void register(MeterRegistry registry, IpfixCounters counters) {
        counter(
                        counters,
                        "messages",
                        "messages",
                        "IPFIX messages sent, those with templates and options too.",
                        IpfixStats::messages)
                .register(registry);
        counter(counters, "records", "records", "Flow records in these messages.", IpfixStats::records)
                .register(registry);
        counter(counters, "octets", "octets", "Octets of these messages.", IpfixStats::octets)
                .register(registry);
        counter(
                        counters,
                        "sessions",
                        "sessions",
                        "Transport sessions begun: connections, or UDP sockets.",
                        IpfixStats::sessions)
                .register(registry);
        counter(
                        counters,
                        "failures",
                        "failures",
                        "Attempts to connect or to send that failed; each is made again.",
                        IpfixStats::failures)
                .register(registry);
        skipped(counters, "early", IpfixStats::early).register(registry);
        skipped(counters, "enclosed", IpfixStats::enclosed).register(registry);
        skipped(counters, "empty", IpfixStats::empty).register(registry);
        refused(counters, LossReason.undecodable_record, IpfixStats::undecodable)
                .register(registry);
        refused(counters, LossReason.retention, IpfixStats::expired).register(registry);
        Gauge.builder("weir.ipfix.held.octets", counters, now -> now.snapshot().heldOctets())
                .baseUnit("octets")
                .description("Octets of messages and rejected records in memory now.")
                .register(registry);
        Gauge.builder("weir.ipfix.connected", counters, now -> now.snapshot().isConnected() ? 1 : 0)
                .description("1 while a transport session is open, 0 before the first and while the collector is away.")
                .register(registry);
    }

    private static FunctionCounter.Builder<IpfixCounters> skipped(
            IpfixCounters counters, String reason, ToDoubleFunction<IpfixStats> count) {
        String description =
                "Records of the flows topic that have nothing to be exported. early: count nothing; enclosed: their packets are in those of a root"
                        + " flow; empty: no packets.";
        return counter(counters, "skipped.records", "records", description, count)
                .tag("reason", reason);
    }

    private static FunctionCounter.Builder<IpfixCounters> refused(
            IpfixCounters counters, LossReason reason, ToDoubleFunction<IpfixStats> count) {
        String description =
                "Records left out; each is in the losses topic. retention: Kafka deleted them before they were read.";
        return counter(counters, "refused.records", "records", description, count)
                .tag("reason", reason.name());
    }

    private static FunctionCounter.Builder<IpfixCounters> counter(
            IpfixCounters counters, String name, String unit, String description, ToDoubleFunction<IpfixStats> count) {
        return FunctionCounter.builder("weir.ipfix." + name, counters, now -> count.applyAsDouble(now.snapshot()))
                .baseUnit(unit)
                .description(description);
    }
}
