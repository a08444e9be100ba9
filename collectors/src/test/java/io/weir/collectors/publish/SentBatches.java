package io.weir.collectors.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.schemas.Capture;
import io.weir.schemas.packets.CanonicalKey;
import io.weir.schemas.packets.IcmpError;
import io.weir.schemas.packets.MalformedBatchException;
import io.weir.schemas.packets.PacketBatchDecoder;
import io.weir.schemas.serde.AvroSerdes;
import io.weir.schemas.serde.WireFormat;
import io.weir.schemas.topic.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;

/** A sender whose Kafka takes everything at once, and what it took. */
final class SentBatches implements AutoCloseable {

    static final CollectorConfig CONFIG = new CollectorConfig(
            "node-1",
            50,
            Duration.ofMillis(100),
            Duration.ofSeconds(1),
            16L << 20,
            "none",
            8,
            Set.of(),
            true,
            0,
            1,
            false,
            RawPacketConfig.OFF);

    static final Topics TOPICS = new Topics("sent.");
    static final Map<String, String> CLIENT = Map.of("schema.registry.url", "mock://sent");

    /** One batch, in the order of its partition. */
    @SuppressWarnings("ArrayRecordComponent") // compared by its parts only
    record Batch(
            String interfaceName,
            String sessionId,
            long sequenceNumber,
            long watermarkNanos,
            boolean end,
            long[] timesNanos) {}

    /** Of all packets of one key that one side sent, and of those that they enclose. */
    record Totals(long packets, long layer2Octets, long octets, int tcpControlBits, int facts) {
        private Totals plus(Totals other) {
            return new Totals(
                    packets + other.packets,
                    layer2Octets + other.layer2Octets,
                    octets + other.octets,
                    tcpControlBits | other.tcpControlBits,
                    facts + other.facts);
        }
    }

    final BatchSender sender;
    private final int partitions;
    private final MockProducer<byte[], byte[]> producer;

    SentBatches(int partitions) {
        this.partitions = partitions;
        Node node = new Node(0, "localhost", 9092);
        List<PartitionInfo> known = new ArrayList<>();
        for (String topic : List.of(
                TOPICS.packets().name(),
                TOPICS.losses().name(),
                TOPICS.captures().name())) {
            IntStream.range(0, partitions)
                    .forEach(i -> known.add(new PartitionInfo(topic, i, node, new Node[] {node}, new Node[] {node})));
        }
        Cluster cluster = new Cluster("mock", List.of(node), known, Set.of(), Set.of());
        producer = new MockProducer<>(cluster, true, null, new ByteArraySerializer(), new ByteArraySerializer());
        sender = new BatchSender(CONFIG, TOPICS, CLIENT, () -> producer);
    }

    int partitions() {
        return partitions;
    }

    List<Batch> of(int partition) {
        List<Batch> batches = new ArrayList<>();
        PacketBatchDecoder decoder = new PacketBatchDecoder();
        for (ProducerRecord<byte[], byte[]> sent : producer.history()) {
            if (sent.topic().equals(TOPICS.packets().name()) && sent.partition() == partition) {
                try {
                    decoder.decode(sent.value(), WireFormat.HEADER_OCTETS);
                } catch (MalformedBatchException e) {
                    throw new AssertionError(e);
                }
                batches.add(new Batch(
                        decoder.observationPoint().getInterface$(),
                        decoder.sessionId(),
                        decoder.sequenceNumber(),
                        decoder.watermarkNanoseconds(),
                        decoder.endOfInput(),
                        Arrays.copyOf(decoder.timeNanosecondsColumn(), decoder.packetCount())));
            }
        }
        return batches;
    }

    /** Reports on captures, in order. */
    List<Capture> captures() {
        try (Deserializer<Capture> deserializer = AvroSerdes.deserializer(Capture.class, CLIENT)) {
            return producer.history().stream()
                    .filter(sent -> sent.topic().equals(TOPICS.captures().name()))
                    .map(sent -> deserializer.deserialize(sent.topic(), sent.value()))
                    .toList();
        }
    }

    /** By what makes the key, and the side. */
    Map<String, Totals> totals() {
        Map<String, Totals> totals = new TreeMap<>();
        PacketBatchDecoder batch = new PacketBatchDecoder();
        for (ProducerRecord<byte[], byte[]> sent : producer.history()) {
            if (!sent.topic().equals(TOPICS.packets().name())) {
                continue;
            }
            try {
                batch.decode(sent.value(), WireFormat.HEADER_OCTETS);
            } catch (MalformedBatchException e) {
                throw new AssertionError(e);
            }
            int[] facts = new int[batch.packetCount()];
            for (int i = 0; i < batch.factCount(); i++) {
                facts[batch.fact(i).packet]++;
            }
            for (int i = 0; i < batch.packetCount(); i++) {
                int index = batch.keyColumn()[i];
                Totals one = new Totals(
                        batch.packetsColumn()[i],
                        batch.layer2OctetsColumn()[i],
                        batch.octetsColumn()[i],
                        batch.tcpControlBitsColumn()[i],
                        facts[i]);
                String name = index >= 0 ? name(batch.key(index)) + " from a" : name(batch.key(-1 - index)) + " from b";
                totals.merge(name, one, Totals::plus);
            }
        }
        return totals;
    }

    /**
     * An ICMP error as it was sent.
     *
     * @param key of the quoted packet, as {@code key} of {@link #key(CanonicalKey)}
     * @param known packets of that key were sent before it, to the same partition
     */
    record Quote(String key, boolean sentByA, int type, int code, long timeNanos, long senderLow, boolean known) {}

    /** ICMP errors, by partition and in order. */
    List<Quote> icmpErrors() {
        List<Quote> errors = new ArrayList<>();
        for (int partition = 0; partition < partitions; partition++) {
            Set<String> known = new HashSet<>();
            for (ProducerRecord<byte[], byte[]> sent : producer.history()) {
                if (sent.topic().equals(TOPICS.packets().name()) && sent.partition() == partition) {
                    addErrors(decoded(sent), known, errors);
                }
            }
        }
        return errors;
    }

    /** How many ICMP errors each batch holds, by partition. */
    Map<Integer, List<Integer>> icmpErrorCounts() {
        Map<Integer, List<Integer>> counts = new TreeMap<>();
        for (ProducerRecord<byte[], byte[]> one : producer.history()) {
            if (one.topic().equals(TOPICS.packets().name())) {
                counts.computeIfAbsent(one.partition(), ignored -> new ArrayList<>())
                        .add(decoded(one).icmpErrorCount());
            }
        }
        return counts;
    }

    private static void addErrors(PacketBatchDecoder batch, Set<String> known, List<Quote> errors) {
        int packet = 0;
        for (int i = 0; i <= batch.icmpErrorCount(); i++) {
            int stop = i < batch.icmpErrorCount() ? batch.icmpError(i).packetsBefore : batch.packetCount();
            for (; packet < stop; packet++) {
                int index = batch.keyColumn()[packet];
                known.add(key(batch.key(index >= 0 ? index : -1 - index)));
            }
            if (i < batch.icmpErrorCount()) {
                IcmpError error = batch.icmpError(i);
                String key = key(error.quoted);
                errors.add(new Quote(
                        key,
                        error.sentByA,
                        error.type,
                        error.code,
                        error.timeNanoseconds,
                        error.senderLow,
                        known.contains(key)));
            }
        }
    }

    private static PacketBatchDecoder decoded(ProducerRecord<byte[], byte[]> sent) {
        PacketBatchDecoder batch = new PacketBatchDecoder();
        try {
            batch.decode(sent.value(), WireFormat.HEADER_OCTETS);
        } catch (MalformedBatchException e) {
            throw new AssertionError(e);
        }
        return batch;
    }

    /** What makes a flow, but for whether it encloses others. */
    static String key(CanonicalKey key) {
        return String.format(
                "%x %x:%d %x %x:%d protocol %d later %b type %x vlan %x of %d tunnel %x",
                key.addressAHigh,
                key.addressALow,
                key.portA,
                key.addressBHigh,
                key.addressBLow,
                key.portB,
                key.protocolIdentifier,
                key.laterFragment,
                key.etherType,
                key.vlanIds,
                key.vlanCount,
                key.tunnel);
    }

    /** Without its layers, which are those of the first packet in each batch. */
    private static String name(CanonicalKey key) {
        return (key.parent == null ? "" : name(key.parent) + " encloses ")
                + String.format(
                        "%x vlan %x of %d protocol %d %x:%x/%d %x:%x/%d macs %x %x later %b problem %d",
                        key.etherType,
                        key.vlanIds,
                        key.vlanCount,
                        key.protocolIdentifier,
                        key.addressAHigh,
                        key.addressALow,
                        key.portA,
                        key.addressBHigh,
                        key.addressBLow,
                        key.portB,
                        key.macA,
                        key.macB,
                        key.laterFragment,
                        key.problem);
    }

    /** Losses that were reported. */
    long losses() {
        return producer.history().stream()
                .filter(sent -> sent.topic().equals(TOPICS.losses().name()))
                .count();
    }

    List<Batch> all() {
        return IntStream.range(0, partitions)
                .boxed()
                .flatMap(i -> of(i).stream())
                .toList();
    }

    long packets() {
        return all().stream().mapToLong(batch -> batch.timesNanos().length).sum();
    }

    /** What holds for one session whatever its threads did: numbers, watermarks that hold, one end. */
    void assertOneSession() {
        assertThat(all().stream().map(Batch::sessionId).distinct()).hasSize(1);
        for (int partition = 0; partition < partitions; partition++) {
            List<Batch> batches = of(partition);
            long watermark = Long.MIN_VALUE;
            for (int i = 0; i < batches.size(); i++) {
                Batch batch = batches.get(i);
                assertThat(batch.sequenceNumber()).isEqualTo(i);
                assertThat(batch.end()).isEqualTo(i == batches.size() - 1);
                for (long time : batch.timesNanos()) {
                    assertThat(time).as("was said to have been sent").isGreaterThanOrEqualTo(watermark);
                }
                assertThat(batch.watermarkNanos()).isGreaterThanOrEqualTo(watermark);
                watermark = batch.watermarkNanos();
            }
        }
    }

    @Override
    public void close() {
        sender.close();
    }
}
