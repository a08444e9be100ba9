package io.weir.collectors.publish;

import io.weir.schemas.CapturePosition;
import io.weir.schemas.serde.AvroSerdes;
import io.weir.schemas.topic.TopicSpec;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;

/** Finds what the topic of capture positions says of a file. */
final class CapturePositions {

    private static final Duration POLL = Duration.ofMillis(200);

    private CapturePositions() {}

    /**
     * The last committed word on a key; empty where there is none, or a tombstone.
     *
     * @throws KafkaException when the topic cannot be read, or the word is not what it should be
     */
    static Optional<CapturePosition> find(TopicSpec<CapturePosition> topic, byte[] key, Map<String, ?> clientConfigs) {
        Map<String, Object> configs = new HashMap<>(clientConfigs);
        configs.remove(ConsumerConfig.GROUP_ID_CONFIG);
        configs.remove(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG);
        configs.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        configs.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        configs.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(configs, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            return Optional.ofNullable(last(consumer, new TopicPartition(topic.name(), 0), key))
                    .map(value -> read(topic, value, clientConfigs));
        }
    }

    private static byte[] last(KafkaConsumer<byte[], byte[]> consumer, TopicPartition partition, byte[] key) {
        List<TopicPartition> partitions = List.of(partition);
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        long end = consumer.endOffsets(partitions).get(partition);
        byte[] last = null;
        while (consumer.position(partition) < end) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                if (Arrays.equals(record.key(), key)) {
                    last = record.value();
                }
            }
        }
        return last;
    }

    private static CapturePosition read(TopicSpec<CapturePosition> topic, byte[] value, Map<String, ?> clientConfigs) {
        try (Deserializer<CapturePosition> deserializer = AvroSerdes.deserializer(topic.valueType(), clientConfigs)) {
            return deserializer.deserialize(topic.name(), value);
        }
    }
}
