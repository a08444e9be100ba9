package io.weir.advisor;

import io.weir.schemas.rejected.RejectedRecord;
import org.apache.kafka.streams.processor.RecordContext;
import org.apache.kafka.streams.processor.TopicNameExtractor;

/** The topic of rejected records that a record's headers name. */
public final class RejectedTopic implements TopicNameExtractor<byte[], byte[]> {

    @Override
    public String extract(byte[] key, byte[] value, RecordContext at) {
        return RejectedRecord.topicOf(at.headers());
    }

    /** Stands in the description of the topology. */
    @Override
    public String toString() {
        return getClass().getSimpleName();
    }
}
