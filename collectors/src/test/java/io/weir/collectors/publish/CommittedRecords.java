package io.weir.collectors.publish;

import static org.assertj.core.api.Assertions.assertThat;

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

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private CommittedRecords() {}

    /** Properties of clients of Kafka and its registry. */
    static Map<String, Object> clientProperties(KafkaExtension kafka) {
        Map<String, Object> properties = new HashMap<>(kafka.clientProps());
        properties.put("schema.registry.url", kafka.schemaRegistryUrl());
        return properties;
    }

    /** All committed values of a partition. A commit returns before its marker stands in every partition, so what is open now is waited for. */
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
            long end = endOf(kafka, source);
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (consumer.position(source) < end) {
                assertThat(System.nanoTime() - deadline)
                        .as("a transaction on %s stays open before offset %s", source, end)
                        .isNegative();
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
                    values.add(deserializer.deserialize(topic, record.value()));
                }
            }
        }
        return values;
    }

    /** Behind everything that was written, also by transactions that are not over. */
    private static long endOf(KafkaExtension kafka, TopicPartition source) {
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                clientProperties(kafka), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            return consumer.endOffsets(List.of(source)).get(source);
        }
    }
}
