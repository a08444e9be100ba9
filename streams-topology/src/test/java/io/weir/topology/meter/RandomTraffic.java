package io.weir.topology.meter;

import static io.weir.testing.PacketBatchBuilder.START_MS;
import static io.weir.testing.PacketBatchBuilder.aBatch;

import io.weir.schemas.ObservationPoint;
import io.weir.testing.PacketBatchBuilder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Packets of a few conversations at two observation points: bursts, silences, connections that end and begin again. */
final class RandomTraffic {

    /** One point is never farther behind the other. */
    private static final long MAX_BATCH_MS = 1000;

    private static final String[] FLAGS = {"S", "SA", "A", "PA", "A", "PA", "FA", "RA", "A", "A"};

    /** @param tunnel ends of the VXLAN tunnel around it, or null */
    private record Packet(
            int point, long atMs, String direction, boolean tcp, String flags, int octets, String tunnel) {}

    final List<byte[]> batches = new ArrayList<>();
    final Map<String, Long> sums = new TreeMap<>();
    long packets;

    private final Random random;
    private final boolean tunnels;

    /** Both points see every packet, one of them a moment later. */
    private final boolean mirrored;

    /** The same without tunnels. */
    static RandomTraffic bare(long seed, int count, long jitterMs, long windowMs) {
        return new RandomTraffic(seed, count, jitterMs, windowMs, false, false);
    }

    /** The same without tunnels, and both points see every packet; {@link #sums} are those of one of them. */
    static RandomTraffic mirrored(long seed, int count, long windowMs) {
        return new RandomTraffic(seed, count, 0, windowMs, false, true);
    }

    RandomTraffic(long seed, int count, long jitterMs, long windowMs) {
        this(seed, count, jitterMs, windowMs, true, false);
    }

    /**
     * @param jitterMs packets come at most this much later than their time says
     * @param windowMs window of the expected sums
     * @param tunnels a third of the packets travels in VXLAN
     */
    private RandomTraffic(long seed, int count, long jitterMs, long windowMs, boolean tunnels, boolean mirrored) {
        this.tunnels = tunnels;
        this.mirrored = mirrored;
        random = new Random(seed);
        List<Packet> sent = new ArrayList<>();
        long nowMs = 0;
        for (int i = 0; i < count; i++) {
            nowMs += gapMs();
            sent.add(packet(nowMs));
        }
        if (jitterMs > 0) {
            sent = delayed(sent, jitterMs);
        }
        sent.forEach(packet -> expect(packet, windowMs));
        packets = sent.size();
        encode(sent);
    }

    private long gapMs() {
        int kind = random.nextInt(1000);
        if (kind < 3) {
            return 60_000L + random.nextInt(120_000);
        }
        return kind < 30 ? random.nextInt(15_000) : random.nextInt(40);
    }

    private Packet packet(long atMs) {
        boolean tcp = random.nextInt(3) > 0;
        int client = random.nextInt(4);
        String there = "10.0.0." + (10 + client) + ':' + (40_000 + random.nextInt(3));
        String server = "10.0.1." + random.nextInt(2) + ':' + (tcp ? 80 : 53);
        boolean back = random.nextBoolean();
        return new Packet(
                random.nextInt(2),
                atMs,
                back ? server + " > " + there : there + " > " + server,
                tcp,
                FLAGS[random.nextInt(FLAGS.length)],
                60 + random.nextInt(1400),
                tunnels && random.nextInt(3) == 0 ? tunnel(back, client) : null);
    }

    /** Another outer flow for each direction and client. */
    private static String tunnel(boolean back, int client) {
        return back
                ? "10.9.0.2:" + (60_000 + client) + " > 10.9.0.1:4789"
                : "10.9.0.1:" + (50_000 + client) + " > 10.9.0.2:4789";
    }

    private List<Packet> delayed(List<Packet> sent, long jitterMs) {
        record Arrival(long atMs, Packet packet) {}
        return sent.stream()
                .map(packet -> new Arrival(packet.atMs + random.nextLong(jitterMs + 1), packet))
                .sorted(Comparator.comparingLong(Arrival::atMs))
                .map(Arrival::packet)
                .toList();
    }

    private void expect(Packet packet, long windowMs) {
        expect(packet, packet.tcp ? 6 : 17, packet.direction, packet.octets, windowMs);
        if (packet.tunnel != null) {
            expect(packet, 17, packet.tunnel, packet.octets + PacketBatchBuilder.TUNNEL_OCTETS, windowMs);
        }
    }

    private void expect(Packet packet, int protocol, String direction, int octets, long windowMs) {
        long windowStartMs = Math.floorDiv(START_MS + packet.atMs, windowMs) * windowMs;
        String key = MeterRig.key(point(packet.point), protocol, direction.replace(" ", ""), windowStartMs);
        MeterRig.add(sums, key, 1, octets);
    }

    private void encode(List<Packet> sent) {
        int at = 0;
        while (at < sent.size()) {
            int end = Math.min(sent.size(), at + 1 + random.nextInt(40));
            while (mirrored && sent.get(end - 1).atMs - sent.get(at).atMs > MAX_BATCH_MS) {
                end--;
            }
            for (int point = 0; point < 2; point++) {
                PacketBatchBuilder batch = aBatch().of(point(point));
                for (Packet packet : sent.subList(at, end)) {
                    if (mirrored || packet.point == point) {
                        add(batch.at(packet.atMs).octets(packet.octets), packet);
                    }
                }
                batches.add(batch.encode(1));
            }
            at = end;
        }
        for (int point = 0; point < 2; point++) {
            batches.add(aBatch().of(point(point)).endOfInput().encode(1));
        }
    }

    private static void add(PacketBatchBuilder batch, Packet packet) {
        if (packet.tunnel == null) {
            batch.inNoTunnel();
        } else {
            batch.inVxlan(packet.tunnel, 7);
        }
        if (packet.tcp) {
            batch.tcp(packet.direction, packet.flags);
        } else {
            batch.udp(packet.direction);
        }
    }

    private static ObservationPoint point(int number) {
        return new ObservationPoint("node-1", "eth" + number, "pcap", 1);
    }
}
