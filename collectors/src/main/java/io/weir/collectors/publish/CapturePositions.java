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
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;

/** Finds what the topic of capture positions says of a file. */
final class CapturePositions {

    private static final Duration POLL = Duration.ofMillis(200);

    /** Longer than any transaction of ours lasts. */
    static final Duration PATIENCE = Duration.ofMinutes(2);

    private CapturePositions() {}

    /**
     * The last committed word on a key; empty where there is none, or a tombstone. Waits for transactions that are open, whosever they are:
     * behind them a word may stand that is committed, but that nobody may read yet.
     *
     * @param patience how long to wait
     * @throws KafkaException when the topic cannot be read in that time, or the word is not what it should be
     */
    static Optional<CapturePosition> find(
            TopicSpec<CapturePosition> topic, byte[] key, Map<String, ?> clientConfigs, Duration patience) {
        Map<String, Object> configs = new HashMap<>(clientConfigs);
        configs.remove(ConsumerConfig.GROUP_ID_CONFIG);
        configs.remove(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG);
        configs.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        configs.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        // A consumer that is closed waits for its last fetch.
        configs.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 20);
        TopicPartition partition = new TopicPartition(topic.name(), 0);
        long end = end(partition, configs);
        configs.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        try (KafkaConsumer<byte[], byte[]> consumer = consumer(configs)) {
            return Optional.ofNullable(last(consumer, partition, end, key, patience))
                    .map(value -> read(topic, value, clientConfigs));
        }
    }

    private static KafkaConsumer<byte[], byte[]> consumer(Map<String, Object> configs) {
        return new KafkaConsumer<>(configs, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** Behind the last record, committed or not: who reads committed ones is told of the end before the first open transaction. */
    private static long end(TopicPartition partition, Map<String, Object> configs) {
        configs.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_uncommitted");
        try (KafkaConsumer<byte[], byte[]> consumer = consumer(configs)) {
            return consumer.endOffsets(List.of(partition)).get(partition);
        }
    }

    private static byte[] last(
            KafkaConsumer<byte[], byte[]> consumer, TopicPartition partition, long end, byte[] key, Duration patience) {
        List<TopicPartition> partitions = List.of(partition);
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        long deadlineNanos = System.nanoTime() + patience.toNanos();
        byte[] last = null;
        while (consumer.position(partition) < end) {
            if (System.nanoTime() - deadlineNanos > 0) {
                throw new TimeoutException("topic " + partition.topic()
                        + " could not be read to its end: a transaction on it is open, or a broker is away");
            }
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
