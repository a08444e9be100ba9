package io.weir.topology.netflow;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/** Holds flow records against those that a collector kept: each of its flows must be among ours, with its times. */
final class CollectorComparison {
    private static final long NANOS_PER_MILLI = 1_000_000L;

    private final List<Recording.Seen> ours;

    CollectorComparison(List<Recording.Seen> records) {
        ours = new ArrayList<>(records.stream().filter(seen -> !seen.options()).toList());
    }

    /** One line a flow of the collector that is not among ours. */
    List<String> differences(JsonNode truth) {
        List<String> differences = new ArrayList<>();
        for (JsonNode flow : truth.path("records")) {
            Recording.Seen found = null;
            for (Recording.Seen seen : ours) {
                if (matches(seen, flow)) {
                    found = seen;
                    break;
                }
            }
            if (found == null) {
                differences.add("not ours: " + flow);
            } else {
                ours.remove(found);
            }
        }
        return differences;
    }

    private static boolean matches(Recording.Seen seen, JsonNode flow) {
        return seen.exporter().address().equals(address(flow.path("exporter")))
                && addressesMatch(seen, flow)
                && Math.max(0, seen.get(RecordField.PROTOCOL))
                        == flow.path("proto").asLong()
                && portMatches(seen, RecordField.SOURCE_PORT, flow.path("src_port"))
                && portMatches(seen, RecordField.DESTINATION_PORT, flow.path("dst_port"))
                && flow.path("in_packets").asLong() == packets(seen) * scale(seen)
                && flow.path("in_bytes").asLong() == octets(seen) * scale(seen)
                && timesMatch(
                        seen, flow.path("first").asText(), flow.path("last").asText());
    }

    /**
     * Of a record with both families the collector shows the one over the other: then it is the IPv4 addresses that count; where both are
     * zero it has lost them (the dissector shows that they are there).
     */
    private static boolean addressesMatch(Recording.Seen seen, JsonNode flow) {
        String ipv4 = flow.path("src4_addr").asText("");
        boolean ipv6 = flow.has("src6_addr") && (ipv4.isEmpty() || ipv4.equals("0.0.0.0"));
        if (ipv6 && !ipv4.isEmpty()) {
            return true;
        }
        return seen.source().equals(address(flow.path(ipv6 ? "src6_addr" : "src4_addr")))
                && seen.destination().equals(address(flow.path(ipv6 ? "dst6_addr" : "dst4_addr")));
    }

    /** The collector takes elements 21 and 22 of IPFIX for each other; it has no time where it knows none. */
    private static boolean timesMatch(Recording.Seen seen, String first, String last) {
        return (timeMatches(seen.first(), first) && timeMatches(seen.last(), last))
                || (timeMatches(seen.first(), last) && timeMatches(seen.last(), first));
    }

    private static boolean portMatches(Recording.Seen seen, RecordField field, JsonNode port) {
        return port.isMissingNode() || Math.max(0, seen.get(field)) == port.asLong();
    }

    private static boolean timeMatches(long nanos, String text) {
        long millis = CaptureTruthTest.epochMillis(text);
        return millis == 0 || nanos / NANOS_PER_MILLI == millis;
    }

    private static long scale(Recording.Seen seen) {
        return seen.sampling().source == SamplingSource.HEADER ? (long) seen.sampling().packetsPerSample : 1;
    }

    private static long packets(Recording.Seen seen) {
        return firstOf(seen, RecordField.PACKETS, RecordField.TOTAL_PACKETS, RecordField.INITIATOR_PACKETS);
    }

    private static long octets(Recording.Seen seen) {
        return firstOf(seen, RecordField.OCTETS, RecordField.TOTAL_OCTETS, RecordField.INITIATOR_OCTETS);
    }

    private static long firstOf(Recording.Seen seen, RecordField... fields) {
        for (RecordField field : fields) {
            if (seen.values().containsKey(field)) {
                return seen.get(field);
            }
        }
        return 0;
    }

    private static String address(JsonNode node) {
        String text = node.asText();
        try {
            return text.isEmpty() ? "" : InetAddress.getByName(text).getHostAddress();
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(text, e);
        }
    }
}
