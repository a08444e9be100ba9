package io.weir.topology.meter;

import io.weir.schemas.Conversation;
import io.weir.schemas.Edge;
import io.weir.schemas.Flow;
import io.weir.schemas.Loss;
import io.weir.schemas.ObservationPoint;
import io.weir.schemas.packets.MalformedBatchException;
import io.weir.schemas.packets.PacketBatchDecoder;
import io.weir.schemas.packets.PacketBatchReader;
import io.weir.schemas.registry.SchemaRegistryClient;
import io.weir.topology.MeterConfig;
import io.weir.topology.conversation.ConversationOutput;
import io.weir.topology.conversation.ConversationTable;
import io.weir.topology.conversation.Sighting;
import io.weir.topology.edge.EdgeInput;
import io.weir.topology.edge.EdgeSum;
import io.weir.topology.edge.Edges;
import io.weir.topology.rejected.RejectedInput;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Runs the {@link Meter} in a Kafka Streams task: packet batches in; flows, parts of edges, losses and what is no batch out, each to
 * its own node. What a batch adds to one
 * edge is summed before it leaves, so that an edge costs one record per window and partition, not one per flow.
 */
public final class MeterProcessor
        implements Processor<byte[], byte[], String, Object>, MeterOutput, ConversationOutput {

    /** Node that takes {@link Flow} records. */
    public static final String FLOWS = "write-flows";

    /** Node that takes {@link Conversation} records. */
    public static final String CONVERSATIONS = "write-conversations";

    /** Node that takes {@link Loss} records. */
    public static final String LOSSES = "write-losses";

    /** Node that takes records that are no packet batches, as a {@link ProducerRecord}. */
    public static final String REJECTED = "take-rejected";

    /** Store of the range of refused records that is not told yet. */
    public static final String REFUSED_STORE = "refused-packets";

    /** Repartition that takes {@link EdgeInput} records. */
    public static final String EDGE_PARTS = "edge-parts";

    /** The first node that Kafka Streams makes of it. */
    private static final String EDGE_PARTS_NODE = EDGE_PARTS + "-repartition-filter";

    /** A window's end gives an edge for each of its flows when a network is scanned. */
    private static final int MAX_PARTS = 65_536;

    private static final Duration SILENCE_CHECK = Duration.ofSeconds(10);
    private static final Duration TELL_REFUSED_EVERY = Duration.ofSeconds(1);
    private static final Duration COMMIT_CHECK = Duration.ofMillis(50);

    private final MeterConfig config;
    private final String group;
    private final int partitions;
    private final SchemaRegistryClient registry;
    private final FlowRecords records;
    private final MeterMetrics metrics;

    /** Windows after which other observation points are not waited for. */
    private final long patienceWindows;

    /** Parts of edges of the current batch by point, window and edge; at {@value #MAX_PARTS} they leave. */
    private final Map<EdgeKey, EdgeSum> edges = new LinkedHashMap<>();

    private final PromptCommits commits = new PromptCommits();
    private final List<Cancellable> schedules = new ArrayList<>();

    private ProcessorContext<String, Object> context;

    /** Null while nothing waits. */
    private Cancellable commitCheck;

    private PacketBatchReader reader;
    private FlowTable table;
    private ConversationTable conversations;
    private Meter meter;
    private MeterMetrics.Task counts;
    private long timestamp;

    /** Wall clock of what is processed, epoch milliseconds. */
    private long nowMs;

    private RejectedInput rejected;

    /** What makes an edge in a window; entities and service as the flow names them. */
    private record EdgeKey(
            ObservationPoint point,
            long windowStart,
            boolean late,
            String initiator,
            String responder,
            Integer protocol,
            Integer port,
            Integer etherType,
            boolean enclosed,
            boolean duplicate) {}

    /**
     * @param group consumer group of the meter
     * @param partitions partitions of the packets topic
     * @param registry where schemas of packet batches are looked up
     */
    public MeterProcessor(
            MeterConfig config, String group, int partitions, SchemaRegistryClient registry, MeterMetrics metrics) {
        this.config = config;
        this.group = group;
        this.partitions = partitions;
        this.registry = registry;
        this.metrics = metrics;
        this.patienceWindows = patienceWindows(config);
        this.records = new FlowRecords(config.window().toMillis(), Meter.slotNanos(config) / 1_000_000);
    }

    /** The conversation wait in windows. */
    static long patienceWindows(MeterConfig config) {
        long window = config.window().toMillis();
        return (config.conversationWait().toMillis() + window - 1) / window;
    }

    @Override
    public void init(ProcessorContext<String, Object> processorContext) {
        context = processorContext;
        // A task that is taken up again after a failure comes to the same object: what its batch had begun was taken
        // back.
        edges.clear();
        if (commitCheck != null) {
            commitCheck.cancel();
            commitCheck = null;
        }
        reader = new PacketBatchReader(registry);
        table = context.getStateStore(FlowTable.NAME);
        table.open(context, metrics.flushes());
        conversations = context.getStateStore(ConversationTable.NAME);
        conversations.open(context, metrics.conversationFlushes());
        meter = new Meter(config, table, conversations, this);
        meter.resume(context.currentSystemTimeMs());
        counts = metrics.begin(table);
        rejected = new RejectedInput(
                context, "meter", group, "packet batch", REFUSED_STORE, context::forward, REJECTED, LOSSES);
        cancelSchedules();
        schedules.add(context.schedule(SILENCE_CHECK, PunctuationType.WALL_CLOCK_TIME, this::expireSilent));
        schedules.add(context.schedule(TELL_REFUSED_EVERY, PunctuationType.WALL_CLOCK_TIME, rejected::tell));
    }

    @Override
    public void process(Record<byte[], byte[]> input) {
        timestamp = input.timestamp();
        PacketBatchDecoder batch;
        try {
            batch = reader.read(input.value());
        } catch (MalformedBatchException e) {
            counts.refuse();
            rejected.refuse(input, e.getMessage());
            return;
        }
        rejected.end(timestamp);
        nowMs = context.currentSystemTimeMs();
        commits.seen(table.commits(), nowMs);
        meter.process(batch, nowMs);
        forwardEdges();
        counts.read(batch.packetCount());
        counts.tell(table);
        if (batch.endOfInput()) {
            // An input has ended: let its readers see the rest now rather than at the next interval.
            context.commit();
        } else {
            commitIfDue();
        }
    }

    private void commitWhatWaits(long wallClockMs) {
        nowMs = wallClockMs;
        commits.seen(table.commits(), nowMs);
        commitIfDue();
    }

    /** Looks again from time to time while something waits: to Kafka Streams each look is a reason for its next commit. */
    private void commitIfDue() {
        if (commits.isDue(table.changedCount(), nowMs)) {
            context.commit();
        }
        if (commits.isWaiting() && commitCheck == null) {
            commitCheck = context.schedule(COMMIT_CHECK, PunctuationType.WALL_CLOCK_TIME, this::commitWhatWaits);
        } else if (!commits.isWaiting() && commitCheck != null) {
            commitCheck.cancel();
            commitCheck = null;
        }
    }

    private void expireSilent(long wallClockMs) {
        timestamp = wallClockMs;
        nowMs = wallClockMs;
        meter.expireSilent(wallClockMs);
        forwardEdges();
        counts.tell(table);
    }

    @Override
    public void flow(FlowRow row, WindowDelta delta, long window, boolean last) {
        Flow flow = records.of(row, delta, window, last);
        boolean packets = delta != null && delta.hasPackets();
        boolean handshake = packets
                && row.serverHalfMicroseconds != FlowRow.UNKNOWN
                && Math.floorDiv(row.synAckNanos(), config.window().toNanos()) == window;
        Sighting sighting = row.sighting(flow, delta, handshake);
        if (!row.shared) {
            settled(sighting, false);
        } else if (packets) {
            conversations.add(row.conversation(), sighting, window, this);
        } else {
            conversations.addWithoutPackets(row.conversation(), sighting, window, this);
        }
        counts.record(row, delta, last);
        commits.record(flow.getWindowEnd(), nowMs);
        forward(flow);
    }

    @Override
    public void established(FlowRow row, long window) {
        counts.early();
        commits.handshake(row.synAckNanos() / 1_000_000, nowMs);
        forward(records.early(row, window));
    }

    private void forward(Flow flow) {
        String key = flow.getCommunityId() == null ? flow.getFlowId() : flow.getCommunityId();
        context.forward(new Record<>(key, flow, timestamp), FLOWS);
    }

    @Override
    public void unattributed(Unattributed reason) {
        counts.unattributed(reason);
    }

    @Override
    public void complete(ObservationState point, long window) {
        conversations.passed(point.id, point.point, window, patienceWindows, this);
    }

    @Override
    public void conversation(Conversation conversation) {
        context.forward(new Record<>(conversation.getCommunityId(), conversation, timestamp), CONVERSATIONS);
    }

    @Override
    public void settled(Sighting sighting, boolean duplicate) {
        Edge edge = Edges.of(sighting.flow(), sighting.handshakeInWindow(), duplicate);
        addToEdge(
                sighting.flow(),
                duplicate,
                new EdgeSum(edge, sighting.initiatorRoundTrips(), sighting.responderRoundTrips()));
    }

    @Override
    public void settledUntil(ObservationPoint point, long window) {
        forwardEdges();
        long untilMs =
                window == Long.MAX_VALUE ? window : window * config.window().toMillis();
        EdgeInput progress = new EdgeInput.Progress(point, context.taskId().partition(), partitions, untilMs);
        // Kafka Streams drops records without a key on the way through a repartition topic.
        context.forward(new Record<>(point.getInterface$(), progress, timestamp), EDGE_PARTS_NODE);
    }

    private void addToEdge(Flow flow, boolean duplicate, EdgeSum part) {
        EdgeKey key = new EdgeKey(
                flow.getObservationPoint(),
                flow.getWindowStart(),
                flow.getIsLate(),
                flow.getInitiator().getEntity(),
                flow.getResponder().getEntity(),
                flow.getProtocolIdentifier(),
                flow.getResponder().getPort(),
                flow.getEtherType(),
                flow.getParentFlowId() != null,
                duplicate);
        EdgeSum sum = edges.putIfAbsent(key, part);
        if (sum != null) {
            sum.add(part);
        } else if (edges.size() == MAX_PARTS) {
            forwardEdges();
        }
    }

    private void forwardEdges() {
        for (EdgeSum edge : edges.values()) {
            context.forward(new Record<>(edge.recordKey(), new EdgeInput.Part(edge), timestamp), EDGE_PARTS_NODE);
        }
        edges.clear();
    }

    /** Kafka Streams keeps them for a task that is taken up again. */
    private void cancelSchedules() {
        schedules.forEach(Cancellable::cancel);
        schedules.clear();
    }

    @Override
    public void close() {
        cancelSchedules();
        if (counts != null) {
            counts.close();
        }
    }
}
