package io.weir.schemas.topic;

import java.util.Map;
import org.apache.avro.specific.SpecificRecord;

/**
 * One topic of the contract.
 *
 * @param name full name, prefix included
 * @param valueType generated class of the value
 * @param key what the record key is and how a record finds its partition, in one sentence for people
 * @param purpose what the topic holds, in one sentence for people
 * @param partitioned true when it has as many partitions as the deployment chooses; false for one partition
 * @param configs topic settings that differ from the broker's, Kafka's names
 * @param reason why these settings, in one sentence for people
 * @param <T> value
 */
public record TopicSpec<T extends SpecificRecord>(
        String name,
        Class<T> valueType,
        String key,
        String purpose,
        boolean partitioned,
        Map<String, String> configs,
        String reason) {

    /** Subject of the value's schema in the Schema Registry. */
    public String subject() {
        return name + "-value";
    }
}
