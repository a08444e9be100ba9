package io.weir.collectors.datagram;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.weir.schemas.LossReason;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What a listener has done since it was opened.
 *
 * <pre>
 * weir.collector.datagrams             datagrams that came                                           listener
 * weir.collector.datagram.octets       octets of them, behind their UDP headers                      listener
 * weir.collector.sent.datagrams        those that Kafka has acknowledged                             listener, protocol
 * weir.collector.lost.datagrams        those lost before or in the collector, or refused             listener, reason
 * weir.collector.datagram.buffer       octets of the receive buffer that the kernel grants a socket  listener
 * </pre>
 */
public final class DatagramMetrics {

    private static final List<LossReason> REASONS = List.of(
            LossReason.kernel_drop,
            LossReason.not_allowed,
            LossReason.unknown_protocol,
            LossReason.buffer_full,
            LossReason.kafka_error);

    private DatagramMetrics() {}

    /** Registers what is told of a listener, for as long as it is there. */
    public static void register(DatagramListener listener, MeterRegistry registry) {
        counter(listener, "datagrams", "datagrams", "Datagrams that came.", counts -> counts.received())
                .register(registry);
        counter(
                        listener,
                        "datagram.octets",
                        "octets",
                        "Octets of datagrams that came, behind their UDP headers.",
                        counts -> counts.receivedOctets())
                .register(registry);
        String sent = "Datagrams that Kafka has acknowledged.";
        counter(listener, "sent.datagrams", "datagrams", sent, counts -> counts.sentSflow())
                .tag("protocol", "sflow")
                .register(registry);
        counter(listener, "sent.datagrams", "datagrams", sent, counts -> counts.sentNetflow())
                .tag("protocol", "netflow")
                .register(registry);
        for (LossReason reason : REASONS) {
            counter(
                            listener,
                            "lost.datagrams",
                            "datagrams",
                            "Datagrams lost before or in the collector, or refused, by the reasons of the losses topic.",
                            counts -> counts.lost(reason))
                    .tag("reason", reason.name())
                    .register(registry);
        }
        Gauge.builder("weir.collector.datagram.buffer", listener, DatagramListener::bufferOctets)
                .baseUnit("octets")
                .tag("listener", listener.name())
                .description("Octets of the receive buffer that the kernel grants to each socket.")
                .register(registry);
    }

    private static FunctionCounter.Builder<DatagramListener> counter(
            DatagramListener listener,
            String name,
            String unit,
            String description,
            ToDoubleFunction<DatagramCounts> count) {
        return FunctionCounter.builder("weir.collector." + name, listener, one -> count.applyAsDouble(one.counts()))
                .baseUnit(unit)
                .tag("listener", listener.name())
                .description(description);
    }
}
