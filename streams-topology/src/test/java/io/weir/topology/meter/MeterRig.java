package io.weir.topology.meter;

import io.weir.schemas.Conversation;
import io.weir.schemas.Counters;
import io.weir.schemas.Flow;
import io.weir.schemas.ObservationPoint;
import io.weir.schemas.packets.MalformedBatchException;
import io.weir.schemas.packets.PacketBatchDecoder;
import io.weir.schemas.serde.WireFormat;
import io.weir.topology.MeterConfig;
import io.weir.topology.conversation.ConversationOutput;
import io.weir.topology.conversation.ConversationTable;
import io.weir.topology.conversation.Sighting;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.common.utils.Bytes;

/** A meter with its tables, without Kafka; keeps what it gives. */
final class MeterRig implements MeterOutput, ConversationOutput {

    static final int MAX_HELD = 1000;

    final List<Flow> flows = new ArrayList<>();
    /** Records that came before those of their windows. */
    final List<Flow> early = new ArrayList<>();

    final List<Conversation> conversations = new ArrayList<>();

    /** ICMP errors that no flow was told of. */
    final Map<Unattributed, Integer> unattributed = new TreeMap<>();

    /** Flow records by whether another one stands for the same packets, in the order in which that was settled. */
    final List<Flow> standing = new ArrayList<>();

    final List<Flow> duplicates = new ArrayList<>();

    /** How far each point's records are settled, window numbers by interface. */
    final Map<String, Long> settledUntil = new TreeMap<>();

    private final MeterConfig config;
    private final FlowRecords records;
    private final PacketBatchDecoder decoder = new PacketBatchDecoder();
    private final ConversationTable conversationTable = new ConversationTable(MAX_HELD);
    private final long patienceWindows;
    private FlowTable table = new FlowTable();
    private Meter meter;

    MeterRig(MeterConfig config) {
        this.config = config;
        this.records = new FlowRecords(config.window().toMillis(), Meter.slotNanos(config) / 1_000_000);
        this.patienceWindows = MeterProcessor.patienceWindows(config);
        this.conversationTable.open(null, null);
        this.meter = new Meter(config, table, conversationTable, this);
    }

    MeterRig process(List<byte[]> batches) {
        batches.forEach(this::process);
        return this;
    }

    void process(byte[] batch) {
        try {
            decoder.decode(batch, WireFormat.HEADER_OCTETS);
        } catch (MalformedBatchException e) {
            throw new IllegalArgumentException(e);
        }
        meter.process(decoder, 0);
    }

    /** What a crash and a restart do: the rows go through their changelog form, its records in any order, into a new table. */
    void restart(Random order) {
        Map<Bytes, byte[]> changelog = new TreeMap<>();
        table.writeAll((key, value) -> changelog.put(Bytes.wrap(key), value));
        List<Bytes> keys = new ArrayList<>(changelog.keySet());
        Collections.shuffle(keys, order);
        FlowTable fresh = new FlowTable();
        keys.forEach(key -> fresh.restore(key.get(), changelog.get(key)));
        fresh.open(null, null);
        if (fresh.size() != table.size()) {
            throw new AssertionError("restored " + fresh.size() + " of " + table.size() + " rows");
        }
        table = fresh;
        conversationTable.clearCache();
        conversationTable.open(null, null);
        meter = new Meter(config, table, conversationTable, this);
        meter.resume(0);
    }

    int tableSize() {
        return table.size();
    }

    /** True when rows of the last batch were read ahead. */
    boolean hasReadAhead() {
        return table.readSum() != 0;
    }

    @Override
    public void flow(FlowRow row, WindowDelta delta, long window, boolean last) {
        Flow flow = records.of(row, delta, window, last);
        flows.add(flow);
        Sighting sighting = row.sighting(flow, delta, false);
        if (!row.shared) {
            standing.add(flow);
        } else if (delta != null && delta.hasPackets()) {
            conversationTable.add(row.conversation(), sighting, window, this);
        } else {
            conversationTable.addWithoutPackets(row.conversation(), sighting, window, this);
        }
    }

    @Override
    public void unattributed(Unattributed reason) {
        unattributed.merge(reason, 1, Integer::sum);
    }

    @Override
    public void established(FlowRow row, long window) {
        early.add(records.early(row, window));
    }

    @Override
    public void complete(ObservationState point, long window) {
        conversationTable.passed(point.id, point.point, window, patienceWindows, this);
    }

    @Override
    public void conversation(Conversation conversation) {
        conversations.add(conversation);
    }

    @Override
    public void settled(Sighting sighting, boolean duplicate) {
        (duplicate ? duplicates : standing).add(sighting.flow());
    }

    @Override
    public void settledUntil(ObservationPoint point, long window) {
        settledUntil.put(point.getInterface$(), window);
    }

    int conversationTableSize() {
        return conversationTable.size();
    }

    /** Packets and layer-2 octets by who sent what to whom in which window, whoever began. */
    Map<String, Long> sums() {
        Map<String, Long> sums = new TreeMap<>();
        for (Flow flow : flows) {
            Counters delta = flow.getDelta();
            String there =
                    name(flow.getInitiator().getAddress(), flow.getInitiator().getPort());
            String back =
                    name(flow.getResponder().getAddress(), flow.getResponder().getPort());
            add(sums, flow, there + ">" + back, delta.getInitiatorPackets(), delta.getInitiatorLayer2Octets());
            add(sums, flow, back + ">" + there, delta.getResponderPackets(), delta.getResponderLayer2Octets());
        }
        return sums;
    }

    static void add(Map<String, Long> sums, String key, long packets, long octets) {
        if (packets > 0) {
            sums.merge(key + " packets", packets, Long::sum);
            sums.merge(key + " octets", octets, Long::sum);
        }
    }

    static String name(String address, Integer port) {
        return address + ':' + port;
    }

    static String key(ObservationPoint point, int protocol, String direction, long windowStartMs) {
        return point.getInterface$() + ' ' + protocol + ' ' + direction + ' ' + windowStartMs;
    }

    private static void add(Map<String, Long> sums, Flow flow, String direction, long packets, long octets) {
        add(
                sums,
                key(flow.getObservationPoint(), flow.getProtocolIdentifier(), direction, flow.getWindowStart()),
                packets,
                octets);
    }
}
