package io.weir.rules;

import static io.weir.rules.TestTraffic.T0;
import static io.weir.rules.TestTraffic.edge;
import static io.weir.rules.TestTraffic.flow;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.advisor.AdvisorConfig;
import io.weir.advisor.AdvisorSettings;
import io.weir.rules.file.RuleFile;
import io.weir.schemas.Edge;
import io.weir.schemas.Finding;
import io.weir.schemas.FindingStatus;
import io.weir.schemas.Flow;
import io.weir.schemas.FlowClass;
import io.weir.schemas.Loss;
import io.weir.schemas.LossReason;
import io.weir.schemas.RuleDefinition;
import io.weir.schemas.Subnet;
import io.weir.schemas.SubnetKind;
import io.weir.schemas.serde.AvroSerdes;
import io.weir.schemas.topic.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

class RulesTopologyTest {

    private static final Topics TOPICS = Topics.ofDefaultPrefix();
    private static final RulesConfig CONFIG =
            RulesConfig.of(RuleFile.parse("test", """
                            - id: tries
                              title: Many tries
                              over: flow
                              filter: flowClass == 'ingress'
                              groupBy: [responder.address]
                              window: 1m
                              measure: flows
                              threshold: 3
                            - id: heavy
                              title: Heavy
                              over: edge
                              groupBy: [initiatorEntity]
                              window: 1m
                              measure: sum(initiatorPackets)
                              threshold: 100
                            """).rules(), 100, AdvisorConfig.defaults());

    @TempDir
    Path directory;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final Map<String, Object> props = new HashMap<>();
    private TopologyTestDriver driver;
    private TestInputTopic<String, byte[]> flows;
    private TestInputTopic<String, byte[]> edges;
    private TestInputTopic<String, byte[]> subnets;
    private TestInputTopic<String, RuleDefinition> rules;
    private TestOutputTopic<String, Finding> findings;
    private TestOutputTopic<String, Loss> losses;

    @BeforeEach
    void start(TestInfo test) {
        start(CONFIG, test);
    }

    private void start(RulesConfig config, TestInfo test) {
        props.put("bootstrap.servers", "unused:9092");
        props.put("schema.registry.url", "mock://" + test.getDisplayName());
        props.put("state.dir", directory.toString());
        Properties settings = new Properties();
        settings.putAll(AdvisorSettings.of(RulesApp.groupId(TOPICS), props));
        driver = new TopologyTestDriver(
                RulesTopology.build(config, TOPICS, props, new RulesMetrics(registry), new RuleBook(config.rules())),
                settings,
                Instant.ofEpochSecond(T0));
        flows = driver.createInputTopic(TOPICS.flows().name(), new StringSerializer(), new ByteArraySerializer());
        edges = driver.createInputTopic(TOPICS.edges().name(), new StringSerializer(), new ByteArraySerializer());
        subnets = driver.createInputTopic(TOPICS.subnets().name(), new StringSerializer(), new ByteArraySerializer());
        if (config.isFromTopic()) {
            rules = driver.createInputTopic(
                    TOPICS.rules().name(), new StringSerializer(), AvroSerdes.serializer(RuleDefinition.class, props));
        }
        findings = driver.createOutputTopic(
                TOPICS.findings().name(), new StringDeserializer(), AvroSerdes.deserializer(Finding.class, props));
        losses = driver.createOutputTopic(
                TOPICS.losses().name(), new StringDeserializer(), AvroSerdes.deserializer(Loss.class, props));
    }

    @AfterEach
    void nothingMore() {
        assertThat(findings.isEmpty()).as("no more findings").isTrue();
        assertThat(losses.isEmpty()).as("no more losses").isTrue();
        driver.close();
    }

    @Test
    void shouldTellFindingsOfFlowsAndEdges() {
        Subnet inside = new Subnet("10.0.0.0/8", SubnetKind.pod, null, 0L);
        subnets.pipeInput(
                inside.getCidr(),
                AvroSerdes.serializer(Subnet.class, props)
                        .serialize(TOPICS.subnets().name(), inside));
        // The latest first: within the lateness the order does not matter.
        see(flow(40, "c"));
        see(flow(20, "a"));
        see(flow(30, "b"));
        see(edge(0, "10.0.0.1", "10.0.0.2", 60));
        see(edge(10, "10.0.0.1", "192.0.2.9", 60));
        assertThat(findings.isEmpty()).isTrue();
        flush();

        List<Finding> opened = findings.readValuesToList();
        assertThat(opened).extracting(Finding::getRule).containsExactlyInAnyOrder("user.tries", "user.heavy");
        Finding tries = opened.stream()
                .filter(one -> one.getRule().equals("user.tries"))
                .findFirst()
                .orElseThrow();
        assertThat(tries.getFlowClass()).isEqualTo(FlowClass.ingress);
        assertThat(tries.getEvidenceFlowIds()).containsExactly("a", "b", "c");
        assertThat(registry.get("weir.rules.findings")
                        .tag("status", "opened")
                        .counter()
                        .count())
                .isEqualTo(2);
        assertThat(registry.get("weir.rules.groups").gauge().value()).isEqualTo(2);
    }

    private static String heavy(int threshold) {
        return """
                - id: heavy
                  title: Heavy
                  over: edge
                  groupBy: [initiatorEntity]
                  window: 1m
                  measure: sum(initiatorPackets)
                  threshold: %d
                """.formatted(threshold);
    }

    /** Rules come, change and go while records are read. */
    @Test
    void shouldApplyTheRulesOfTheTopic(TestInfo test) {
        driver.close();
        registry.clear();
        start(RulesConfig.ofTopic(100, AdvisorConfig.defaults()), test);
        see(edge(0, "10.0.0.1", "10.0.0.2", 500));
        flows.pipeInput("key", new byte[] {7, 7, 7});
        flush();
        assertThat(registry.get("weir.rules.records").counter().count())
                .as("nobody looks at them")
                .isZero();

        rules.pipeInput("heavy", new RuleDefinition(heavy(100)));
        assertThat(registry.get("weir.rules.active").gauge().value()).isEqualTo(1);
        flush();
        see(edge(10, "10.0.0.1", "10.0.0.2", 60));
        flush();
        assertThat(findings.isEmpty()).as("what came before it does not count").isTrue();
        see(edge(20, "10.0.0.1", "10.0.0.2", 60));
        flush();
        Finding opened = findings.readValue();
        assertThat(opened.getStatus()).isEqualTo(FindingStatus.opened);

        // Another threshold: what was counted stays.
        rules.pipeInput("heavy", new RuleDefinition(heavy(50)));
        see(edge(20, "10.0.0.3", "10.0.0.2", 60));
        flush();
        assertThat(findings.readValue().getInitiator().getAddress()).isEqualTo("10.0.0.3");

        // One that cannot be used takes its findings with it, as a restart would.
        rules.pipeInput("heavy", new RuleDefinition(heavy(0)));
        assertThat(registry.get("weir.rules.active").gauge().value()).isZero();
        assertThat(registry.get("weir.rules.refused.rules").gauge().value()).isEqualTo(1);
        flush();
        assertThat(findings.readValuesToList())
                .extracting(Finding::getStatus)
                .containsExactly(FindingStatus.closed, FindingStatus.closed);

        rules.pipeInput("light", new RuleDefinition(heavy(50).replace("id: heavy", "id: light")));
        flush();
        see(edge(30, "10.0.0.1", "10.0.0.2", 60));
        flush();
        assertThat(findings.readValue().getRule()).isEqualTo("user.light");
        rules.pipeInput("light", (RuleDefinition) null);
        rules.pipeInput("heavy", (RuleDefinition) null);
        flush();
        assertThat(findings.readValue().getStatus()).isEqualTo(FindingStatus.closed);
        assertThat(registry.get("weir.rules.refused.rules").gauge().value()).isZero();
        assertThat(registry.get("weir.rules.groups").gauge().value()).isZero();
    }

    @Test
    void shouldCountNothingEarly() {
        for (int i = 0; i < 3; i++) {
            Flow early = flow(0, "f" + i);
            early.setIsEarly(true);
            see(early);
        }
        flush();
        assertThat(registry.get("weir.rules.matches").counter().count()).isZero();
    }

    @Test
    void shouldTellALossOfWhatCannotBeRead() {
        flows.pipeInput("key", new byte[] {7, 7, 7});
        edges.pipeInput("key", (byte[]) null);
        driver.advanceWallClockTime(Duration.ofSeconds(2));

        assertThat(losses.readValuesToList()).hasSize(2).allSatisfy(loss -> {
            assertThat(loss.getReason()).isEqualTo(LossReason.undecodable_record);
            assertThat(loss.getStage()).isEqualTo("rules");
        });
        assertThat(registry.get("weir.rules.refused.records").counter().count()).isEqualTo(2);
    }

    @Test
    void shouldReadOnlyWhatRulesLookAt() {
        RulesConfig edgesOnly = RulesConfig.of(CONFIG.rules().subList(1, 2), 1, AdvisorConfig.defaults());

        assertThat(RulesTopology.build(
                                edgesOnly,
                                TOPICS,
                                props,
                                new RulesMetrics(new SimpleMeterRegistry()),
                                new RuleBook(edgesOnly.rules()))
                        .describe()
                        .toString())
                .contains(TOPICS.edges().name())
                .doesNotContain(TOPICS.flows().name());
    }

    @Test
    void shouldCloseWithEventTime() {
        for (int i = 0; i < 3; i++) {
            see(flow(0, "probe", "f" + i, "10.0.0.9", "10.0.0.5", 22));
        }
        flush();
        assertThat(findings.isEmpty())
                .as("not from outside, where there is no inside")
                .isTrue();

        see(edge(0, "10.0.0.1", "10.0.0.2", 100));
        flush();
        assertThat(findings.readValue().getStatus()).isEqualTo(FindingStatus.opened);
        for (int i = 1; i < 40; i++) {
            see(edge(10L * i, "10.0.0.7", "10.0.0.2", 1));
        }
        // Until the clock of a new observation point counts.
        for (int i = 0; i < 200; i++) {
            flush();
        }
        assertThat(findings.readValue().getStatus()).isEqualTo(FindingStatus.closed);
    }

    private void see(Flow flow) {
        flows.pipeInput(
                flow.getFlowId(),
                AvroSerdes.serializer(Flow.class, props)
                        .serialize(TOPICS.flows().name(), flow));
    }

    private void see(Edge edge) {
        edges.pipeInput(
                "edge",
                AvroSerdes.serializer(Edge.class, props)
                        .serialize(TOPICS.edges().name(), edge));
    }

    private void flush() {
        for (int i = 0; i <= RulesConfig.QUIET_FLUSHES; i++) {
            driver.advanceWallClockTime(CONFIG.advisor().flushInterval());
        }
    }
}
