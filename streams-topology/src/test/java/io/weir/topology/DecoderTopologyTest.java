package io.weir.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.schemas.CounterDeviation;
import io.weir.schemas.Counters;
import io.weir.schemas.Datagram;
import io.weir.schemas.DeviceCounters;
import io.weir.schemas.DroppedPackets;
import io.weir.schemas.ExporterStatus;
import io.weir.schemas.Flow;
import io.weir.schemas.Forwarding;
import io.weir.schemas.ForwardingFacts;
import io.weir.schemas.Loss;
import io.weir.schemas.LossReason;
import io.weir.schemas.PacketBatch;
import io.weir.schemas.registry.SchemaRegistryClient;
import io.weir.schemas.rejected.RejectedRecord;
import io.weir.schemas.serde.AvroSerdes;
import io.weir.schemas.topic.Topics;
import io.weir.testing.CapturedDatagrams;
import io.weir.testing.Captures;
import io.weir.topology.datagram.DecoderMetrics;
import io.weir.topology.meter.MeterMetrics;
import io.weir.topology.netflow.NetflowWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Datagrams in, packet batches out, and with the meter behind it flows. */
class DecoderTopologyTest {

    private static final long START_NANOS = 1_700_000_000_000_000_000L;
    private static final long SECOND = 1_000_000_000L;
    private static final int PARTITIONS = 2;

    /** Format of a sample. */
    private static final int DISCARDED_PACKET = 5;

    private final Map<String, Object> configs =
            Map.of(SchemaRegistryClient.URL_CONFIG, "mock://" + getClass().getName());
    private final Topics topics = Topics.ofDefaultPrefix();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final Serializer<Datagram> serializer = AvroSerdes.serializer(Datagram.class, configs);
    private TopologyTestDriver driver;
    private TestInputTopic<byte[], byte[]> sflow;
    private TestInputTopic<byte[], byte[]> netflow;
    private TestOutputTopic<byte[], byte[]> packets;
    private TestOutputTopic<String, DeviceCounters> counters;
    private TestOutputTopic<String, ExporterStatus> exporters;
    private TestOutputTopic<String, DroppedPackets> drops;
    private TestOutputTopic<String, Loss> losses;
    private TestOutputTopic<byte[], byte[]> rejected;
    private long sequence;

    /** What a truth says of one conversation of one agent. */
    private record Sums(long packets, long octets) {

        Sums plus(long morePackets, long moreOctets) {
            return new Sums(packets + morePackets, octets + moreOctets);
        }
    }

    @BeforeEach
    void start() {
        driver = new TopologyTestDriver(
                DecoderTopology.build(
                        DecoderConfig.defaults(), topics, PARTITIONS, configs, new DecoderMetrics(registry)),
                properties(DecoderApp.applicationId(topics)));
        sflow = driver.createInputTopic(topics.sflow().name(), new ByteArraySerializer(), new ByteArraySerializer());
        netflow =
                driver.createInputTopic(topics.netflow().name(), new ByteArraySerializer(), new ByteArraySerializer());
        packets = driver.createOutputTopic(
                topics.packets().name(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
        counters = driver.createOutputTopic(
                topics.counters().name(),
                new StringDeserializer(),
                AvroSerdes.deserializer(DeviceCounters.class, configs));
        exporters = driver.createOutputTopic(
                topics.exporters().name(),
                new StringDeserializer(),
                AvroSerdes.deserializer(ExporterStatus.class, configs));
        drops = driver.createOutputTopic(
                topics.drops().name(),
                new StringDeserializer(),
                AvroSerdes.deserializer(DroppedPackets.class, configs));
        losses = driver.createOutputTopic(
                topics.losses().name(), new StringDeserializer(), AvroSerdes.deserializer(Loss.class, configs));
        rejected = driver.createOutputTopic(
                topics.sflow().rejectedName(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    @AfterEach
    void stop() {
        driver.close();
    }

    private static Properties properties(String applicationId) {
        Properties properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, applicationId);
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:1");
        properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        return properties;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sflow-pmacct-office-1in10",
                "sflow-v6-agent",
                "sflow-expanded-sample",
                "sflow-ndpi-9",
                "sflow-counters-30-pdus",
                "sflow-collected-datagrams"
            })
    void shouldMakeFlowsOfWhatWasSampled(String capture) throws IOException {
        List<CapturedDatagrams.Datagram> captured = CapturedDatagrams.of(Captures.require(capture + ".pcap"));
        long last = 0;
        for (CapturedDatagrams.Datagram datagram : captured) {
            pipe(datagram.address(), datagram.timeNanos(), datagram.payload());
            last = Math.max(last, datagram.timeNanos());
        }
        life(last + SECOND);

        Map<String, Sums> found = new TreeMap<>();
        for (Flow flow : flows()) {
            if (flow.getParentFlowId() != null || flow.getCommunityId() == null) {
                continue;
            }
            Counters delta = flow.getDelta();
            String key = flow.getObservationPoint().getHost() + " " + flow.getCommunityId();
            found.merge(
                    key,
                    new Sums(
                            delta.getInitiatorPackets() + delta.getResponderPackets(),
                            delta.getInitiatorOctets() + delta.getResponderOctets()),
                    (left, right) -> left.plus(right.packets, right.octets));
        }
        assertThat(found).isEqualTo(truth(capture));
    }

    /**
     * What a collector of another make has kept of each conversation. Left out are captures that it reads in part, as {@code CaptureTruthTest} shows: it
     * loses addresses ({@code ipfix-physical-interfaces}), data before its template ({@code nf9-templates-data}), and records where headers lie ({@code *-vendors}, {@code nfx-telegraf}).
     */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "ipfix-cisco", "ipfix-fritz", "ipfix-huawei-vrf", "ipfix-ipv6-sampling", "ipfix-ipv6-transport",
                "ipfix-mpls", "ipfix-options-reassigned", "ipfix-softflowd-ipv6", "ipfix-vendors", "nf5-akvorado",
                "nf5-softflowd-synscan", "nf9-cisco-sampling", "nf9-cisco", "nf9-nat-events", "nf9-ndpi-10",
                "nf9-softflowd-office"
            })
    void shouldMakeFlowsOfFlowRecords(String capture) throws IOException {
        long last = 0;
        for (CapturedDatagrams.Datagram datagram : CapturedDatagrams.of(Captures.require(capture + ".pcap"))) {
            long exported = exportNanos(datagram.payload());
            pipeNetflow(datagram.address(), exported, datagram.payload());
            last = Math.max(last, exported);
        }
        life(last + SECOND);

        Map<String, Sums> found = new TreeMap<>();
        for (Flow flow : flows()) {
            Counters delta = flow.getDelta();
            // A header of version 5 names a rate, by which the other collector has multiplied.
            long scale = capture.startsWith("nf5") ? flow.getObservationPoint().getSamplingRate() : 1;
            found.merge(
                    conversation(
                            flow.getObservationPoint().getHost(),
                            flow.getProtocolIdentifier() == null ? 0 : flow.getProtocolIdentifier(),
                            endpoint(
                                    flow.getInitiator().getAddress(),
                                    flow.getInitiator().getPort()),
                            endpoint(
                                    flow.getResponder().getAddress(),
                                    flow.getResponder().getPort())),
                    new Sums(
                            scale * (delta.getInitiatorPackets() + delta.getResponderPackets()),
                            scale * (delta.getInitiatorOctets() + delta.getResponderOctets())),
                    (left, right) -> left.plus(right.packets, right.octets));
        }
        assertThat(found).isEqualTo(recordedFlows(capture));
    }

    /** Of each flow what another reader has kept of one of its records, and of each record's packets a flow. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "ipfix-cisco",
                "ipfix-huawei-vrf",
                "ipfix-ipv6-sampling",
                "ipfix-ipv6-transport",
                "ipfix-mpls",
                "ipfix-options-reassigned",
                "ipfix-softflowd-ipv6",
                "ipfix-vendors",
                "nf5-akvorado",
                "nf5-softflowd-synscan",
                "nf9-cisco-sampling",
                "nf9-cisco",
                "nf9-softflowd-office",
                "nf9-templates-data"
            })
    void shouldTellOfTheWayWhatRecordsSay(String capture) throws IOException {
        long last = 0;
        for (CapturedDatagrams.Datagram datagram : CapturedDatagrams.of(Captures.require(capture + ".pcap"))) {
            long exported = exportNanos(datagram.payload());
            pipeNetflow(datagram.address(), exported, datagram.payload());
            last = Math.max(last, exported);
        }
        life(last + SECOND);

        Map<String, Set<String>> found = new TreeMap<>();
        for (Flow flow : flows()) {
            Forwarding forwarding = flow.getForwarding();
            String host = flow.getObservationPoint().getHost();
            String initiator = endpoint(
                    flow.getInitiator().getAddress(), flow.getInitiator().getPort());
            String responder = endpoint(
                    flow.getResponder().getAddress(), flow.getResponder().getPort());
            Integer protocol = flow.getProtocolIdentifier();
            boolean tellsStatus = capture.startsWith("nf9");
            if (flow.getTotal().getInitiatorPackets() > 0) {
                found.computeIfAbsent(
                                RecordedWays.key(host, protocol == null ? 0 : protocol, initiator, responder),
                                ignored -> new TreeSet<>())
                        .add(RecordedWays.text(forwarding == null ? null : forwarding.getInitiator(), tellsStatus));
            }
            if (flow.getTotal().getResponderPackets() > 0) {
                found.computeIfAbsent(
                                RecordedWays.key(host, protocol == null ? 0 : protocol, responder, initiator),
                                ignored -> new TreeSet<>())
                        .add(RecordedWays.text(forwarding == null ? null : forwarding.getResponder(), tellsStatus));
            }
        }
        Map<String, Set<String>> truth = RecordedWays.of(capture);
        assertThat(truth).isNotEmpty();
        truth.forEach((key, told) -> assertThat(found.getOrDefault(key, Set.of()))
                .as(key)
                .isNotEmpty()
                .isSubsetOf(told));
    }

    /** Interfaces, and of the one that has them routes, as another reader has them. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "sflow-pmacct-office-1in10",
                "sflow-v6-agent",
                "sflow-expanded-sample",
                "sflow-collected-datagrams"
            })
    void shouldTellOfTheWayWhatSamplesSay(String capture) throws IOException {
        long last = 0;
        for (CapturedDatagrams.Datagram datagram : CapturedDatagrams.of(Captures.require(capture + ".pcap"))) {
            pipe(datagram.address(), datagram.timeNanos(), datagram.payload());
            last = Math.max(last, datagram.timeNanos());
        }
        life(last + SECOND);

        Map<String, Set<String>> found = new TreeMap<>();
        for (Flow flow : flows()) {
            Forwarding forwarding = flow.getForwarding();
            if (flow.getParentFlowId() == null && flow.getIpVersion() != null) {
                String host = flow.getObservationPoint().getHost();
                String one = flow.getInitiator().getAddress();
                String other = flow.getResponder().getAddress();
                if (forwarding.getInitiator() != null) {
                    found.computeIfAbsent(host + " " + one + " " + other, ignored -> new TreeSet<>())
                            .add(RecordedWays.routes(forwarding.getInitiator()));
                }
                if (forwarding.getResponder() != null) {
                    found.computeIfAbsent(host + " " + other + " " + one, ignored -> new TreeSet<>())
                            .add(RecordedWays.routes(forwarding.getResponder()));
                }
            }
        }
        Map<String, Set<String>> truth = RecordedWays.ofSamples(capture);
        assertThat(truth).isNotEmpty();
        assertThat(found.keySet()).isEqualTo(truth.keySet());
        found.forEach((key, told) -> assertThat(told).as(key).isSubsetOf(truth.get(key)));
    }

    /** A path of three systems, of which the destination is in the last. */
    @Test
    void shouldTellOfTheLastSystemOfAPath() throws IOException {
        for (CapturedDatagrams.Datagram datagram :
                CapturedDatagrams.of(Captures.require("sflow-expanded-sample.pcap"))) {
            pipe(datagram.address(), datagram.timeNanos(), datagram.payload());
        }

        assertThat(flows()).singleElement().satisfies(flow -> {
            var said = flow.getForwarding().getResponder();
            assertThat(said.getBgpSourceAsNumber()).isEqualTo(203_476);
            assertThat(said.getBgpPrevAdjacentAsNumber()).isEqualTo(203_476);
            assertThat(said.getBgpNextAdjacentAsNumber()).isEqualTo(8_218);
            assertThat(said.getBgpDestinationAsNumber()).isEqualTo(203_361);
        });
    }

    @Test
    void shouldTellOfVlansLabelsAndTranslation() {
        ByteBuffer datagram =
                ByteBuffer.allocate(28 + 8 + 32 + 40 + 24 + 32 + 24 + 16).put(octets(head(1, 1)), 0, 28);
        datagram.putInt(1).putInt(32 + 40 + 24 + 32 + 24 + 16);
        datagram.putInt(1)
                .putInt(5)
                .putInt(1000)
                .putInt(1000)
                .putInt(0)
                .putInt(5)
                .putInt(6)
                .putInt(5);
        datagram.putInt(3).putInt(32).putInt(100).putInt(17).putInt(0x0a000001).putInt(0x0a000002);
        datagram.putInt(40_000).putInt(53).putInt(0).putInt(0xb8);
        datagram.putInt(1001).putInt(16).putInt(10).putInt(0).putInt(20).putInt(0);
        datagram.putInt(1006).putInt(24).putInt(1).putInt(0xc0000201).putInt(2);
        datagram.putInt(16_065 << 12 | 64).putInt(3 << 12 | 1 << 8 | 64).putInt(0);
        datagram.putInt(1007).putInt(16).putInt(1).putInt(0xcb007109).putInt(1).putInt(0x0a000002);
        datagram.putInt(1020).putInt(8).putInt(50_000).putInt(53);
        pipe(new byte[] {127, 0, 0, 1}, START_NANOS, datagram.array());
        life(START_NANOS + SECOND);

        assertThat(flows()).singleElement().satisfies(flow -> {
            assertThat(flow.getVlanIds()).containsExactly(10);
            assertThat(flow.getForwarding().getInitiator())
                    .isEqualTo(ForwardingFacts.newBuilder()
                            .setIngressInterface(5L)
                            .setEgressInterface(6L)
                            .setIpClassOfService(0xb8)
                            .setPostVlanId(20)
                            .setIpNextHop("192.0.2.1")
                            .setMplsLabels(List.of(16_065, 3))
                            .setPostNatSourceAddress("203.0.113.9")
                            .setPostNaptSourcePort(50_000)
                            .setPostNatDestinationAddress("10.0.0.2")
                            .setPostNaptDestinationPort(53)
                            .build());
            assertThat(flow.getForwarding().getResponder()).isNull();
        });
    }

    /** What stands in the place of an interface's number is none. */
    @Test
    void shouldTellWhatBecameOfSampledPackets() {
        int[] outputs = {6, 0x3fff_ffff, 1 << 30 | 258, 1 << 30 | 99, 2 << 30 | 7, 0};
        for (int i = 0; i < outputs.length; i++) {
            pipe(new byte[] {127, 0, 0, 1}, START_NANOS, samplesOf(1 + i, 40_000 + i, outputs[i]));
        }
        life(START_NANOS + SECOND);

        assertThat(flows())
                .filteredOn(flow -> flow.getObservationPoint().getInterface$().equals("5"))
                .extracting(
                        flow -> flow.getInitiator().getPort() - 40_000,
                        flow -> flow.getForwarding().getInitiator().getIngressInterface(),
                        flow -> flow.getForwarding().getInitiator().getEgressInterface(),
                        flow -> flow.getForwarding().getInitiator().getForwardingStatus(),
                        flow -> flow.getForwarding().getInitiator().getEgressInterfaces(),
                        flow -> flow.getForwarding().getInitiator().getIpClassOfService())
                .containsExactlyInAnyOrder(
                        tuple(0, 5L, 6L, null, null, 0),
                        tuple(1, 5L, null, 192, null, 0),
                        tuple(2, 5L, null, 129, null, 0),
                        tuple(3, 5L, null, 128, null, 0),
                        tuple(4, 5L, null, 64, 7L, 0),
                        tuple(5, 5L, null, null, null, 0));
    }

    private static Map<String, Sums> recordedFlows(String capture) throws IOException {
        Map<String, Sums> truth = new TreeMap<>();
        try (InputStream in = Captures.truth(capture)) {
            for (JsonNode flow : new ObjectMapper().readTree(in).at("/nfdump/records")) {
                long counted = flow.path("in_packets").asLong()
                        + flow.path("out_packets").asLong();
                if (counted == 0) {
                    // Of an event, not of traffic.
                    continue;
                }
                boolean ipv4 = !flow.path("src4_addr").asText("0.0.0.0").equals("0.0.0.0");
                int protocol = flow.path("proto").asInt();
                boolean hasPorts = protocol == 6 || protocol == 17;
                truth.merge(
                        conversation(
                                flow.path("exporter").asText(),
                                protocol,
                                endpoint(flow, "src", ipv4, hasPorts),
                                endpoint(flow, "dst", ipv4, hasPorts)),
                        new Sums(
                                counted,
                                flow.path("in_bytes").asLong()
                                        + flow.path("out_bytes").asLong()),
                        (left, right) -> left.plus(right.packets, right.octets));
            }
        }
        return truth;
    }

    private static String conversation(String exporter, int protocol, String one, String other) {
        boolean ordered = one.compareTo(other) < 0;
        return exporter + " " + protocol + " " + (ordered ? one + " " + other : other + " " + one);
    }

    private static String endpoint(JsonNode flow, String side, boolean ipv4, boolean hasPorts) {
        return endpoint(
                flow.path(side + (ipv4 ? "4_addr" : "6_addr")).asText(),
                hasPorts ? flow.path(side + "_port").asInt() : null);
    }

    private static String endpoint(String address, Integer port) {
        return address + (port == null ? "" : ":" + port);
    }

    /** When it was sent: captures were put together long after. */
    private static long exportNanos(ByteBuffer payload) {
        int at = payload.position();
        int seconds = payload.getInt(at + (payload.getShort(at) == 10 ? 4 : 8));
        return Integer.toUnsignedLong(seconds) * SECOND;
    }

    private void pipeNetflow(ByteBuffer address, long timeNanos, ByteBuffer payload) {
        netflow.pipeInput(null, datagram(address, timeNanos, payload));
    }

    /** Interface counters as a reader of another make has them; a speed of 0 is one that is not known. */
    @ParameterizedTest
    @ValueSource(strings = {"sflow-v6-agent", "sflow-counters-30-pdus", "sflow-ndpi-9", "sflow-collected-datagrams"})
    void shouldGiveWhatDevicesCount(String capture) throws IOException {
        for (CapturedDatagrams.Datagram datagram : CapturedDatagrams.of(Captures.require(capture + ".pcap"))) {
            pipe(datagram.address(), datagram.timeNanos(), datagram.payload());
        }
        List<String> found = new ArrayList<>();
        for (KeyValue<String, DeviceCounters> record : counters.readKeyValuesToList()) {
            DeviceCounters one = record.value;
            if ("if_counters".equals(one.getStructure())) {
                Map<String, Object> values = one.getValues();
                assertThat(record.key)
                        .isEqualTo(one.getObservationPoint().getHost() + "|"
                                + one.getObservationPoint().getInterface$());
                found.add(values.get("ifIndex") + " " + values.get("ifSpeed") + " " + values.get("ifInOctets") + " "
                        + values.get("ifInUcastPkts") + " " + values.get("ifOutOctets"));
            }
        }
        assertThat(found).isNotEmpty().isEqualTo(interfaceCounters(capture));
    }

    /** What a reader of another make has of the notifications. */
    @ParameterizedTest
    @ValueSource(strings = {"sflow-collected-datagrams", "sflow-ndpi-9", "sflow-v6-agent"})
    void shouldTellWhatDevicesDropped(String capture) throws IOException {
        for (CapturedDatagrams.Datagram datagram : CapturedDatagrams.of(Captures.require(capture + ".pcap"))) {
            pipe(datagram.address(), datagram.timeNanos(), datagram.payload());
        }
        List<String> found = new ArrayList<>();
        for (KeyValue<String, DroppedPackets> record : drops.readKeyValuesToList()) {
            DroppedPackets one = record.value;
            assertThat(record.key).isEqualTo(keyOf(one));
            found.add(one.getObservationPoint().getHost() + " "
                    + one.getObservationPoint().getInterface$() + " "
                    + one.getSequenceNumber() + " " + one.getReasonNumber() + " in " + one.getInputInterface() + " out "
                    + one.getOutputInterface());
        }
        assertThat(found).isEqualTo(notifications(capture));
    }

    private static String keyOf(DroppedPackets dropped) {
        return dropped.getFlow() == null
                ? dropped.getObservationPoint().getHost() + "|"
                        + dropped.getObservationPoint().getInterface$()
                : dropped.getFlow().getCommunityId();
    }

    private static List<String> notifications(String capture) throws IOException {
        List<String> truth = new ArrayList<>();
        try (InputStream in = Captures.truth(capture)) {
            for (JsonNode datagram :
                    new ObjectMapper().readTree(in).get("sflow").get("list")) {
                JsonNode skeleton = datagram.path("skeleton");
                for (JsonNode sample : skeleton.path("samples")) {
                    if (sample.path("format").asInt() == DISCARDED_PACKET) {
                        truth.add(skeleton.path("agent").asText() + " " + sample.path("source_index") + " "
                                + sample.path("sequence") + " " + sample.path("reason") + " in " + sample.path("input")
                                + " out " + sample.path("output"));
                    }
                }
            }
        }
        return truth;
    }

    /** Packets of a record that were dropped are in its flow, and told as drops beside it, with the key of the flow. */
    @Test
    void shouldKeepDropsBesideTheFlowThatTheyBelongTo() {
        byte[] record = ByteBuffer.allocate(25)
                .putInt(0x0a000002)
                .putInt(0x0a000001)
                .putShort((short) 40_000)
                .putShort((short) 443)
                .put((byte) 6)
                .putInt(31)
                .putInt(3100)
                .putInt(4)
                .array();
        byte[] message = NetflowWriter.v9()
                .template(300, 8, 4, 12, 4, 7, 2, 11, 2, 4, 1, 2, 4, 1, 4, 133, 4)
                .data(300, record)
                .bytes();
        ByteBuffer exporter = ByteBuffer.wrap(new byte[] {10, 0, 0, 9});
        pipeNetflow(exporter, NetflowWriter.EXPORT_SECONDS * SECOND, ByteBuffer.wrap(message));
        pipeNetflow(exporter, NetflowWriter.EXPORT_SECONDS * SECOND, ByteBuffer.wrap(message));
        life(NetflowWriter.EXPORT_SECONDS * SECOND + SECOND);

        List<KeyValue<String, DroppedPackets>> told = drops.readKeyValuesToList();
        assertThat(told).hasSize(1);
        List<Flow> flows = flows();
        assertThat(flows.stream().map(Flow::getCommunityId).distinct()).containsExactly(told.get(0).key);
        assertThat(flows.stream()
                        .mapToLong(flow -> flow.getDelta().getInitiatorPackets()
                                + flow.getDelta().getResponderPackets())
                        .sum())
                .isEqualTo(31);
        assertThat(told.get(0).value.getPackets()).isEqualTo(4);
        assertThat(told.get(0).value.getFlow().getCommunityId()).isEqualTo(told.get(0).key);
    }

    private static List<String> interfaceCounters(String capture) throws IOException {
        List<String> truth = new ArrayList<>();
        // A collection has datagrams of one agent with the same number: the second is taken for the first.
        Set<String> heads = new HashSet<>();
        try (InputStream in = Captures.truth(capture)) {
            for (JsonNode datagram :
                    new ObjectMapper().readTree(in).get("sflow").get("list")) {
                JsonNode skeleton = datagram.path("skeleton");
                if (!heads.add(
                        skeleton.path("agent") + " " + skeleton.path("sub_agent") + " " + skeleton.path("sequence"))) {
                    continue;
                }
                for (JsonNode sample : skeleton.path("samples")) {
                    JsonNode part = sample.path("if_counters");
                    if (!part.isMissingNode()) {
                        String speed = part.get("speed").asText();
                        truth.add(part.get("index").asText() + " " + (speed.equals("0") ? "null" : speed) + " "
                                + known(part.get("in_octets")) + " " + known(part.get("in_ucast")) + " "
                                + known(part.get("out_octets")));
                    }
                }
            }
        }
        return truth;
    }

    /** All ones say that a counter is not known; the other reader takes them for a number. */
    private static String known(JsonNode number) {
        return number.asText().equals("4294967295") || number.asText().equals("18446744073709551615")
                ? "null"
                : number.asText();
    }

    private static Map<String, Sums> truth(String capture) throws IOException {
        Map<String, Sums> truth = new TreeMap<>();
        try (InputStream in = Captures.truth(capture)) {
            for (JsonNode agent : new ObjectMapper().readTree(in).path("sflow").path("sampled")) {
                for (JsonNode row : agent.get("outer")) {
                    Sums sums = new Sums(
                            row.get("p_ab").asLong() + row.get("p_ba").asLong(),
                            row.get("ip_ab").asLong() + row.get("ip_ba").asLong());
                    truth.merge(
                            agent.get("agent").asText() + " " + row.get("cid").asText(),
                            sums,
                            (left, right) -> left.plus(right.packets, right.octets));
                }
            }
        }
        return truth;
    }

    /** What was said last of each exporter. */
    private Map<String, ExporterStatus> statuses() {
        driver.advanceWallClockTime(Duration.ofSeconds(11));
        Map<String, ExporterStatus> latest = new TreeMap<>();
        for (KeyValue<String, ExporterStatus> said : exporters.readKeyValuesToList()) {
            latest.put(said.key, said.value);
        }
        return latest;
    }

    /** Datagrams, those that came twice, flow samples and counter samples. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "sflow-pmacct-office-1in10",
                "sflow-v6-agent",
                "sflow-expanded-sample",
                "sflow-ndpi-9",
                "sflow-collected-datagrams"
            })
    void shouldSayHowAgentsStand(String capture) throws IOException {
        for (CapturedDatagrams.Datagram datagram : CapturedDatagrams.of(Captures.require(capture + ".pcap"))) {
            pipe(datagram.address(), datagram.timeNanos(), datagram.payload());
        }

        Map<String, List<Long>> found = new TreeMap<>();
        statuses()
                .forEach((key, status) -> found.put(
                        key,
                        List.of(
                                status.getDatagrams(),
                                status.getDuplicateDatagrams(),
                                status.getFlowSamples(),
                                status.getCounterSamples())));
        Map<String, List<Long>> truth = new TreeMap<>();
        Set<String> heads = new HashSet<>();
        try (InputStream in = Captures.truth(capture)) {
            for (JsonNode datagram :
                    new ObjectMapper().readTree(in).get("sflow").get("list")) {
                JsonNode skeleton = datagram.get("skeleton");
                String key = skeleton.get("agent").asText() + "|sflow5|"
                        + skeleton.get("sub_agent").asText();
                long came = 1;
                long again = heads.add(key + " " + skeleton.get("sequence").asText()) ? 0 : 1;
                long packetsSampled = 0;
                long countersSampled = 0;
                for (JsonNode sample : skeleton.get("samples")) {
                    int format = sample.get("format").asInt();
                    packetsSampled += again == 0 && (format == 1 || format == 3) ? 1 : 0;
                    countersSampled += again == 0 && (format == 2 || format == 4) ? 1 : 0;
                }
                truth.merge(key, List.of(came, again, packetsSampled, countersSampled), DecoderTopologyTest::sum);
            }
        }
        assertThat(found).isEqualTo(truth);
    }

    private static List<Long> sum(List<Long> left, List<Long> right) {
        List<Long> sum = new ArrayList<>();
        for (int i = 0; i < left.size(); i++) {
            sum.add(left.get(i) + right.get(i));
        }
        return sum;
    }

    /** Datagrams and records by domain, and by how much the exporter's clock is off, by a reader of another make. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "nf9-softflowd-office",
                "nf9-cisco-sampling",
                "ipfix-cisco",
                "ipfix-ipv6-sampling",
                "nf5-softflowd-synscan"
            })
    void shouldSayHowDomainsStand(String capture) throws IOException {
        for (CapturedDatagrams.Datagram datagram : CapturedDatagrams.of(Captures.require(capture + ".pcap"))) {
            pipeNetflow(datagram.address(), datagram.timeNanos(), datagram.payload());
        }

        Map<String, ExporterStatus> found = statuses();
        Map<String, Long> datagrams = new TreeMap<>();
        Map<String, Long> offsetsMs = new TreeMap<>();
        long records;
        try (InputStream in = Captures.truth(capture)) {
            JsonNode netflow = new ObjectMapper().readTree(in).get("netflow");
            records = netflow.get("records_seen_by_tshark").asLong();
            for (JsonNode datagram : netflow.get("list")) {
                int version = datagram.get("version").asInt();
                String key = datagram.get("src").asText()
                        + (version == 10 ? "|ipfix|" : "|netflow" + version + "|")
                        + (version == 5
                                ? datagram.get("engine_type").asInt() * 256
                                        + datagram.get("engine_id").asInt()
                                : datagram.get(version == 10 ? "od_id" : "source_id")
                                        .asLong());
                datagrams.merge(key, 1L, Long::sum);
                String[] received = datagram.get("t").asText().split("\\.");
                long exported =
                        datagram.get(version == 10 ? "exporttime" : "unix_secs").asLong() * SECOND
                                + datagram.path("unix_nsecs").asLong();
                long offset = exported - (Long.parseLong(received[0]) * SECOND + Long.parseLong(received[1]));
                offsetsMs.put(key, Math.floorDiv(offset, 1_000_000L));
            }
        }
        assertThat(found.keySet()).isEqualTo(datagrams.keySet());
        assertThat(found).allSatisfy((key, status) -> {
            assertThat(status.getDatagrams()).isEqualTo(datagrams.get(key));
            assertThat(status.getClockOffsetMilliseconds()).isEqualTo(offsetsMs.get(key));
            assertThat(status.getClockOffsetMilliseconds())
                    .isBetween(status.getLeastClockOffsetMilliseconds(), status.getGreatestClockOffsetMilliseconds());
            assertThat(status.getSubAgentId()).isNull();
        });
        assertThat(found.values().stream()
                        .mapToLong(status -> status.getFlowRecords() + status.getOptionsRecords())
                        .sum())
                .isEqualTo(records);
    }

    /**
     * Two Open vSwitch bridges that sample one packet in four of all that comes in, and count by port: what samples stand for lies as near to what ports have counted as
     * chance lets it.
     */
    @Test
    void shouldFindEstimatesNearWhatInterfacesCount() throws IOException {
        String capture = "ovs-geneve-collector";
        Set<Integer> frames = new HashSet<>();
        Map<String, long[]> truth = new TreeMap<>();
        try (InputStream in = Captures.truth(capture)) {
            Map<String, long[]> sampled = new TreeMap<>();
            for (JsonNode datagram :
                    new ObjectMapper().readTree(in).get("sflow").get("list")) {
                frames.add(datagram.get("frame").asInt());
                JsonNode skeleton = datagram.get("skeleton");
                String agent = skeleton.get("agent").asText() + "|sflow5|0";
                for (JsonNode sample : skeleton.get("samples")) {
                    JsonNode port = sample.path("if_counters");
                    if (!port.isMissingNode()) {
                        compare(
                                sampled.computeIfAbsent(
                                        agent + port.get("index").asText(), key -> new long[3]),
                                port.get("in_ucast").asLong()
                                        + port.get("in_mcast").asLong(),
                                truth.computeIfAbsent(agent, key -> new long[2]));
                    } else if (sample.has("input")) {
                        long[] span = sampled.get(agent + sample.get("input").asText());
                        if (span != null) {
                            span[1] += sample.get("rate").asLong();
                        }
                    }
                }
            }
        }
        for (CapturedDatagrams.Datagram datagram : CapturedDatagrams.of(Captures.require(capture + ".pcap"))) {
            if (frames.contains(datagram.frame())) {
                pipe(datagram.address(), datagram.timeNanos(), datagram.payload());
            }
        }

        Map<String, ExporterStatus> found = statuses();
        assertThat(found.keySet()).isEqualTo(truth.keySet()).hasSize(2);
        found.forEach((agent, status) -> {
            CounterDeviation deviation = status.getDeviation();
            assertThat(deviation.getEstimatedPackets()).isEqualTo(truth.get(agent)[0]);
            assertThat(deviation.getCountedPackets()).isEqualTo(truth.get(agent)[1]);
            assertThat(deviation.getPacketsDeviationStandardErrors()).isBetween(-3.0, 3.0);
            assertThat(status.getSampling().getEffectiveSamplingRate()).isBetween(3.9, 4.1);
            assertThat(status.getSampling().getDifferingSources()).isZero();
        });
    }

    /** @param span counters before, what samples stand for since then, whether there was one before the counters (and if so 2) */
    private static void compare(long[] span, long counted, long[] sums) {
        if (span[2] == 2) {
            sums[0] += span[1];
            sums[1] += counted - span[0];
        }
        span[0] = counted;
        span[2] = span[2] == 2 || span[1] > 0 ? 2 : 1;
        span[1] = 0;
    }

    @Test
    void shouldSayHowAnExporterStandsWhenItIsHeardFirstAndThenEveryTenSeconds() {
        pipe(1, START_NANOS);
        driver.advanceWallClockTime(Duration.ofSeconds(1));
        ExporterStatus first = exporters.readValue();
        assertThat(first.getDatagrams()).isEqualTo(1);
        assertThat(first.getDatagramsPerSecond()).isNull();
        assertThat(first.getFirstHeardMilliseconds()).isEqualTo(START_NANOS / 1_000_000);

        for (int i = 1; i <= 40; i++) {
            pipe(1 + i, START_NANOS + i * SECOND / 4);
            driver.advanceWallClockTime(Duration.ofMillis(250));
        }
        List<ExporterStatus> next = exporters.readValuesToList();
        assertThat(next).singleElement().satisfies(status -> {
            assertThat(status.getDatagramsPerSecond()).isEqualTo(4);
            assertThat(status.getWrittenMilliseconds() - first.getWrittenMilliseconds())
                    .isEqualTo(10_000);
            assertThat(status.getLastHeardMilliseconds())
                    .isEqualTo(status.getFirstHeardMilliseconds() + (status.getDatagrams() - 1) * 250);
        });
        driver.advanceWallClockTime(Duration.ofSeconds(20));
        long said = exporters.readValuesToList().size();
        assertThat(said).as("what came since").isLessThanOrEqualTo(1);
        driver.advanceWallClockTime(Duration.ofMinutes(20));
        assertThat(exporters.isEmpty()).as("nothing has come").isTrue();
    }

    @Test
    void shouldTellOfDatagramsThatNeverCame() {
        for (long number : new long[] {1, 2, 5, 4, 6}) {
            pipe(number, START_NANOS);
        }
        assertThat(losses.isEmpty()).as("what is late may still come").isTrue();
        pipe(7, START_NANOS + 2 * SECOND);
        driver.advanceWallClockTime(Duration.ofSeconds(2));

        Loss loss = losses.readValue();
        assertThat(loss.getReason()).isEqualTo(LossReason.missing_datagrams);
        assertThat(loss.getDatagrams()).isEqualTo(1);
        assertThat(loss.getPackets()).isNull();
        assertThat(loss.getObservationPoint().getHost()).isEqualTo("192.0.2.7");
        assertThat(loss.getSource()).isEqualTo("192.0.2.7|3");
        assertThat(losses.isEmpty()).isTrue();
    }

    @Test
    void shouldTellOfADatagramOfWhichNothingCanBeRead() {
        pipe(
                new byte[] {10, 0, 0, 1},
                START_NANOS,
                ByteBuffer.allocate(12).putInt(5).putInt(9).array());
        driver.advanceWallClockTime(Duration.ofSeconds(2));

        Loss loss = losses.readValue();
        assertThat(loss.getReason()).isEqualTo(LossReason.malformed_datagram);
        assertThat(loss.getDatagrams()).isEqualTo(1);
        assertThat(loss.getMessage())
                .contains("10.0.0.1", "UNKNOWN_ADDRESS_TYPE", topics.sflow().name() + "-0@0");
    }

    @Test
    void shouldPutAsideWhatIsNoDatagram() {
        sflow.pipeInput(null, new byte[] {1, 2, 3});
        pipe(1, START_NANOS);

        TestRecord<byte[], byte[]> aside = rejected.readRecord();
        assertThat(aside.value()).isEqualTo(new byte[] {1, 2, 3});
        assertThat(aside.headers().lastHeader(RejectedRecord.REASON)).isNotNull();
        Loss loss = losses.readValue();
        assertThat(loss.getReason()).isEqualTo(LossReason.undecodable_record);
        assertThat(loss.getStage()).isEqualTo("decoder");
    }

    /** Each point has a session of its own, numbered without gaps in each partition, and ended when nothing has come for long. */
    @Test
    void shouldNumberBatchesAndTellTheTime() {
        for (int i = 0; i < 20; i++) {
            pipe(new byte[] {127, 0, 0, 1}, START_NANOS + i, samplesOf(i, 40_000 + i));
            driver.advanceWallClockTime(Duration.ofMillis(100));
        }
        life(START_NANOS + 3 * SECOND);
        life(START_NANOS + 600 * SECOND);
        life(START_NANOS + 610 * SECOND);

        Map<String, List<PacketBatch>> sessions = sessions();
        assertThat(sessions).hasSize(2);
        assertThat(sessions.values().stream()
                        .map(session -> session.get(0).getObservationPoint().getInterface$()))
                .containsExactlyInAnyOrder("5", "6");
        for (List<PacketBatch> session : sessions.values()) {
            assertThat(session.stream().mapToInt(one -> one.getKey().size()).sum())
                    .isEqualTo(20);
            assertThat(session.stream()
                            .filter(one -> one.getKey().isEmpty())
                            .map(one -> one.getWatermarkNanoseconds() - START_NANOS + (one.getEndOfInput() ? 1 : 0)))
                    .as("the last is the end")
                    .containsExactlyInAnyOrder(3 * SECOND, 3 * SECOND, 600 * SECOND + 1, 600 * SECOND + 1);
        }

        pipe(new byte[] {127, 0, 0, 1}, START_NANOS + 620 * SECOND, samplesOf(100_000, 1));
        driver.advanceWallClockTime(Duration.ofMillis(100));
        assertThat(sessions().keySet()).doesNotContainAnyElementsOf(sessions.keySet());
    }

    /** By session; fails when one is not numbered from 0 without gaps in each partition. */
    private Map<String, List<PacketBatch>> sessions() {
        Map<String, List<PacketBatch>> sessions = new TreeMap<>();
        for (TestRecord<byte[], byte[]> record : packets.readRecordsToList()) {
            assertThat(record.key()).isNull();
            PacketBatch batch = batch(record.value());
            sessions.computeIfAbsent(batch.getSessionId(), id -> new ArrayList<>())
                    .add(batch);
        }
        for (List<PacketBatch> session : sessions.values()) {
            Map<Long, Long> times = session.stream()
                    .collect(
                            Collectors.groupingBy(PacketBatch::getSequenceNumber, TreeMap::new, Collectors.counting()));
            long highest = times.size() - 1L;
            assertThat(times.keySet()).contains(0L, highest);
            assertThat(times.values()).allMatch(count -> count <= PARTITIONS);
        }
        return sessions;
    }

    @Test
    void shouldCountADatagramOnceThatComesTwice() {
        byte[] datagram = samplesOf(7, 40_000);
        pipe(new byte[] {127, 0, 0, 1}, START_NANOS, datagram);
        pipe(new byte[] {127, 0, 0, 2}, START_NANOS + 1, datagram);
        driver.advanceWallClockTime(Duration.ofSeconds(2));

        assertThat(sessions().values().stream()
                        .flatMap(List::stream)
                        .mapToInt(batch -> batch.getKey().size())
                        .sum())
                .isEqualTo(2);
        assertThat(losses.isEmpty()).isTrue();
    }

    @Test
    void shouldEndThePointsOfACollectorThatIsGone() {
        pipe(new byte[] {127, 0, 0, 1}, START_NANOS, samplesOf(1, 40_000));
        driver.advanceWallClockTime(Duration.ofMinutes(1));
        assertThat(sessions().values())
                .allSatisfy(session -> assertThat(session).noneMatch(PacketBatch::getEndOfInput));
        driver.advanceWallClockTime(Duration.ofMinutes(2));

        assertThat(packets.readValuesToList().stream().map(this::batch))
                .hasSize(2 * PARTITIONS)
                .allMatch(PacketBatch::getEndOfInput);
    }

    private PacketBatch batch(byte[] value) {
        return AvroSerdes.deserializer(PacketBatch.class, configs)
                .deserialize(topics.packets().name(), value);
    }

    /** The decoder's batches through the meter. */
    private List<Flow> flows() {
        MeterConfig config = MeterConfig.defaults().withEarlyRecords(false);
        List<Flow> all = new ArrayList<>();
        try (TopologyTestDriver meter = new TopologyTestDriver(
                MeterTopology.build(
                        config, topics, 1, configs, new MeterMetrics(new SimpleMeterRegistry(), config.maxFlows())),
                properties(MeterApp.applicationId(topics)))) {
            TestInputTopic<byte[], byte[]> in = meter.createInputTopic(
                    topics.packets().name(), new ByteArraySerializer(), new ByteArraySerializer());
            packets.readValuesToList().forEach(batch -> in.pipeInput(null, batch));
            // Without any sign of life for long the meter ends what is open.
            meter.advanceWallClockTime(config.silenceTimeout().plusMinutes(1));
            TestOutputTopic<String, Flow> out = meter.createOutputTopic(
                    topics.flows().name(), new StringDeserializer(), AvroSerdes.deserializer(Flow.class, configs));
            all.addAll(out.readValuesToList());
        }
        return all;
    }

    private void pipe(long number, long timeNanos) {
        pipe(new byte[] {127, 0, 0, 1}, timeNanos, octets(head(number, 0)));
    }

    private static ByteBuffer head(long number, int samples) {
        return ByteBuffer.allocate(28 + samples * (8 + 32 + 8 + 32))
                .putInt(5)
                .putInt(1)
                .put(new byte[] {(byte) 192, 0, 2, 7})
                .putInt(3)
                .putInt((int) number)
                .putInt((int) number)
                .putInt(samples);
    }

    /** A packet of UDP at each of two interfaces, as the agent has read them. */
    private static byte[] samplesOf(int number, int port) {
        return samplesOf(number, port, 6);
    }

    private static byte[] samplesOf(int number, int port, int output) {
        ByteBuffer datagram = head(number, 2);
        for (int source = 5; source <= 6; source++) {
            datagram.putInt(1)
                    .putInt(32 + 8 + 32)
                    .putInt(number)
                    .putInt(source)
                    .putInt(1000)
                    .putInt(number * 1000)
                    .putInt(0)
                    .putInt(5)
                    .putInt(output)
                    .putInt(1)
                    .putInt(3)
                    .putInt(32)
                    .putInt(100)
                    .putInt(17)
                    .putInt(0x0a000001)
                    .putInt(0x0a000002)
                    .putInt(port)
                    .putInt(53)
                    .putInt(0)
                    .putInt(0);
        }
        return octets(datagram);
    }

    private static byte[] octets(ByteBuffer from) {
        byte[] octets = new byte[from.capacity()];
        from.get(0, octets);
        return octets;
    }

    private void life(long timeNanos) {
        pipe(new byte[0], timeNanos, new byte[0]);
        driver.advanceWallClockTime(Duration.ofSeconds(1));
    }

    private void pipe(byte[] address, long timeNanos, byte[] payload) {
        pipe(ByteBuffer.wrap(address), timeNanos, ByteBuffer.wrap(payload));
    }

    private void pipe(ByteBuffer address, long timeNanos, ByteBuffer payload) {
        sflow.pipeInput(null, datagram(address, timeNanos, payload));
    }

    private byte[] datagram(ByteBuffer address, long timeNanos, ByteBuffer payload) {
        Datagram datagram = new Datagram(
                "collector", "0.0.0.0:6343", "session", sequence++, false, timeNanos, address, 50_000, payload);
        return serializer.serialize(topics.sflow().name(), datagram);
    }
}
