package io.weir.collectors.publish;

import io.weir.schemas.packets.CanonicalKey;
import io.weir.schemas.packets.PacketBatchEncoder;
import io.weir.schemas.packets.PayloadFact;

/** What one thread has gathered for one session: a batch in the making for each partition. */
final class SessionBatches {

    /** Unit of time columns for captures of microsecond resolution, nanoseconds. */
    private static final int MICROSECOND = 1000;

    /** Octets of facts after which a batch is sent, so that a record stays far below the topic's limit. */
    private static final int MAX_FACT_OCTETS = 512 * 1024;

    private final ObservationSession session;
    private final Watermark watermark;
    private final int thread;
    private final int batchPackets;
    private final PacketBatchEncoder[] encoders;

    /** Coarse until a packet needs the finer one, then fine for good. */
    private int tickNanoseconds = MICROSECOND;

    /** @param thread number of the thread that owns this */
    SessionBatches(ObservationSession session, Watermark watermark, int thread, int batchPackets) {
        this.session = session;
        this.watermark = watermark;
        this.thread = thread;
        this.batchPackets = batchPackets;
        this.encoders = new PacketBatchEncoder[session.partitions()];
        makeEncoders();
    }

    private void makeEncoders() {
        for (int i = 0; i < encoders.length; i++) {
            encoders[i] = new PacketBatchEncoder(tickNanoseconds);
        }
    }

    ObservationSession session() {
        return session;
    }

    /**
     * Adds one packet, a frame's or one that it encloses, or several of one flow and direction; sends its batch when full.
     *
     * @param packets how many; the octets and control bits are those of all together
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
        encoder.add(key, hash, sentByA, ticks, packets, layer2Octets, octets, tcpControlBits);
        if (fact != null) {
            encoder.addFact(fact);
        }
        if (encoder.summaries() >= batchPackets || encoder.factOctets() >= MAX_FACT_OCTETS) {
            send(partition, deliveredNanos, false);
        }
    }

    /** Sends what has been gathered; with {@code empty} also to partitions for which there is nothing, as a sign of life. */
    void flush(long deliveredNanos, boolean empty) throws InterruptedException {
        for (int partition = 0; partition < encoders.length; partition++) {
            if (empty || encoders[partition].summaries() > 0) {
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
        session.send(partition, encoders[partition], watermark.of(thread, deliveredNanos), end);
    }
}
