package io.weir.app.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Captures with ICMP errors through the whole pipeline: a traceroute, and a scan of closed ports and of hosts behind a firewall. */
class IcmpErrorsTest {

    private static final String TRACEROUTE = "link-ppp-mpls-traceroute";
    private static final String SCAN = "k8s-flannel-pod-intruder";

    @TempDir
    private Path out;

    @Test
    void shouldTellTheFlowsThatErrorsQuote() throws IOException {
        WeirRun run = WeirRun.of(
                out,
                "analyze",
                "--each",
                "--json",
                "--out",
                out.toString(),
                Captures.require(TRACEROUTE + ".pcap").toString(),
                Captures.require(SCAN + ".pcap").toString());

        assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
        assertThat(run.out()).contains("\"conserved\":true").doesNotContain("\"conserved\":false");
        // Three probes a hop, of which the last hop says that nothing listens.
        assertThat(sum(flowsOf(TRACEROUTE), "timeExceeded")).isEqualTo(6);
        assertThat(sum(flowsOf(TRACEROUTE), "destinationUnreachable")).isEqualTo(3);
        assertThat(sum(flowsOf(SCAN), "destinationUnreachable")).isEqualTo(24);
        assertThat(sum(read(TRACEROUTE, "edges.jsonl").stream(), "icmpErrors")).isEqualTo(9);
        assertThat(sum(read(TRACEROUTE, "edges.jsonl").stream(), "unreachableFlows"))
                .isEqualTo(3);
        assertThat(sum(read(SCAN, "edges.jsonl").stream(), "icmpErrors")).isEqualTo(24);
    }

    /** What the flows of a capture tell of errors about either side. */
    private Stream<JsonNode> flowsOf(String capture) throws IOException {
        return read(capture, "flows.jsonl").stream()
                .flatMap(flow -> Stream.of(flow.at("/icmpErrors/initiator"), flow.at("/icmpErrors/responder")))
                .filter(JsonNode::isObject);
    }

    private static long sum(Stream<JsonNode> records, String field) {
        return records.mapToLong(one -> one.get(field).asLong()).sum();
    }

    private List<JsonNode> read(String capture, String file) throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        List<JsonNode> records = new ArrayList<>();
        for (String line : Files.readAllLines(out.resolve(capture).resolve(file))) {
            records.add(mapper.readTree(line));
        }
        return records;
    }
}
