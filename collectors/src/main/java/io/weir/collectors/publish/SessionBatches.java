package io.weir.collectors.publish;

import io.weir.decoding.packet.PacketHeaders;
import io.weir.schemas.packets.CanonicalKey;
import io.weir.schemas.packets.IcmpError;
import io.weir.schemas.packets.PacketBatchEncoder;
import io.weir.schemas.packets.PayloadFact;
import java.util.Arrays;

/** What one thread has gathered for one session: a batch in the making for each partition. */
final class SessionBatches {

    /** Unit of time columns for captures of microsecond resolution, nanoseconds. */
    private static final int MICROSECOND = 1000;

    /** Octets of facts after which a batch is sent, so that a record stays far below the topic's limit. */
    private static final int MAX_FACT_OCTETS = 512 * 1024;

    private static final int INITIAL_KEYS = 64;

    private final ObservationSession session;
    private final Watermark watermark;
    private final int thread;
    private final int batchPackets;
    private final PacketBatchEncoder[] encoders;

    /** Null where TCP is not looked at. */
    private final TcpTracker tcp;

    /** Null where no digests are noted. */
    private final TrajectorySampler trajectories;

    /** Of each batch in the making, connections by index of their keys plus one, 0 as long as they were not looked up. */
    private final int[][] connections;

    /** Of each batch in the making, the number of its first look-up; the greatest without one. */
    private final long[] firstLookups;

    /** The tracker's moves when they were looked up. */
    private int moves;

    /** Coarse until a packet needs the finer one, then fine for good. */
    private int tickNanoseconds = MICROSECOND;

    /**
     * @param thread number of the thread that owns this
     * @param tcp null where TCP is not looked at
     * @param trajectories null where no digests are noted
     */
    SessionBatches(
            ObservationSession session,
            Watermark watermark,
            int thread,
            int batchPackets,
            TcpTracker tcp,
            TrajectorySampler trajectories) {
        this.session = session;
        this.watermark = watermark;
        this.thread = thread;
        this.batchPackets = batchPackets;
        this.tcp = tcp;
        this.trajectories = trajectories;
        this.encoders = new PacketBatchEncoder[session.partitions()];
        this.connections = new int[encoders.length][INITIAL_KEYS];
        this.firstLookups = new long[encoders.length];
        Arrays.fill(firstLookups, Long.MAX_VALUE);
        makeEncoders();
    }

    private void makeEncoders() {
        for (int i = 0; i < encoders.length; i++) {
            encoders[i] = new PacketBatchEncoder(tickNanoseconds, tcp != null);
        }
    }

    ObservationSession session() {
        return session;
    }

    /**
     * Adds one packet, a frame's or one that it encloses, or several of one flow and direction; sends its batch when full.
     *
     * @param packets how many; the octets and control bits are those of all together
     * @param headers of the packet, null for several
     * @param fact what its payload shows, or null
     * @param deliveredNanos event time up to which this thread's source has delivered everything, epoch nanoseconds
     */
    void add(
            CanonicalKey key,
            boolean sentByA,
            long timeNanos,
            int packets,
            int layer2Octets,
            int octets,
            int tcpControlBits,
            PacketHeaders headers,
            PayloadFact fact,
            long deliveredNanos)
            throws InterruptedException {
        long ticks = timeNanos;
        if (tickNanoseconds != 1) {
            ticks = timeNanos / MICROSECOND;
            if (ticks * MICROSECOND != timeNanos) {
                refine(deliveredNanos);
                ticks = timeNanos;
            }
        }
        long hash = key.hash();
        int partition = CanonicalKey.partition(hash, encoders.length);
        PacketBatchEncoder encoder = encoders[partition];
        int index = encoder.add(key, hash, sentByA, ticks, packets, layer2Octets, octets, tcpControlBits);
        if (fact != null) {
            encoder.addFact(fact);
        }
        if (tcp != null && headers != null && headers.tcpPayloadOctets >= 0) {
            int connection = connection(partition, index, key, hash);
            if (tcp.observe(connection, sentByA, headers, timeNanos)) {
                encoder.addTcpNote(tcp.marks(), tcp.roundTripMicroseconds());
            }
        }
        if (trajectories != null && headers != null && trajectories.chooses(headers)) {
            encoder.addDigest(trajectories.digest(), headers.timeToLive);
        }
        if (encoder.summaries() >= batchPackets || encoder.factOctets() >= MAX_FACT_OCTETS) {
            send(partition, deliveredNanos, false);
        }
    }

    /**
     * Notes an ICMP error in the partition of the flow that it quotes; sends the batch when it is full of them.
     *
     * @param error copied
     * @param deliveredNanos as above
     */
    void add(IcmpError error, long deliveredNanos) throws InterruptedException {
        int partition = CanonicalKey.partition(error.quoted.hash(), encoders.length);
        encoders[partition].addIcmpError(error);
        if (encoders[partition].icmpErrors() >= batchPackets) {
            send(partition, deliveredNanos, false);
        }
    }

    private int connection(int partition, int index, CanonicalKey key, long hash) {
        int[] known = connections[partition];
        if (index >= known.length) {
            known = Arrays.copyOf(known, Math.max(known.length * 2, index + 1));
            connections[partition] = known;
        } else if (known[index] != 0) {
            return known[index] - 1;
        }
        int connection = tcp.connection(idOf(key, hash));
        firstLookups[partition] = Math.min(firstLookups[partition], tcp.lookups());
        if (moves != tcp.moves()) {
            moves = tcp.moves();
            for (int[] others : connections) {
                Arrays.fill(others, 0);
            }
        }
        known[index] = connection + 1;
        return connection;
    }

    /** 64 bits over the flow: addresses and ports by their hash, VLANs and the tunnel around. */
    private static long idOf(CanonicalKey key, long hash) {
        long id = hash ^ (key.word5() * 0x9E3779B97F4A7C15L) ^ key.tunnel;
        return id == 0 ? 1 : id;
    }

    /** Sends what has been gathered; with {@code empty} also to partitions for which there is nothing, as a sign of life. */
    void flush(long deliveredNanos, boolean empty) throws InterruptedException {
        for (int partition = 0; partition < encoders.length; partition++) {
            if (empty || !encoders[partition].isEmpty()) {
                send(partition, deliveredNanos, false);
            }
        }
    }

    /** Sends what has been gathered and the word that nothing follows, of no thread. */
    void end(long deliveredNanos) throws InterruptedException {
        for (int partition = 0; partition < encoders.length; partition++) {
            send(partition, deliveredNanos, true);
        }
    }

    private void refine(long deliveredNanos) throws InterruptedException {
        flush(deliveredNanos, false);
        tickNanoseconds = 1;
        makeEncoders();
    }

    private void send(int partition, long deliveredNanos, boolean end) throws InterruptedException {
        if (firstLookups[partition] != Long.MAX_VALUE) {
            forgetConnections(partition);
        }
        session.send(partition, encoders[partition], watermark.of(thread, deliveredNanos), end);
    }

    private void forgetConnections(int partition) {
        Arrays.fill(connections[partition], 0);
        firstLookups[partition] = Long.MAX_VALUE;
        long oldest = tcp.lookups() + 1;
        for (long first : firstLookups) {
            oldest = Math.min(oldest, first);
        }
        tcp.inUseSince(oldest);
    }
}
