package io.weir.schemas.rejected;

import io.weir.schemas.Loss;
import io.weir.schemas.LossReason;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Consumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Makes one loss of records of a partition that follow each other and cannot be read, so that a flood of them is a few ranges in the
 * losses topic. The range that is not told yet is handed out with each record, to be kept in a store: it must outlive a commit. Not
 * thread-safe.
 */
public final class RefusedRun {

    /** What a message keeps; {@link DataOutputStream#writeUTF} takes no more than 21,845 characters of any kind. */
    private static final int MAX_MESSAGE_CHARACTERS = 900;

    private final String stage;
    private final Consumer<byte[]> store;
    private final Consumer<Loss> losses;
    private Range range;

    private record Range(TopicPartition partition, long first, long last, long records, String message) {

        Range with(long offset) {
            return new Range(partition, first, offset, records + 1, message);
        }
    }

    /**
     * @param stage of the losses
     * @param store keeps the range that is not told yet; takes null when there is none
     * @param losses takes each range that is over
     */
    public RefusedRun(String stage, Consumer<byte[]> store, Consumer<Loss> losses) {
        this.stage = stage;
        this.store = store;
        this.losses = losses;
    }

    /** Goes on with what the store has kept, which may be null. */
    public void resume(byte[] stored) {
        range = stored == null ? null : read(stored);
    }

    /** A record cannot be read. */
    public void refuse(TopicPartition partition, long offset, String why) {
        if (range != null && !range.partition().equals(partition)) {
            end();
        }
        String message = why == null ? "no reason given" : why;
        range = range != null
                ? range.with(offset)
                : new Range(
                        partition,
                        offset,
                        offset,
                        1,
                        message.substring(0, Math.min(message.length(), MAX_MESSAGE_CHARACTERS)));
        store.accept(write(range));
    }

    /** Another record came, or the time is over: what was refused so far is told. */
    public void end() {
        if (range == null) {
            return;
        }
        losses.accept(KafkaLosses.of(
                stage,
                range.partition(),
                range.first(),
                range.last(),
                LossReason.undecodable_record,
                range.records() == 1
                        ? range.partition() + " offset " + range.first() + " was left out: " + range.message()
                        : range.partition() + " offsets " + range.first() + " to " + range.last() + " ("
                                + range.records() + " records) were left out, the first as: " + range.message()));
        range = null;
        store.accept(null);
    }

    private static byte[] write(Range range) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeUTF(range.partition().topic());
            out.writeInt(range.partition().partition());
            out.writeLong(range.first());
            out.writeLong(range.last());
            out.writeLong(range.records());
            out.writeUTF(range.message());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static Range read(byte[] stored) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(stored))) {
            return new Range(
                    new TopicPartition(in.readUTF(), in.readInt()),
                    in.readLong(),
                    in.readLong(),
                    in.readLong(),
                    in.readUTF());
        } catch (IOException e) {
            throw new UncheckedIOException("the refused records kept before are damaged: reset the application", e);
        }
    }
}
