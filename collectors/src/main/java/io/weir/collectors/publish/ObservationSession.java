package io.weir.collectors.publish;

import io.weir.schemas.ObservationPoint;
import io.weir.schemas.packets.BatchHeader;
import io.weir.schemas.packets.CanonicalKey;
import io.weir.schemas.packets.PacketBatchEncoder;
import io.weir.schemas.packets.PayloadFact;

/** What one collector run sends for one observation point: a batch in the making and a sequence number per partition. */
final class ObservationSession {

    /** Unit of time columns for captures of microsecond resolution, nanoseconds. */
    private static final int MICROSECOND = 1000;

    /** Octets of facts after which a batch is sent, so that a record stays far below the topic's limit. */
    private static final int MAX_FACT_OCTETS = 512 * 1024;

    private final ObservationPoint point;
    private final String sessionId;
    private final BatchSender sender;
    private final boolean wait;
    private final int batchPackets;
    private final PacketBatchEncoder[] encoders;
    private final long[] sequenceNumbers;

    /** Coarse until a packet needs the finer one, then fine for good. */
    private int tickNanoseconds = MICROSECOND;

    /**
     * @param wait true when the source can wait for Kafka, false when it must go on
     */
    ObservationSession(ObservationPoint point, String sessionId, BatchSender sender, boolean wait, int batchPackets) {
        this.point = point;
        this.sessionId = sessionId;
        this.sender = sender;
        this.wait = wait;
        this.batchPackets = batchPackets;
        this.encoders = new PacketBatchEncoder[sender.partitions()];
        this.sequenceNumbers = new long[sender.partitions()];
        for (int i = 0; i < encoders.length; i++) {
            encoders[i] = new PacketBatchEncoder(tickNanoseconds);
        }
    }

    ObservationPoint point() {
        return point;
    }

    String sessionId() {
        return sessionId;
    }

    /**
     * Adds one packet, a frame's or one that it encloses; sends its batch when full.
     *
     * @param fact what its payload shows, or null
     * @param watermarkNanos event time up to which the source has delivered everything, epoch nanoseconds
     */
    void add(
            CanonicalKey key,
            boolean sentByA,
            long timeNanos,
            int layer2Octets,
            int octets,
            int tcpControlBits,
            PayloadFact fact,
            long watermarkNanos)
            throws InterruptedException {
        long ticks = timeNanos;
        if (tickNanoseconds != 1) {
            ticks = timeNanos / MICROSECOND;
            if (ticks * MICROSECOND != timeNanos) {
                refine(watermarkNanos);
                ticks = timeNanos;
            }
        }
        long hash = key.hash();
        int partition = CanonicalKey.partition(hash, encoders.length);
        PacketBatchEncoder encoder = encoders[partition];
        encoder.add(key, hash, sentByA, ticks, layer2Octets, octets, tcpControlBits);
        if (fact != null) {
            encoder.addFact(fact);
        }
        if (encoder.packets() >= batchPackets || encoder.factOctets() >= MAX_FACT_OCTETS) {
            send(partition, watermarkNanos, false);
        }
    }

    /** Sends what has been collected; with {@code empty} also to partitions for which there is nothing, as a sign of life. */
    void flush(long watermarkNanos, boolean empty) throws InterruptedException {
        for (int partition = 0; partition < encoders.length; partition++) {
            if (empty || encoders[partition].packets() > 0) {
                send(partition, watermarkNanos, false);
            }
        }
    }

    /** Sends what has been collected and the word that nothing follows. */
    void end(long watermarkNanos) throws InterruptedException {
        for (int partition = 0; partition < encoders.length; partition++) {
            send(partition, watermarkNanos, true);
        }
    }

    private void refine(long watermarkNanos) throws InterruptedException {
        flush(watermarkNanos, false);
        tickNanoseconds = 1;
        for (int i = 0; i < encoders.length; i++) {
            encoders[i] = new PacketBatchEncoder(tickNanoseconds);
        }
    }

    private void send(int partition, long watermarkNanos, boolean end) throws InterruptedException {
        PacketBatchEncoder encoder = encoders[partition];
        BatchSender.PacketRange range = new BatchSender.PacketRange(
                point,
                sessionId,
                point.getInterface$(),
                encoder.packets(),
                encoder.rootPackets(),
                encoder.layer2Octets(),
                encoder.minTimeNanoseconds(),
                encoder.maxTimeNanoseconds());
        BatchHeader header = new BatchHeader(point, sessionId, sequenceNumbers[partition]++, watermarkNanos, end);
        sender.send(partition, encoder.encode(sender.batchSchemaId(), header), range, wait);
    }
}
