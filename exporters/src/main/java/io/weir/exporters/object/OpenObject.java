package io.weir.exporters.object;

import io.weir.exporters.compress.Compression;
import io.weir.schemas.LossReason;
import io.weir.schemas.json.JsonBuffer;
import io.weir.schemas.rejected.RejectedRecord;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/** An object that grows by records in offset order until a limit or a recorded cut ends it. Not thread-safe. */
public final class OpenObject implements AutoCloseable {

    /** Ranges of unreadable records that one object accounts for; the next one ends it. */
    private static final int MAX_LOST_RANGES = 1000;

    private static final long HOUR_MS = TimeUnit.HOURS.toMillis(1);

    private static final long NONE = -1;

    private final TopicPartition partition;
    private final CutLimits limits;
    private final Compression compression;
    private final long recordedLastOffset;
    private final long openedNanos;
    private final ObjectBytes bytes = new ObjectBytes();
    private final OutputStream text;
    private final List<LostRange> lost = new ArrayList<>();
    private final List<ProducerRecord<byte[], byte[]>> rejected = new ArrayList<>();
    private long firstOffset = NONE;
    private long lastOffset = NONE;
    private boolean lastWasLost;
    private int records;
    private int lines;
    private long textOctets;
    private long rejectedOctets;
    private long firstEventTimeMs;

    /**
     * @param recorded the cut that an earlier run decided for this object, or null; no other limit counts then
     * @param nowNanos when the first record was read, from the clock of {@link #isDue}
     */
    public OpenObject(
            TopicPartition partition, CutLimits limits, Compression compression, Cut recorded, long nowNanos) {
        this.partition = partition;
        this.limits = limits;
        this.compression = recorded == null ? compression : recorded.compression();
        this.recordedLastOffset = recorded == null ? NONE : recorded.lastOffset();
        this.openedNanos = nowNanos;
        try {
            this.text = this.compression.wrap(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * True when a record belongs to the next object: its event time lies in a later hour than the first one's. An earlier hour,
     * that of a late record, does not end an object.
     */
    public boolean endsBefore(long offset, long eventTimeMs) {
        if (recordedLastOffset != NONE) {
            return offset > recordedLastOffset;
        }
        return lines > 0 && Math.floorDiv(eventTimeMs, HOUR_MS) > Math.floorDiv(firstEventTimeMs, HOUR_MS);
    }

    /** True when an unreadable record, which has no event time, belongs to the next object. */
    public boolean endsBefore(long offset) {
        return recordedLastOffset != NONE && offset > recordedLastOffset;
    }

    /** Adds a record's text. */
    public void add(long offset, long eventTimeMs, JsonBuffer line) {
        if (lines == 0) {
            firstEventTimeMs = eventTimeMs;
        }
        try {
            line.writeTo(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        textOctets += line.size();
        lines++;
        advance(offset);
        lastWasLost = false;
    }

    /**
     * Adds a record that cannot be read; neighbours make one range under the first one's message.
     *
     * @param record as it goes to the topic of rejected records
     */
    public void addUndecodable(long offset, String message, ProducerRecord<byte[], byte[]> record) {
        rejected.add(record);
        rejectedOctets += RejectedRecord.octets(record);
        if (lastWasLost) {
            LostRange range = lost.remove(lost.size() - 1);
            lost.add(new LostRange(range.firstOffset(), offset, range.records() + 1, range.reason(), range.message()));
        } else {
            lost.add(new LostRange(offset, offset, 1, LossReason.undecodable_record, message));
        }
        advance(offset);
        lastWasLost = true;
    }

    private void advance(long offset) {
        if (offset <= lastOffset) {
            throw new IllegalStateException(partition + ": offset " + offset + " after " + lastOffset);
        }
        if (firstOffset == NONE) {
            firstOffset = offset;
        }
        lastOffset = offset;
        records++;
    }

    /** True when nothing more may be added. */
    public boolean isFull() {
        if (recordedLastOffset != NONE) {
            return lastOffset >= recordedLastOffset;
        }
        return records >= limits.records()
                || textOctets + rejectedOctets >= limits.octets()
                || lost.size() >= MAX_LOST_RANGES;
    }

    /** True when the object has waited for longer than the delay. A recorded cut does not fall due: its records are all there. */
    public boolean isDue(long nowNanos) {
        return recordedLastOffset == NONE
                && records > 0
                && nowNanos - openedNanos >= limits.delay().toNanos();
    }

    /** True when the object may end although it is not full. */
    public boolean mayEndEarly() {
        return recordedLastOffset == NONE && records > 0;
    }

    /** Memory held, octets. */
    public long heldOctets() {
        return bytes.capacity() + rejectedOctets;
    }

    /** Ends the object; nothing else may be called afterwards. */
    public SealedObject seal() {
        if (records == 0) {
            throw new IllegalStateException(partition + ": no record to seal");
        }
        close();
        String key = lines == 0
                ? null
                : ObjectNames.key(partition, firstEventTimeMs, firstOffset, lastOffset, compression.extension());
        return new SealedObject(
                partition,
                firstOffset,
                lastOffset,
                lines,
                List.copyOf(lost),
                List.copyOf(rejected),
                key,
                compression,
                bytes);
    }

    /** Frees what the compression holds. */
    @Override
    public void close() {
        try {
            text.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
