package io.weir.collectors.publish;

import io.weir.schemas.ObservationPoint;
import io.weir.schemas.packets.BatchHeader;
import io.weir.schemas.packets.PacketBatchEncoder;
import java.util.ArrayList;
import java.util.List;

/**
 * What one collector run says of one observation point: its batches of a partition are numbered in the order in which they go to
 * Kafka, whichever thread made them. Thread-safe; threads only wait for each other when they send to the same partition.
 */
final class ObservationSession {

    private final long key;
    private final ObservationPoint point;
    private final String sessionId;
    private final BatchOutlet outlet;
    private final boolean wait;
    private final LostPackets lost;
    private final Sequence[] sequences;

    /** Guarded by itself. */
    private static final class Sequence {
        private long nextNumber;
        private long watermarkNanos = Long.MIN_VALUE;

        Sequence(long nextNumber) {
            this.nextNumber = nextNumber;
        }
    }

    /**
     * @param key of this session within the run
     * @param wait true when the source can wait for Kafka, false when it must go on
     * @param lost counts packets that Kafka did not take
     * @param nextNumbers of the first batch of each partition; 0 for those behind its end
     */
    ObservationSession(
            long key,
            ObservationPoint point,
            String sessionId,
            BatchOutlet outlet,
            boolean wait,
            LostPackets lost,
            List<Long> nextNumbers) {
        this.key = key;
        this.point = point;
        this.sessionId = sessionId;
        this.outlet = outlet;
        this.wait = wait;
        this.lost = lost;
        this.sequences = new Sequence[outlet.partitions()];
        for (int i = 0; i < sequences.length; i++) {
            sequences[i] = new Sequence(i < nextNumbers.size() ? nextNumbers.get(i) : 0);
        }
    }

    ObservationPoint point() {
        return point;
    }

    long key() {
        return key;
    }

    int partitions() {
        return sequences.length;
    }

    /** Number of the next batch of each partition. */
    List<Long> nextNumbers() {
        List<Long> numbers = new ArrayList<>(sequences.length);
        for (Sequence sequence : sequences) {
            synchronized (sequence) {
                numbers.add(sequence.nextNumber);
            }
        }
        return numbers;
    }

    /**
     * Sends what an encoder holds as the next batch of its partition.
     *
     * @param watermarkNanos event time up to which everything for this partition has been sent, this batch included, epoch nanoseconds;
     *     what was said before holds on where this is less
     * @param end whether nothing follows
     */
    void send(int partition, PacketBatchEncoder encoder, long watermarkNanos, boolean end) throws InterruptedException {
        BatchSender.PacketRange range = new BatchSender.PacketRange(
                point,
                sessionId,
                point.getInterface$(),
                encoder.summaries(),
                encoder.summaries() - encoder.rootSummaries(),
                encoder.rootPackets(),
                encoder.layer2Octets(),
                encoder.minTimeNanoseconds(),
                encoder.maxTimeNanoseconds(),
                lost);
        Sequence sequence = sequences[partition];
        synchronized (sequence) {
            sequence.watermarkNanos = Math.max(sequence.watermarkNanos, watermarkNanos);
            if (outlet.isReplaying()) {
                encoder.reset();
                return;
            }
            BatchHeader header = new BatchHeader(point, sessionId, sequence.nextNumber++, sequence.watermarkNanos, end);
            outlet.send(partition, encoder.encode(outlet.batchSchemaId(), header), range, wait);
        }
    }
}
