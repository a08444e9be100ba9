package io.weir.advisor;

import static io.weir.advisor.TestFlow.T0;
import static io.weir.advisor.TestFlow.aFlow;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.schemas.Finding;
import io.weir.schemas.FindingEndReason;
import io.weir.schemas.FindingStatus;
import io.weir.schemas.Flow;
import io.weir.schemas.FlowClass;
import io.weir.schemas.Loss;
import io.weir.schemas.LossReason;
import io.weir.schemas.Risk;
import io.weir.schemas.RiskContributor;
import io.weir.schemas.RiskRole;
import io.weir.schemas.Severity;
import io.weir.schemas.Subnet;
import io.weir.schemas.SubnetKind;
import io.weir.schemas.rejected.RejectedRecord;
import io.weir.schemas.serde.AvroSerdes;
import io.weir.schemas.serde.WireFormat;
import io.weir.schemas.topic.TopicSpec;
import io.weir.schemas.topic.Topics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serde;
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

class AdvisorTopologyTest {

    private static final Topics TOPICS = Topics.ofDefaultPrefix();
    private static final AdvisorConfig CONFIG = AdvisorProcess.config(List.of("10.0.0.0/8"));

    @TempDir
    Path directory;

    private final MeterRegistry registry = new SimpleMeterRegistry();
    private TopologyTestDriver driver;

    /** What the advisor times looks by; each reading of it adds a tick. */
    private long nanos;

    private long tick;
    private Serde<Flow> flowSerde;
    private Serde<Subnet> subnetSerde;
    private TestInputTopic<String, byte[]> flows;
    private TestInputTopic<String, byte[]> subnets;
    private TestOutputTopic<String, Finding> findings;
    private TestOutputTopic<String, Risk> risks;
    private TestOutputTopic<String, Loss> losses;
    private TestOutputTopic<String, byte[]> rejectedFlows;
    private TestOutputTopic<String, byte[]> rejectedSubnets;

    @BeforeEach
    void start(TestInfo test) {
        start("mock://" + test.getDisplayName());
    }

    private void start(String registryUrl) {
        Map<String, Object> props = new HashMap<>();
        props.put("bootstrap.servers", "unused:9092");
        props.put("schema.registry.url", registryUrl);
        props.put("state.dir", directory.toString());
        Properties settings = new Properties();
        settings.putAll(AdvisorSettings.of(TOPICS, props));
        driver = new TopologyTestDriver(
                AdvisorTopology.build(CONFIG, TOPICS, props, new AdvisorMetrics(registry), () -> nanos += tick),
                settings,
                Instant.ofEpochSecond(T0));
        flowSerde = AvroSerdes.serde(Flow.class, props);
        subnetSerde = AvroSerdes.serde(Subnet.class, props);
        flows = driver.createInputTopic(TOPICS.flows().name(), new StringSerializer(), new ByteArraySerializer());
        subnets = driver.createInputTopic(TOPICS.subnets().name(), new StringSerializer(), new ByteArraySerializer());
        findings = driver.createOutputTopic(
                TOPICS.findings().name(),
                new StringDeserializer(),
                AvroSerdes.serde(Finding.class, props).deserializer());
        risks = driver.createOutputTopic(
                TOPICS.risks().name(),
                new StringDeserializer(),
                AvroSerdes.serde(Risk.class, props).deserializer());
        rejectedFlows = driver.createOutputTopic(
                TOPICS.flows().rejectedName(), new StringDeserializer(), new ByteArrayDeserializer());
        rejectedSubnets = driver.createOutputTopic(
                TOPICS.subnets().rejectedName(), new StringDeserializer(), new ByteArrayDeserializer());
        losses = driver.createOutputTopic(
                TOPICS.losses().name(),
                new StringDeserializer(),
                AvroSerdes.serde(Loss.class, props).deserializer());
    }

    @AfterEach
    void nothingMore() {
        assertThat(findings.isEmpty()).as("no more findings").isTrue();
        assertThat(losses.isEmpty()).as("no more losses").isTrue();
        assertThat(rejectedFlows.isEmpty()).as("no more rejected flows").isTrue();
        assertThat(rejectedSubnets.isEmpty()).as("no more rejected subnets").isTrue();
        driver.close();
    }

    @Test
    void shouldTellTheLifeOfAnEpisode() {
        see(aFlow().id("f1").at(0));
        assertThat(findings.isEmpty()).isTrue();

        flush();
        Finding opened = next();
        assertThat(opened.getStatus()).isEqualTo(FindingStatus.opened);
        assertThat(opened.getSeverity()).isEqualTo(Severity.medium);
        assertThat(opened.getFlows()).isEqualTo(1);
        assertThat(findings.isEmpty()).isTrue();

        see(aFlow().id("f2").at(10));
        see(aFlow().id("f3").at(20));
        flush();
        assertThat(findings.isEmpty()).isTrue();

        flush();
        Finding updated = next();
        assertThat(updated.getStatus()).isEqualTo(FindingStatus.updated);
        assertThat(updated.getFlows()).isEqualTo(3);

        // Traffic that never leaves the cluster moves event time on.
        see(aFlow().id("f4").from("10.0.0.1").at(600));
        flushUntilTold();
        Finding closed = next();
        assertThat(closed.getStatus()).isEqualTo(FindingStatus.closed);
        assertThat(closed.getEndReason()).isEqualTo(FindingEndReason.idle);
        assertThat(closed.getFlows()).isEqualTo(3);
        assertThat(closed.getLastSeenMicroseconds()).isEqualTo((T0 + 20) * 1_000_000);

        flush();
        flush();
    }

    @Test
    void shouldFindNothingInOtherClasses() {
        see(aFlow().from("10.0.0.1").to("198.51.100.7"));
        see(aFlow().from("10.0.0.1").to("10.0.0.2"));
        see(aFlow().from("198.51.100.1").to("198.51.100.2"));
        see(aFlow().from("198.51.100.1").to("239.1.1.1"));
        see(aFlow().from(null).to(null));
        flush();
        flush();
    }

    @Test
    void shouldFollowASubnetChangeByEventTime() {
        see(aFlow().id("f1").from("192.0.2.1").to("192.0.2.99").at(0));
        subnet("192.0.2.96/28", SubnetKind.service, T0 + 100);
        see(aFlow().id("f2").from("192.0.2.1").to("192.0.2.99").at(99));
        see(aFlow().id("f3").from("192.0.2.1").to("192.0.2.99").at(101));
        flush();
        Finding opened = next();
        assertThat(opened.getEvidenceFlowIds()).containsExactly("f3");
        assertThat(opened.getClassReason())
                .isEqualTo("initiator in no cluster prefix, responder in 192.0.2.96/28 (service); service VIP");

        subnets.pipeInput("192.0.2.96/28", null, Instant.ofEpochSecond(T0 + 200));
        see(aFlow().id("f4").from("192.0.2.8").to("192.0.2.99").at(201));
        flush();
    }

    @Test
    void shouldFindAScanAndTellItsLife() {
        for (int port = 1; port <= 19; port++) {
            see(aFlow().id(id(port))
                    .from("10.0.0.1")
                    .to("10.0.0.2")
                    .toPort(port)
                    .refused()
                    .at(port));
        }
        flush();
        assertThat(findings.isEmpty()).as("19 ports are no scan").isTrue();

        see(aFlow().id(id(20))
                .from("10.0.0.1")
                .to("10.0.0.2")
                .toPort(20)
                .refused()
                .at(20));
        flush();
        Finding opened = next();
        assertThat(opened.getRule()).isEqualTo("scan_vertical");
        assertThat(opened.getStatus()).isEqualTo(FindingStatus.opened);
        assertThat(opened.getSeverity()).isEqualTo(Severity.high);
        assertThat(opened.getTitle()).isEqualTo("10.0.0.1 scans the ports of 10.0.0.2");
        assertThat(opened.getFlowClass()).isEqualTo(FlowClass.internal);
        assertThat(opened.getInitiator().getAddress()).isEqualTo("10.0.0.1");
        assertThat(opened.getResponder().getAddress()).isEqualTo("10.0.0.2");
        assertThat(opened.getFlows()).isEqualTo(20);
        assertThat(opened.getEvidenceFlowIds()).hasSize(16).contains(id(1));
        assertThat(opened.getPeers()).hasSize(16).contains("10.0.0.2 tcp/7");
        assertThat(opened.getFirstSeenMicroseconds()).isEqualTo((T0 + 1) * 1_000_000);
        assertThat(opened.getObservationPoint().getHost()).isEqualTo("probe");
        assertThat(opened.getMeasurements().get(0).getName()).isEqualTo("failedPorts");
        assertThat(opened.getMeasurements().get(0).getValue()).isEqualTo(20);
        assertThat(opened.getMeasurements().get(0).getThreshold()).isEqualTo(20.0);

        see(aFlow().id(id(21))
                .from("10.0.0.1")
                .to("10.0.0.2")
                .toPort(21)
                .refused()
                .at(21));
        flush();
        assertThat(findings.isEmpty()).as("no other digit").isTrue();
        for (int quiet = 0; quiet < 6; quiet++) {
            flush();
        }
        Finding updated = next();
        assertThat(updated.getStatus()).isEqualTo(FindingStatus.updated);
        assertThat(updated.getFlows()).isEqualTo(21);

        see(aFlow().id("later").from("10.0.0.3").to("10.0.0.4").at(2_000));
        flushUntilTold();
        Finding closed = next();
        assertThat(closed.getStatus()).isEqualTo(FindingStatus.closed);
        assertThat(closed.getEndReason()).isEqualTo(FindingEndReason.idle);
        assertThat(closed.getFlows()).isEqualTo(21);
        assertThat(closed.getFindingId()).isEqualTo(opened.getFindingId());

        // What is remembered does not raise it again.
        see(aFlow().id("again").from("10.0.0.1").to("10.0.0.9").at(2_010));
        flush();
        flush();
    }

    @Test
    void shouldScoreWhomFindingsName() {
        for (int port = 1; port <= 20; port++) {
            see(aFlow().id(id(port))
                    .from("10.0.0.1")
                    .to("10.0.0.2")
                    .toPort(port)
                    .refused()
                    .at(port));
        }
        see(aFlow().id("f1").from("198.51.100.7").to("10.0.0.2").at(21));
        flush();
        flush();
        flush();
        Map<String, Finding> found = new HashMap<>();
        findings.readValuesToList().forEach(finding -> found.put(finding.getRule(), finding));
        assertThat(found).containsOnlyKeys("scan_vertical", "ingress");
        Map<String, Risk> told = risks.readKeyValuesToMap();
        assertThat(told).containsOnlyKeys("10.0.0.1", "10.0.0.2", "198.51.100.7");
        assertThat(told.get("10.0.0.1").getContributors()).singleElement().satisfies(one -> {
            assertThat(one.getFindingId()).isEqualTo(found.get("scan_vertical").getFindingId());
            assertThat(one.getRole()).isEqualTo(RiskRole.initiator);
        });
        Risk asked = told.get("10.0.0.2");
        assertThat(asked.getAsOfMicroseconds()).isEqualTo((T0 + 21) * 1_000_000);
        assertThat(asked.getContributors())
                .extracting(RiskContributor::getRule)
                .containsExactly("ingress", "scan_vertical");
        assertThat(registry.get("weir.advisor.risk.entities").gauge().value()).isEqualTo(3.0);
    }

    private static String id(int number) {
        return String.format("%032x", number);
    }

    /** The translated address stands behind what is glanced at. */
    @Test
    void shouldFollowATranslationThatADeviceReports() {
        see(aFlow().id("f1").capture("netflow").to("192.0.2.80").translated(null, "10.0.0.5"));
        see(aFlow().id("f2").capture("netflow").to("192.0.2.80"));
        flush();
        assertThat(next().getEvidenceFlowIds()).containsExactly("f1");
        flush();
    }

    /** They come before the records of earlier windows. */
    @Test
    void shouldNotTakeTheTimeOfEarlyRecords() {
        see(aFlow().id("f1").at(0));
        flush();
        assertThat(next().getStatus()).isEqualTo(FindingStatus.opened);
        for (TestFlow early : List.of(aFlow().from("10.0.0.8"), aFlow().from("198.51.100.8"))) {
            see(early.id("early").to("10.0.0.9").at(10_000).early());
        }
        flush();
        assertThat(next().getEvidenceFlowIds()).as("of the other episode").containsExactly("early");
        flush();
        assertThat(findings.isEmpty()).isTrue();

        see(aFlow().from("10.0.0.8").to("10.0.0.9").at(10_000));
        flushUntilTold();
        assertThat(next().getStatus()).isEqualTo(FindingStatus.closed);
    }

    @Test
    void shouldRecordWhatItCannotReadAndGoOn() {
        flows.pipeInput("key", "no avro".getBytes(StandardCharsets.UTF_8), Instant.ofEpochSecond(T0));
        flows.pipeInput("key", null, Instant.ofEpochSecond(T0));
        byte[] cut = encoded(aFlow().build());
        flows.pipeInput("key", Arrays.copyOf(cut, cut.length / 2), Instant.ofEpochSecond(T0));
        see(aFlow().id("f1"));
        flush();
        assertThat(next().getEvidenceFlowIds()).containsExactly("f1");
        var record = losses.readRecord();
        assertThat(record.key()).isEqualTo("kafka|weir.flows.v1-0|kafka");
        Loss loss = record.value();
        assertThat(loss.getReason()).isEqualTo(LossReason.undecodable_record);
        assertThat(loss.getStage()).isEqualTo("advisor");
        assertThat(loss.getSource()).isEqualTo("weir.flows.v1-0");
        assertThat(loss.getFirstOffset()).isZero();
        assertThat(loss.getLastOffset()).isEqualTo(2);
        assertThat(loss.getMessage()).startsWith("weir.flows.v1-0 offsets 0 to 2 (3 records) were left out");
        assertThat(rejected(TOPICS.flows(), "no avro".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo("0");
        assertThat(rejected(TOPICS.flows(), null)).isEqualTo("1");
        assertThat(rejected(TOPICS.flows(), Arrays.copyOf(cut, cut.length / 2))).isEqualTo("2");
        assertThat(registry.get("weir.advisor.refused.records").counter().count())
                .isEqualTo(3.0);
        assertThat(registry.get("weir.advisor.findings")
                        .tag("status", "opened")
                        .counter()
                        .count())
                .isEqualTo(1.0);
    }

    @Test
    void shouldRecordSubnetsThatItCannotReadAndGoOn() {
        subnets.pipeInput("10.9.0.1/16", null, Instant.ofEpochSecond(T0));
        subnets.pipeInput(
                "192.0.2.0/24",
                encoded(new Subnet("192.0.3.0/24", SubnetKind.pod, null, 0L)),
                Instant.ofEpochSecond(T0));
        subnets.pipeInput("192.0.2.0/24", new byte[] {1, 2, 3}, Instant.ofEpochSecond(T0));
        driver.advanceWallClockTime(Duration.ofSeconds(2));
        assertThat(losses.readValue().getMessage()).contains("write 10.9.0.0/16 for the range");
        assertThat(losses.readValue().getMessage()).contains("use the CIDR as the key");
        assertThat(losses.readValue().getSource()).isEqualTo("weir.subnets.v1-0");
        assertThat(rejected(TOPICS.subnets(), null)).isEqualTo("0");
        assertThat(rejectedSubnets.readRecord().key()).isEqualTo("192.0.2.0/24");
        assertThat(rejected(TOPICS.subnets(), new byte[] {1, 2, 3})).isEqualTo("2");
    }

    @Test
    void shouldRejectAFlowOfASchemaThatNobodyKnows() {
        byte[] unknown = encoded(aFlow().build());
        WireFormat.writeHeader(unknown, 4711);
        flows.pipeInput("key", unknown, Instant.ofEpochSecond(T0));
        driver.advanceWallClockTime(Duration.ofSeconds(1));
        assertThat(losses.readValue().getMessage()).contains("4711");
        assertThat(rejected(TOPICS.flows(), unknown)).isEqualTo("0");
    }

    @Test
    void shouldStopRatherThanRejectWhenTheRegistryIsAway() {
        byte[] flow = encoded(aFlow().build());
        driver.close();
        start("http://127.0.0.1:1");
        assertThatThrownBy(() -> flows.pipeInput("key", flow, Instant.ofEpochSecond(T0)))
                .hasRootCauseInstanceOf(ConnectException.class);
        assertThat(rejectedFlows.isEmpty()).isTrue();
    }

    /** Offset that the next rejected record had, whose value is this one. */
    private String rejected(TopicSpec<?> spec, byte[] value) {
        var record = (spec.equals(TOPICS.flows()) ? rejectedFlows : rejectedSubnets).readRecord();
        assertThat(record.value()).isEqualTo(value);
        assertThat(header(record.headers(), RejectedRecord.TOPIC)).isEqualTo(spec.name());
        assertThat(header(record.headers(), RejectedRecord.BY)).isEqualTo("weir.advisor");
        return header(record.headers(), RejectedRecord.OFFSET);
    }

    private static String header(Headers headers, String name) {
        return new String(headers.lastHeader(name).value(), StandardCharsets.UTF_8);
    }

    private void see(TestFlow flow) {
        Flow built = flow.build();
        flows.pipeInput("key", encoded(built), Instant.ofEpochMilli(built.getWindowEnd()));
    }

    private void subnet(String cidr, SubnetKind kind, long fromSeconds) {
        subnets.pipeInput(cidr, encoded(new Subnet(cidr, kind, null, fromSeconds * 1000)), Instant.ofEpochSecond(T0));
    }

    /** Looks that take as long as nothing else would leave no time to read what comes in. */
    @Test
    void shouldLookTheMoreSeldomTheLongerALookTakesButAtOnceWhenNothingComesIn() {
        tick = 1_000_000_000;
        for (int port = 1; port <= 20; port++) {
            see(aFlow().id(id(port))
                    .from("10.0.0.1")
                    .to("10.0.0.2")
                    .toPort(port)
                    .refused()
                    .at(port));
            flush();
        }
        assertThat(findings.isEmpty())
                .as("the looks were at ports 1, 10 and 19")
                .isTrue();

        flush();

        assertThat(next().getRule()).isEqualTo("scan_vertical");
    }

    private byte[] encoded(Flow flow) {
        return flowSerde.serializer().serialize(TOPICS.flows().name(), flow);
    }

    private byte[] encoded(Subnet subnet) {
        return subnetSerde.serializer().serialize(TOPICS.subnets().name(), subnet);
    }

    /** A new observation point's time counts only after a while. */
    private void flushUntilTold() {
        for (int i = 0; i < 1_000 && findings.isEmpty(); i++) {
            flush();
        }
    }

    private void flush() {
        driver.advanceWallClockTime(CONFIG.flushInterval());
    }

    private Finding next() {
        var record = findings.readRecord();
        assertThat(record.key()).isEqualTo(record.value().getFindingId());
        return record.value();
    }

    @Test
    void shouldKeepItsPicture() throws IOException {
        Map<String, String> props = Map.of("schema.registry.url", "mock://describe");
        String picture = AdvisorTopology.build(CONFIG, TOPICS, props, new AdvisorMetrics(registry), () -> 0)
                .describe()
                .toString();
        if (Boolean.getBoolean("weir.golden.update")) {
            Files.writeString(Path.of("src/test/resources/testdata/advisor.describe.txt"), picture);
            return;
        }
        assertThat(picture).isEqualTo(golden("/testdata/advisor.describe.txt"));
    }

    private static String golden(String name) {
        try (var in = AdvisorTopologyTest.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
