package io.weir.app.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.app.WeirRun;
import io.weir.app.failure.ExitCode;
import io.weir.testing.Captures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Captures of one laboratory, taken at the same time: two nodes that carry pods in VXLAN, and two of the pods. */
class ConversationPathTest {

    private static final String NODE_1 = "k8s-flannel-node1-underlay.pcap";
    private static final String NODE_2 = "k8s-flannel-node2-underlay.pcap";
    private static final String CLIENT = "k8s-flannel-pod-client.pcap";
    private static final String INTRUDER = "k8s-flannel-pod-intruder.pcap";
    private static final List<String> FILES = List.of(NODE_1, NODE_2, CLIENT, INTRUDER);

    @TempDir
    private Path out;

    @Test
    void shouldFollowPodsThroughTheirTunnels() throws IOException {
        List<Path> captures = Captures.all().stream()
                .filter(capture -> FILES.contains(capture.getFileName().toString()))
                .sorted()
                .toList();
        assumeTrue(captures.size() == FILES.size(), "the captures are not beside this repository");
        List<String> args = new ArrayList<>(List.of("analyze", "--out", out.toString(), "--cluster", "10.244.0.0/16"));
        captures.forEach(capture -> args.add(capture.toString()));

        WeirRun run = WeirRun.of(out, args.toArray(new String[0]));

        assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
        assertThat(run.out()).contains("conserved yes");
        List<JsonNode> conversations = read("conversations.jsonl");
        // The scan of the intruder, on node 3, finds the client's pod on node 2: out of its own pod, over node 2's
        // network card, into the client's.
        List<JsonNode> scan = conversations.stream()
                .filter(one -> one.at("/initiator/address").asText().equals("10.244.3.40")
                        && one.at("/responder/address").asText().equals("10.244.2.30")
                        && one.at("/protocolIdentifier").asInt() == 6)
                .toList();
        assertThat(scan).isNotEmpty().allSatisfy(one -> {
            assertThat(places(one)).containsExactly(INTRUDER, NODE_2, CLIENT);
            List<Integer> timesToLive =
                    values(one, "initiatorTimeToLive").map(JsonNode::asInt).toList();
            assertThat(timesToLive.get(1)).isEqualTo(timesToLive.get(0) - 1);
            assertThat(timesToLive.get(2)).isEqualTo(timesToLive.get(0) - 2);
            assertThat(one.at("/path/0/initiatorTransfer/missingPackets").asLong())
                    .isZero();
            assertThat(one.at("/path/0/initiatorTransfer/meanDelayMicroseconds").asLong())
                    .isBetween(0L, 100_000L);
            assertThat(one.at("/path/1/encapsulation").toString()).contains("vxlan");
        });
        long once = read("edges.jsonl").stream()
                .filter(edge -> !edge.get("duplicate").asBoolean() && isScanOfClient(edge))
                .mapToLong(edge -> edge.get("initiatorPackets").asLong())
                .sum();
        long everywhere = read("edges.jsonl").stream()
                .filter(ConversationPathTest::isScanOfClient)
                .mapToLong(edge -> edge.get("initiatorPackets").asLong())
                .sum();
        assertThat(everywhere).isEqualTo(3 * once);
        assertThat(once)
                .isEqualTo(scan.stream()
                        .mapToLong(one -> one.at("/delta/initiatorPackets").asLong())
                        .sum());
    }

    private static boolean isScanOfClient(JsonNode edge) {
        return edge.get("initiatorEntity").asText().equals("10.244.3.40")
                && edge.get("responderEntity").asText().equals("10.244.2.30")
                && edge.at("/service/protocolIdentifier").asInt() == 6;
    }

    /** Files of the path, without what stands before them in the name of a merged input. */
    private static List<String> places(JsonNode conversation) {
        return StreamSupport.stream(conversation.get("path").spliterator(), false)
                .map(hop -> hop.at("/observationPoint/interface").asText())
                .map(name -> name.substring(name.indexOf('#') + 1))
                .toList();
    }

    private static Stream<JsonNode> values(JsonNode conversation, String field) {
        return StreamSupport.stream(conversation.get("path").spliterator(), false)
                .map(hop -> hop.get(field));
    }

    private List<JsonNode> read(String file) throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        List<JsonNode> records = new ArrayList<>();
        for (String line : Files.readAllLines(out.resolve(file))) {
            records.add(mapper.readTree(line));
        }
        return records;
    }
}
