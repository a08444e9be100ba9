package io.weir.schemas.rejected;

import io.weir.schemas.Loss;
import io.weir.schemas.LossReason;
import io.weir.schemas.ObservationPoint;
import org.apache.kafka.common.TopicPartition;

/** Losses whose place is known in Kafka only: records that a reader left out. */
public final class KafkaLosses {

    /** Host and capture of points that stand for a partition, not for a place in the network. */
    private static final String KAFKA = "kafka";

    private static final int MAX_MESSAGE_CHARACTERS = 1000;

    private KafkaLosses() {}

    /**
     * A range of records of a partition that a reader left out.
     *
     * @param stage of the reader, as {@code Loss} names them
     * @param message one sentence for people
     */
    public static Loss of(
            String stage,
            TopicPartition partition,
            long firstOffset,
            long lastOffset,
            LossReason reason,
            String message) {
        return Loss.newBuilder()
                .setObservationPoint(new ObservationPoint(KAFKA, partition.toString(), KAFKA, 1))
                .setStage(stage)
                .setReason(reason)
                .setSource(partition.toString())
                .setFirstOffset(firstOffset)
                .setLastOffset(lastOffset)
                .setMessage(message.substring(0, Math.min(message.length(), MAX_MESSAGE_CHARACTERS)))
                .build();
    }

    /** Key of a loss in the losses topic. */
    public static String keyOf(Loss loss) {
        ObservationPoint point = loss.getObservationPoint();
        return point.getHost() + "|" + point.getInterface$() + "|" + point.getCapture();
    }
}
