import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Writes all records of a topic to another one of as many partitions: each to its own partition, in its order, octets and time as they are.
 * Partitions are written one after the other, a poll at a time; prints how many records there were.
 *
 * <p>Usage: java -cp 'app/target/weir-dist/current/lib/*' bench/live/CopyTopic.java BOOTSTRAP_SERVERS FROM TO
 */
public final class CopyTopic {

    private static final Duration POLL = Duration.ofMillis(200);
    private static final int MAX_REQUEST_OCTETS = 16 << 20;

    private CopyTopic() {}

    public static void main(String[] args) throws Exception {
        Map<String, Object> reading = Map.of("bootstrap.servers", args[0], "enable.auto.commit", false);
        Map<String, Object> writing =
                Map.of("bootstrap.servers", args[0], "acks", "all", "max.request.size", MAX_REQUEST_OCTETS);
        AtomicReference<Exception> failure = new AtomicReference<>();
        long records = 0;
        try (var consumer = new KafkaConsumer<>(reading, new ByteArrayDeserializer(), new ByteArrayDeserializer());
                var producer = new KafkaProducer<>(writing, new ByteArraySerializer(), new ByteArraySerializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(args[1]).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(one -> consumer.position(one) < ends.get(one))) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    producer.send(
                            new ProducerRecord<>(
                                    args[2],
                                    record.partition(),
                                    record.timestamp(),
                                    record.key(),
                                    record.value(),
                                    record.headers()),
                            (written, failed) -> failure.compareAndSet(null, failed));
                    records++;
                }
            }
            producer.flush();
        }
        if (failure.get() != null) {
            throw failure.get();
        }
        System.out.println(records);
    }
}
