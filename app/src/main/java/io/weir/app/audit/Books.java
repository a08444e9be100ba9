package io.weir.app.audit;

import io.weir.schemas.Edge;
import io.weir.schemas.Flow;
import io.weir.schemas.Loss;
import io.weir.schemas.packets.PacketBatchDecoder;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Takes what the topics hold. */
interface Books {

    /** Start of the window of a time, epoch milliseconds. */
    long windowStart(long epochMs);

    /** Head of a batch; true when its packets are to be counted with {@link #packets}. */
    boolean batch(BatchHead head);

    /** Sums of packets of a batch that lie in one window. */
    void packets(Point point, long windowStartMs, long packets, long layer2Octets);

    /** A record of the packets topic that is no batch. */
    void unreadableBatch();

    /** A record of another topic that is not what it should be. */
    void unreadableRecord(String topic);

    /** A record of the flows topic. */
    void flow(Flow flow);

    /** A record of the edges topic. */
    void edge(Edge edge);

    /** A record of the losses topic. */
    void loss(Loss loss);

    /**
     * Takes a whole batch.
     *
     * @param trimmed the partition no longer holds its first records
     */
    default void take(ConsumerRecord<byte[], byte[]> record, boolean trimmed, PacketBatchDecoder batch) {
        Point point = Point.of(batch.observationPoint());
        int count = batch.packetCount();
        long[] times = batch.timeNanosecondsColumn();
        boolean fresh = batch(new BatchHead(
                record.topic(),
                record.partition(),
                record.offset(),
                trimmed,
                point,
                batch.sessionId(),
                batch.sequenceNumber(),
                count == 0 ? 0 : times[0],
                batch.watermarkNanoseconds(),
                batch.endOfInput()));
        if (!fresh) {
            return;
        }
        long windowStart = 0;
        long packets = 0;
        long octets = 0;
        for (int i = 0; i < count; i++) {
            long start = windowStart(Math.floorDiv(times[i], 1_000_000L));
            if (start != windowStart && packets > 0) {
                packets(point, windowStart, packets, octets);
                packets = 0;
                octets = 0;
            }
            windowStart = start;
            int index = batch.keyColumn()[i];
            if (batch.key(index >= 0 ? index : -1 - index).parent != null) {
                // Counted with the packet that encloses it.
                continue;
            }
            packets += batch.packetsColumn()[i];
            octets += batch.layer2OctetsColumn()[i];
        }
        if (packets > 0) {
            packets(point, windowStart, packets, octets);
        }
    }
}
