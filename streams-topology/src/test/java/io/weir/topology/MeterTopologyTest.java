package io.weir.topology;

import static io.weir.testing.PacketBatchBuilder.START_MS;
import static io.weir.testing.PacketBatchBuilder.UDP;
import static io.weir.testing.PacketBatchBuilder.aBatch;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.schemas.Edge;
import io.weir.schemas.Flow;
import io.weir.schemas.FlowEndReason;
import io.weir.schemas.Loss;
import io.weir.schemas.LossReason;
import io.weir.schemas.ObservationPoint;
import io.weir.schemas.Orientation;
import io.weir.schemas.PacketBatch;
import io.weir.schemas.Subnet;
import io.weir.schemas.SubnetKind;
import io.weir.schemas.TcpState;
import io.weir.schemas.registry.SchemaRegistryClient;
import io.weir.schemas.rejected.RejectedRecord;
import io.weir.schemas.serde.AvroSerdes;
import io.weir.schemas.serde.WireFormat;
import io.weir.schemas.topic.TopicSpec;
import io.weir.schemas.topic.Topics;
import io.weir.testing.PacketBatchBuilder;
import io.weir.topology.meter.MeterMetrics;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MeterTopologyTest {

    private static final String WEB = "10.0.0.2:40000 > 10.0.0.1:80";
    private static final String WEB_BACK = "10.0.0.1:80 > 10.0.0.2:40000";
    private static final String DNS = "10.0.0.2:50000 > 10.0.0.53:53";
    private static final String DNS_BACK = "10.0.0.53:53 > 10.0.0.2:50000";

    private final Map<String, Object> configs =
            Map.of(SchemaRegistryClient.URL_CONFIG, "mock://" + getClass().getName());
    private final Topics topics = Topics.ofDefaultPrefix();
    private final int schemaId =
            SchemaRegistryClient.create(configs).register("packets-value", PacketBatch.getClassSchema());

    private MeterRegistry registry = new SimpleMeterRegistry();
    private TopologyTestDriver driver;
    private TestInputTopic<byte[], byte[]> packets;
    private TestOutputTopic<byte[], byte[]> rejected;
    private TestOutputTopic<String, Flow> flows;
    private TestOutputTopic<String, Edge> edges;
    private TestOutputTopic<String, Loss> losses;

    @BeforeEach
    void start() {
        start(windowsOnly());
    }

    /** Without early records, so that all records are those of windows. */
    private static MeterConfig windowsOnly() {
        return MeterConfig.defaults().withEarlyRecords(false);
    }

    private void start(MeterConfig config) {
        start(config, configs);
    }

    private void start(MeterConfig config, Map<String, Object> clientConfigs) {
        stop();
        registry = new SimpleMeterRegistry();
        Properties properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, MeterApp.applicationId(topics));
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:1");
        properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        driver = new TopologyTestDriver(
                MeterTopology.build(config, topics, 1, clientConfigs, new MeterMetrics(registry, config.maxFlows())),
                properties);
        packets =
                driver.createInputTopic(topics.packets().name(), new ByteArraySerializer(), new ByteArraySerializer());
        rejected = driver.createOutputTopic(
                topics.packets().rejectedName(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
        flows = driver.createOutputTopic(
                topics.flows().name(), new StringDeserializer(), AvroSerdes.deserializer(Flow.class, configs));
        edges = edgesOf(topics.edges());
        losses = driver.createOutputTopic(
                topics.losses().name(), new StringDeserializer(), AvroSerdes.deserializer(Loss.class, configs));
    }

    private TestOutputTopic<String, Edge> edgesOf(TopicSpec<Edge> topic) {
        return driver.createOutputTopic(
                topic.name(), new StringDeserializer(), AvroSerdes.deserializer(Edge.class, configs));
    }

    @AfterEach
    void stop() {
        if (driver != null) {
            driver.close();
            driver = null;
        }
    }

    @Test
    void shouldDescribeItselfAsRecorded() throws IOException {
        Topology topology = MeterTopology.build(
                MeterConfig.defaults(), topics, 4, configs, new MeterMetrics(new SimpleMeterRegistry(), 1));
        Path golden = Path.of("src/test/resources/testdata/meter.describe.txt");
        if (Boolean.getBoolean("weir.golden.update")) {
            Files.writeString(golden, topology.describe().toString());
        }
        assertThat(topology.describe()).hasToString(Files.readString(golden));
    }

    @Test
    void shouldTellAHandshakeBeforeItsWindowIsOver() {
        start(MeterConfig.defaults());
        pipe(aBatch().at(0)
                .tcp(WEB, "S")
                .at(20)
                .tcp(WEB_BACK, "SA")
                .at(50)
                .tcp(WEB, "A")
                .at(60)
                .tcp(WEB, "PA"));

        Flow early = flows.readValue();
        assertThat(flows.isEmpty()).isTrue();
        assertThat(early.getIsEarly()).isTrue();
        assertThat(early.getIsFirst()).isFalse();
        assertThat(early.getIsLast()).isFalse();
        assertThat(early.getInitiator().getAddress()).isEqualTo("10.0.0.2");
        assertThat(early.getOrientation()).isEqualTo(Orientation.handshake);
        assertThat(early.getTcp().getState()).isEqualTo(TcpState.established);
        assertThat(early.getTcp().getHandshakeClientMicroseconds()).isEqualTo(30_000);
        assertThat(packetsOf(List.of(early))).as("it counts nothing").isZero();
        assertThat(early.getTotal().getInitiatorPackets()).as("SYN and ACK").isEqualTo(2);
        assertThat(edges.isEmpty()).isTrue();

        pipe(aBatch().watermark(12_000));
        Flow ofWindow = flows.readValue();
        assertThat(flows.isEmpty()).isTrue();
        assertThat(ofWindow.getFlowId()).isEqualTo(early.getFlowId());
        assertThat(ofWindow.getWindowStart()).isEqualTo(early.getWindowStart());
        assertThat(ofWindow.getIsEarly()).isFalse();
        assertThat(ofWindow.getIsFirst()).isTrue();
        assertThat(packetsOf(List.of(ofWindow))).isEqualTo(4);
        assertThat(edges.readValue().getHandshakes()).isEqualTo(1);
        assertThat(registry.get("weir.meter.early.records").counter().count()).isEqualTo(1);
    }

    /** Threads of a collector, each ahead of what all of them have sent. */
    @Test
    void shouldCloseAWindowByWhatIsSentAndNotByTheNewestPacket() {
        pipe(aBatch().at(0).udp(DNS).at(12_500).udp(DNS).watermark(9_000));
        pipe(aBatch().at(9_500).udp(DNS).watermark(9_500));
        assertThat(flows.isEmpty()).isTrue();
        pipe(aBatch().watermark(12_000));
        Flow flow = flows.readValue();
        assertThat(flow.getDelta().getInitiatorPackets()).isEqualTo(2);
        assertThat(flow.getIsLate()).isFalse();
    }

    @Test
    void shouldNotWaitForAThreadThatStandsStill() {
        pipe(aBatch().at(0).udp(DNS).at(13_999).udp(DNS).watermark(9_000));
        assertThat(flows.isEmpty()).isTrue();
        pipe(aBatch().at(14_000).udp(DNS).watermark(9_000));
        assertThat(flows.readValue().getWindowStart()).isEqualTo(START_MS);
    }

    @Test
    void shouldGiveOneRecordPerFlowAndWindow() {
        pipe(aBatch().at(0)
                .tcp(WEB, "S")
                .at(20)
                .tcp(WEB_BACK, "SA")
                .at(50)
                .tcp(WEB, "A")
                .at(60)
                .tcp(WEB, "PA")
                .at(9_000)
                .octets(1500)
                .tcp(WEB_BACK, "PA")
                .at(11_000)
                .octets(100)
                .tcp(WEB, "A"));
        assertThat(flows.isEmpty()).isTrue();

        pipe(aBatch().watermark(12_000));

        Flow first = flows.readValue();
        assertThat(first.getWindowStart()).isEqualTo(START_MS);
        assertThat(first.getWindowEnd()).isEqualTo(START_MS + 10_000);
        assertThat(first.getIsFirst()).isTrue();
        assertThat(first.getIsLast()).isFalse();
        assertThat(first.getIsLate()).isFalse();
        assertThat(first.getInitiator().getAddress()).isEqualTo("10.0.0.2");
        assertThat(first.getInitiator().getPort()).isEqualTo(40000);
        assertThat(first.getInitiator().getMacAddress()).isEqualTo("02:00:00:00:00:01");
        assertThat(first.getResponder().getAddress()).isEqualTo("10.0.0.1");
        assertThat(first.getOrientation()).isEqualTo(Orientation.handshake);
        assertThat(first.getCommunityId()).isEqualTo("1:wiztte4BBo/nz6LuCKq48Eb9IM8=");
        assertThat(first.getDelta().getInitiatorPackets()).isEqualTo(3);
        assertThat(first.getDelta().getInitiatorLayer2Octets()).isEqualTo(300);
        assertThat(first.getDelta().getInitiatorOctets()).isEqualTo(3 * 86);
        assertThat(first.getDelta().getInitiatorTcpControlBits()).isEqualTo(0x1a);
        assertThat(first.getDelta().getResponderPackets()).isEqualTo(2);
        assertThat(first.getDelta().getResponderLayer2Octets()).isEqualTo(1600);
        assertThat(first.getTcp().getHandshakeServerMicroseconds()).isEqualTo(20_000);
        assertThat(first.getTcp().getHandshakeClientMicroseconds()).isEqualTo(30_000);
        assertThat(first.getTcp().getState()).isEqualTo(TcpState.established);
        assertThat(first.getFlowStartMicroseconds()).isEqualTo(START_MS * 1000);
        assertThat(flows.isEmpty()).isTrue();

        pipe(aBatch().watermark(22_000));

        Flow second = flows.readValue();
        assertThat(second.getFlowId()).isEqualTo(first.getFlowId());
        assertThat(second.getWindowStart()).isEqualTo(START_MS + 10_000);
        assertThat(second.getIsFirst()).isFalse();
        assertThat(second.getDelta().getInitiatorPackets()).isEqualTo(1);
        assertThat(second.getTotal().getInitiatorPackets()).isEqualTo(4);
        assertThat(second.getTotal().getResponderPackets()).isEqualTo(2);
        assertNothingMore();
    }

    @Test
    void shouldEndAClosedConnectionAfterItsLinger() {
        pipe(aBatch().at(0)
                .tcp(WEB, "S")
                .at(1)
                .tcp(WEB_BACK, "SA")
                .at(2)
                .tcp(WEB, "A")
                .at(3)
                .tcp(WEB, "FA")
                .at(4)
                .tcp(WEB_BACK, "FA")
                .at(5)
                .tcp(WEB, "A"));
        pipe(aBatch().watermark(12_000));

        Flow flow = flows.readValue();
        assertThat(flow.getIsFirst()).isTrue();
        assertThat(flow.getIsLast()).isTrue();
        assertThat(flow.getFlowEndReason()).isEqualTo(FlowEndReason.end_of_flow);
        assertThat(flow.getTcp().getState()).isEqualTo(TcpState.closed);
        assertNothingMore();
    }

    @Test
    void shouldBeginANewFlowWhenPortsAreUsedAgain() {
        pipe(aBatch().at(0)
                .tcp(WEB, "S")
                .at(1)
                .tcp(WEB_BACK, "RA")
                .at(500)
                .tcp(WEB, "S")
                .at(501)
                .tcp(WEB_BACK, "SA"));
        pipe(aBatch().watermark(12_000));

        Flow refused = flows.readValue();
        Flow accepted = flows.readValue();
        assertThat(refused.getTcp().getState()).isEqualTo(TcpState.refused);
        assertThat(refused.getIsLast()).isTrue();
        assertThat(refused.getDelta().getInitiatorPackets()).isEqualTo(1);
        assertThat(accepted.getFlowId()).isNotEqualTo(refused.getFlowId());
        assertThat(accepted.getIsFirst()).isTrue();
        assertThat(accepted.getTcp().getState()).isEqualTo(TcpState.syn_received);
        assertNothingMore();
    }

    @Test
    void shouldCountWhatItDoes() {
        pipe(aBatch().at(0).udp(DNS).at(5).udp(DNS_BACK).at(6).tcp(WEB, "S"));
        assertThat(counted("weir.meter.batches")).isEqualTo(1);
        assertThat(counted("weir.meter.summaries")).isEqualTo(3);
        assertThat(counted("weir.meter.begun.flows")).isEqualTo(2);
        assertThat(counted("weir.meter.packets")).as("their window is open").isZero();
        assertThat(registry.get("weir.meter.table.flows").gauge().value()).isEqualTo(2);
        assertThat(registry.get("weir.meter.table.fill").gauge().value()).isEqualTo(2e-6);
        assertThat(registry.get("weir.meter.points").gauge().value()).isEqualTo(1);

        pipe(aBatch().watermark(12_000));
        pipe(aBatch().at(9_999).udp(DNS_BACK).watermark(13_000));
        assertThat(counted("weir.meter.flow.records")).isEqualTo(3);
        assertThat(counted("weir.meter.late.records")).isEqualTo(1);
        assertThat(counted("weir.meter.packets")).isEqualTo(4);
        assertThat(counted("weir.meter.late.packets")).isEqualTo(1);
        assertThat(registry.get("weir.meter.flush")
                        .tag("store", "flow-table")
                        .timer()
                        .count())
                .isPositive();

        pipe(aBatch().watermark(80_000));
        packets.pipeInput(null, new byte[] {1, 2, 3});
        assertThat(registry.get("weir.meter.ended.flows")
                        .tag("reason", "idle")
                        .counter()
                        .count())
                .isEqualTo(2);
        assertThat(counted("weir.meter.refused.records")).isEqualTo(1);
        assertThat(registry.get("weir.meter.table.flows").gauge().value()).isZero();
    }

    private double counted(String name) {
        return registry.get(name).counter().count();
    }

    @Test
    void shouldEndAnIdleFlowWithARecordThatSaysSo() {
        pipe(aBatch().at(0).udp(DNS).at(5).udp(DNS_BACK));
        pipe(aBatch().watermark(12_000));
        Flow active = flows.readValue();
        assertThat(active.getIsLast()).isFalse();
        assertThat(active.getOrientation()).isEqualTo(Orientation.service_port);
        assertThat(flows.isEmpty()).isTrue();

        pipe(aBatch().watermark(62_000));

        Flow ended = flows.readValue();
        assertThat(ended.getFlowId()).isEqualTo(active.getFlowId());
        assertThat(ended.getIsLast()).isTrue();
        assertThat(ended.getFlowEndReason()).isEqualTo(FlowEndReason.idle);
        assertThat(ended.getDelta().getInitiatorPackets()).isZero();
        assertThat(ended.getTotal().getInitiatorPackets()).isEqualTo(1);
        assertThat(ended.getWindowStart()).isEqualTo(START_MS + 60_000);
        assertNothingMore();
    }

    @Test
    void shouldEndEachFlowByTheTimeoutsOfItsProtocol() {
        startWithTimeouts(Map.of(17, new FlowTimeouts(Duration.ofSeconds(20), Duration.ofMinutes(30))));
        pipe(aBatch().at(0).udp(DNS).at(0).tcp(WEB, "S"));

        assertThat(endedAt(20_000)).isEmpty();
        assertThat(endedAt(32_000))
                .extracting(Flow::getProtocolIdentifier, Flow::getFlowEndReason, Flow::getWindowStart)
                .containsExactly(tuple(17, FlowEndReason.idle, START_MS + 20_000));
        assertThat(endedAt(72_000))
                .extracting(Flow::getProtocolIdentifier, Flow::getFlowEndReason, Flow::getWindowStart)
                .containsExactly(tuple(6, FlowEndReason.idle, START_MS + 60_000));
    }

    @Test
    void shouldBeginAnewAfterTheIdleTimeoutOfTheProtocolEvenWithinABatch() {
        startWithTimeouts(Map.of(17, new FlowTimeouts(Duration.ofSeconds(20), Duration.ofMinutes(30))));
        pipe(aBatch().at(0)
                .udp(DNS)
                .at(1)
                .tcp(WEB, "S")
                .at(20_000)
                .udp(DNS)
                .at(40_001)
                .udp(DNS)
                .at(40_002)
                .tcp(WEB, "S"));
        pipe(aBatch().at(40_003).endOfInput());

        List<Flow> records = flows.readValuesToList();
        assertThat(records.stream()
                        .filter(flow -> flow.getProtocolIdentifier() == 17)
                        .map(Flow::getFlowId)
                        .distinct())
                .hasSize(2);
        assertThat(records.stream()
                        .filter(flow -> flow.getProtocolIdentifier() == 6)
                        .map(Flow::getFlowId)
                        .distinct())
                .hasSize(1);
    }

    @Test
    void shouldSplitOnlyFlowsOfTheProtocolWhoseActiveTimeoutIsOver() {
        startWithTimeouts(Map.of(17, new FlowTimeouts(Duration.ofSeconds(20), Duration.ofSeconds(30))));
        PacketBatchBuilder batch = aBatch();
        for (int second = 0; second <= 40; second++) {
            batch.at(second * 1000L).udp(DNS).at(second * 1000L).tcp(WEB, "A");
        }
        pipe(batch);
        pipe(aBatch().at(40_000).endOfInput());

        assertThat(flows.readValuesToList())
                .filteredOn(Flow::getIsLast)
                .extracting(
                        Flow::getProtocolIdentifier,
                        Flow::getFlowEndReason,
                        flow -> flow.getTotal().getInitiatorPackets()
                                + flow.getTotal().getResponderPackets())
                .containsExactlyInAnyOrder(
                        tuple(17, FlowEndReason.active, 30L),
                        tuple(17, FlowEndReason.forced, 11L),
                        tuple(6, FlowEndReason.forced, 41L));
    }

    private void startWithTimeouts(Map<Integer, FlowTimeouts> byProtocol) {
        start(windowsOnly().withTimeouts(MeterConfig.defaults().timeouts(), byProtocol));
    }

    /** Last records that come when time has gone on to so many milliseconds after the start. */
    private List<Flow> endedAt(long ms) {
        pipe(aBatch().watermark(ms));
        return flows.readValuesToList().stream().filter(Flow::getIsLast).toList();
    }

    @Test
    void shouldSplitAFlowThatLastsLongerThanTheActiveTimeout() {
        start(windowsOnly().withTimeouts(new FlowTimeouts(Duration.ofSeconds(60), Duration.ofSeconds(30)), Map.of()));
        PacketBatchBuilder batch = aBatch().at(0).tcp(WEB, "S");
        for (int second = 1; second <= 40; second++) {
            batch.at(second * 1000L).tcp(WEB, "A");
        }
        pipe(batch);
        pipe(aBatch().at(40_000).endOfInput());

        List<Flow> records = flows.readValuesToList();
        assertThat(records).hasSize(5);
        assertThat(records.stream().map(Flow::getFlowId).distinct()).hasSize(2);
        Flow lastOfFirst = records.stream().filter(Flow::getIsLast).findFirst().orElseThrow();
        assertThat(lastOfFirst.getFlowEndReason()).isEqualTo(FlowEndReason.active);
        assertThat(lastOfFirst.getTotal().getInitiatorPackets()).isEqualTo(30);
        assertThat(records.get(4).getOrientation()).isEqualTo(Orientation.handshake);
        assertThat(packetsOf(records)).isEqualTo(41);
    }

    @Test
    void shouldGiveALateDeltaForAWindowAlreadyGiven() {
        pipe(aBatch().at(0).udp(DNS));
        pipe(aBatch().watermark(12_000));
        pipe(aBatch().at(9_999).udp(DNS_BACK).watermark(13_000));

        Flow onTime = flows.readValue();
        Flow late = flows.readValue();
        assertThat(onTime.getIsLate()).isFalse();
        assertThat(late.getIsLate()).isTrue();
        assertThat(late.getFlowId()).isEqualTo(onTime.getFlowId());
        assertThat(late.getWindowStart()).isEqualTo(START_MS);
        assertThat(late.getDelta().getInitiatorPackets()).isZero();
        assertThat(late.getDelta().getResponderPackets()).isEqualTo(1);
        assertThat(late.getTotal().getInitiatorPackets()).isEqualTo(1);

        Edge edge = edges.readValue();
        assertThat(edge.getIsLate()).isFalse();
        Edge lateEdge = edges.readValue();
        assertThat(lateEdge.getIsLate()).isTrue();
        assertThat(lateEdge.getResponderPackets()).isEqualTo(1);
        assertNothingMore();
    }

    @Test
    void shouldTakeAPacketOutOfOrderWithinGraceIntoItsWindow() {
        pipe(aBatch().at(10_500).udp(DNS).at(9_500).udp(DNS_BACK));
        pipe(aBatch().watermark(22_000));

        List<Flow> records = flows.readValuesToList();
        assertThat(records).hasSize(2).noneMatch(Flow::getIsLate);
        assertThat(records.get(0).getWindowStart()).isEqualTo(START_MS);
        assertThat(records.get(0).getDelta().getResponderPackets()).isEqualTo(1);
        assertThat(records.get(1).getWindowStart()).isEqualTo(START_MS + 10_000);
    }

    @Test
    void shouldLetABetterProofCorrectAnEarlierGuess() {
        pipe(aBatch().at(0).tcp("10.0.0.9:50001 > 10.0.0.8:50002", "PA"));
        pipe(aBatch().watermark(12_000));
        pipe(aBatch().at(13_000).tcp("10.0.0.9:50001 > 10.0.0.8:50002", "SA").watermark(22_000));

        Flow guessed = flows.readValue();
        Flow proven = flows.readValue();
        assertThat(guessed.getOrientation()).isEqualTo(Orientation.unknown);
        assertThat(guessed.getInitiator().getAddress()).isEqualTo("10.0.0.9");
        assertThat(proven.getOrientation()).isEqualTo(Orientation.handshake);
        assertThat(proven.getInitiator().getAddress()).isEqualTo("10.0.0.8");
        assertThat(proven.getTotal().getResponderPackets()).isEqualTo(2);
        assertThat(proven.getTotal().getInitiatorPackets()).isZero();
    }

    @Test
    void shouldMakeFlowsOfFramesWithoutIp() {
        pipe(aBatch().at(0).arp(0x020000000001L, 0xffffffffffffL).endOfInput());

        Flow flow = flows.readValue();
        assertThat(flow.getProtocolIdentifier()).isNull();
        assertThat(flow.getEtherType()).isEqualTo(0x0806);
        assertThat(flow.getCommunityId()).isNull();
        assertThat(flow.getInitiator().getAddress()).isNull();
        assertThat(flow.getInitiator().getEntity()).isEqualTo("02:00:00:00:00:01");
        assertThat(flow.getResponder().getMacAddress()).isEqualTo("ff:ff:ff:ff:ff:ff");
        assertThat(flow.getDelta().getInitiatorOctets()).isNull();
        assertThat(flow.getFlowEndReason()).isEqualTo(FlowEndReason.forced);
        assertThat(edges.readValue().getService().getName()).isEqualTo("0x0806");
        assertNothingMore();
    }

    @Test
    void shouldKeepTheClocksOfObservationPointsApart() {
        ObservationPoint fast = new ObservationPoint("node-2", "eth0", "pcap", 1);
        pipe(aBatch().at(0).udp(DNS));
        pipe(aBatch().of(fast).at(600_000).udp(DNS).watermark(700_000));
        assertThat(flows.readValuesToList())
                .allMatch(flow -> flow.getObservationPoint().equals(fast));

        pipe(aBatch().at(9_000).udp(DNS).watermark(12_000));
        Flow flow = flows.readValue();
        assertThat(flow.getObservationPoint().getHost()).isEqualTo("node-1");
        assertThat(flow.getIsLate()).isFalse();
        assertThat(flow.getDelta().getInitiatorPackets()).isEqualTo(2);
    }

    @Test
    void shouldWaitForLatePacketsByHowTheyWereCaptured() {
        start(windowsOnly().withGrace(new Grace(Duration.ofSeconds(2), Map.of("ebpf", Duration.ofSeconds(30)))));
        ObservationPoint counted = new ObservationPoint("node-1", "eth0", "ebpf", 1);
        pipe(aBatch().at(0).udp(DNS).watermark(12_000));
        pipe(aBatch().of(counted).at(0).udp(DNS).watermark(39_999));
        assertThat(flows.readValuesToList())
                .extracting(flow -> flow.getObservationPoint().getCapture())
                .containsExactly("pcap");

        pipe(aBatch().at(9_000).udp(DNS));
        pipe(aBatch().of(counted).at(9_000).udp(DNS).watermark(40_000));
        assertThat(flows.readValuesToList())
                .extracting(flow -> flow.getObservationPoint().getCapture(), Flow::getIsLate, flow -> flow.getDelta()
                        .getInitiatorPackets())
                .containsExactly(tuple("pcap", true, 1L), tuple("ebpf", false, 2L));
    }

    @Test
    void shouldEndFlowsEarlyAtTheCapAndLoseNothing() {
        start(windowsOnly().withMaxFlows(10));
        PacketBatchBuilder batch = aBatch();
        for (int i = 0; i < 100; i++) {
            batch.at(i).udp("10.0.0.2:" + (40000 + i) + " > 10.0.0.53:53");
        }
        pipe(batch.endOfInput());

        List<Flow> records = flows.readValuesToList();
        assertThat(packetsOf(records)).isEqualTo(100);
        assertThat(records.stream().filter(flow -> flow.getFlowEndReason() == FlowEndReason.lack_of_resources))
                .hasSize(90);
    }

    @Test
    void shouldSumFlowsIntoEdges() {
        pipe(aBatch().at(0)
                .tcp("10.0.0.2:40000 > 10.0.0.1:80", "S")
                .at(10)
                .tcp("10.0.0.1:80 > 10.0.0.2:40000", "SA")
                .at(20)
                .tcp("10.0.0.2:40001 > 10.0.0.1:80", "S")
                .at(50)
                .tcp("10.0.0.1:80 > 10.0.0.2:40001", "SA")
                .at(60)
                .tcp("10.0.0.2:40002 > 10.0.0.1:81", "S")
                .at(61)
                .tcp("10.0.0.1:81 > 10.0.0.2:40002", "RA"));
        pipe(aBatch().watermark(12_000));

        List<Edge> all = edges.readValuesToList();
        assertThat(all).hasSize(2);
        Edge web = all.get(0);
        assertThat(web.getInitiatorEntity()).isEqualTo("10.0.0.2");
        assertThat(web.getResponderEntity()).isEqualTo("10.0.0.1");
        assertThat(web.getService().getName()).isEqualTo("tcp/80");
        assertThat(web.getNewFlows()).isEqualTo(2);
        assertThat(web.getActiveFlows()).isEqualTo(2);
        assertThat(web.getInitiatorPackets()).isEqualTo(2);
        assertThat(web.getResponderPackets()).isEqualTo(2);
        assertThat(web.getHandshakes()).isEqualTo(2);
        assertThat(web.getHandshakeServerMicrosecondsSum()).isEqualTo(40_000);
        assertThat(all.get(1).getRefusedFlows()).isEqualTo(1);
    }

    @Test
    void shouldTellOfEdgesWhatWentWrong() {
        String unanswered = "10.0.0.2:50001 > 10.0.0.53:53";
        String unreachable = "10.0.0.2:50002 > 10.0.0.53:53";
        pipe(aBatch().at(0)
                .udp(DNS)
                .udp(DNS_BACK)
                .icmpError(3, 3, "10.0.0.2", UDP, DNS_BACK)
                .udp(unanswered)
                .icmpError(11, 0, "10.0.0.254", UDP, unanswered)
                .udp(unreachable)
                .icmpError(3, 3, "10.0.0.53", UDP, unreachable));
        pipe(aBatch().at(1_000).endOfInput());

        Edge dns = edges.readValue();
        assertThat(dns.getActiveFlows()).isEqualTo(3);
        assertThat(dns.getUnansweredFlows()).isEqualTo(2);
        assertThat(dns.getUnreachableFlows()).isEqualTo(1);
        assertThat(dns.getIcmpErrors()).isEqualTo(3);
        assertThat(dns.getRetransmittedPackets()).as("not measured").isNull();
        assertThat(dns.getFoldedEdges()).isZero();
    }

    @Test
    void shouldRollEdgesUpToLongerWindowsOnTopicsOfTheirOwn() {
        TestOutputTopic<String, Edge> minutes = edgesOf(topics.edges(Duration.ofMinutes(1)));
        TestOutputTopic<String, Edge> hours = edgesOf(topics.edges(Duration.ofHours(1)));
        long minute = Duration.ofMinutes(1).toMillis();
        long hour = Duration.ofHours(1).toMillis();
        long firstMinute = Math.floorDiv(START_MS, minute) * minute;
        long untilNextMinute = firstMinute + minute - START_MS;

        pipe(aBatch().at(0).udp(DNS).at(1_000).udp(DNS_BACK));
        pipe(aBatch().at(untilNextMinute).udp(DNS).watermark(untilNextMinute + 12_000));
        assertThat(edges.readValuesToList()).hasSize(2);
        assertThat(minutes.readValuesToList()).singleElement().satisfies(edge -> {
            assertThat(edge.getWindowStart()).isEqualTo(firstMinute);
            assertThat(edge.getWindowEnd()).isEqualTo(firstMinute + minute);
            assertThat(edge.getInitiatorPackets()).isEqualTo(1);
            assertThat(edge.getResponderPackets()).isEqualTo(1);
        });

        pipe(aBatch().at(1_500).udp(DNS).watermark(untilNextMinute + 13_000));
        assertThat(edges.readValue().getIsLate()).isTrue();
        assertThat(minutes.readValue().getIsLate()).isTrue();
        assertThat(hours.isEmpty()).isTrue();

        pipe(aBatch().at(untilNextMinute + 13_000).endOfInput());
        List<Edge> atLast = hours.readValuesToList();
        assertThat(atLast)
                .noneMatch(Edge::getIsLate)
                .allMatch(edge -> edge.getWindowEnd() - edge.getWindowStart() == hour);
        assertThat(atLast.stream()
                        .mapToLong(edge -> edge.getInitiatorPackets() + edge.getResponderPackets())
                        .sum())
                .isEqualTo(4);
        assertThat(minutes.readValuesToList())
                .extracting(Edge::getInitiatorPackets)
                .containsExactly(1L);
    }

    @Test
    void shouldRejectWhatItCannotReadAndGoOn() {
        byte[] batch = aBatch().at(0).udp(DNS).encode(schemaId);
        byte[] unknownSchema = batch.clone();
        WireFormat.writeHeader(unknownSchema, 4711);
        byte[] otherSchema = AvroSerdes.serializer(Subnet.class, configs)
                .serialize("subnets", new Subnet("10.0.0.0/8", SubnetKind.pod, null, 0L));
        byte[] random = new byte[300];
        new Random(7).nextBytes(random);
        random[0] = 0;
        List<byte[]> poison = Arrays.asList(
                new byte[] {1, 2, 3},
                null,
                new byte[0],
                unknownSchema,
                otherSchema,
                Arrays.copyOf(batch, batch.length / 2),
                random);
        poison.forEach(value -> packets.pipeInput(new byte[] {9}, value));
        pipe(aBatch().at(0).udp(DNS).endOfInput());

        assertThat(flows.readValuesToList()).hasSize(1);
        Loss loss = losses.readValue();
        assertThat(loss.getReason()).isEqualTo(LossReason.undecodable_record);
        assertThat(loss.getStage()).isEqualTo("meter");
        assertThat(loss.getSource()).isEqualTo("weir.packets.v1-0");
        assertThat(loss.getFirstOffset()).isZero();
        assertThat(loss.getLastOffset()).isEqualTo(poison.size() - 1);
        assertThat(counted("weir.meter.refused.records")).isEqualTo(poison.size());
        for (int offset = 0; offset < poison.size(); offset++) {
            var record = rejected.readRecord();
            assertThat(record.key()).containsExactly(9);
            assertThat(record.value()).isEqualTo(poison.get(offset));
            assertThat(header(record.headers(), RejectedRecord.TOPIC)).isEqualTo("weir.packets.v1");
            assertThat(header(record.headers(), RejectedRecord.PARTITION)).isEqualTo("0");
            assertThat(header(record.headers(), RejectedRecord.OFFSET)).isEqualTo(Integer.toString(offset));
            assertThat(header(record.headers(), RejectedRecord.BY)).isEqualTo("weir.meter");
            assertThat(header(record.headers(), RejectedRecord.MESSAGE)).isNotBlank();
        }
        assertThat(rejected.isEmpty()).isTrue();
        assertNothingMore();
    }

    @Test
    void shouldTellWhatItRefusedWhenNothingElseComes() {
        packets.pipeInput(null, new byte[] {1, 2, 3});
        assertThat(losses.isEmpty()).as("more may follow").isTrue();

        driver.advanceWallClockTime(Duration.ofSeconds(1));

        assertThat(losses.readValue().getLastOffset()).isZero();
        assertNothingMore();
    }

    @Test
    void shouldKeepWhatItHasNotToldInItsStore() {
        packets.pipeInput(null, new byte[] {1, 2, 3});
        KeyValueStore<String, byte[]> store = driver.getKeyValueStore("refused-packets");
        assertThat(store.approximateNumEntries()).isEqualTo(1);

        driver.advanceWallClockTime(Duration.ofSeconds(1));

        assertThat(store.approximateNumEntries()).isZero();
        assertThat(losses.readValuesToList()).hasSize(1);
    }

    @Test
    void shouldStopRatherThanRejectWhenTheRegistryIsAway() {
        byte[] batch = aBatch().at(0).udp(DNS).encode(schemaId);
        start(windowsOnly(), Map.of(SchemaRegistryClient.URL_CONFIG, "http://127.0.0.1:1"));

        assertThatThrownBy(() -> packets.pipeInput(null, batch)).hasRootCauseInstanceOf(ConnectException.class);

        assertThat(rejected.isEmpty()).isTrue();
    }

    private static String header(Headers headers, String name) {
        return new String(headers.lastHeader(name).value(), StandardCharsets.UTF_8);
    }

    @Test
    void shouldEndTheFlowsOfACollectorThatIsGone() {
        pipe(aBatch().at(0).udp(DNS));
        driver.advanceWallClockTime(Duration.ofMinutes(1));
        assertThat(flows.isEmpty()).isTrue();
        driver.advanceWallClockTime(Duration.ofMinutes(2));

        assertThat(flows.readValue().getFlowEndReason()).isEqualTo(FlowEndReason.forced);
        assertThat(edges.readValuesToList()).hasSize(1);
        assertNothingMore();
    }

    private void pipe(PacketBatchBuilder batch) {
        packets.pipeInput(null, batch.encode(schemaId));
    }

    private static long packetsOf(List<Flow> records) {
        return records.stream()
                .mapToLong(flow ->
                        flow.getDelta().getInitiatorPackets() + flow.getDelta().getResponderPackets())
                .sum();
    }

    private void assertNothingMore() {
        assertThat(flows.isEmpty()).isTrue();
        assertThat(losses.isEmpty()).isTrue();
    }
}
