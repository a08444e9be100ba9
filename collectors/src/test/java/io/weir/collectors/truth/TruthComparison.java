package io.weir.collectors.truth;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.decoding.packet.PacketDecoder;
import io.weir.decoding.packet.PacketHeaders;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * Adds up decoded frames per 5-tuple and holds the sums against the conversations of the outermost IP layer in a capture's ground
 * truth, and those of the innermost IP layer of tunnelled frames. Rows without ports on either side are summed per protocol and address pair.
 */
final class TruthComparison {
    private record Endpoint(String address, int port) {
        Endpoint portless() {
            return new Endpoint(address, -1);
        }
    }

    private record Direction(int protocol, Endpoint sender, Endpoint receiver) {
        Direction portless() {
            return new Direction(protocol, sender.portless(), receiver.portless());
        }

        Pair pair() {
            return new Pair(protocol, new TreeSet<>(List.of(sender.address, receiver.address)));
        }
    }

    private record Pair(int protocol, Set<String> addresses) {}

    private static final class Sums {
        long packets;
        long layer2Octets;
        long octets;
        int tcpControlBits;

        void add(Sums other) {
            packets += other.packets;
            layer2Octets += other.layer2Octets;
            octets += other.octets;
            tcpControlBits |= other.tcpControlBits;
        }

        @Override
        public String toString() {
            return "packets=" + packets + " layer2Octets=" + layer2Octets + " octets=" + octets + " tcpControlBits=0x"
                    + Integer.toHexString(tcpControlBits);
        }
    }

    private final PacketDecoder decoder = new PacketDecoder();
    private final PacketHeaders headers = new PacketHeaders();
    private final Map<Direction, Sums> outer = new HashMap<>();
    private final Map<Direction, Sums> inner = new HashMap<>();
    private long packets;
    private long layer2Octets;
    private long ipPackets;

    void add(ByteBuffer buffer, int offset, int capturedOctets, int wireOctets, int linkType) {
        decoder.decode(buffer, offset, capturedOctets, wireOctets, linkType, headers);
        packets++;
        layer2Octets += wireOctets;
        if (headers.ipVersion != 0) {
            ipPackets++;
            add(headers, wireOctets, Math.max(0, headers.tcpControlBits), outer);
        }
        PacketHeaders innermost = null;
        for (PacketHeaders level = headers.enclosed(); level != null; level = level.enclosed()) {
            innermost = level.ipVersion != 0 ? level : innermost;
        }
        if (innermost != null) {
            // The truth has neither frames nor flags of enclosed packets.
            add(innermost, 0, 0, inner);
        }
    }

    private static void add(
            PacketHeaders headers, int wireOctets, int tcpControlBits, Map<Direction, Sums> conversations) {
        boolean ported = headers.sourcePort >= 0;
        Direction direction = new Direction(
                headers.protocol,
                new Endpoint(
                        address(headers.sourceAddressHigh, headers.sourceAddressLow), ported ? headers.sourcePort : -1),
                new Endpoint(
                        address(headers.destinationAddressHigh, headers.destinationAddressLow),
                        ported ? headers.destinationPort : -1));
        Sums sums = conversations.computeIfAbsent(direction, key -> new Sums());
        sums.packets++;
        sums.layer2Octets += wireOctets;
        sums.octets += headers.octets;
        sums.tcpControlBits |= tcpControlBits;
    }

    /** One line per difference. */
    List<String> differences(JsonNode truth) {
        List<String> differences = new ArrayList<>();
        compare("packets", truth.at("/totals/packets").asLong(), packets, differences);
        compare("layer2Octets", truth.at("/totals/bytes").asLong(), layer2Octets, differences);
        compare("IP packets", truth.at("/frames/ip").asLong(), ipPackets, differences);

        compare("outer", truth.path("outer"), true, outer, differences);
        compare("inner", truth.path("inner"), false, inner, differences);
        return differences;
    }

    private static void compare(
            String what,
            JsonNode truth,
            boolean framesAndFlags,
            Map<Direction, Sums> decoded,
            List<String> differences) {
        Map<Direction, Sums> expected = new HashMap<>();
        Set<Pair> portless = new HashSet<>();
        for (JsonNode row : truth) {
            addTruthRow(row, framesAndFlags, expected, portless);
        }
        decoded.forEach((direction, sums) -> {
            if (direction.sender.port < 0) {
                portless.add(direction.pair());
            }
        });
        Map<Direction, Sums> theirs = merge(expected, portless);
        Map<Direction, Sums> ours = merge(decoded, portless);
        Set<String> lines = new TreeSet<>();
        Set<Direction> all = new HashSet<>(theirs.keySet());
        all.addAll(ours.keySet());
        for (Direction direction : all) {
            String their = Objects.toString(theirs.get(direction));
            String our = Objects.toString(ours.get(direction));
            if (!their.equals(our)) {
                lines.add(what + " " + direction + ": " + our + ", truth " + their);
            }
        }
        differences.addAll(lines);
    }

    private static void addTruthRow(
            JsonNode row, boolean framesAndFlags, Map<Direction, Sums> expected, Set<Pair> portless) {
        Endpoint a =
                new Endpoint(canonical(row.path("a").asText()), row.path("ap").asInt(-1));
        Endpoint b =
                new Endpoint(canonical(row.path("b").asText()), row.path("bp").asInt(-1));
        int protocol = row.path("proto").asInt();
        Direction forth = new Direction(protocol, a, b);
        Direction back = new Direction(protocol, b, a);
        if (a.port < 0 || b.port < 0 || row.has("frag")) {
            portless.add(forth.pair());
        }
        addTruth(row, "ab", framesAndFlags, forth, expected);
        addTruth(row, "ba", framesAndFlags, back, expected);
    }

    private static void addTruth(
            JsonNode row, String way, boolean framesAndFlags, Direction direction, Map<Direction, Sums> expected) {
        if (row.path("p_" + way).asLong() == 0) {
            return;
        }
        Sums sums = expected.computeIfAbsent(direction, key -> new Sums());
        sums.packets += row.path("p_" + way).asLong();
        sums.octets += row.path("ip_" + way).asLong();
        if (framesAndFlags) {
            sums.layer2Octets += row.path("by_" + way).asLong();
            sums.tcpControlBits |= row.path("f_" + way).asInt();
        }
    }

    private static Map<Direction, Sums> merge(Map<Direction, Sums> rows, Set<Pair> portless) {
        Map<Direction, Sums> merged = new HashMap<>();
        rows.forEach((direction, sums) -> merged.computeIfAbsent(
                        portless.contains(direction.pair()) ? direction.portless() : direction, key -> new Sums())
                .add(sums));
        return merged;
    }

    private static void compare(String name, long expected, long actual, List<String> differences) {
        if (expected != actual) {
            differences.add(name + ": " + actual + ", truth " + expected);
        }
    }

    /** IPv4 in dotted form would need to know the version; the 32 hex digits serve both, as no row mixes versions. */
    private static String address(long high, long low) {
        return String.format("%016x%016x", high, low);
    }

    private static String canonical(String literal) {
        try {
            byte[] octets = InetAddress.getByName(literal).getAddress();
            ByteBuffer padded = ByteBuffer.allocate(16);
            padded.position(16 - octets.length).put(octets);
            return address(padded.getLong(0), padded.getLong(8));
        } catch (UnknownHostException e) {
            throw new AssertionError("No address in the truth: " + literal, e);
        }
    }
}
