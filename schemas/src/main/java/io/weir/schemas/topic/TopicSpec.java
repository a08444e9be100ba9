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
 * @param rejects true when what a part of Weir cannot read here goes to {@link #rejectedName}
 * @param <T> value
 */
public record TopicSpec<T extends SpecificRecord>(
        String name,
        Class<T> valueType,
        String key,
        String purpose,
        boolean partitioned,
        Map<String, String> configs,
        String reason,
        boolean rejects) {

    /** Behind the name of a topic: what could not be read there. */
    public static final String REJECTED_SUFFIX = ".rejected";

    /** Subject of the value's schema in the Schema Registry. */
    public String subject() {
        return name + "-value";
    }

    /** Topic of the records of this one that could not be read. */
    public String rejectedName() {
        return name + REJECTED_SUFFIX;
    }
}
