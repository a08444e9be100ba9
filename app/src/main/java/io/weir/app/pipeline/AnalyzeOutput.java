package io.weir.app.pipeline;

import io.weir.app.failure.Failure;
import io.weir.app.read.RiskList;
import io.weir.app.terminal.Table;
import io.weir.app.terminal.Units;
import io.weir.schemas.Conversation;
import io.weir.schemas.Endpoint;
import io.weir.schemas.Finding;
import io.weir.schemas.Flow;
import io.weir.schemas.Loss;
import io.weir.schemas.ObservationPoint;
import io.weir.schemas.Risk;
import io.weir.schemas.json.AvroJson;
import io.weir.schemas.json.AvroJsonReader;
import io.weir.schemas.json.JsonBuffer;
import io.weir.schemas.registry.SchemaRegistryClient;
import io.weir.schemas.serde.AvroSerdes;
import io.weir.schemas.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Reads what the pipeline gives and writes it as files of JSON lines, per input; sums it on the way. Only committed records are read.
 * Not thread-safe.
 */
final class AnalyzeOutput implements AutoCloseable {

    /** Sums and files of one input. */
    static final class Input implements AutoCloseable {

        final String name;
        final Path directory;
        private final JsonLines flowLines;
        private final JsonLines conversationLines;
        private final JsonLines edgeLines;
        private final JsonLines findingLines;
        private final JsonLines lossLines;
        private final JsonLines riskLines;

        long packets;
        long layer2Octets;
        long flows;
        long flowRecords;
        long edgePackets;
        long edgeLayer2Octets;
        long edgeRecords;
        long conversationRecords;
        long enclosedPackets;
        long enclosedEdgePackets;
        long lostPackets;
        long risks;
        final DistinctKeys findingIds = new DistinctKeys();
        final DistinctKeys edgeKeys = new DistinctKeys();

        Input(String name, Path directory) {
            this.name = name;
            this.directory = directory;
            this.flowLines = new JsonLines(directory.resolve("flows.jsonl"));
            this.conversationLines = new JsonLines(directory.resolve("conversations.jsonl"));
            this.edgeLines = new JsonLines(directory.resolve("edges.jsonl"));
            this.findingLines = new JsonLines(directory.resolve("findings.jsonl"));
            this.lossLines = new JsonLines(directory.resolve("losses.jsonl"));
            this.riskLines = new JsonLines(directory.resolve("risks.jsonl"));
        }

        /** Every packet of the flows, and every octet, is in one edge; every packet in a tunnel, too. */
        boolean isConserved() {
            return edgePackets == packets && edgeLayer2Octets == layer2Octets && enclosedEdgePackets == enclosedPackets;
        }

        @Override
        public void close() {
            flowLines.close();
            conversationLines.close();
            edgeLines.close();
            findingLines.close();
            lossLines.close();
            riskLines.close();
        }
    }

    private static final int MAX_LARGEST = 50;
    private static final int MAX_FINDINGS = 1000;
    private static final Duration POLL = Duration.ofMillis(50);

    private final Topics topics;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final SchemaRegistryClient registry;
    private final AvroJsonReader json;
    private final Map<AvroJson, CountedFields> flowFields = new HashMap<>();
    private final Map<AvroJson, CountedFields> edgeFields = new HashMap<>();
    private final Deserializer<Flow> flowDeserializer;
    private final Deserializer<Conversation> conversationDeserializer;
    private final Deserializer<Finding> findingDeserializer;
    private final Deserializer<Loss> lossDeserializer;
    private final Deserializer<Risk> riskDeserializer;
    private final JsonBuffer buffer = new JsonBuffer();
    private final boolean keepsLargest;
    private final List<Input> inputs;
    private final Map<String, Input> inputsByInterface = new HashMap<>();
    private final List<TopicPartition> partitions = new ArrayList<>();
    private final Map<TopicPartition, Long> lastOffsets = new HashMap<>();
    private final PriorityQueue<Flow> largest = new PriorityQueue<>(Comparator.comparingLong(AnalyzeOutput::octetsOf));
    private final Map<String, Finding> findings = new LinkedHashMap<>();

    /** The latest record of each entity: as many as advisor.max-risks lets the advisor keep. */
    private final Map<String, Risk> risks = new HashMap<>();

    /** @param keepsLargest remember the largest flows for {@link #largestFlows} */
    AnalyzeOutput(Map<String, Object> clientProperties, Topics topics, List<Input> inputs, boolean keepsLargest) {
        this.topics = topics;
        this.keepsLargest = keepsLargest;
        this.inputs = inputs;
        Map<String, Object> properties = new HashMap<>(clientProperties);
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 5000);
        properties.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, Topics.MAX_RECORD_OCTETS);
        this.consumer = new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        this.registry = SchemaRegistryClient.create(clientProperties);
        this.json = new AvroJsonReader(registry);
        this.flowDeserializer = AvroSerdes.deserializer(Flow.class, clientProperties);
        this.conversationDeserializer = AvroSerdes.deserializer(Conversation.class, clientProperties);
        this.findingDeserializer = AvroSerdes.deserializer(Finding.class, clientProperties);
        this.lossDeserializer = AvroSerdes.deserializer(Loss.class, clientProperties);
        this.riskDeserializer = AvroSerdes.deserializer(Risk.class, clientProperties);
        for (String topic : List.of(
                topics.flows().name(),
                topics.conversations().name(),
                topics.edges().name(),
                topics.findings().name(),
                topics.risks().name(),
                topics.losses().name())) {
            for (PartitionInfo partition : consumer.partitionsFor(topic)) {
                partitions.add(new TopicPartition(topic, partition.partition()));
            }
        }
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    List<Input> inputs() {
        return inputs;
    }

    /** Latest record of each of the first {@value #MAX_FINDINGS} findings, in the order of their opening. */
    List<Finding> findings() {
        return List.copyOf(findings.values());
    }

    /** The flows that ended with the most octets, as a table. */
    List<String> largestFlows(int limit, int width) {
        Table table = new Table(
                Table.left("initiator"),
                Table.left("responder"),
                Table.left("protocol"),
                Table.left("orientation"),
                Table.right("packets"),
                Table.right("octets"));
        largest.stream()
                .sorted(Comparator.comparingLong(AnalyzeOutput::octetsOf).reversed())
                .limit(limit)
                .forEach(flow -> table.add(
                        text(flow.getInitiator()),
                        text(flow.getResponder()),
                        String.valueOf(flow.getProtocolIdentifier()),
                        flow.getOrientation().name(),
                        Units.count(flow.getTotal().getInitiatorPackets()
                                + flow.getTotal().getResponderPackets()),
                        Units.octets(octetsOf(flow))));
        return table.lines(width);
    }

    private static long octetsOf(Flow flow) {
        return flow.getTotal().getInitiatorLayer2Octets() + flow.getTotal().getResponderLayer2Octets();
    }

    private static String text(Endpoint endpoint) {
        if (endpoint.getPort() == null) {
            return String.valueOf(endpoint.getEntity());
        }
        boolean v6 = endpoint.getAddress().indexOf(':') >= 0;
        return (v6 ? '[' + endpoint.getAddress() + ']' : endpoint.getAddress()) + ':' + endpoint.getPort();
    }

    /** Packets in root flows so far, over all inputs. */
    long flowPackets() {
        return inputs.stream().mapToLong(input -> input.packets).sum();
    }

    /** Packets in edges so far, over all inputs. */
    long edgePackets() {
        return inputs.stream().mapToLong(input -> input.edgePackets).sum();
    }

    /** Packets in enclosed flows so far, over all inputs. */
    long enclosedPackets() {
        return inputs.stream().mapToLong(input -> input.enclosedPackets).sum();
    }

    /** Packets in edges of enclosed flows so far, over all inputs. */
    long enclosedEdgePackets() {
        return inputs.stream().mapToLong(input -> input.enclosedEdgePackets).sum();
    }

    /** Offset behind the last record read of each partition of the flows topic. */
    Map<TopicPartition, Long> flowEnds() {
        Map<TopicPartition, Long> ends = ends();
        ends.keySet()
                .removeIf(partition -> !partition.topic().equals(topics.flows().name()));
        return ends;
    }

    /** Offset behind the last record read of each partition. */
    Map<TopicPartition, Long> ends() {
        Map<TopicPartition, Long> ends = new HashMap<>();
        lastOffsets.forEach((partition, offset) -> ends.put(partition, offset + 1));
        return ends;
    }

    /** Takes what has come in; returns the number of records. */
    int poll() {
        ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
        for (TopicPartition partition : records.partitions()) {
            List<ConsumerRecord<byte[], byte[]>> ofPartition = records.records(partition);
            accept(partition.topic(), ofPartition);
            lastOffsets.put(partition, ofPartition.get(ofPartition.size() - 1).offset());
        }
        return records.count();
    }

    /** Reads on until nothing committed is left. */
    void drain() {
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        while (!reached(ends)) {
            poll();
        }
    }

    private boolean reached(Map<TopicPartition, Long> ends) {
        for (Map.Entry<TopicPartition, Long> end : ends.entrySet()) {
            if (consumer.position(end.getKey()) < end.getValue()) {
                return false;
            }
        }
        return true;
    }

    private void accept(String topic, List<ConsumerRecord<byte[], byte[]>> records) {
        if (topic.equals(topics.flows().name())) {
            records.forEach(record -> flow(record.value()));
        } else if (topic.equals(topics.conversations().name())) {
            records.forEach(record ->
                    conversation(conversationDeserializer.deserialize(topic, record.value()), record.value()));
        } else if (topic.equals(topics.edges().name())) {
            records.forEach(record -> edge(record.key(), record.value()));
        } else if (topic.equals(topics.findings().name())) {
            records.forEach(record -> finding(findingDeserializer.deserialize(topic, record.value()), record.value()));
        } else if (topic.equals(topics.risks().name())) {
            records.forEach(this::risk);
        } else {
            records.forEach(record -> loss(lossDeserializer.deserialize(topic, record.value()), record.value()));
        }
    }

    private void flow(byte[] value) {
        CountedFields flow = flowFields.computeIfAbsent(json.transcoder(value), CountedFields::ofFlow);
        flow.read(value);
        Input input = inputOf(flow.interfaceName());
        input.flowRecords++;
        if (flow.isRoot()) {
            input.packets += flow.packets();
            input.layer2Octets += flow.layer2Octets();
        } else {
            input.enclosedPackets += flow.packets();
        }
        if (flow.isFirst()) {
            input.flows++;
        }
        if (keepsLargest && flow.isLast()) {
            largest.add(flowDeserializer.deserialize(topics.flows().name(), value));
            if (largest.size() > MAX_LARGEST) {
                largest.poll();
            }
        }
        write(input.flowLines, value);
    }

    private void conversation(Conversation conversation, byte[] value) {
        Input input = inputOf(conversation.getObservationPoint().getInterface$());
        input.conversationRecords++;
        write(input.conversationLines, value);
    }

    private void edge(byte[] key, byte[] value) {
        CountedFields edge = edgeFields.computeIfAbsent(json.transcoder(value), CountedFields::ofEdge);
        edge.read(value);
        Input input = inputOf(edge.interfaceName());
        input.edgeRecords++;
        if (edge.isRoot()) {
            input.edgePackets += edge.packets();
            input.edgeLayer2Octets += edge.layer2Octets();
        } else {
            input.enclosedEdgePackets += edge.packets();
        }
        input.edgeKeys.add(key);
        write(input.edgeLines, value);
    }

    private void finding(Finding finding, byte[] value) {
        Input input = inputOf(finding.getObservationPoint().getInterface$());
        input.findingIds.add(finding.getFindingId().getBytes(StandardCharsets.UTF_8));
        if (findings.size() < MAX_FINDINGS || findings.containsKey(finding.getFindingId())) {
            findings.put(finding.getFindingId(), finding);
        }
        write(input.findingLines, value);
    }

    private void risk(ConsumerRecord<byte[], byte[]> record) {
        String key = new String(record.key(), StandardCharsets.UTF_8);
        if (record.value() == null) {
            risks.remove(key);
        } else {
            risks.put(key, riskDeserializer.deserialize(record.topic(), record.value()));
        }
    }

    /** Writes what risks have come to at the time of the latest finding, gravest first; once everything was read. */
    void writeRisks() {
        RiskList list = RiskList.of(risks.values());
        for (RiskList.Entry entry : list.at(list.latestMicros(), 0)) {
            ObservationPoint point = entry.now().getObservationPoint();
            // Without a point it is of all inputs, which are one then.
            Input input = point == null ? inputs.get(0) : inputOf(point.getInterface$());
            buffer.reset();
            entry.write(buffer);
            input.riskLines.write(buffer);
            input.risks++;
        }
    }

    private void loss(Loss loss, byte[] value) {
        Input input = inputOf(loss.getObservationPoint().getInterface$());
        if (loss.getPackets() != null && LostPackets.wereSeen(loss.getReason())) {
            input.lostPackets += loss.getPackets();
        }
        write(input.lossLines, value);
    }

    private void write(JsonLines lines, byte[] value) {
        buffer.reset();
        json.write(value, buffer);
        lines.write(buffer);
    }

    /** The input whose name is the interface's, or stands before a {@code #} in it: the longest of them. */
    private Input inputOf(String interfaceName) {
        return inputsByInterface.computeIfAbsent(interfaceName, this::findInput);
    }

    private Input findInput(String interfaceName) {
        Input best = null;
        for (Input input : inputs) {
            boolean fits = interfaceName.equals(input.name) || interfaceName.startsWith(input.name + '#');
            if (fits && (best == null || input.name.length() > best.name.length())) {
                best = input;
            }
        }
        if (best == null && inputs.size() == 1) {
            return inputs.get(0);
        }
        if (best == null) {
            throw Failure.failed(
                    "a record of observation point " + interfaceName + " belongs to none of the inputs", "");
        }
        return best;
    }

    @Override
    public void close() {
        consumer.close(CloseOptions.timeout(Duration.ZERO));
        registry.close();
        flowDeserializer.close();
        conversationDeserializer.close();
        findingDeserializer.close();
        lossDeserializer.close();
        riskDeserializer.close();
    }
}
