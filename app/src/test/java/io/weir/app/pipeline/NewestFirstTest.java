package io.weir.app.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.app.WeirRun;
import io.weir.app.failure.ExitCode;
import io.weir.testing.Captures;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real scans that are stored with the last packet first, as some tools store them, against the same in the order of time. */
class NewestFirstTest {

    private static final Set<String> SCANS = Set.of(
            "atk-tcp-scan.pcap",
            "atk-udp-scan.pcap",
            "atk-scan-xmas.pcap",
            "atk-synscan-2011.pcap",
            "atk-scan-infection.pcap",
            "atk-worm-smb-445.pcap",
            "atk-not-a-scan.pcap");
    private static final String REVERSED = "-newest-first";
    private static final int FILE_HEADER_OCTETS = 24;
    private static final int PACKET_HEADER_OCTETS = 16;
    private static final int MAGIC_MICROSECONDS = 0xa1b2c3d4;

    @TempDir
    private Path directory;

    @Test
    void shouldFindTheSame() throws IOException {
        List<Path> scans = Captures.all().stream()
                .filter(capture -> SCANS.contains(capture.getFileName().toString()))
                .toList();
        assumeFalse(scans.isEmpty(), "the captures are not beside this repository");
        Path out = directory.resolve("out");
        List<String> args = new ArrayList<>(List.of("analyze", "--each", "--out", out.toString()));
        args.addAll(List.of("--cluster", "10.0.0.0/8,172.16.0.0/12,192.168.0.0/16"));
        for (Path scan : scans) {
            store(scan, "", Comparator.naturalOrder());
            store(scan, REVERSED, Collections.reverseOrder());
            args.add(directory.resolve(nameOf(scan, "")).toString());
            args.add(directory.resolve(nameOf(scan, REVERSED)).toString());
        }

        WeirRun run = WeirRun.of(directory, args.toArray(String[]::new));

        assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
        int found = 0;
        for (Path scan : scans) {
            Map<String, String> sorted = findings(out, nameOf(scan, ""));
            assertThat(findings(out, nameOf(scan, REVERSED)))
                    .as(scan.getFileName().toString())
                    .isEqualTo(sorted);
            Map<String, Set<String>> risks = risks(out, nameOf(scan, ""));
            assertThat(risks(out, nameOf(scan, REVERSED)))
                    .as("risks of " + scan.getFileName())
                    .isEqualTo(risks);
            assertThat(sorted.keySet())
                    .as("risks of %s are by its own findings", scan.getFileName())
                    .containsAll(risks.values().stream().flatMap(Set::stream).toList());
            assertThat(risks.isEmpty()).isEqualTo(sorted.isEmpty());
            found += sorted.size();
        }
        assertThat(found).isGreaterThanOrEqualTo(scans.size() - 1);
    }

    private static String nameOf(Path capture, String suffix) {
        return AnalyzeRequest.directoryName(capture) + suffix + ".pcap";
    }

    private record Packet(long time, int offset, int octets) {}

    /** Packets of equal time are reversed, too: else those of a second would keep their order. */
    private void store(Path capture, String suffix, Comparator<Long> order) throws IOException {
        byte[] octets = Files.readAllBytes(capture);
        ByteBuffer in = ByteBuffer.wrap(octets).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(in.getInt(0)).isEqualTo(MAGIC_MICROSECONDS);
        List<Packet> packets = new ArrayList<>();
        int at = FILE_HEADER_OCTETS;
        while (at < octets.length) {
            long time = Integer.toUnsignedLong(in.getInt(at)) * 1_000_000 + in.getInt(at + 4);
            packets.add(new Packet(time, at, PACKET_HEADER_OCTETS + in.getInt(at + 8)));
            at += PACKET_HEADER_OCTETS + in.getInt(at + 8);
        }
        packets.sort(Comparator.comparing(Packet::time, order).thenComparing(packet -> (long) packet.offset(), order));
        ByteBuffer file = ByteBuffer.allocate(octets.length).put(octets, 0, FILE_HEADER_OCTETS);
        packets.forEach(packet -> file.put(octets, packet.offset(), packet.octets()));
        Files.write(directory.resolve(nameOf(capture, suffix)), file.array());
    }

    /** Ids of the findings that make it so, by entity. */
    private static Map<String, Set<String>> risks(Path out, String capture) throws IOException {
        Map<String, Set<String>> risks = new TreeMap<>();
        double before = Double.MAX_VALUE;
        for (JsonNode risk : objects(out, capture, "risks.jsonl")) {
            assertThat(risk.path("sum").asDouble()).as("gravest first").isLessThanOrEqualTo(before);
            before = risk.path("sum").asDouble();
            Set<String> by = new TreeSet<>();
            risk.path("contributors")
                    .forEach(one -> by.add(one.path("findingId").asText()));
            assertThat(risks.put(risk.path("entity").asText(), by)).isNull();
        }
        return risks;
    }

    private static List<JsonNode> objects(Path out, String capture, String name) throws IOException {
        Path file = out.resolve(AnalyzeRequest.directoryName(Path.of(capture))).resolve(name);
        List<JsonNode> objects = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            objects.add(new ObjectMapper().readTree(line));
        }
        return objects;
    }

    /** What an analyst acts on, by id: not the number of the step at which a walk was clear, nor how flows without an end are cut. */
    private static Map<String, String> findings(Path out, String capture) throws IOException {
        Map<String, String> findings = new TreeMap<>();
        for (JsonNode finding : objects(out, capture, "findings.jsonl")) {
            findings.put(
                    finding.path("findingId").asText(),
                    String.join(
                            " ",
                            finding.path("rule").asText(),
                            finding.path("severity").asText(),
                            finding.at("/initiator/address").asText(),
                            finding.at("/responder/address").asText(),
                            finding.at("/responder/port").asText(),
                            finding.path("packets").asText(),
                            finding.path("firstSeenMicroseconds").asText(),
                            finding.path("lastSeenMicroseconds").asText()));
        }
        return findings;
    }
}
