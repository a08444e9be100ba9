package io.weir.advisor;

import io.weir.advisor.classify.Classification;
import io.weir.schemas.Flow;
import io.weir.schemas.Loss;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.utils.Bytes;

/** What the classifying step hands on. */
sealed interface Step {

    /**
     * A flow that a rule wants to see.
     *
     * @param encoded the value as it stands in the flows topic, so that it need not be written anew
     */
    record ClassifiedFlow(Flow flow, Bytes encoded, Classification classification) implements Step {}

    /**
     * Every flow of an observation point in a partition of the flows topic, up to an event time, has been handed on. Goes to all
     * partitions of the next step, as episodes end there by event time.
     */
    record EventTime(String observationPoint, int partition, long eventTimeMs) implements Step {}

    /**
     * What hosts did, for the detections.
     *
     * @param slot goes to the partition of that number, modulo their number
     */
    record Observations(int slot, Bytes batch) implements Step {}

    /** Records that could not be read. */
    record Refused(Loss loss) implements Step {}

    /** One of them, as it goes to the topic of rejected records. */
    record Rejected(ProducerRecord<byte[], byte[]> record) implements Step {}
}
