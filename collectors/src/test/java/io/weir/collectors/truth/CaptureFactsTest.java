package io.weir.collectors.truth;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.collectors.capture.CaptureFileReader;
import io.weir.collectors.capture.CaptureInterface;
import io.weir.collectors.capture.CaptureProblem;
import io.weir.collectors.capture.CaptureSource;
import io.weir.collectors.capture.Frame;
import io.weir.collectors.capture.FrameSink;
import io.weir.decoding.facts.FactReader;
import io.weir.decoding.packet.PacketDecoder;
import io.weir.decoding.packet.PacketHeaders;
import io.weir.schemas.ApplicationProtocol;
import io.weir.schemas.packets.PayloadFact;
import io.weir.testing.Captures;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Facts of real captures against what an independent dissector says of them. */
class CaptureFactsTest {

    private final Map<String, Long> found = new TreeMap<>();

    static Stream<String> captures() {
        return Captures.names();
    }

    @ParameterizedTest
    @MethodSource("captures")
    void shouldFindWhatTheTruthNames(String name) throws IOException {
        read(name);
        List<String> differences = new ArrayList<>();
        for (Map.Entry<String, Long> expected :
                expected(truth(withoutSuffix(name))).entrySet()) {
            if (expected.getKey().contains("\ufffd") || expected.getKey().contains("<")) {
                // Octets that are no UTF-8, or that the dissector puts into words.
                continue;
            }
            long here = found.getOrDefault(expected.getKey(), 0L);
            boolean dns = expected.getKey().startsWith("dns");
            String capture = withoutSuffix(name);
            boolean lacks = here < expected.getValue() && !mayLack(capture) && (dns || !mayLackOfStreams(capture));
            boolean more = here > expected.getValue() && (dns || !repeatsSegments(capture));
            if (lacks || more) {
                differences.add(expected.getKey() + ": " + here + ", truth " + expected.getValue());
            }
        }
        assertThat(differences).isEmpty();
        if (name.startsWith("mix-merged-apps")) {
            // What the dissector opens on port 443 but for versions made up to have them negotiated: drafts 23 to 29,
            // version 1.
            assertThat(found)
                    .containsEntry("quic server name quic.aiortc.org", 1L)
                    .containsEntry("quic server name www.wireshark.org", 2L)
                    .containsEntry("quic server name localhost", 4L)
                    .containsEntry("quic server name str1-euwest1-34-246-231-140.addlive.io", 1L);
        }
    }

    /** Captures of which the truth counts messages that are no payload of a flow, or that no reader ought to believe. */
    private static boolean mayLack(String name) {
        return switch (name) {
            // Also what ICMP errors quote.
            case "k8s-flannel-node1-any-sll2",
                    "k8s-flannel-node1-underlay",
                    "k8s-flannel-node2-underlay",
                    "k8s-flannel-pod-client",
                    "k8s-flannel-pod-intruder",
                    "tun-collection-1624" -> true;
            // Also what samples quote.
            case "sflow-pmacct-office-1in10" -> true;
            // SOME/IP, which the dissector takes for DNS.
            case "link-ppi-someip" -> true;
            // Damaged on purpose.
            case "bad-fuzz-691", "bad-packets" -> true;
            default -> false;
        };
    }

    /** Captures with requests and hellos that do not begin and end in one segment, or not as the truth sees them. */
    private static boolean mayLackOfStreams(String name) {
        return switch (name) {
            // The truth cuts names at dots.
            case "atk-syn-flood-60-sources" -> true;
            // Snap length of 96.
            case "cid-combined" -> true;
            // Samples quote the requests.
            case "ovs-geneve-collector" -> true;
            // A request in two segments, a method of UPnP, hellos in two segments.
            case "mix-many-protocols-4709", "mix-office-4631", "mix-merged-apps" -> true;
            default -> false;
        };
    }

    /** Captures with the same segment several times, which the truth counts once. */
    private static boolean repeatsSegments(String name) {
        return switch (name) {
            case "k8s-flannel-node1-any-sll2", "link-rawip-many-udp", "mix-merged-apps" -> true;
            default -> false;
        };
    }

    private void read(String name) throws IOException {
        PacketDecoder decoder = new PacketDecoder();
        FactReader reader = new FactReader();
        PacketHeaders headers = new PacketHeaders();
        PayloadFact fact = new PayloadFact();
        try (CaptureSource source = CaptureFileReader.open(Captures.require(name))) {
            FrameSink sink = new FrameSink() {
                @Override
                public void onFrame(Frame frame) {
                    decoder.decode(
                            frame.buffer(),
                            frame.offset(),
                            frame.capturedOctets(),
                            frame.layer2Octets(),
                            frame.linkType(),
                            headers);
                    for (PacketHeaders at = headers; at != null; at = at.enclosed()) {
                        if (at.payloadKind() != null && reader.read(frame.buffer(), at, frame.timeNanos(), fact)) {
                            count(fact);
                        }
                    }
                }

                @Override
                public void onInterface(int interfaceIndex, CaptureInterface description) {}

                @Override
                public void onProblem(CaptureProblem problem) {}
            };
            while (source.poll(sink, 1000) != CaptureSource.END) {}
        }
    }

    private void count(PayloadFact fact) {
        if (fact.hasTls && !fact.tlsServer) {
            count("tls client hellos");
            if (!fact.tlsServerName.isAbsent()) {
                count("tls server name " + fact.tlsServerName.text());
                count((fact.quicVersion < 0 ? "tcp" : "quic") + " server name " + fact.tlsServerName.text());
            }
        }
        if (fact.hasHttp) {
            count("http method " + fact.httpMethod.text());
            if (!fact.httpHost.isAbsent()) {
                count("http host " + fact.httpHost.text());
            }
        }
        if (fact.protocol == ApplicationProtocol.dns.ordinal()) {
            if (fact.dnsResponse) {
                count("dns responses");
                count("dns response code " + fact.dnsResponseCode);
            } else {
                count("dns queries");
                count("dns query type " + fact.dnsQueryType);
                count("dns name " + fact.dnsName.text());
            }
        }
    }

    private void count(String what) {
        found.merge(what, 1L, Long::sum);
    }

    private static Map<String, Long> expected(JsonNode truth) {
        Map<String, Long> expected = new TreeMap<>();
        JsonNode dns = truth.path("dns");
        if (!dns.isMissingNode()) {
            expected.put("dns queries", dns.path("queries").asLong());
            expected.put("dns responses", dns.path("responses").asLong());
            add(expected, "dns response code ", dns.path("response_codes"));
            add(expected, "dns query type ", dns.path("query_types"));
            add(expected, "dns name ", dns.path("top_query_names"));
        }
        JsonNode tls = truth.path("tls");
        if (!tls.isMissingNode()) {
            expected.put("tls client hellos", tls.path("client_hellos").asLong());
            add(expected, "tls server name ", tls.path("server_names"));
        }
        add(expected, "http method ", truth.path("http").path("methods"));
        add(expected, "http host ", truth.path("http").path("hosts"));
        return expected;
    }

    private static void add(Map<String, Long> expected, String prefix, JsonNode counts) {
        counts.properties()
                .forEach(field ->
                        expected.put(prefix + field.getKey(), field.getValue().asLong()));
    }

    private static JsonNode truth(String name) throws IOException {
        try (InputStream in = Captures.truth(name)) {
            return new ObjectMapper().readTree(in);
        }
    }

    private static String withoutSuffix(String fileName) {
        return fileName.substring(0, fileName.lastIndexOf('.'));
    }
}
