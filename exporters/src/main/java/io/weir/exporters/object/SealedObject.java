package io.weir.exporters.object;

import io.weir.exporters.compress.Compression;
import io.weir.schemas.rejected.RejectedRecord;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * A finished object. Every record of the partition from the first to the last offset is a line of it or lies in a lost range.
 *
 * @param partition where its records come from
 * @param firstOffset offset of the first record
 * @param lastOffset offset of the last record
 * @param records lines
 * @param lost ranges without lines, in offset order
 * @param rejected the records of these ranges, as they go to the topic of rejected records; none where Kafka deleted them
 * @param key name below the sink's prefix; null when there are no lines and so nothing to store
 * @param compression how the bytes are compressed
 * @param content bytes to store
 */
public record SealedObject(
        TopicPartition partition,
        long firstOffset,
        long lastOffset,
        int records,
        List<LostRange> lost,
        List<ProducerRecord<byte[], byte[]>> rejected,
        String key,
        Compression compression,
        ObjectBytes content) {

    /** True when there is something to store. */
    public boolean hasContent() {
        return key != null;
    }

    /** Memory held, octets. */
    public long heldOctets() {
        long held = content.capacity();
        for (ProducerRecord<byte[], byte[]> record : rejected) {
            held += RejectedRecord.octets(record);
        }
        return held;
    }

    /** The end of this object, to be recorded before it is stored. */
    public Cut cut() {
        return new Cut(lastOffset, compression);
    }

    /** A range that was deleted in Kafka before it was read. */
    public static SealedObject gap(TopicPartition partition, LostRange range) {
        return new SealedObject(
                partition,
                range.firstOffset(),
                range.lastOffset(),
                0,
                List.of(range),
                List.of(),
                null,
                Compression.NONE,
                new ObjectBytes());
    }
}
