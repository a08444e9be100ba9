package io.weir.advisor;

import io.weir.advisor.Step.Observations;
import io.weir.advisor.Step.Refused;
import io.weir.advisor.Step.Rejected;
import io.weir.advisor.detection.AllowedDetection;
import io.weir.advisor.detection.Detection;
import io.weir.advisor.host.HostTable;
import io.weir.advisor.observe.FlowGlance;
import io.weir.advisor.observe.ObservationOutbox;
import io.weir.advisor.risk.RiskPart;
import io.weir.advisor.risk.RiskPartSerde;
import io.weir.advisor.risk.RiskTable;
import io.weir.advisor.rule.ingress.EpisodeScope;
import io.weir.advisor.rule.ingress.EpisodeTable;
import io.weir.advisor.subnet.Subnets;
import io.weir.advisor.time.InputEnd;
import io.weir.schemas.Finding;
import io.weir.schemas.Flow;
import io.weir.schemas.Risk;
import io.weir.schemas.json.AvroJsonReader;
import io.weir.schemas.registry.SchemaRegistryClient;
import io.weir.schemas.serde.AvroSerdes;
import io.weir.schemas.topic.TopicSpec;
import io.weir.schemas.topic.Topics;
import io.weir.state.TableStoreBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KeyValue;
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
 *                                  │
 * flows ──decode, classify-flows───┴──▶ ingress ──by service──▶ raise-findings ──▶ findings
 *                                  ├──▶ observed ─by host──────▶ examine-hosts ──▶ findings
 *                                  │         findings ─parts, by entity──▶ score-risks ──▶ risks
 *                                  ├──▶ refused ──────────────────────────────────▶ losses
 *                                  └──▶ rejected ─────────────────────────────────▶ flows.rejected, subnets.rejected
 * </pre>
 *
 * Of a {@link Replay}, flows behind its range are left out ({@link WithinRange}), findings go to its topic, and losses and rejected records nowhere.
 */
public final class AdvisorTopology {

    /** Repartitions. */
    static final String BY_EPISODE = "ingress-by-episode";

    static final String BY_HOST = "observations-by-host";

    static final String BY_ENTITY = "risk-parts-by-entity";

    private static final String REFUSED_STORE = "refused-flows";

    /** How exact the end of an episode is; more often costs a record for each observation point and pair of partitions. */
    private static final Duration EVENT_TIME_EVERY = Duration.ofSeconds(10);

    private final StreamsBuilder builder;
    private final AdvisorConfig config;
    private final Topics topics;
    private final Map<String, ?> serdeConfigs;
    private final AdvisorMetrics metrics;
    private final LongSupplier nanoClock;
    private final SubnetProblems problems = new SubnetProblems();
    private final LimitedLog refusals = new LimitedLog();
    private final LimitedLog evictions = new LimitedLog();
    private final Subnets subnets;
    private final String applicationId;

    /** Null when flows are read as they come. */
    private final Replay replay;

    private final InputEnd end;

    private AdvisorTopology(
            AdvisorConfig config,
            Topics topics,
            Map<String, ?> serdeConfigs,
            AdvisorMetrics metrics,
            Replay replay,
            LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
        this.applicationId = replay == null ? AdvisorSettings.applicationId(topics) : replay.applicationId();
        this.replay = replay;
        this.end = replay == null ? InputEnd.NONE : replay.end();
        this.builder = new StreamsBuilder(AdvisorSettings.topologyConfig(applicationId, serdeConfigs));
        this.config = config;
        this.topics = topics;
        this.serdeConfigs = serdeConfigs;
        this.metrics = metrics;
        this.subnets = SubnetSource.tableOf(config);
    }

    /**
     * The topology. It holds the table of prefixes, so that one topology serves one {@code KafkaStreams}.
     *
     * @param serdeConfigs Kafka client properties with {@code schema.registry.url}
     * @param nanoClock tells how long something takes, nanoseconds
     */
    static Topology build(
            AdvisorConfig config,
            Topics topics,
            Map<String, ?> serdeConfigs,
            AdvisorMetrics metrics,
            LongSupplier nanoClock) {
        return build(config, topics, serdeConfigs, metrics, null, nanoClock);
    }

    /**
     * The same over a past range.
     *
     * @param serdeConfigs Kafka client properties with {@code schema.registry.url}
     * @param replay null for flows as they come
     * @param nanoClock tells how long something takes, nanoseconds
     */
    static Topology build(
            AdvisorConfig config,
            Topics topics,
            Map<String, ?> serdeConfigs,
            AdvisorMetrics metrics,
            Replay replay,
            LongSupplier nanoClock) {
        return new AdvisorTopology(config, topics, serdeConfigs, metrics, replay, nanoClock).build();
    }

    private Topology build() {
        learnSubnets();
        KStream<byte[], byte[]> flows = readFlows();
        Map<String, KStream<String, Step>> steps = classify(flows);
        KStream<String, Finding> findings = raiseFindings(byEpisode(steps.get("step-ingress")))
                .merge(examineHosts(byHost(steps.get("step-observed"))), Named.as("all-findings"));
        writeFindings(findings);
        // What a replay leaves out, the live advisor has told.
        if (replay == null) {
            writeLosses(steps.get("step-refused"));
            writeRejected(steps.get("step-rejected"));
            writeRisks(scoreRisks(byEntity(findings)));
        }
        return builder.build();
    }

    private void learnSubnets() {
        SubnetSource.learn(builder, subnets, problems, refusals, topics, serdeConfigs, applicationId);
    }

    private KStream<byte[], byte[]> readFlows() {
        KStream<byte[], byte[]> flows = builder.stream(
                topics.flows().name(),
                Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()).withName("read-flows"));
        return replay == null ? flows : flows.process(() -> new WithinRange(replay), Named.as("within-range"));
    }

    private Map<String, KStream<String, Step>> classify(KStream<byte[], byte[]> flows) {
        Deserializer<Flow> deserializer = AvroSerdes.deserializer(Flow.class, serdeConfigs);
        builder.addStateStore(Stores.keyValueStoreBuilder(
                Stores.inMemoryKeyValueStore(REFUSED_STORE), Serdes.String(), Serdes.ByteArray()));
        builder.addStateStore(new TableStoreBuilder<>(ObservationOutbox.NAME, ObservationOutbox::new));
        AvroJsonReader schemas = new AvroJsonReader(SchemaRegistryClient.create(serdeConfigs));
        return flows.process(
                        () -> new ClassifyFlows(
                                subnets,
                                problems,
                                refusals,
                                new FlowGlance(schemas, config.episodeScope() == EpisodeScope.OBSERVATION_POINT),
                                deserializer,
                                config.episodeScope(),
                                EVENT_TIME_EVERY,
                                metrics,
                                applicationId,
                                REFUSED_STORE,
                                !config.detections().detections().isEmpty(),
                                config.flushInterval()),
                        Named.as("classify-flows"),
                        REFUSED_STORE,
                        ObservationOutbox.NAME)
                .split(Named.as("step-"))
                .branch((key, step) -> step instanceof Refused, Branched.as("refused"))
                .branch((key, step) -> step instanceof Rejected, Branched.as("rejected"))
                .branch((key, step) -> step instanceof Observations, Branched.as("observed"))
                .defaultBranch(Branched.as("ingress"));
    }

    private void writeLosses(KStream<String, Step> refused) {
        refused.mapValues(step -> ((Refused) step).loss(), Named.as("loss-of-refused"))
                .to(
                        topics.losses().name(),
                        Produced.with(Serdes.String(), AvroSerdes.serde(topics.losses(), serdeConfigs))
                                .withName("write-losses"));
    }

    /** Key, value and headers as they were; the headers travel with the record, and one of them names its topic. */
    private void writeRejected(KStream<String, Step> rejected) {
        rejected.map((topic, step) -> recordOf((Rejected) step), Named.as("take-rejected"))
                .to(
                        new RejectedTopic(),
                        Produced.with(Serdes.ByteArray(), Serdes.ByteArray()).withName("write-rejected"));
    }

    private static KeyValue<byte[], byte[]> recordOf(Rejected rejected) {
        return KeyValue.pair(rejected.record().key(), rejected.record().value());
    }

    private KStream<String, Step> byEpisode(KStream<String, Step> ingress) {
        Deserializer<Flow> flows = AvroSerdes.deserializer(Flow.class, serdeConfigs);
        return ingress.repartition(Repartitioned.<String, Step>as(BY_EPISODE)
                .withKeySerde(Serdes.String())
                .withValueSerde(new StepSerde(flows, topics.flows().name()))
                .withStreamPartitioner(new EpisodePartitioner()));
    }

    /** To the partition that the slot stands for; the key carries its number. */
    private static KStream<byte[], byte[]> byHost(KStream<String, Step> observed) {
        return observed.map((key, step) -> batchOf((Observations) step), Named.as("take-observed"))
                .repartition(Repartitioned.<byte[], byte[]>as(BY_HOST)
                        .withKeySerde(Serdes.ByteArray())
                        .withValueSerde(Serdes.ByteArray())
                        .withStreamPartitioner(
                                (topic, slot, batch, partitions) -> Optional.of(Set.of(slot[0] % partitions))));
    }

    private static KeyValue<byte[], byte[]> batchOf(Observations observations) {
        return KeyValue.pair(
                new byte[] {(byte) observations.slot()}, observations.batch().get());
    }

    private KStream<String, Finding> examineHosts(KStream<byte[], byte[]> observations) {
        DetectionConfig detection = config.detections();
        builder.addStateStore(new TableStoreBuilder<>(
                HostTable.NAME, () -> new HostTable(detection.maxHosts(), detection.maxContacts())));
        List<Detection> detections = AllowedDetection.of(detection.detections(), config.allowList(), subnets);
        return observations.process(
                () -> new ExamineHosts(
                        detections,
                        detection.settings(config.lateness(), config.flushInterval()),
                        config.flushInterval(),
                        nanoClock,
                        evictions,
                        metrics,
                        end),
                Named.as("examine-hosts"),
                HostTable.NAME);
    }

    private KStream<String, Finding> raiseFindings(KStream<String, Step> ingress) {
        builder.addStateStore(new TableStoreBuilder<>(EpisodeTable.NAME, EpisodeTable::new));
        return ingress.process(
                () -> new RaiseFindings(config.ingressSettings(), config.flushInterval(), evictions, metrics, end),
                Named.as("raise-findings"),
                EpisodeTable.NAME);
    }

    private void writeFindings(KStream<String, Finding> findings) {
        TopicSpec<Finding> topic = replay == null ? topics.findings() : replay.findings();
        findings.to(
                topic.name(),
                Produced.with(Serdes.String(), AvroSerdes.serde(topic, serdeConfigs))
                        .withName("write-findings"));
    }

    private KStream<String, RiskPart> byEntity(KStream<String, Finding> findings) {
        boolean isPointApart = config.episodeScope() == EpisodeScope.OBSERVATION_POINT;
        return findings.flatMapValues(finding -> RiskPart.of(finding, isPointApart), Named.as("take-risk-parts"))
                .selectKey((id, part) -> part.entity().key(), Named.as("key-by-entity"))
                .repartition(Repartitioned.<String, RiskPart>as(BY_ENTITY)
                        .withKeySerde(Serdes.String())
                        .withValueSerde(new RiskPartSerde()));
    }

    private KStream<String, Risk> scoreRisks(KStream<String, RiskPart> parts) {
        builder.addStateStore(new TableStoreBuilder<>(RiskTable.NAME, () -> new RiskTable(config.risks())));
        return parts.process(
                () -> new ScoreRisks(config.flushInterval(), evictions, metrics),
                Named.as("score-risks"),
                RiskTable.NAME);
    }

    private void writeRisks(KStream<String, Risk> risks) {
        risks.to(
                topics.risks().name(),
                Produced.with(Serdes.String(), AvroSerdes.serde(topics.risks(), serdeConfigs))
                        .withName("write-risks"));
    }
}
