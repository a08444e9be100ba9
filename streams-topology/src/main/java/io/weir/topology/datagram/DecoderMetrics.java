package io.weir.topology.datagram;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.weir.schemas.DropReasonRegistry;
import io.weir.schemas.DroppedPackets;
import io.weir.topology.netflow.ExportSequence;
import io.weir.topology.netflow.FirewallEvent;
import io.weir.topology.netflow.ForwardingStatus;
import io.weir.topology.netflow.NetflowProblem;
import io.weir.topology.netflow.TemplateChange;
import io.weir.topology.sflow.DropReasons;
import io.weir.topology.sflow.SflowProblem;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;
import java.util.function.ToIntFunction;

/**
 * What the decoding tasks of this process have done since its start, over all tasks. Counted once a datagram. What a task does again after a
 * failure is counted again.
 *
 * <pre>
 * weir.decoder.datagrams            datagrams read                                                   protocol
 * weir.decoder.refused.records      records of the topics that are no datagrams                      protocol
 * weir.decoder.missing.datagrams    datagrams that never came, by the exporters' numbers             protocol
 * weir.decoder.missing.flow.records flow records that never came, by the exporters' numbers
 * weir.decoder.disordered.datagrams datagrams that came late or twice, or of an exporter that began anew  protocol, kind
 * weir.decoder.samples              samples of sFlow                                                 kind
 * weir.decoder.flow.records         records of NetFlow and IPFIX                                     kind
 * weir.decoder.drop.records         records of packets that devices have dropped                     registry, reason
 * weir.decoder.dropped.packets      packets that they have dropped                                   registry
 * weir.decoder.unnotified.drops     drops of which the notification was not sent, or never came      kind
 * weir.decoder.template.changes     templates that were learned, or went                             kind
 * weir.decoder.problems             what could not be read in full; the rest of the datagram was     protocol, problem
 * weir.decoder.packets              packets sent on to the meter                                     protocol
 * weir.decoder.exporters            exporters that are remembered now                                protocol
 * weir.decoder.points               observation points that are remembered now                       protocol
 * weir.decoder.templates            templates that are known now
 * weir.decoder.pending.sets         data sets that wait for their template now
 * weir.decoder.flush                seconds, of writing changed rows at a commit
 * </pre>
 */
public final class DecoderMetrics {

    /** Kinds of records of NetFlow and IPFIX. */
    enum RecordKind {
        FLOW,
        PACKET,
        OPTIONS,
        EVENT,
        OTHER,
        IMPLAUSIBLE
    }

    private static final String PROTOCOL = "protocol";
    private static final String KIND = "kind";
    private static final String PROBLEM = "problem";
    private static final String REGISTRY = "registry";
    private static final String REASON = "reason";

    /** Of reasons without a name. */
    private static final String OTHER_REASON = "other";

    private final Timer flushes;
    private final Map<DatagramKind, Totals> totals = new EnumMap<>(DatagramKind.class);
    private final Counter missingFlowRecords;
    private final Counter flowSamples;
    private final Counter counterSamples;
    private final Counter discardedPackets;
    private final Counter otherSamples;
    private final Map<RecordKind, Counter> records;
    private final Map<DropReasonRegistry, Map<String, Counter>> dropRecords = new EnumMap<>(DropReasonRegistry.class);
    private final Map<DropReasonRegistry, Counter> droppedPackets = new EnumMap<>(DropReasonRegistry.class);
    private final Counter suppressedNotifications;
    private final Counter missingNotifications;
    private final Map<TemplateChange, Counter> templates;
    private final Map<SflowProblem, Counter> sflowProblems;
    private final Map<NetflowProblem, Counter> netflowProblems;
    private final Set<Task> tasks = ConcurrentHashMap.newKeySet();

    /** What is counted for each kind of datagram. */
    private static final class Totals {
        private final Counter datagrams;
        private final Counter refused;
        private final Counter missing;
        private final Counter late;
        private final Counter anew;
        private final Counter duplicate;
        private final Counter packets;

        Totals(DatagramKind kind, MeterRegistry registry) {
            String protocol = kind.capture();
            datagrams = counter("datagrams", "datagrams", "Datagrams read.", registry, PROTOCOL, protocol);
            refused = counter(
                    "refused.records",
                    "records",
                    "Records of the topics of datagrams that cannot be read; each is a loss.",
                    registry,
                    PROTOCOL,
                    protocol);
            missing = counter(
                    "missing.datagrams",
                    "datagrams",
                    "Datagrams that never came, as the exporters' sequence numbers show; each is a loss.",
                    registry,
                    PROTOCOL,
                    protocol);
            String disordered =
                    "Datagrams that came behind later ones (late), for a second time and were left out (duplicate), and first ones of an exporter that began anew (anew).";
            late = disordered(disordered, protocol, "late", registry);
            anew = disordered(disordered, protocol, "anew", registry);
            duplicate = disordered(disordered, protocol, "duplicate", registry);
            packets = counter(
                    "packets",
                    "packets",
                    "Packets sent on to the meter; packets within tunnels count with those around them.",
                    registry,
                    PROTOCOL,
                    protocol);
        }

        private static Counter disordered(String description, String protocol, String kind, MeterRegistry registry) {
            return counter("disordered.datagrams", "datagrams", description, registry, PROTOCOL, protocol, KIND, kind);
        }
    }

    /** Registers what is told. */
    public DecoderMetrics(MeterRegistry registry) {
        flushes = Timer.builder("weir.decoder.flush")
                .description("Writing changed rows of exporters and observation points at a commit.")
                .register(registry);
        missingFlowRecords = counter(
                "missing.flow.records",
                "records",
                "Records of NetFlow 5 and IPFIX that never came, as the exporters' sequence numbers show; each is a loss.",
                registry);
        String samples = "Samples of sFlow; other: of formats that Weir does not know.";
        flowSamples = counter("samples", "samples", samples, registry, KIND, "flow");
        counterSamples = counter("samples", "samples", samples, registry, KIND, "counters");
        discardedPackets = counter("samples", "samples", samples, registry, KIND, "discarded");
        otherSamples = counter("samples", "samples", samples, registry, KIND, "other");
        records = counters(
                RecordKind.class,
                "flow.records",
                "records",
                "Records of NetFlow and IPFIX; packet: of one packet, with its start; event: without packets; other: of packets"
                        + " without addresses, which are not counted as flows; implausible: not counted either, each is a loss.",
                KIND,
                registry);
        dropReasons().forEach((reasons, names) -> {
            Map<String, Counter> byReason = new HashMap<>();
            names.forEach(reason -> byReason.put(
                    reason,
                    counter(
                            "drop.records",
                            "records",
                            "Records of packets that devices say they have dropped; other: for a reason that has a number, but no name here.",
                            registry,
                            REGISTRY,
                            reasons.name(),
                            REASON,
                            reason)));
            dropRecords.put(reasons, byReason);
            droppedPackets.put(
                    reasons,
                    counter(
                            "dropped.packets",
                            "packets",
                            "Packets that devices say they have dropped, as far as they count them from report to report; not scaled by sampling rates.",
                            registry,
                            REGISTRY,
                            reasons.name()));
        });
        String unnotified =
                "Packets that devices have dropped and of which nothing more is known: they sent no notification as there were too many (suppressed),"
                        + " or it never came (missing).";
        suppressedNotifications = counter("unnotified.drops", "packets", unnotified, registry, KIND, "suppressed");
        missingNotifications = counter("unnotified.drops", "packets", unnotified, registry, KIND, "missing");
        templates = counters(
                TemplateChange.class,
                "template.changes",
                "changes",
                "Templates that were learned or redefined, taken back (withdrawn), had to go for others (evicted), or whose exporter fell silent (expired).",
                KIND,
                registry);
        String problems = "What of a datagram could not be read in full; what is good before and behind it was read.";
        sflowProblems = problems(SflowProblem.class, DatagramKind.SFLOW, problems, registry);
        netflowProblems = problems(NetflowProblem.class, DatagramKind.NETFLOW, problems, registry);
        for (DatagramKind kind : DatagramKind.values()) {
            totals.put(kind, new Totals(kind, registry));
            gauge("exporters", kind, task -> task.exporters)
                    .tag(PROTOCOL, kind.capture())
                    .description(
                            "Exporters that are remembered now: agents and sub-agents of sFlow, observation domains of NetFlow and IPFIX.")
                    .register(registry);
            gauge("points", kind, task -> task.points)
                    .tag(PROTOCOL, kind.capture())
                    .description("Observation points that exporters report of, remembered now.")
                    .register(registry);
        }
        gauge("templates", DatagramKind.NETFLOW, task -> task.templatesNow)
                .description("Templates that are known now.")
                .register(registry);
        Gauge.builder("weir.decoder.sampling.deviation", tasks, all -> greatest(all, task -> task.deviation))
                .baseUnit("ratio")
                .description(
                        "Greatest deviation, of all exporters, of packets estimated from sFlow samples from what the same interfaces have counted, relative to that, where it is"
                                + " more than three standard errors; 0 where none is. `weir exporters` says whose.")
                .register(registry);
        Gauge.builder(
                        "weir.decoder.sampling.deviation.standard",
                        tasks,
                        all -> greatest(all, task -> task.standardErrors))
                .baseUnit("errors")
                .description(
                        "Greatest deviation, of all exporters, of estimated packets from counted ones, in standard errors; whatever is below three is chance.")
                .register(registry);
        gauge("differing.exporters", DatagramKind.SFLOW, task -> task.differingExporters)
                .description(
                        "Exporters with a source whose effective sampling rate, by its pool, differs from the rate that it names by more than three standard errors.")
                .register(registry);
        gauge("pending.sets", DatagramKind.NETFLOW, task -> task.pendingSets)
                .description("Data sets that wait for their template now.")
                .register(registry);
    }

    private static double greatest(Set<Task> all, ToDoubleFunction<Task> value) {
        return all.stream().mapToDouble(value).max().orElse(0);
    }

    private Gauge.Builder<Set<Task>> gauge(String name, DatagramKind kind, ToIntFunction<Task> value) {
        return Gauge.builder("weir.decoder." + name, tasks, all -> all.stream()
                        .filter(task -> task.kind == kind)
                        .mapToInt(value)
                        .sum())
                .baseUnit(name.substring(name.lastIndexOf('.') + 1));
    }

    private static Counter counter(
            String name, String unit, String description, MeterRegistry registry, String... tags) {
        return Counter.builder("weir.decoder." + name)
                .baseUnit(unit)
                .description(description)
                .tags(tags)
                .register(registry);
    }

    private static <E extends Enum<E>> Map<E, Counter> counters(
            Class<E> of, String name, String unit, String description, String tag, MeterRegistry registry) {
        Map<E, Counter> all = new EnumMap<>(of);
        for (E each : of.getEnumConstants()) {
            all.put(
                    each,
                    counter(name, unit, description, registry, tag, each.name().toLowerCase(Locale.ROOT)));
        }
        return all;
    }

    /** Every reason that there is a name for, by whose it is. */
    private static Map<DropReasonRegistry, Set<String>> dropReasons() {
        Map<DropReasonRegistry, Set<String>> reasons = new EnumMap<>(DropReasonRegistry.class);
        reasons.put(DropReasonRegistry.none, Set.of(DropRecords.NO_REASON));
        reasons.put(DropReasonRegistry.sflow, withOthers(DropReasons.names()));
        reasons.put(DropReasonRegistry.forwarding_status, withOthers(ForwardingStatus.reasons()));
        reasons.put(DropReasonRegistry.firewall_event, Set.of(FirewallEvent.denied()));
        reasons.put(DropReasonRegistry.firewall_extended_event, Set.copyOf(FirewallEvent.extendedReasons()));
        return reasons;
    }

    private static Set<String> withOthers(List<String> names) {
        Set<String> all = new HashSet<>(names);
        all.add(OTHER_REASON);
        return all;
    }

    private static <E extends Enum<E>> Map<E, Counter> problems(
            Class<E> of, DatagramKind kind, String description, MeterRegistry registry) {
        Map<E, Counter> all = new EnumMap<>(of);
        for (E each : of.getEnumConstants()) {
            if (each != SflowProblem.NONE) {
                all.put(
                        each,
                        counter(
                                "problems",
                                "problems",
                                description,
                                registry,
                                PROTOCOL,
                                kind.capture(),
                                PROBLEM,
                                each.name().toLowerCase(Locale.ROOT)));
            }
        }
        return all;
    }

    Timer flushes() {
        return flushes;
    }

    Task begin(DatagramKind kind) {
        Task task = new Task(kind);
        tasks.add(task);
        return task;
    }

    /** Counts of one task. Used by its thread, but for the gauges. */
    final class Task implements AutoCloseable {

        private final DatagramKind kind;
        private final Totals of;
        private long flowSamplesNow;
        private final long[] recordsNow = new long[RecordKind.values().length];
        private long toldPackets;
        private volatile int exporters;
        private volatile int points;
        private volatile int templatesNow;
        private volatile int pendingSets;
        private volatile int differingExporters;
        private volatile double deviation;
        private volatile double standardErrors;

        Task(DatagramKind kind) {
            this.kind = kind;
            of = totals.get(kind);
        }

        void datagram(SequenceCounter.Step step) {
            switch (step) {
                case LATE -> of.late.increment();
                case ANEW -> of.anew.increment();
                case DUPLICATE -> of.duplicate.increment();
                case NEXT, GAP -> {
                    // What is missing is told when it is a loss.
                }
            }
        }

        void message(ExportSequence.Verdict verdict) {
            switch (verdict) {
                case REORDERED -> of.late.increment();
                case RESTART -> of.anew.increment();
                default -> {
                    // What is missing is told when it is a loss.
                }
            }
        }

        /** A datagram came again. */
        void duplicate() {
            of.duplicate.increment();
        }

        /** @param datagrams rather than flow records */
        void missing(boolean datagrams, long count) {
            (datagrams ? of.missing : missingFlowRecords).increment((double) count);
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

        void drop(DroppedPackets dropped) {
            Map<String, Counter> byReason = dropRecords.get(dropped.getReasonRegistry());
            Counter known = byReason.get(dropped.getReason());
            (known == null ? byReason.get(OTHER_REASON) : known).increment();
            if (dropped.getPackets() != null && !dropped.getIsCumulative()) {
                droppedPackets.get(dropped.getReasonRegistry()).increment((double) dropped.getPackets());
            }
            if (dropped.getSuppressedNotifications() != null) {
                suppressedNotifications.increment((double) dropped.getSuppressedNotifications());
            }
            if (dropped.getMissingNotifications() != null) {
                missingNotifications.increment((double) dropped.getMissingNotifications());
            }
        }

        void otherSample() {
            otherSamples.increment();
        }

        void record(RecordKind record) {
            recordsNow[record.ordinal()]++;
        }

        void template(TemplateChange change) {
            templates.get(change).increment();
        }

        void problem(SflowProblem problem) {
            sflowProblems.get(problem).increment();
        }

        void problem(NetflowProblem problem) {
            netflowProblems.get(problem).increment();
        }

        void refuse() {
            of.refused.increment();
        }

        /** A datagram was read. */
        void tell(DatagramTable table, PacketOutbox outbox) {
            of.datagrams.increment();
            if (flowSamplesNow > 0) {
                flowSamples.increment((double) flowSamplesNow);
                flowSamplesNow = 0;
            }
            records.forEach((record, counter) -> {
                long now = recordsNow[record.ordinal()];
                if (now > 0) {
                    counter.increment((double) now);
                    recordsNow[record.ordinal()] = 0;
                }
            });
            of.packets.increment((double) (outbox.packets() - toldPackets));
            toldPackets = outbox.packets();
            exporters = table.exporterCount();
            points = table.points().size();
            if (table instanceof NetflowTable netflow) {
                templatesNow = netflow.templateCount();
                pendingSets = netflow.pendingSetCount();
            }
        }

        /** What was said last of exporters. */
        void tell(Collection<? extends ExporterRow> all) {
            int differing = 0;
            double greatest = 0;
            double greatestErrors = 0;
            for (ExporterRow row : all) {
                differing += row.samplingDiffers ? 1 : 0;
                if (row.deviationStandardErrors > SourceState.SIGNIFICANT_STANDARD_ERRORS) {
                    greatest = Math.max(greatest, row.deviation);
                }
                greatestErrors = Math.max(greatestErrors, row.deviationStandardErrors);
            }
            differingExporters = differing;
            deviation = greatest;
            standardErrors = greatestErrors;
        }

        @Override
        public void close() {
            tasks.remove(this);
        }
    }
}
