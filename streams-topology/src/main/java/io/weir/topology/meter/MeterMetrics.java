package io.weir.topology.meter;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.weir.schemas.FlowEndReason;
import io.weir.schemas.LossReason;
import io.weir.topology.conversation.ConversationTable;
import io.weir.topology.edge.EdgeMetrics;
import io.weir.topology.edge.EdgeTable;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the meter tasks of this process have done since its start, over all tasks, so that no counter goes back when one of them moves away.
 * Counted once a batch, not once a packet. What a task does again after a failure is counted again: the audit is exact, these are not.
 *
 * <pre>
 * weir.meter.batches           batches that were read
 * weir.meter.summaries         packet summaries in them
 * weir.meter.refused.records   records that are no batch                              reason
 * weir.meter.begun.flows       flows
 * weir.meter.ended.flows       flows                                                  reason
 * weir.meter.flow.records      flow records given
 * weir.meter.early.records     records given as soon as a handshake was complete, beside those
 * weir.meter.late.records      those of them for a window that had been given before
 * weir.meter.packets           packets in flow records, those within tunnels not among them
 * weir.meter.late.packets      those of them in late records
 * weir.meter.table.flows       flows in the tables now
 * weir.meter.table.fill        ratio, of the fullest table
 * weir.meter.points            observation points, once for each task that hears of them
 * weir.meter.unattributed.icmp.errors  ICMP errors that quote no flow that is here     reason
 * weir.meter.folded.edges      edges folded into one, as a window had more than are kept
 * weir.meter.flush             seconds, of writing changed rows at a commit           store
 * </pre>
 */
public final class MeterMetrics {

    private static final String REASON = "reason";
    private static final FlowEndReason[] END_REASONS = FlowEndReason.values();

    private final MeterRegistry registry;
    private final int maxFlows;
    private final Timer flushes;
    private final Timer conversationFlushes;
    private final Counter batches;
    private final Counter summaries;
    private final Counter refusedRecords;
    private final Counter flowsBegun;
    private final Map<FlowEndReason, Counter> flowsEnded = new EnumMap<>(FlowEndReason.class);
    private final Map<MeterOutput.Unattributed, Counter> unattributedErrors =
            new EnumMap<>(MeterOutput.Unattributed.class);
    private final Counter flowRecords;
    private final Counter earlyRecords;
    private final Counter lateRecords;
    private final Counter packets;
    private final Counter latePackets;
    private final Set<Task> tasks = ConcurrentHashMap.newKeySet();

    /** @param maxFlows flows that a task may hold */
    public MeterMetrics(MeterRegistry registry, int maxFlows) {
        this.registry = registry;
        this.maxFlows = maxFlows;
        flushes = flushes(FlowTable.NAME);
        conversationFlushes = flushes(ConversationTable.NAME);
        batches = counter("batches", "batches", "Packet batches read.");
        summaries = counter(
                "summaries",
                "summaries",
                "Packet summaries read: packets, packets within tunnels, and groups of packets that a kernel counted.");
        refusedRecords = Counter.builder("weir.meter.refused.records")
                .baseUnit("records")
                .description("Records of the packets topic that cannot be read; each is a loss.")
                .tag(REASON, LossReason.undecodable_record.name())
                .register(registry);
        flowsBegun = counter("begun.flows", "flows", "Flows begun.");
        for (FlowEndReason reason : END_REASONS) {
            if (reason != FlowEndReason.unknown) {
                flowsEnded.put(
                        reason,
                        Counter.builder("weir.meter.ended.flows")
                                .baseUnit("flows")
                                .description("Flows ended, by reason; lack_of_resources: to make room in a full table.")
                                .tag(REASON, reason.name())
                                .register(registry));
            }
        }
        for (MeterOutput.Unattributed reason : MeterOutput.Unattributed.values()) {
            unattributedErrors.put(
                    reason,
                    Counter.builder("weir.meter.unattributed.icmp.errors")
                            .baseUnit("errors")
                            .description(
                                    "ICMP errors that no flow was told of, by reason; their own packets are counted."
                                            + " no_flow: the flow they quote was never seen, or has ended.")
                            .tag(REASON, reason.name())
                            .register(registry));
        }
        flowRecords = counter("flow.records", "records", "Flow records given, one for each flow and window.");
        earlyRecords = counter(
                "early.records",
                "records",
                "Flow records given as soon as a handshake was complete; they count nothing, and are not among the others.");
        lateRecords = counter(
                "late.records", "records", "Flow records given for a window that had been given before: late packets.");
        packets = counter(
                "packets", "packets", "Packets in flow records; packets within tunnels count with those around them.");
        latePackets = counter("late.packets", "packets", "Packets in late flow records.");
        Gauge.builder("weir.meter.table.flows", tasks, Task::flowsOf)
                .baseUnit("flows")
                .description("Flows in the tables now.")
                .register(registry);
        Gauge.builder("weir.meter.table.fill", this, MeterMetrics::fill)
                .baseUnit("ratio")
                .description("How full the fullest table is, 1 at meter.max-flows.")
                .register(registry);
        Gauge.builder("weir.meter.points", tasks, Task::pointsOf)
                .baseUnit("points")
                .description("Observation points in the tables now, once for each partition.")
                .register(registry);
    }

    private Counter counter(String name, String unit, String description) {
        return Counter.builder("weir.meter." + name)
                .baseUnit(unit)
                .description(description)
                .register(registry);
    }

    /** What edge tasks count. */
    public EdgeMetrics edges() {
        return new EdgeMetrics(
                flushes(EdgeTable.NAME),
                counter(
                        "folded.edges",
                        "edges",
                        "Edges folded into one, as a window had more than meter.max-edges; their packets are counted there."));
    }

    /** Time that a store takes to write its changed rows before a commit. */
    private Timer flushes(String store) {
        return Timer.builder("weir.meter.flush")
                .description("Time spent in writing the changed rows of a store to its changelog, once a commit.")
                .tag("store", store)
                .register(registry);
    }

    /** The same for the flow table. */
    Timer flushes() {
        return flushes;
    }

    /** The same for the conversation table. */
    Timer conversationFlushes() {
        return conversationFlushes;
    }

    private double fill() {
        return tasks.stream().mapToInt(task -> task.flows).max().orElse(0) / (double) maxFlows;
    }

    /** A task begins, with what its table has restored; closed when it ends. */
    Task begin(FlowTable table) {
        Task task = new Task(table.inserted());
        task.tell(table);
        tasks.add(task);
        return task;
    }

    /** What one task has done since it told last. All but the gauges belong to the task's thread. */
    final class Task implements AutoCloseable {

        private volatile int flows;
        private volatile int points;

        private long toldInserted;
        private long flowRecordsNow;
        private long lateRecordsNow;
        private long packetsNow;
        private long latePacketsNow;

        private Task(long toldInserted) {
            this.toldInserted = toldInserted;
        }

        private static double flowsOf(Set<Task> tasks) {
            return tasks.stream().mapToInt(task -> task.flows).sum();
        }

        private static double pointsOf(Set<Task> tasks) {
            return tasks.stream().mapToInt(task -> task.points).sum();
        }

        /** A flow record was given. */
        void record(FlowRow row, WindowDelta delta, boolean last) {
            flowRecordsNow++;
            if (delta != null) {
                long inWindow = row.enclosure == null ? delta.packetsA + delta.packetsB : 0;
                packetsNow += inWindow;
                if (delta.late) {
                    lateRecordsNow++;
                    latePacketsNow += inWindow;
                }
            }
            if (last) {
                flowsEnded.get(END_REASONS[row.endReason]).increment();
            }
        }

        /** No flow was told of an ICMP error. */
        void unattributed(MeterOutput.Unattributed reason) {
            unattributedErrors.get(reason).increment();
        }

        /** A flow record was given before its window's. */
        void early() {
            earlyRecords.increment();
        }

        void refuse() {
            refusedRecords.increment();
        }

        /** A batch was read. */
        void read(int packetSummaries) {
            batches.increment();
            summaries.increment(packetSummaries);
        }

        /** Tells what was counted since the last time, and the table's size. */
        void tell(FlowTable table) {
            flowRecords.increment((double) flowRecordsNow);
            lateRecords.increment((double) lateRecordsNow);
            packets.increment((double) packetsNow);
            latePackets.increment((double) latePacketsNow);
            flowRecordsNow = 0;
            lateRecordsNow = 0;
            packetsNow = 0;
            latePacketsNow = 0;
            long inserted = table.inserted();
            flowsBegun.increment((double) (inserted - toldInserted));
            toldInserted = inserted;
            flows = table.size();
            points = table.points().size();
        }

        @Override
        public void close() {
            tasks.remove(this);
        }
    }
}
