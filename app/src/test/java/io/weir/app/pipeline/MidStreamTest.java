package io.weir.app.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.app.WeirRun;
import io.weir.app.failure.ExitCode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A capture that begins in the middle of connections which began inside, with a segment of the server outside first: whoever takes the first
 * packet for the beginning raises a false alarm. A connection that does come in, with its handshake, shows that alarms are raised at all.
 */
class MidStreamTest {

    private static final int LINKTYPE_RAW = 101;
    private static final int HEADERS = 40;
    private static final int PAYLOAD = 100;

    private static final int INSIDE = 0x0a000005;
    private static final int SERVER = 0xc6336407;
    private static final int OUTSIDER = 0xcb007109;

    private static final int SYN = 0x02;
    private static final int SYN_ACK = 0x12;
    private static final int ACK = 0x10;
    private static final int PSH_ACK = 0x18;

    @TempDir
    private Path directory;

    private final ByteBuffer capture = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
    private int microseconds;

    @Test
    void shouldRaiseNothingAboveLowForConnectionsWhoseStartWasNotSeen() throws IOException {
        capture.putInt(0xa1b2c3d4)
                .putShort((short) 2)
                .putShort((short) 4)
                .putLong(0)
                .putInt(65_535)
                .putInt(LINKTYPE_RAW);
        // A service by its port; a service of remote administration; ports that say nothing, the outside one higher and
        // lower.
        for (int[] ports : new int[][] {{443, 40_001}, {22, 40_002}, {50_000, 40_003}, {40_004, 50_000}}) {
            for (int i = 0; i < 5; i++) {
                segment(SERVER, ports[0], INSIDE, ports[1], PSH_ACK);
                segment(INSIDE, ports[1], SERVER, ports[0], ACK);
            }
        }
        segment(OUTSIDER, 51_000, INSIDE, 22, SYN);
        segment(INSIDE, 22, OUTSIDER, 51_000, SYN_ACK);
        segment(OUTSIDER, 51_000, INSIDE, 22, ACK);
        Path file = Files.write(directory.resolve("middle.pcap"), Arrays.copyOf(capture.array(), capture.position()));

        Path out = directory.resolve("out");
        WeirRun run = WeirRun.of(
                directory, "analyze", file.toString(), "--cluster", "10.0.0.0/8", "--out", out.toString(), "--json");
        assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);

        List<JsonNode> ingress = new ArrayList<>();
        ObjectMapper mapper = new ObjectMapper();
        for (String line : Files.readAllLines(out.resolve("findings.jsonl"))) {
            JsonNode finding = mapper.readTree(line);
            if (finding.get("rule").asText().equals("ingress")) {
                ingress.add(finding);
            }
        }
        assertThat(ingress)
                .filteredOn(finding -> finding.at("/initiator/address").asText().equals("203.0.113.9"))
                .isNotEmpty()
                .allSatisfy(
                        finding -> assertThat(finding.get("severity").asText()).isEqualTo("high"));
        assertThat(ingress)
                .filteredOn(
                        finding -> !finding.at("/initiator/address").asText().equals("203.0.113.9"))
                .isNotEmpty()
                .as("what is not proven is told, and is no alarm")
                .allSatisfy(finding -> {
                    assertThat(finding.get("severity").asText()).isEqualTo("low");
                    assertThat(finding.get("confidence").asText()).isEqualTo("low");
                    assertThat(finding.get("title").asText()).endsWith("it is not proven who began");
                });
        assertThat(ingress)
                .as("the servers of 443 and 22 are taken for what they are")
                .extracting(finding -> finding.at("/responder/port").asInt())
                .doesNotContain(40_001, 40_002);
    }

    private void segment(int from, int fromPort, int to, int toPort, int controlBits) {
        int payload = controlBits == PSH_ACK ? PAYLOAD : 0;
        int length = HEADERS + payload;
        microseconds += 1000;
        capture.putInt(1_700_000_000).putInt(microseconds).putInt(length).putInt(length);
        capture.order(ByteOrder.BIG_ENDIAN);
        capture.putShort((short) 0x4500)
                .putShort((short) length)
                .putInt(0)
                .putShort((short) 0x4006)
                .putShort((short) 0);
        capture.putInt(from).putInt(to);
        capture.putShort((short) fromPort).putShort((short) toPort).putInt(1000).putInt(2000);
        capture.put((byte) 0x50).put((byte) controlBits).putShort((short) 1024).putInt(0);
        capture.put(new byte[payload]);
        capture.order(ByteOrder.LITTLE_ENDIAN);
    }
}
