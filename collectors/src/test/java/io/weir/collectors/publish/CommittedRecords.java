package io.weir.collectors.publish;

import io.weir.testing.KafkaExtension;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;

/** What stands in the topics of the tests' Kafka. */
final class CommittedRecords {

    private CommittedRecords() {}

    /** Properties of clients of Kafka and its registry. */
    static Map<String, Object> clientProperties(KafkaExtension kafka) {
        Map<String, Object> properties = new HashMap<>(kafka.clientProps());
        properties.put("schema.registry.url", kafka.schemaRegistryUrl());
        return properties;
    }

    /** All committed values of a partition. */
    static <T> List<T> read(KafkaExtension kafka, String topic, int partition, Deserializer<T> deserializer) {
        Map<String, Object> properties = clientProperties(kafka);
        properties.put("isolation.level", "read_committed");
        List<T> values = new ArrayList<>();
        TopicPartition source = new TopicPartition(topic, partition);
        try (deserializer;
                KafkaConsumer<byte[], byte[]> consumer =
                        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(source));
            consumer.seekToBeginning(List.of(source));
            long end = consumer.endOffsets(List.of(source)).get(source);
            while (consumer.position(source) < end) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
                    values.add(deserializer.deserialize(topic, record.value()));
                }
            }
        }
        return values;
    }
}
