package io.weir.exporters.run;

import io.weir.exporters.compress.Compression;
import io.weir.exporters.encode.RecordEncoder;
import io.weir.exporters.encode.UndecodableRecordException;
import io.weir.exporters.object.Cut;
import io.weir.exporters.object.CutLimits;
import io.weir.exporters.object.LostRange;
import io.weir.exporters.object.OpenObject;
import io.weir.exporters.object.SealedObject;
import io.weir.schemas.json.JsonBuffer;
import io.weir.schemas.rejected.RejectedRecord;
import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One partition's way into objects: an open object takes records while the one before it, sealed, is being stored. Used by the
 * consumer's thread only; knows neither the consumer nor the store.
 */
final class PartitionTask implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PartitionTask.class);

    private final TopicPartition partition;
    private final String group;
    private final RecordEncoder encoder;
    private final CutLimits limits;
    private final Compression compression;
    private final Deque<SealedObject> sealed = new ArrayDeque<>();

    /** Offset that the group has committed: the first sealed object begins there, else the open one. */
    private OffsetAndMetadata committed;

    /** A cut of an earlier run that waits for its first record. */
    private Cut inherited;

    private OpenObject open;
    private boolean openIsInherited;
    private Upload upload;

    /**
     * @param group consumer group of the sink
     * @param committed where to begin, with the cut in its metadata if one was recorded
     */
    PartitionTask(
            TopicPartition partition,
            String group,
            RecordEncoder encoder,
            CutLimits limits,
            Compression compression,
            OffsetAndMetadata committed) {
        this.partition = partition;
        this.group = group;
        this.encoder = encoder;
        this.limits = limits;
        this.compression = compression;
        this.committed = committed;
        this.inherited = Cut.fromMetadata(committed.metadata()).orElse(null);
    }

    TopicPartition partition() {
        return partition;
    }

    OffsetAndMetadata committed() {
        return committed;
    }

    /**
     * Takes the next record.
     *
     * @param line scratch
     * @return false when there is no room before the sealed object is stored: the record is to be read again
     * @throws io.weir.schemas.registry.SchemaRegistryException when the registry does not answer: the record is to be read again
     */
    boolean offer(ConsumerRecord<byte[], byte[]> record, JsonBuffer line, long nowNanos) {
        if (open != null && open.isFull() && !seal()) {
            return false;
        }
        long offset = record.offset();
        line.reset();
        try {
            long eventTimeMs = encoder.encode(record, line);
            if (open != null && open.endsBefore(offset, eventTimeMs) && !seal()) {
                return false;
            }
            openFor(offset, nowNanos);
            open.add(offset, eventTimeMs, line);
        } catch (UndecodableRecordException e) {
            if (open != null && open.endsBefore(offset) && !seal()) {
                return false;
            }
            openFor(offset, nowNanos);
            open.addUndecodable(offset, e.getMessage(), rejected(record, e.getMessage()));
        }
        if (open.isFull()) {
            seal();
        }
        return true;
    }

    private ProducerRecord<byte[], byte[]> rejected(ConsumerRecord<byte[], byte[]> record, String why) {
        return RejectedRecord.of(
                new RejectedRecord.Place(record.topic(), record.partition(), record.offset(), record.timestamp()),
                record.key(),
                record.value(),
                record.headers(),
                group,
                why);
    }

    private void openFor(long offset, long nowNanos) {
        if (open != null) {
            return;
        }
        if (inherited != null && offset > inherited.lastOffset()) {
            LOG.warn(
                    "{}: the records up to offset {} are gone, for which an earlier run began an object",
                    partition,
                    inherited.lastOffset());
            inherited = null;
        }
        open = new OpenObject(partition, limits, compression, inherited, nowNanos);
        openIsInherited = inherited != null;
        inherited = null;
    }

    /** Notes a range that Kafka deleted before it was read; the next record comes from behind it. */
    void addGap(LostRange range) {
        inherited = null;
        if (open != null) {
            if (openIsInherited) {
                // Its last records are gone, so what is there cannot become the object that was begun.
                LOG.warn("{}: the records of an object that an earlier run began are gone in part", partition);
            }
            sealed.add(open.seal());
            open = null;
        }
        sealed.add(SealedObject.gap(partition, range));
    }

    /** True when the open object has to wait for the sealed one. */
    boolean isBlocked() {
        return open != null && open.isFull() && !sealed.isEmpty();
    }

    private boolean seal() {
        if (!sealed.isEmpty()) {
            return false;
        }
        sealed.add(open.seal());
        open = null;
        return true;
    }

    /** Ends the open object where the wall clock asks for it. */
    void sealIfDue(long nowNanos) {
        if (open != null && (open.isFull() || open.isDue(nowNanos))) {
            seal();
        }
    }

    /** True when {@link #sealEarly} would free the way for the open object. */
    boolean maySealEarly() {
        return open != null && open.mayEndEarly() && sealed.isEmpty();
    }

    /** Ends the open object for want of memory or at the end of the run. */
    void sealEarly() {
        if (maySealEarly()) {
            seal();
        }
    }

    /** The object to be stored now, or null. */
    SealedObject head() {
        return sealed.peek();
    }

    /** The commit that records where the head ends, or null when it is on record. */
    OffsetAndMetadata cutToRecord() {
        String cut = sealed.element().cut().toMetadata();
        return cut.equals(committed.metadata()) ? null : new OffsetAndMetadata(committed.offset(), cut);
    }

    /** The commit that follows the head: it also records the end of the next object when that is known. */
    OffsetAndMetadata commitAfterHead() {
        SealedObject head = sealed.remove();
        try {
            if (open != null && open.isFull()) {
                seal();
            }
            SealedObject next = sealed.peek();
            String cut = next == null || !next.hasContent() ? "" : next.cut().toMetadata();
            return new OffsetAndMetadata(head.lastOffset() + 1, cut);
        } finally {
            sealed.addFirst(head);
        }
    }

    /** The group has committed this. */
    void onCommitted(OffsetAndMetadata offset) {
        committed = offset;
    }

    /** Takes the head away after its offsets are committed. */
    SealedObject removeHead() {
        upload = null;
        return sealed.remove();
    }

    Upload upload() {
        return upload;
    }

    void uploading(Upload started) {
        upload = started;
    }

    /** True when nothing waits to be stored. */
    boolean isIdle() {
        return open == null && sealed.isEmpty();
    }

    /** True while it makes an object of an earlier run again, which no want of memory may end early. */
    boolean isBoundByEarlierRun() {
        return inherited != null || (open != null && openIsInherited);
    }

    /** Octets of objects in memory. */
    long heldOctets() {
        long held = openOctets();
        for (SealedObject object : sealed) {
            held += object.heldOctets();
        }
        return held;
    }

    /** Octets of the open object in memory. */
    long openOctets() {
        return open == null ? 0 : open.heldOctets();
    }

    /** Drops what is not committed: it will be read again, here or elsewhere. */
    @Override
    public void close() {
        if (upload != null) {
            upload.cancel();
        }
        if (open != null) {
            open.close();
        }
        sealed.clear();
    }
}
