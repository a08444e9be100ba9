package io.weir.topology.datagram;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.weir.topology.sflow.SflowProblem;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the decoding tasks of this process have done since its start, over all tasks. Counted once a datagram. What a task does again after a
 * failure is counted again.
 *
 * <pre>
 * weir.decoder.datagrams            datagrams read                                                   protocol
 * weir.decoder.refused.records      records of the topics that are no datagrams                      protocol
 * weir.decoder.missing.datagrams    datagrams that never came, by the exporters' numbers             protocol
 * weir.decoder.disordered.datagrams datagrams that came late or twice, or of an exporter that began anew  kind
 * weir.decoder.samples              samples of sFlow                                                 kind
 * weir.decoder.problems             what could not be read in full; the rest of the datagram was     protocol, problem
 * weir.decoder.packets              packets sent on to the meter
 * weir.decoder.exporters            exporters that are remembered now
 * weir.decoder.points               observation points that are remembered now
 * weir.decoder.flush                seconds, of writing changed rows at a commit
 * </pre>
 */
public final class DecoderMetrics {

    private static final String PROTOCOL = "protocol";
    private static final String KIND = "kind";

    private final Timer flushes;
    private final Counter datagrams;
    private final Counter refused;
    private final Counter missing;
    private final Counter late;
    private final Counter anew;
    private final Counter duplicate;
    private final Counter flowSamples;
    private final Counter counterSamples;
    private final Counter discardedPackets;
    private final Counter otherSamples;
    private final Counter packets;
    private final Map<SflowProblem, Counter> problems = new EnumMap<>(SflowProblem.class);
    private final Set<Task> tasks = ConcurrentHashMap.newKeySet();

    /** Registers what is told. */
    public DecoderMetrics(MeterRegistry registry) {
        flushes = Timer.builder("weir.decoder.flush")
                .description("Writing changed rows of exporters and observation points at a commit.")
                .register(registry);
        datagrams = counter("datagrams", "datagrams", "Datagrams read.", PROTOCOL, SflowIntake.CAPTURE, registry);
        refused = counter(
                "refused.records",
                "records",
                "Records of the topics of datagrams that cannot be read; each is a loss.",
                PROTOCOL,
                SflowIntake.CAPTURE,
                registry);
        missing = counter(
                "missing.datagrams",
                "datagrams",
                "Datagrams that never came, as the exporters' sequence numbers show; each is a loss.",
                PROTOCOL,
                SflowIntake.CAPTURE,
                registry);
        String disordered =
                "Datagrams that came behind later ones (late), for a second time and were left out (duplicate), and first ones of an exporter that began anew (anew).";
        late = counter("disordered.datagrams", "datagrams", disordered, KIND, "late", registry);
        anew = counter("disordered.datagrams", "datagrams", disordered, KIND, "anew", registry);
        String samples = "Samples of sFlow; other: of formats that Weir does not know.";
        duplicate = counter("disordered.datagrams", "datagrams", disordered, KIND, "duplicate", registry);
        flowSamples = counter("samples", "samples", samples, KIND, "flow", registry);
        counterSamples = counter("samples", "samples", samples, KIND, "counters", registry);
        discardedPackets = counter("samples", "samples", samples, KIND, "discarded", registry);
        otherSamples = counter("samples", "samples", samples, KIND, "other", registry);
        packets = Counter.builder("weir.decoder.packets")
                .baseUnit("packets")
                .description("Packets sent on to the meter; packets within tunnels count with those around them.")
                .register(registry);
        for (SflowProblem problem : SflowProblem.values()) {
            if (problem != SflowProblem.NONE) {
                problems.put(
                        problem,
                        counter(
                                "problems",
                                "problems",
                                "What of a datagram could not be read in full; what is good before and behind it was read.",
                                "problem",
                                problem.name().toLowerCase(Locale.ROOT),
                                registry));
            }
        }
        Gauge.builder("weir.decoder.exporters", tasks, all -> all.stream()
                        .mapToInt(task -> task.exporters)
                        .sum())
                .baseUnit("exporters")
                .description("Exporters that are remembered now: agents and sub-agents of sFlow.")
                .register(registry);
        Gauge.builder("weir.decoder.points", tasks, all -> all.stream()
                        .mapToInt(task -> task.points)
                        .sum())
                .baseUnit("points")
                .description("Observation points that exporters report of, remembered now.")
                .register(registry);
    }

    private static Counter counter(
            String name, String unit, String description, String tag, String value, MeterRegistry registry) {
        return Counter.builder("weir.decoder." + name)
                .baseUnit(unit)
                .description(description)
                .tag(tag, value)
                .register(registry);
    }

    Timer flushes() {
        return flushes;
    }

    Task begin() {
        Task task = new Task();
        tasks.add(task);
        return task;
    }

    /** Counts of one task. Used by its thread, but for the gauges. */
    final class Task implements AutoCloseable {

        private long flowSamplesNow;
        private long toldPackets;
        private volatile int exporters;
        private volatile int points;

        void datagram(SequenceCounter.Step step) {
            switch (step) {
                case LATE -> late.increment();
                case ANEW -> anew.increment();
                case DUPLICATE -> duplicate.increment();
                case NEXT, GAP -> {
                    // What is missing is told when it is a loss.
                }
            }
        }

        void missing(long count) {
            missing.increment((double) count);
        }

        void flowSample() {
            flowSamplesNow++;
        }

        void counterSample() {
            counterSamples.increment();
        }

        void discardedPacket() {
            discardedPackets.increment();
        }

        void otherSample() {
            otherSamples.increment();
        }

        void problem(SflowProblem problem) {
            problems.get(problem).increment();
        }

        void refuse() {
            refused.increment();
        }

        /** A datagram was read. */
        void tell(DatagramTable table, PacketOutbox outbox) {
            datagrams.increment();
            flowSamples.increment((double) flowSamplesNow);
            flowSamplesNow = 0;
            packets.increment((double) (outbox.packets() - toldPackets));
            toldPackets = outbox.packets();
            exporters = table.agents().size();
            points = table.points().size();
        }

        @Override
        public void close() {
            tasks.remove(this);
        }
    }
}
