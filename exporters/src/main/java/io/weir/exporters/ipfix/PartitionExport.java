package io.weir.exporters.ipfix;

import io.weir.exporters.object.LostRange;
import io.weir.schemas.LossReason;
import io.weir.schemas.rejected.RejectedRecord;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * How far a partition is (records read, handed to the writer, sent, committed), and what was left out between. Used by the consumer's thread
 * only.
 */
final class PartitionExport {

    /** Ranges and octets that wait to be told, at which no more records are read. */
    private static final int MAX_LOST_RANGES = 1000;

    private static final long MAX_REJECTED_OCTETS = 16L << 20;

    private final TopicPartition partition;
    private Leg reading;
    private Leg sending = Leg.NONE;
    private Leg sent = Leg.NONE;
    /** A transaction that tells of its losses was tried, and may be tried again as it is. */
    private Leg telling = Leg.NONE;

    private long committed;
    private long lastLost = -1;

    /** Records up to an offset, and what was left out among them. */
    private static final class Leg {
        static final Leg NONE = new Leg(-1);

        final List<LostRange> lost = new ArrayList<>();
        final List<ProducerRecord<byte[], byte[]>> rejected = new ArrayList<>();
        long rejectedOctets;
        long next;

        Leg(long next) {
            this.next = next;
        }

        void take(Leg other) {
            lost.addAll(other.lost);
            rejected.addAll(other.rejected);
            rejectedOctets += other.rejectedOctets;
        }
    }

    /** @param start offset of the first record */
    PartitionExport(TopicPartition partition, long start) {
        this.partition = partition;
        this.reading = new Leg(start);
        this.committed = start;
    }

    TopicPartition partition() {
        return partition;
    }

    /** A record was encoded, or has nothing to be exported. */
    void advance(long offset) {
        reading.next = offset + 1;
    }

    /** A record cannot be read; neighbours make one range under the first one's message. */
    void leaveOut(long offset, String message, ProducerRecord<byte[], byte[]> rejected) {
        reading.rejected.add(rejected);
        reading.rejectedOctets += RejectedRecord.octets(rejected);
        int last = reading.lost.size() - 1;
        if (last >= 0 && lastLost + 1 == offset && reading.lost.get(last).reason() == LossReason.undecodable_record) {
            LostRange range = reading.lost.get(last);
            reading.lost.set(
                    last,
                    new LostRange(range.firstOffset(), offset, range.records() + 1, range.reason(), range.message()));
        } else {
            reading.lost.add(new LostRange(offset, offset, 1, LossReason.undecodable_record, message));
        }
        lastLost = offset;
        reading.next = offset + 1;
    }

    /** Kafka deleted records before they were read. */
    void leaveOut(LostRange range) {
        reading.lost.add(range);
        reading.next = range.lastOffset() + 1;
    }

    /** Whether what was left out has to be told before more is read. */
    boolean isBlocked() {
        int ranges = reading.lost.size() + sending.lost.size() + sent.lost.size() + telling.lost.size();
        return ranges >= MAX_LOST_RANGES || heldOctets() >= MAX_REJECTED_OCTETS;
    }

    /** All that was encoded is with the writer now. */
    void onSubmitted() {
        sending = reading;
        reading = new Leg(sending.next);
    }

    /** The writer has sent it. */
    void onSent() {
        if (sending == Leg.NONE) {
            return;
        }
        Leg done = new Leg(sending.next);
        done.take(sent);
        done.take(sending);
        sent = done;
        sending = Leg.NONE;
    }

    /** The offset to commit, or null when all is committed that is sent. */
    OffsetAndMetadata toCommit() {
        Leg next = telling == Leg.NONE ? sent : telling;
        return next.next > committed ? new OffsetAndMetadata(next.next) : null;
    }

    /** Whether something has to be told with that commit. */
    boolean hasLosses() {
        return telling != Leg.NONE || !sent.lost.isEmpty();
    }

    /** What is told with a commit stays the same until that is done, however often it is tried. */
    void beginTelling() {
        if (telling == Leg.NONE) {
            telling = sent;
            sent = Leg.NONE;
        }
    }

    /** Ranges to tell of. */
    List<LostRange> lost() {
        return telling.lost;
    }

    /** Records of these ranges. */
    List<ProducerRecord<byte[], byte[]>> rejected() {
        return telling.rejected;
    }

    void onCommitted(long next) {
        committed = next;
        if (telling == Leg.NONE) {
            sent = Leg.NONE;
        } else {
            telling = Leg.NONE;
        }
    }

    /** Whether everything that was read is sent and committed. */
    boolean isDone() {
        return sending == Leg.NONE && reading.next <= committed;
    }

    /** Octets of rejected records in memory. */
    long heldOctets() {
        return reading.rejectedOctets + sending.rejectedOctets + sent.rejectedOctets + telling.rejectedOctets;
    }
}
