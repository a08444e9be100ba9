package io.weir.topology.sflow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.testing.Captures;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every datagram of real captures against what independent tools read in it: heads, samples, records and counters against a reading made
 * without a dissector, headers against tshark.
 */
class SflowCaptureTruthTest {
    /** Octets of header that pmacct samples. */
    private static final int MAX_HEADER = 128;

    /** Records that tshark 4.0 loses its way behind. */
    private static final Set<Integer> UNKNOWN_TO_TSHARK = Set.of(1004, 1005, 1023, 1024, 1029, 1030);

    private static final List<String> INTERFACE_COUNTERS = List.of(
            "index",
            "type",
            "speed",
            "direction",
            "status",
            "in_octets",
            "in_ucast",
            "in_mcast",
            "in_bcast",
            "in_discards",
            "in_errors",
            "in_unknown",
            "out_octets",
            "out_ucast",
            "out_mcast",
            "out_bcast",
            "out_discards",
            "out_errors",
            "promiscuous");

    static Stream<String> captures() {
        List<String> names = new ArrayList<>();
        Captures.all("sflow-", "ovs-geneve-collector")
                .forEach(path -> names.add(path.getFileName().toString()));
        // Shows as a skipped test where the captures are absent.
        return names.isEmpty() ? Stream.of("none") : names.stream();
    }

    @ParameterizedTest
    @MethodSource("captures")
    void shouldAgreeWithTheTruth(String name) throws IOException {
        Map<Integer, byte[]> payloads = UdpPayloads.of(Captures.require(name));
        JsonNode truth = truth(name.substring(0, name.lastIndexOf('.'))).get("sflow");
        Comparison comparison = new Comparison();
        for (JsonNode datagram : truth.get("list")) {
            comparison.compare(datagram, payloads.remove(datagram.get("frame").intValue()));
        }
        assertThat(comparison.datagrams).isEqualTo(truth.get("datagrams").intValue());
        comparison.compareTotals(truth);
        if (!name.startsWith("ovs-")) {
            // What else was sent to the port, such as NetFlow, is no sFlow.
            payloads.values().forEach(octets -> assertThat(SflowText.of(octets).problems)
                    .containsExactly(SflowProblem.UNKNOWN_VERSION));
        }
    }

    /** The samples of a capture whose every packet is there: each header is that of a packet, and so is its length. */
    @Test
    void shouldGiveTheLengthsOfTheFramesThatWereSampled() throws IOException {
        Map<ByteBuffer, Set<Long>> lengths = new HashMap<>();
        for (UdpPayloads.Frame frame : UdpPayloads.frames(Captures.require("mix-office-4631.pcap"))) {
            ByteBuffer header = frame.octets().slice(0, Math.min(frame.octets().limit(), MAX_HEADER));
            lengths.computeIfAbsent(header, key -> new HashSet<>()).add((long) frame.layer2Octets());
        }
        long samples = 0;
        for (byte[] payload : UdpPayloads.of(Captures.require("sflow-pmacct-office-1in10.pcap"))
                .values()) {
            SflowText.of(payload, packet -> {
                ByteBuffer header = ByteBuffer.wrap(payload, packet.header.position, packet.header.octets);
                assertThat(lengths.get(header)).contains(packet.layer2Octets());
                assertThat(packet.linkType(ByteBuffer.wrap(payload))).isEqualTo(1);
            });
            samples += SflowText.of(payload).datagram.announcedSamples;
        }
        assertThat(samples).isEqualTo(451);
    }

    private static JsonNode truth(String name) throws IOException {
        try (InputStream in = Captures.truth(name)) {
            return new ObjectMapper().readTree(in);
        }
    }

    /** One capture. */
    private static final class Comparison implements SflowListener {
        int datagrams;
        private final SflowDecoder decoder = new SflowDecoder();
        private final Map<String, Integer> samplesByType = new TreeMap<>();
        private final Map<String, Integer> recordsByType = new TreeMap<>();
        private long headers;
        private long scaledHeaders;
        private JsonNode skeleton;
        private JsonNode dissected;
        private ByteBuffer buffer;
        private String where;
        private int next;
        private boolean ended;
        private int problems;

        void compare(JsonNode datagram, byte[] payload) {
            datagrams++;
            where = "frame " + datagram.get("frame");
            skeleton = datagram.get("skeleton");
            dissected = tsharkFollows() ? datagram.get("samples") : null;
            buffer = ByteBuffer.wrap(payload).asReadOnlyBuffer();
            next = 0;
            ended = false;
            problems = 0;
            decoder.decode(buffer, 0, payload.length, this);
            assertThat(ended).as(where).isTrue();
            assertThat(next).as(where).isEqualTo(skeleton.get("samples").size());
            assertThat(problems > 0).as(where + " has problems").isEqualTo(skeleton.has("overrun"));
            new SflowInvariants().check(payload, where);
        }

        void compareTotals(JsonNode truth) {
            assertThat(samplesByType).isEqualTo(counts(truth.get("samples_by_type")));
            assertThat(recordsByType).isEqualTo(counts(truth.get("records_by_type")));
            if (truth.has("sampled")) {
                long sampled = 0;
                long scaled = 0;
                for (JsonNode group : truth.get("sampled")) {
                    sampled += group.get("samples").longValue();
                    scaled += group.get("scaled_frames").longValue();
                }
                assertThat(headers).isEqualTo(sampled);
                assertThat(scaledHeaders).isEqualTo(scaled);
            } else {
                assertThat(headers).isZero();
            }
        }

        private static Map<String, Integer> counts(JsonNode node) {
            Map<String, Integer> counts = new TreeMap<>();
            node.properties()
                    .forEach(
                            field -> counts.put(field.getKey(), field.getValue().intValue()));
            return counts;
        }

        private boolean tsharkFollows() {
            for (JsonNode sample : skeleton.get("samples")) {
                for (JsonNode record : sample.path("records")) {
                    int format = record.get(1).intValue();
                    if (UNKNOWN_TO_TSHARK.contains(format) || format >= 2200) {
                        return false;
                    }
                }
                if (sample.has("overrun") || sample.get("format").intValue() > 4) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public void onDatagram(SflowDatagram datagram) {
            assertThat(SflowText.address(datagram.agentAddress)).isEqualTo(address(text(skeleton, "agent")));
            same("sub_agent", datagram.subAgentId, skeleton);
            same("sequence", datagram.sequenceNumber, skeleton);
            same("uptime_ms", datagram.uptimeMs, skeleton);
            same("n", datagram.announcedSamples, skeleton);
        }

        private static String address(String text) {
            try {
                ByteBuffer octets = ByteBuffer.wrap(InetAddress.getByName(text).getAddress());
                return octets.limit() == Integer.BYTES
                        ? "v4/0/" + Integer.toHexString(octets.getInt())
                        : "v6/" + Long.toHexString(octets.getLong()) + "/" + Long.toHexString(octets.getLong());
            } catch (IOException e) {
                throw new IllegalArgumentException(text, e);
            }
        }

        @Override
        public void onFlowSample(FlowSample sample) {
            JsonNode expected = begin(sample, sample.expanded ? 3 : 1, "flow ");
            same("rate", sample.samplingRate, expected);
            same("pool", sample.samplePool, expected);
            same("drops", sample.drops, expected);
            if (sample.expanded) {
                same("input_format", sample.inputFormat, expected);
                same("output_format", sample.outputFormat, expected);
                same("input", sample.inputValue, expected);
                same("output", sample.outputValue, expected);
            } else {
                same("input", sample.inputFormat << InterfaceKind.COMPACT_VALUE_BITS | sample.inputValue, expected);
                same("output", sample.outputFormat << InterfaceKind.COMPACT_VALUE_BITS | sample.outputValue, expected);
            }
            comparePacket(sample.packet, sample.samplingRate);
        }

        @Override
        public void onDiscardedPacket(DiscardedPacket discarded) {
            JsonNode expected = begin(discarded, 5, "flow ");
            same("drops", discarded.drops, expected);
            same("input", discarded.inputIfIndex, expected);
            same("output", discarded.outputIfIndex, expected);
            same("reason", discarded.reason, expected);
            comparePacket(discarded.packet, 1);
        }

        private void comparePacket(SampledPacket packet, long rate) {
            if (!packet.has(SampledPacket.HEADER)) {
                return;
            }
            headers++;
            scaledHeaders += rate;
            for (JsonNode part : dissectedParts()) {
                if (part.has("header.sampled_header_length")) {
                    same("header.sampled_header_length", packet.header.octets, part);
                    same("header.frame_length", packet.frameLength, part);
                    same("header.payload_stripped", packet.stripped, part);
                    same("header_protocol", packet.headerProtocol, part);
                } else if (part.has("vlan.in") && packet.has(SampledPacket.SWITCH)) {
                    same("vlan.in", Integer.toUnsignedLong(packet.sourceVlan), part);
                    same("vlan.out", Integer.toUnsignedLong(packet.destinationVlan), part);
                } else if (part.has("srcAS") && packet.has(SampledPacket.GATEWAY)) {
                    same("as", packet.gateway.as, part);
                    same("srcAS", packet.gateway.sourceAs, part);
                    // Of a field that repeats the truth has the first: the path is 8218 29605 203361 in the only one
                    // there is.
                    same("dstAS", packet.gateway.destinationPeerAs, part);
                    assertThat(packet.gateway.destinationAs).as(where).isEqualTo(203_361);
                    same("localpref", packet.gateway.localPreference, part);
                }
            }
        }

        private Iterable<JsonNode> dissectedParts() {
            return dissected == null ? List.of() : dissected.path(next - 1).path("parts");
        }

        @Override
        public void onCounterSample(CounterSample sample) {
            JsonNode expected = begin(sample, sample.expanded ? 4 : 2, "counter ");
            assertThat(sample.hasInterfaceCounters).as(where).isEqualTo(expected.has("if_counters"));
            if (sample.hasInterfaceCounters) {
                List<String> lines = CounterFields.of(sample.interfaceCounters);
                List<Field> fields = SflowStructures.counters(0, 1).fields();
                for (int i = 0; i < lines.size(); i++) {
                    long value = expected.get("if_counters")
                            .get(INTERFACE_COUNTERS.get(i))
                            .longValue();
                    assertThat(lines.get(i)).as(where).isEqualTo(FieldLog.number(fields.get(i), value));
                }
            }
            for (JsonNode part : dissectedParts()) {
                if (part.has("dot3StatsFCSErrors") && sample.hasEthernetCounters) {
                    same("dot3StatsFCSErrors", sample.ethernetCounters.fcsErrors, part);
                    same("dot3StatsSymbolErrors", sample.ethernetCounters.symbolErrors, part);
                }
            }
        }

        @Override
        public void onOtherSample(int enterprise, int format, int position, int octets) {
            JsonNode expected = nextSample(enterprise, format);
            if (!skeleton.has("overrun")) {
                same("length", octets, expected);
            }
        }

        private JsonNode nextSample(int enterprise, int format) {
            JsonNode expected = skeleton.get("samples").get(next++);
            where = where.replaceFirst(" sample.*", "") + " sample " + next;
            same("enterprise", enterprise, expected);
            same("format", format, expected);
            samplesByType.merge(enterprise + ":" + format, 1, Integer::sum);
            return expected;
        }

        private JsonNode begin(SflowSample sample, int format, String kind) {
            JsonNode expected = nextSample(0, format);
            same("length", sample.octets, expected);
            same("sequence", sample.sequenceNumber, expected);
            same("source_type", sample.sourceType, expected);
            same("source_index", sample.sourceIndex, expected);
            boolean overrun = expected.has("overrun");
            assertThat(sample.problem != SflowProblem.NONE)
                    .as(where + " " + sample.problem)
                    .isEqualTo(overrun);
            JsonNode records = expected.get("records");
            assertThat(sample.records.size()).as(where).isEqualTo(records.size());
            for (int i = 0; i < records.size(); i++) {
                JsonNode record = records.get(i);
                assertThat(sample.records.enterprise(i))
                        .as(where)
                        .isEqualTo(record.get(0).intValue());
                assertThat(sample.records.format(i))
                        .as(where)
                        .isEqualTo(record.get(1).intValue());
                if (!overrun) {
                    assertThat(sample.records.octets(i))
                            .as(where)
                            .isEqualTo(record.get(2).intValue());
                    requireWholeRecord(sample, i, kind);
                }
                recordsByType.merge(kind + record.get(0) + ":" + record.get(1), 1, Integer::sum);
            }
            return expected;
        }

        /** All published structures in these captures are of the length that the table has. */
        private void requireWholeRecord(SflowSample sample, int index, String kind) {
            int enterprise = sample.records.enterprise(index);
            int format = sample.records.format(index);
            Structure structure = kind.startsWith("flow")
                    ? SflowStructures.flow(enterprise, format)
                    : SflowStructures.counters(enterprise, format);
            FieldLog log = FieldLog.of(structure, buffer, sample.records.position(index), sample.records.octets(index));
            assertThat(log.problem).as(where + " " + structure.name()).isEqualTo(SflowProblem.NONE);
            assertThat(log.lines).as(where + " " + structure.name()).noneMatch(line -> line.startsWith("extra"));
        }

        @Override
        public void onProblem(SflowProblem problem, int position) {
            problems++;
        }

        @Override
        public void onEnd() {
            ended = true;
        }

        private static String text(JsonNode node, String name) {
            assertThat(node.has(name)).as(name).isTrue();
            return node.get(name).asText();
        }

        private void same(String name, long value, JsonNode expected) {
            assertThat(Long.toString(value)).as(where + " " + name).isEqualTo(text(expected, name));
        }
    }
}
