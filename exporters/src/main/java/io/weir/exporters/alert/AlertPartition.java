package io.weir.exporters.alert;

import io.weir.exporters.object.LostRange;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** How far a partition is told. Used by the sender's thread only. */
final class AlertPartition {

    final TopicPartition partition;

    /** From here on records are to be told; those before were, by an earlier process. */
    private final long liveFrom;

    private long told;
    private long committed;

    /** What Kafka deleted unread and nobody was told of; null where there is nothing. */
    private LostRange gap;

    /**
     * @param liveFrom offset of the first record to tell
     * @param committed what the group has as its offset; less where it has none
     */
    AlertPartition(TopicPartition partition, long liveFrom, long committed) {
        this.partition = partition;
        this.liveFrom = liveFrom;
        this.told = liveFrom;
        this.committed = committed;
    }

    boolean isLive(long offset) {
        return offset >= liveFrom;
    }

    void onTold(long offset) {
        told = Math.max(told, offset + 1);
    }

    /** The offset to commit, or null when all is. */
    OffsetAndMetadata toCommit() {
        return told > committed ? new OffsetAndMetadata(told) : null;
    }

    void onCommitted(long next) {
        committed = Math.max(committed, next);
        told = Math.max(told, next);
    }

    LostRange gap() {
        return gap;
    }

    void setGap(LostRange range) {
        gap = range;
    }
}
