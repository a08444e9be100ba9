package io.weir.topology.netflow;

import com.fasterxml.jackson.databind.JsonNode;
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
        boolean ipv6 = flow.has("src6_addr");
        return seen.exporter().address().equals(address(flow.path("exporter").asText()))
                && seen.source().equals(address(flow.path(ipv6 ? "src6_addr" : "src4_addr").asText()))
                && seen.destination().equals(address(flow.path(ipv6 ? "dst6_addr" : "dst4_addr").asText()))
                && Math.max(0, seen.get(RecordField.PROTOCOL)) == flow.path("proto").asLong()
                && portMatches(seen, RecordField.SOURCE_PORT, flow.path("src_port"))
                && portMatches(seen, RecordField.DESTINATION_PORT, flow.path("dst_port"))
                && flow.path("in_packets").asLong() == packets(seen)
                && flow.path("in_bytes").asLong() == octets(seen)
                && timeMatches(seen.first(), flow.path("first").asText())
                && timeMatches(seen.last(), flow.path("last").asText());
    }

    private static boolean portMatches(Recording.Seen seen, RecordField field, JsonNode port) {
        return port.isMissingNode() || Math.max(0, seen.get(field)) == port.asLong();
    }

    private static boolean timeMatches(long nanos, String text) {
        long millis = CaptureTruthTest.epochMillis(text);
        return nanos / NANOS_PER_MILLI == millis;
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

    private static String address(String text) {
        try {
            return text.isEmpty() ? "" : java.net.InetAddress.getByName(text).getHostAddress();
        } catch (java.net.UnknownHostException e) {
            throw new IllegalArgumentException(text, e);
        }
    }
}
