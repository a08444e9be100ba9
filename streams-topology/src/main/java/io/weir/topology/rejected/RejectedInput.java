package io.weir.topology.rejected;

import io.weir.schemas.Loss;
import io.weir.schemas.rejected.KafkaLosses;
import io.weir.schemas.rejected.RefusedRun;
import io.weir.schemas.rejected.RejectedRecord;
import java.util.function.BiConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Records that a processor cannot read: each goes to the topic of rejected records as it was, ranges of them to the losses, the first into the log. */
public final class RejectedInput {

    private static final Logger LOG = LoggerFactory.getLogger(RejectedInput.class);

    /** The only key in the store of refused records. */
    private static final String REFUSED_KEY = "untold";

    private final ProcessorContext<?, ?> context;
    private final String group;
    private final String what;
    private final BiConsumer<Record<String, Object>, String> forward;
    private final String rejectedNode;
    private final String lossesNode;
    private final RefusedRun run;
    private long refused;
    private long timestamp;

    /**
     * @param stage of the losses
     * @param group consumer group of the application
     * @param what the records are not, for people: {@code packet batch}
     * @param store name of the store, by text and octets, of the range of refused records that is not told yet
     * @param forward takes a record for a node
     * @param rejectedNode takes what is rejected, as a {@link ProducerRecord}
     * @param lossesNode takes {@link Loss} records
     */
    public RejectedInput(
            ProcessorContext<?, ?> context,
            String stage,
            String group,
            String what,
            String store,
            BiConsumer<Record<String, Object>, String> forward,
            String rejectedNode,
            String lossesNode) {
        this.context = context;
        this.group = group;
        this.what = what;
        this.forward = forward;
        this.rejectedNode = rejectedNode;
        this.lossesNode = lossesNode;
        KeyValueStore<String, byte[]> kept = context.getStateStore(store);
        run = new RefusedRun(stage, untold -> kept.put(REFUSED_KEY, untold), this::lost);
        run.resume(kept.get(REFUSED_KEY));
    }

    /** A record that can be read came. */
    public void end(long recordTimestamp) {
        timestamp = recordTimestamp;
        run.end();
    }

    /** To be called from time to time: what was refused so far is told. */
    public void tell(long wallClockMs) {
        end(wallClockMs);
    }

    /** Takes a record that cannot be read. */
    public void refuse(Record<byte[], byte[]> input, String why) {
        timestamp = input.timestamp();
        RecordMetadata at = context.recordMetadata().orElseThrow();
        TopicPartition partition = new TopicPartition(at.topic(), at.partition());
        refused++;
        // Powers of two: the first are seen, a flood does not fill the log.
        if (Long.bitCount(refused) == 1) {
            LOG.warn(
                    "{} offset {} is not a {}: {} ({} so far in this task)",
                    partition,
                    at.offset(),
                    what,
                    why,
                    refused);
        }
        run.refuse(partition, at.offset(), why);
        ProducerRecord<byte[], byte[]> rejected = RejectedRecord.of(
                new RejectedRecord.Place(at.topic(), at.partition(), at.offset(), timestamp),
                input.key(),
                input.value(),
                input.headers(),
                group,
                why);
        forward.accept(new Record<>(partition.toString(), rejected, timestamp, rejected.headers()), rejectedNode);
    }

    private void lost(Loss loss) {
        forward.accept(new Record<>(KafkaLosses.keyOf(loss), loss, timestamp), lossesNode);
    }
}
