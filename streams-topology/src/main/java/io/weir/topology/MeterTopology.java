package io.weir.topology;

import io.weir.schemas.Edge;
import io.weir.schemas.Flow;
import io.weir.schemas.Loss;
import io.weir.schemas.registry.SchemaRegistryClient;
import io.weir.schemas.serde.AvroSerdes;
import io.weir.schemas.topic.Topics;
import io.weir.topology.edge.EdgeInput;
import io.weir.topology.edge.EdgePartitioner;
import io.weir.topology.edge.EdgeProcessor;
import io.weir.topology.edge.EdgeSerdes;
import io.weir.topology.edge.EdgeTable;
import io.weir.topology.meter.FlowTable;
import io.weir.topology.meter.MeterProcessor;
import io.weir.topology.meter.MeterResult;
import io.weir.topology.store.TableStoreBuilder;
import java.util.Map;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Branched;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Repartitioned;

/**
 * Packets to flows, flows to edges.
 *
 * <pre>
 * weir.packets.v1 ──read-packets──▶ meter-packets (flow-table) ─┬─ flows ────▶ weir.flows.v1
 *                                                               ├─ losses ───▶ weir.losses.v1
 *                                                               └─ edge parts, progress
 *                                                                     │ repartition by edge: edge-parts
 *                                                                     ▼
 *                                                          merge-edges (edge-table) ──▶ weir.edges.v1
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
    public static Topology build(MeterConfig config, Topics topics, int partitions, Map<String, ?> clientConfigs) {
        StreamsBuilder builder = new StreamsBuilder();
        KStream<String, MeterResult> results = meterPackets(builder, config, topics, partitions, clientConfigs);
        results.split(Named.as("route-"))
                .branch(
                        (key, result) -> result instanceof MeterResult.Metered,
                        Branched.withConsumer(flows -> writeFlows(flows, topics, clientConfigs), "flows"))
                .branch(
                        (key, result) -> result instanceof MeterResult.ForEdges,
                        Branched.withConsumer(
                                parts -> writeEdges(mergeEdges(parts, builder, partitions), topics, clientConfigs),
                                "edge-parts"))
                .branch(
                        (key, result) -> result instanceof MeterResult.Lost,
                        Branched.withConsumer(losses -> writeLosses(losses, topics, clientConfigs), "losses"))
                .noDefaultBranch();
        return builder.build();
    }

    private static KStream<String, MeterResult> meterPackets(
            StreamsBuilder builder, MeterConfig config, Topics topics, int partitions, Map<String, ?> clientConfigs) {
        SchemaRegistryClient registry = SchemaRegistryClient.create(clientConfigs);
        builder.addStateStore(new TableStoreBuilder<>(FlowTable.NAME, FlowTable::new));
        return builder.stream(
                        topics.packets().name(),
                        Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()).withName("read-packets"))
                .process(
                        () -> new MeterProcessor(config, partitions, registry),
                        Named.as("meter-packets"),
                        FlowTable.NAME);
    }

    private static void writeFlows(KStream<String, MeterResult> flows, Topics topics, Map<String, ?> clientConfigs) {
        flows.mapValues(result -> ((MeterResult.Metered) result).flow(), Named.as("take-flow"))
                .to(
                        topics.flows().name(),
                        Produced.with(Serdes.String(), AvroSerdes.serde(Flow.class, clientConfigs))
                                .withName("write-flows"));
    }

    private static KStream<String, Edge> mergeEdges(
            KStream<String, MeterResult> parts, StreamsBuilder builder, int partitions) {
        builder.addStateStore(new TableStoreBuilder<>(EdgeTable.NAME, EdgeTable::new));
        return parts.mapValues(result -> ((MeterResult.ForEdges) result).input(), Named.as("take-edge-part"))
                .repartition(Repartitioned.<String, EdgeInput>as("edge-parts")
                        .withKeySerde(Serdes.String())
                        .withValueSerde(EdgeSerdes.input())
                        .withNumberOfPartitions(partitions)
                        .withStreamPartitioner(new EdgePartitioner()))
                .process(EdgeProcessor::new, Named.as("merge-edges"), EdgeTable.NAME);
    }

    private static void writeEdges(KStream<String, Edge> edges, Topics topics, Map<String, ?> clientConfigs) {
        edges.to(
                topics.edges().name(),
                Produced.with(Serdes.String(), AvroSerdes.serde(Edge.class, clientConfigs))
                        .withName("write-edges"));
    }

    private static void writeLosses(KStream<String, MeterResult> losses, Topics topics, Map<String, ?> clientConfigs) {
        losses.mapValues(result -> ((MeterResult.Lost) result).loss(), Named.as("take-loss"))
                .to(
                        topics.losses().name(),
                        Produced.with(Serdes.String(), AvroSerdes.serde(Loss.class, clientConfigs))
                                .withName("write-losses"));
    }
}
