package io.weir.topology;

import io.weir.schemas.Datagram;
import io.weir.schemas.DeviceCounters;
import io.weir.schemas.DroppedPackets;
import io.weir.schemas.ExporterStatus;
import io.weir.schemas.Loss;
import io.weir.schemas.PacketBatch;
import io.weir.schemas.serde.AvroSerdes;
import io.weir.schemas.serde.AvroSerializer;
import io.weir.schemas.topic.TopicSpec;
import io.weir.schemas.topic.Topics;
import io.weir.state.TableStoreBuilder;
import io.weir.topology.datagram.DatagramKind;
import io.weir.topology.datagram.DatagramProcessor;
import io.weir.topology.datagram.DecoderMetrics;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.apache.kafka.streams.state.Stores;

/**
 * Datagrams to packet summaries.
 *
 * <pre>
 * weir.sflow.v1 ──read-sflow──▶ decode-sflow (sflow-agents) ─┬─ packet batches ─▶ weir.packets.v1
 *                                                            ├─ counters ───────▶ weir.counters.v1
 *                                                            ├─ drops ──────────▶ weir.drops.v1
 *                                                            ├─ exporters ──────▶ weir.exporters.v1
 *                                                            ├─ losses ─────────▶ weir.losses.v1
 *                                                            └─ rejected ───────▶ weir.sflow.v1.rejected
 *
 * weir.netflow.v1 ─read-netflow─▶ decode-netflow (netflow-exporters) ─┬─ packet batches ─▶ weir.packets.v1
 *                                                                     ├─ drops ──────────▶ weir.drops.v1
 *                                                                     ├─ exporters ──────▶ weir.exporters.v1
 *                                                                     ├─ losses ─────────▶ weir.losses.v1
 *                                                                     └─ rejected ───────▶ weir.netflow.v1.rejected
 * </pre>
 */
public final class DecoderTopology {

    private DecoderTopology() {}

    /**
     * Builds the topology.
     *
     * @param partitions partitions of the packets topic
     * @param clientConfigs Kafka client properties with {@code schema.registry.url}, for the serdes
     */
    public static Topology build(
            DecoderConfig config, Topics topics, int partitions, Map<String, ?> clientConfigs, DecoderMetrics metrics) {
        StreamsBuilder builder = new StreamsBuilder();
        int batchSchemaId = batchSchemaId(topics, clientConfigs);
        for (DatagramKind kind : DatagramKind.values()) {
            TopicSpec<Datagram> topic = kind == DatagramKind.SFLOW ? topics.sflow() : topics.netflow();
            builder.addStateStore(new TableStoreBuilder<>(kind.store(), () -> kind.table(partitions)));
            builder.addStateStore(Stores.keyValueStoreBuilder(
                    Stores.inMemoryKeyValueStore(kind.refusedStore()), Serdes.String(), Serdes.ByteArray()));
            KStream<Object, Object> results = builder.stream(
                            topic.name(),
                            Consumed.with(Serdes.ByteArray(), Serdes.ByteArray())
                                    .withName(kind.readNode()))
                    .process(
                            () -> new DatagramProcessor(
                                    kind,
                                    config,
                                    DecoderApp.applicationId(topics),
                                    partitions,
                                    batchSchemaId,
                                    AvroSerdes.deserializer(topic.valueType(), clientConfigs),
                                    metrics),
                            Named.as(kind.decodeNode()),
                            kind.store(),
                            kind.refusedStore());
            writePackets(DecoderTopology.<Integer, byte[]>of(results), kind, topics);
            if (kind == DatagramKind.SFLOW) {
                writeCounters(DecoderTopology.<String, DeviceCounters>of(results), kind, topics, clientConfigs);
            }
            writeDrops(DecoderTopology.<String, DroppedPackets>of(results), kind, topics, clientConfigs);
            writeExporters(DecoderTopology.<String, ExporterStatus>of(results), kind, topics, clientConfigs);
            writeLosses(DecoderTopology.<String, Loss>of(results), kind, topics, clientConfigs);
            writeRejected(
                    DecoderTopology.<String, ProducerRecord<byte[], byte[]>>of(results), kind, topic.rejectedName());
        }
        return builder.build();
    }

    private static int batchSchemaId(Topics topics, Map<String, ?> clientConfigs) {
        try (Serializer<PacketBatch> serializer = AvroSerdes.serializer(PacketBatch.class, clientConfigs)) {
            if (serializer instanceof AvroSerializer<PacketBatch> ours) {
                return ours.schemaId(topics.packets().name());
            }
            throw new IllegalArgumentException(
                    "the decoder writes packet batches itself: leave serializer classes of others to other parts");
        }
    }

    /** The results of one type: the processor names the node that each goes to. */
    @SuppressWarnings("unchecked")
    private static <K, V> KStream<K, V> of(KStream<?, ?> results) {
        return (KStream<K, V>) results;
    }

    /** The key is the partition, and is not written. */
    private static void writePackets(KStream<Integer, byte[]> batches, DatagramKind kind, Topics topics) {
        StreamPartitioner<Integer, byte[]> byKey = (topic, partition, batch, count) -> Optional.of(Set.of(partition));
        batches.to(
                topics.packets().name(),
                Produced.with(
                                Serdes.serdeFrom((topic, partition) -> null, (topic, octets) -> null),
                                Serdes.ByteArray(),
                                byKey)
                        .withName(kind.packetsNode()));
    }

    private static void writeCounters(
            KStream<String, DeviceCounters> counters, DatagramKind kind, Topics topics, Map<String, ?> clientConfigs) {
        counters.to(
                topics.counters().name(),
                Produced.with(Serdes.String(), AvroSerdes.serde(topics.counters(), clientConfigs))
                        .withName(kind.countersNode()));
    }

    private static void writeDrops(
            KStream<String, DroppedPackets> drops, DatagramKind kind, Topics topics, Map<String, ?> clientConfigs) {
        drops.to(
                topics.drops().name(),
                Produced.with(Serdes.String(), AvroSerdes.serde(topics.drops(), clientConfigs))
                        .withName(kind.dropsNode()));
    }

    /** A tombstone stands for one that was forgotten. */
    private static void writeExporters(
            KStream<String, ExporterStatus> exporters, DatagramKind kind, Topics topics, Map<String, ?> clientConfigs) {
        exporters.to(
                topics.exporters().name(),
                Produced.with(Serdes.String(), AvroSerdes.serde(topics.exporters(), clientConfigs))
                        .withName(kind.exportersNode()));
    }

    private static void writeLosses(
            KStream<String, Loss> losses, DatagramKind kind, Topics topics, Map<String, ?> clientConfigs) {
        losses.to(
                topics.losses().name(),
                Produced.with(Serdes.String(), AvroSerdes.serde(topics.losses(), clientConfigs))
                        .withName(kind.lossesNode()));
    }

    /** Key, value and headers as they were; the headers travel with the record. */
    private static void writeRejected(
            KStream<String, ProducerRecord<byte[], byte[]>> rejected, DatagramKind kind, String topic) {
        rejected.map((source, record) -> KeyValue.pair(record.key(), record.value()), Named.as(kind.rejectedNode()))
                .to(topic, Produced.with(Serdes.ByteArray(), Serdes.ByteArray()).withName(kind.writeRejectedNode()));
    }
}
