package io.weir.bench.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.bench.traffic.CaptureFileForTest.Packet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrafficWriterTest {

    private static final TrafficPlan PLAN = new TrafficPlan(30_000, 300, 5, 7, TrafficPlan.MAX_FRAME_LENGTH);

    @TempDir
    Path directory;

    @Test
    void shouldWriteExactlyWhatItSaysItWrote() throws IOException {
        Path path = directory.resolve("a.pcap");

        TrafficTruth truth = TrafficWriter.write(PLAN, path);

        List<Packet> packets = CaptureFileForTest.read(path).packets();
        assertThat(truth.packets()).isEqualTo(PLAN.packets()).isEqualTo(packets.size());
        assertThat(truth.layer2Octets())
                .isEqualTo(packets.stream().mapToLong(Packet::frameLength).sum());
        assertThat(truth.flows()).isEqualTo(PLAN.flows()).isEqualTo((int)
                packets.stream().map(Packet::conversation).distinct().count());
    }

    @Test
    void shouldKeepWholeFramesInOrderOfTimeWithRightChecksums() throws IOException {
        Path path = directory.resolve("a.pcap");
        TrafficWriter.write(PLAN, path);

        long last = 0;
        for (Packet packet : CaptureFileForTest.read(path).packets()) {
            assertThat(packet.capturedLength()).isEqualTo(packet.frameLength());
            assertThat(packet.epochMicros()).isGreaterThanOrEqualTo(last);
            assertThat(packet.networkChecksum()).isZero();
            assertThat(packet.transportChecksum()).isZero();
            last = packet.epochMicros();
        }
    }

    @Test
    void shouldWriteTheSameOctetsForTheSameSeedAndOthersForAnother() throws IOException {
        Path first = directory.resolve("first.pcap");
        Path second = directory.resolve("second.pcap");
        Path other = directory.resolve("other.pcap");
        TrafficWriter.write(PLAN, first);
        TrafficWriter.write(PLAN, second);
        TrafficWriter.write(new TrafficPlan(30_000, 300, 5, 8, TrafficPlan.MAX_FRAME_LENGTH), other);

        assertThat(second).hasSameBinaryContentAs(first);
        assertThat(other).binaryContent().isNotEqualTo(Files.readAllBytes(first));
    }

    @Test
    void shouldCutFramesAtTheSnapLengthAndSayTheirLengthOnTheWire() throws IOException {
        Path whole = directory.resolve("whole.pcap");
        Path cut = directory.resolve("cut.pcap");
        TrafficTruth wholeTruth = TrafficWriter.write(PLAN, whole);
        TrafficTruth cutTruth = TrafficWriter.write(new TrafficPlan(30_000, 300, 5, 7, 96), cut);

        CaptureFileForTest file = CaptureFileForTest.read(cut);
        assertThat(cutTruth).isEqualTo(wholeTruth);
        assertThat(file.snapLength()).isEqualTo(96);
        assertThat(file.packets()).allSatisfy(packet -> assertThat(packet.capturedLength())
                .isEqualTo(Math.min(96, packet.frameLength())));
    }

    @Test
    void shouldMixProtocolsFamiliesAndSizesLikeARealNetwork() throws IOException {
        Path path = directory.resolve("a.pcap");
        TrafficTruth truth = TrafficWriter.write(new TrafficPlan(100_000, 1_000, 20, 1, 1_518), path);

        Map<String, Integer> flowsByProtocol = new HashMap<>();
        CaptureFileForTest.read(path).packets().stream()
                .map(Packet::conversation)
                .distinct()
                .forEach(conversation -> flowsByProtocol.merge(conversation.split("/")[1], 1, Integer::sum));
        assertThat(flowsByProtocol).containsOnlyKeys("6", "17", "1", "58");
        assertThat(flowsByProtocol.get("6")).isBetween(550, 700);
        assertThat(truth.layer2Octets() / truth.packets()).isBetween(400L, 520L);
    }

    @Test
    void shouldEndEachFlowLongBeforeTheCaptureEnds() throws IOException {
        Path path = directory.resolve("a.pcap");
        TrafficTruth truth = TrafficWriter.write(new TrafficPlan(60_000, 3_000, 60, 1, 96), path);

        assertThat(truth.peakLiveFlows()).isLessThan(600);
        assertThat(truth.durationMicros()).isBetween(55_000_000L, 70_000_000L);
    }

    @Test
    void shouldHoldNearlyAllFlowsOpenWhenTheirLifeIsMostOfTheCapture() throws IOException {
        Path path = directory.resolve("a.pcap");
        TrafficTruth truth = TrafficWriter.write(new TrafficPlan(60_000, 3_000, 60, 1, 96, 48, 0), path);

        assertThat(truth.peakLiveFlows()).isGreaterThan(2_400);
        assertThat(truth.packets()).isEqualTo(60_000);
    }

    @Test
    void shouldLetEachClientKnowAFewServersAndOnePortOfEach() {
        Randomness randomness = new Randomness(1);
        Set<String> servers = new TreeSet<>();
        int clients = 4_000;
        for (int flow = 7; flow < 500 * clients; flow += clients) {
            Endpoints endpoints = Endpoints.of(flow, FlowKind.TCP, 3, randomness);
            byte[] address = endpoints.responderAddress();
            servers.add(
                    address[address.length - 2] + "." + address[address.length - 1] + ":" + endpoints.responderPort());
        }

        assertThat(servers).hasSize(3);
    }
}
