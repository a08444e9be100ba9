package io.weir.topology;

import io.weir.schemas.Conversation;
import io.weir.schemas.Edge;
import io.weir.schemas.Flow;
import io.weir.schemas.Loss;
import io.weir.schemas.registry.SchemaRegistryClient;
import io.weir.schemas.serde.AvroSerdes;
import io.weir.schemas.topic.TopicSpec;
import io.weir.schemas.topic.Topics;
import io.weir.state.TableStoreBuilder;
import io.weir.topology.conversation.ConversationTable;
import io.weir.topology.edge.EdgeInput;
import io.weir.topology.edge.EdgeMetrics;
import io.weir.topology.edge.EdgePartitioner;
import io.weir.topology.edge.EdgeProcessor;
import io.weir.topology.edge.EdgeSerdes;
import io.weir.topology.edge.EdgeTable;
import io.weir.topology.meter.FlowTable;
import io.weir.topology.meter.MeterMetrics;
import io.weir.topology.meter.MeterProcessor;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.state.Stores;

/**
 * Packets to flows, flows to edges.
 *
 * <pre>
 * weir.packets.v1 ──read-packets──▶ meter-packets (flow-table) ─┬─ flows ────▶ weir.flows.v1
 *                                                               ├─ conversations ─▶ weir.conversations.v1
 *                                                               ├─ losses ───▶ weir.losses.v1
 *                                                               ├─ rejected ─▶ weir.packets.v1.rejected
 *                                                               └─ edge parts, progress
 *                                                                     │ repartition by edge: edge-parts
 *                                                                     ▼
 *                                                          merge-edges (edge-table) ─┬─▶ weir.edges.v1
 *                                                                                    └─▶ weir.edges-1m.v1, weir.edges-1h.v1
 * </pre>
 */
public final class MeterTopology {

    private MeterTopology() {}

    /**
     * Builds the topology.
     *
     * @param partitions partitions of the packets topic; the edge tasks have as many
     * @param clientConfigs Kafka client properties with {@code schema.registry.url}, for the serdes
     */
    public static Topology build(
            MeterConfig config, Topics topics, int partitions, Map<String, ?> clientConfigs, MeterMetrics metrics) {
        StreamsBuilder builder = new StreamsBuilder();
        KStream<String, Object> results = meterPackets(builder, config, topics, partitions, clientConfigs, metrics);
        writeFlows(MeterTopology.<Flow>of(results), topics, clientConfigs);
        writeConversations(MeterTopology.<Conversation>of(results), topics, clientConfigs);
        writeLosses(MeterTopology.<Loss>of(results), topics, clientConfigs);
        writeRejected(MeterTopology.<ProducerRecord<byte[], byte[]>>of(results), topics);
        writeEdges(
                mergeEdges(MeterTopology.<EdgeInput>of(results), builder, config.edges(), partitions, metrics),
                config.edges(),
                topics,
                clientConfigs);
        return builder.build();
    }

    /**
     * The results of one type: the processor names the node that each goes to, as a split of the stream would cost every record five
     * nodes more.
     */
    @SuppressWarnings("unchecked")
    private static <T> KStream<String, T> of(KStream<String, ?> results) {
        return (KStream<String, T>) results;
    }

    private static KStream<String, Object> meterPackets(
            StreamsBuilder builder,
            MeterConfig config,
            Topics topics,
            int partitions,
            Map<String, ?> clientConfigs,
            MeterMetrics metrics) {
        SchemaRegistryClient registry = SchemaRegistryClient.create(clientConfigs);
        builder.addStateStore(new TableStoreBuilder<>(FlowTable.NAME, FlowTable::new));
        builder.addStateStore(new TableStoreBuilder<>(
                ConversationTable.NAME, () -> new ConversationTable(Math.max(1, config.maxFlows() / 4))));
        builder.addStateStore(Stores.keyValueStoreBuilder(
                Stores.inMemoryKeyValueStore(MeterProcessor.REFUSED_STORE), Serdes.String(), Serdes.ByteArray()));
        return builder.stream(
                        topics.packets().name(),
                        Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()).withName("read-packets"))
                .process(
                        () -> new MeterProcessor(config, MeterApp.applicationId(topics), partitions, registry, metrics),
                        Named.as("meter-packets"),
                        FlowTable.NAME,
                        ConversationTable.NAME,
                        MeterProcessor.REFUSED_STORE);
    }

    private static void writeFlows(KStream<String, Flow> flows, Topics topics, Map<String, ?> clientConfigs) {
        flows.to(
                topics.flows().name(),
                Produced.with(Serdes.String(), AvroSerdes.serde(topics.flows(), clientConfigs))
                        .withName(MeterProcessor.FLOWS));
    }

    private static void writeConversations(
            KStream<String, Conversation> conversations, Topics topics, Map<String, ?> clientConfigs) {
        conversations.to(
                topics.conversations().name(),
                Produced.with(Serdes.String(), AvroSerdes.serde(topics.conversations(), clientConfigs))
                        .withName(MeterProcessor.CONVERSATIONS));
    }

    private static KStream<String, Edge> mergeEdges(
            KStream<String, EdgeInput> parts,
            StreamsBuilder builder,
            EdgeConfig config,
            int partitions,
            MeterMetrics metrics) {
        EdgeMetrics edgeMetrics = metrics.edges();
        builder.addStateStore(new TableStoreBuilder<>(EdgeTable.NAME, () -> new EdgeTable(config)));
        return parts.repartition(Repartitioned.<String, EdgeInput>as(MeterProcessor.EDGE_PARTS)
                        .withKeySerde(Serdes.String())
                        .withValueSerde(EdgeSerdes.input())
                        .withNumberOfPartitions(partitions)
                        .withStreamPartitioner(new EdgePartitioner()))
                .process(
                        () -> new EdgeProcessor(config.rollUps(), edgeMetrics),
                        Named.as("merge-edges"),
                        EdgeTable.NAME);
    }

    private static void writeEdges(
            KStream<String, Edge> edges, EdgeConfig config, Topics topics, Map<String, ?> clientConfigs) {
        writeEdges(edges, topics.edges(), EdgeProcessor.EDGES, clientConfigs);
        for (Duration window : config.rollUps()) {
            writeEdges(edges, topics.edges(window), EdgeProcessor.node(window), clientConfigs);
        }
    }

    private static void writeEdges(
            KStream<String, Edge> edges, TopicSpec<Edge> topic, String node, Map<String, ?> clientConfigs) {
        edges.to(
                topic.name(),
                Produced.with(Serdes.String(), AvroSerdes.serde(topic, clientConfigs))
                        .withName(node));
    }

    private static void writeLosses(KStream<String, Loss> losses, Topics topics, Map<String, ?> clientConfigs) {
        losses.to(
                topics.losses().name(),
                Produced.with(Serdes.String(), AvroSerdes.serde(topics.losses(), clientConfigs))
                        .withName(MeterProcessor.LOSSES));
    }

    /** Key, value and headers as they were; the headers travel with the record. */
    private static void writeRejected(KStream<String, ProducerRecord<byte[], byte[]>> rejected, Topics topics) {
        rejected.map((source, record) -> KeyValue.pair(record.key(), record.value()), Named.as(MeterProcessor.REJECTED))
                .to(
                        topics.packets().rejectedName(),
                        Produced.with(Serdes.ByteArray(), Serdes.ByteArray()).withName("write-rejected"));
    }
}
