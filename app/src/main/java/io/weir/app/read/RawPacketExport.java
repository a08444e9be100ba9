package io.weir.app.read;

import io.weir.app.failure.Failure;
import io.weir.app.terminal.Console;
import io.weir.collectors.capture.PcapngWriter;
import io.weir.schemas.Flow;
import io.weir.schemas.FlowKey;
import io.weir.schemas.ObservationPoint;
import io.weir.schemas.RawPacket;
import io.weir.schemas.RawPacketBatch;
import io.weir.schemas.registry.SchemaRegistryException;
import io.weir.schemas.serde.Avro;
import io.weir.schemas.serde.AvroSerdes;
import io.weir.schemas.topic.Topics;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Writes raw packets as a capture: all of them, or those of the flows that a filter chooses. Packets are put into the order of their
 * time as far as {@value #MAX_WAITING_OCTETS} octets of them reach.
 */
public final class RawPacketExport {

    private static final String APPLICATION = "weir";
    private static final int MAX_WAITING_OCTETS = 64 * 1024 * 1024;

    /** What an object beside the frame itself takes of that. */
    private static final int PACKET_OCTETS = 512;

    /** A flow's record comes after its packets; copies may be late when files are read fast. */
    private static final long FLOWS_BEFORE_MS = TimeUnit.MINUTES.toMillis(10);

    private static final String SWITCH_ON =
            "collectors copy packets when told so, for example -s collector.raw-packets=10 for the first 10 of each flow;"
                    + " copies are kept for an hour";

    private record Waiting(long number, ObservationPoint point, RawPacket packet, List<FlowSelection.Chosen> flows) {

        int octets() {
            return packet.getFrame().remaining() + PACKET_OCTETS;
        }
    }

    private record Interface(ObservationPoint point, int linkType) {}

    private final Map<String, Object> clientProperties;
    private final Topics topics;
    private final Console console;
    private final RecordFilter filter;
    private final StartPosition from;
    private final long toMs;
    private final long limit;

    private final FlowIdentity.OfPackets identities = new FlowIdentity.OfPackets();
    private final FlowSelection selection = new FlowSelection();
    private final Map<FlowIdentity, FlowSelection.Chosen> conversations = new HashMap<>();
    private final FlowSelection.Chosen everything = new FlowSelection.Chosen();
    private final Map<Interface, Integer> interfaces = new HashMap<>();
    private final PriorityQueue<Waiting> waiting = new PriorityQueue<>(
            Comparator.<Waiting>comparingLong(next -> next.packet().getTimeNanoseconds())
                    .thenComparingLong(Waiting::number));

    private long waitingOctets;
    private long read;
    private long written;
    private long lastNanos = Long.MIN_VALUE;
    private long outOfOrder;
    private final UnreadableRecords unreadable;

    /**
     * @param filter chooses flows; null for all packets
     * @param from first packets, by when Kafka took them
     * @param toMs last packets, by when Kafka took them, epoch milliseconds
     * @param limit packets of each flow at most
     */
    public RawPacketExport(
            Map<String, Object> clientProperties,
            Topics topics,
            Console console,
            RecordFilter filter,
            StartPosition from,
            long toMs,
            long limit) {
        this.clientProperties = clientProperties;
        this.topics = topics;
        this.console = console;
        this.unreadable = new UnreadableRecords(console.err());
        this.filter = filter;
        this.from = from;
        this.toMs = toMs;
        this.limit = limit;
    }

    /** The schema that filters are about: the one of flows. */
    public static RecordFilter compile(String expression) {
        return RecordFilter.compile(Avro.schemaOf(Flow.class), expression);
    }

    /** Opened when there is something to write. */
    @FunctionalInterface
    public interface Output {
        OutputStream open() throws IOException;
    }

    /**
     * Writes what there is now.
     *
     * @throws IOException when the capture cannot be written
     * @throws Failure when there are no raw packets, or the cluster cannot be read
     */
    public void run(Output output) throws IOException {
        try (TopicReader reader =
                new TopicReader(clientProperties, List.of(topics.rawPackets().name()), false, SWITCH_ON)) {
            OptionalLong oldestMs = reader.oldestTimestampMs();
            if (oldestMs.isEmpty()) {
                throw Failure.failed(
                        "topic " + topics.rawPackets().name() + " holds no packets, or none any more", SWITCH_ON);
            }
            if (filter != null) {
                chooseFlows(Math.max(oldestMs.getAsLong(), from.timestampMs()));
            }
            reader.seek(from);
            write(reader, output);
        } catch (SchemaRegistryException e) {
            throw Failure.failed(e.getMessage(), "check --registry and the schema.registry.* settings", e);
        }
        tell();
    }

    private void chooseFlows(long packetsFromMs) {
        try (TopicReader reader =
                        new TopicReader(clientProperties, List.of(topics.flows().name()), true);
                Deserializer<Flow> deserializer = AvroSerdes.deserializer(Flow.class, clientProperties)) {
            reader.seek(new StartPosition(StartPosition.Kind.TIME, packetsFromMs - FLOWS_BEFORE_MS));
            reader.readTo(reader.ranges(), record -> {
                Flow flow = decode(deserializer, record);
                if (flow != null) {
                    selection.add(flow, filter.matches(flow));
                }
                return true;
            });
        }
    }

    private void write(TopicReader reader, Output output) throws IOException {
        IOException[] failure = new IOException[1];
        try (PcapngWriter writer = new PcapngWriter(output.open(), APPLICATION);
                Deserializer<RawPacketBatch> deserializer =
                        AvroSerdes.deserializer(RawPacketBatch.class, clientProperties)) {
            reader.readTo(reader.ranges(), new TopicReader.Handler() {
                @Override
                public boolean accept(ConsumerRecord<byte[], byte[]> record) {
                    RawPacketBatch batch = record.timestamp() > toMs ? null : decode(deserializer, record);
                    if (batch != null) {
                        batch.getPackets().forEach(packet -> take(batch.getObservationPoint(), packet));
                    }
                    return true;
                }

                @Override
                public boolean endOfFetch() {
                    try {
                        writeDown(writer, MAX_WAITING_OCTETS);
                        return !console.out().checkError();
                    } catch (IOException e) {
                        failure[0] = e;
                        return false;
                    }
                }
            });
            if (failure[0] != null) {
                throw failure[0];
            }
            writeDown(writer, 0);
        }
    }

    private <T extends SpecificRecord> T decode(Deserializer<T> deserializer, ConsumerRecord<byte[], byte[]> record) {
        if (record.value() == null) {
            return null;
        }
        try {
            return deserializer.deserialize(record.topic(), record.value());
        } catch (SerializationException e) {
            unreadable.add(record, e);
            return null;
        }
    }

    private void take(ObservationPoint point, RawPacket packet) {
        List<FlowSelection.Chosen> flows = flowsOf(point, packet);
        if (!flows.isEmpty()) {
            Waiting next = new Waiting(read, point, packet, flows);
            waiting.add(next);
            waitingOctets += next.octets();
        }
        read++;
    }

    private List<FlowSelection.Chosen> flowsOf(ObservationPoint point, RawPacket packet) {
        List<FlowKey> keys = packet.getKeys();
        if (filter == null) {
            return List.of(limit == Long.MAX_VALUE || keys.isEmpty() ? everything : conversation(point, keys));
        }
        List<FlowSelection.Chosen> found = new ArrayList<>(1);
        for (FlowKey key : keys) {
            selection.find(identities.of(point, key), Math.floorDiv(packet.getTimeNanoseconds(), 1000L), found);
        }
        return found;
    }

    /** Without a filter flows are not read: a limit is one of the conversation. */
    private FlowSelection.Chosen conversation(ObservationPoint point, List<FlowKey> keys) {
        FlowIdentity innermost = identities.of(point, keys.get(keys.size() - 1));
        if (conversations.size() >= FlowSelection.MAX_FLOWS) {
            throw FlowSelection.tooMany();
        }
        return conversations.computeIfAbsent(innermost, ignored -> new FlowSelection.Chosen());
    }

    /** Writes the oldest until no more than so many octets wait. */
    private void writeDown(PcapngWriter writer, long octets) throws IOException {
        while (waitingOctets > octets) {
            Waiting next = waiting.remove();
            waitingOctets -= next.octets();
            write(writer, next);
        }
    }

    private void write(PcapngWriter writer, Waiting next) throws IOException {
        if (next.flows().stream().allMatch(flow -> flow.written() >= limit)) {
            return;
        }
        next.flows().forEach(FlowSelection.Chosen::countWritten);
        RawPacket packet = next.packet();
        Interface place = new Interface(next.point(), packet.getLinkType());
        Integer index = interfaces.get(place);
        if (index == null) {
            ObservationPoint point = next.point();
            index = writer.addInterface(
                    point.getHost() + '/' + point.getInterface$(),
                    "captured by " + point.getCapture(),
                    packet.getLinkType());
            interfaces.put(place, index);
        }
        writer.write(index, packet.getTimeNanoseconds(), packet.getLayer2Octets(), packet.getFrame());
        written++;
        if (packet.getTimeNanoseconds() < lastNanos) {
            outOfOrder++;
        }
        lastNanos = Math.max(lastNanos, packet.getTimeNanoseconds());
    }

    private void tell() {
        unreadable.tell();
        if (outOfOrder > 0) {
            console.err()
                    .println("weir: warning: " + outOfOrder
                            + " packets are out of order; `reordercap` of Wireshark puts them right");
        }
        if (written > 0) {
            if (console.errIsTerminal()) {
                console.err().println("weir: " + written + " packets written");
            }
        } else if (filter == null) {
            console.err().println("weir: no packets in this time");
        } else {
            console.err()
                    .println("weir: no packets: the filter chooses " + selection.size() + " flows, and none of the "
                            + read + " packets is of them (a flow is known when its window has ended)");
        }
    }
}
