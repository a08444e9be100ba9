package io.weir.rules;

import io.weir.advisor.AdvisorSettings;
import io.weir.advisor.LimitedLog;
import io.weir.advisor.SubnetSource;
import io.weir.advisor.subnet.Subnets;
import io.weir.rules.RuleStep.ClockTime;
import io.weir.rules.RuleStep.Refused;
import io.weir.rules.group.GroupTable;
import io.weir.schemas.Edge;
import io.weir.schemas.Finding;
import io.weir.schemas.Flow;
import io.weir.schemas.RuleDefinition;
import io.weir.schemas.serde.AvroSerdes;
import io.weir.schemas.topic.Topics;
import io.weir.state.TableStoreBuilder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Branched;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.state.Stores;

/**
 * <pre>
 * subnets ──learn-subnets──▶ (table of prefixes)
 * rules ──learn-rules──▶ (rule book) │
 *                            │       │
 * flows, edges ──decode, match-rules──▶ matched ──by group──▶ examine-groups ──▶ findings
 *                                  └──▶ refused ─────────────────────────────▶ losses
 * </pre>
 */
public final class RulesTopology {

    /** Repartition. */
    static final String BY_GROUP = "matches-by-group";

    private static final String RULES_STORE = "rules";
    private static final String REFUSED_STORE = "refused-records";

    private final StreamsBuilder builder;
    private final RulesConfig config;
    private final Topics topics;
    private final Map<String, ?> serdeConfigs;
    private final RulesMetrics metrics;
    private final RuleBook book;
    private final LimitedLog refusedRules = new LimitedLog();
    private final LimitedLog refusals = new LimitedLog();
    private final LimitedLog evictions = new LimitedLog();

    private RulesTopology(
            RulesConfig config, Topics topics, Map<String, ?> serdeConfigs, RulesMetrics metrics, RuleBook book) {
        this.builder = new StreamsBuilder(AdvisorSettings.topologyConfig(applicationId(topics), serdeConfigs));
        this.config = config;
        this.topics = topics;
        this.serdeConfigs = serdeConfigs;
        this.metrics = metrics;
        this.book = book;
        metrics.watch(book);
    }

    static String applicationId(Topics topics) {
        return topics.prefix() + "rules";
    }

    /**
     * The topology. It holds the table of prefixes, so that one topology serves one {@code KafkaStreams}.
     *
     * @param serdeConfigs Kafka client properties with {@code schema.registry.url}
     * @param book the rules to begin with; takes those of the topic
     */
    static Topology build(
            RulesConfig config, Topics topics, Map<String, ?> serdeConfigs, RulesMetrics metrics, RuleBook book) {
        return new RulesTopology(config, topics, serdeConfigs, metrics, book).build();
    }

    private Topology build() {
        Subnets subnets = SubnetSource.learn(builder, config.advisor(), topics, serdeConfigs, applicationId(topics));
        if (config.isFromTopic()) {
            learnRules();
        }
        Map<String, KStream<String, RuleStep>> steps = match(readRecords(), subnets);
        writeLosses(steps.get("step-refused"));
        writeFindings(examineGroups(byGroup(steps.get("step-matched"))));
        return builder.build();
    }

    private void learnRules() {
        Deserializer<RuleDefinition> deserializer = AvroSerdes.deserializer(RuleDefinition.class, serdeConfigs);
        String topic = topics.rules().name();
        builder.addGlobalStore(
                Stores.keyValueStoreBuilder(
                                Stores.inMemoryKeyValueStore(RULES_STORE), Serdes.String(), Serdes.ByteArray())
                        .withLoggingDisabled(),
                topic,
                Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()).withName("learn-rules"),
                () -> new LearnRules(book, topic, deserializer, refusedRules, RULES_STORE));
    }

    /** Only what a rule looks at. */
    private KStream<byte[], byte[]> readRecords() {
        return builder.stream(
                config.topics(topics),
                Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()).withName("read-records"));
    }

    private Map<String, KStream<String, RuleStep>> match(KStream<byte[], byte[]> records, Subnets subnets) {
        Deserializer<Flow> flows = AvroSerdes.deserializer(Flow.class, serdeConfigs);
        Deserializer<Edge> edges = AvroSerdes.deserializer(Edge.class, serdeConfigs);
        builder.addStateStore(Stores.keyValueStoreBuilder(
                Stores.inMemoryKeyValueStore(REFUSED_STORE), Serdes.String(), Serdes.ByteArray()));
        return records.process(
                        () -> new MatchRules(
                                book,
                                config.isByPoint(),
                                subnets,
                                topics.edges().name(),
                                flows,
                                edges,
                                refusals,
                                metrics,
                                REFUSED_STORE),
                        Named.as("match-rules"),
                        REFUSED_STORE)
                .split(Named.as("step-"))
                .branch((key, step) -> step instanceof Refused, Branched.as("refused"))
                .defaultBranch(Branched.as("matched"));
    }

    private void writeLosses(KStream<String, RuleStep> refused) {
        refused.mapValues(step -> ((Refused) step).loss(), Named.as("loss-of-refused"))
                .to(
                        topics.losses().name(),
                        Produced.with(Serdes.String(), AvroSerdes.serde(topics.losses(), serdeConfigs))
                                .withName("write-losses"));
    }

    private static KStream<String, RuleStep> byGroup(KStream<String, RuleStep> matched) {
        return matched.repartition(Repartitioned.<String, RuleStep>as(BY_GROUP)
                .withKeySerde(Serdes.String())
                .withValueSerde(new RuleStepSerde())
                .withStreamPartitioner(
                        (topic, key, step, partitions) -> Optional.of(partitionsOf(key, step, partitions))));
    }

    /** Matches of one group meet in one partition; event times go to all. */
    private static Set<Integer> partitionsOf(String key, RuleStep step, int partitions) {
        if (step instanceof ClockTime) {
            return IntStream.range(0, partitions).boxed().collect(Collectors.toUnmodifiableSet());
        }
        return Set.of(Utils.toPositive(Utils.murmur2(key.getBytes(StandardCharsets.UTF_8))) % partitions);
    }

    private KStream<String, Finding> examineGroups(KStream<String, RuleStep> matches) {
        builder.addStateStore(new TableStoreBuilder<>(GroupTable.NAME, () -> new GroupTable(config.maxGroups())));
        return matches.process(
                () -> new ExamineGroups(config, book, evictions, metrics), Named.as("examine-groups"), GroupTable.NAME);
    }

    private void writeFindings(KStream<String, Finding> findings) {
        findings.to(
                topics.findings().name(),
                Produced.with(Serdes.String(), AvroSerdes.serde(topics.findings(), serdeConfigs))
                        .withName("write-findings"));
    }
}
