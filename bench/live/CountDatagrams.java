import io.weir.schemas.Datagram;
import io.weir.schemas.Loss;
import io.weir.schemas.LossReason;
import io.weir.schemas.serde.AvroSerdes;
import io.weir.schemas.topic.TopicSpec;
import io.weir.schemas.topic.Topics;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Counts the datagrams on the topics of sFlow and NetFlow, and those that collectors have told to be lost, by reason. Prints one JSON object
 * with {@code datagrams}, {@code octets} and {@code lost}.
 *
 * <p>Usage: java -cp 'app/target/weir-dist/current/lib/*' bench/live/CountDatagrams.java BOOTSTRAP_SERVERS REGISTRY_URL
 */
public final class CountDatagrams {

    private static final Duration POLL = Duration.ofMillis(200);

    private interface Counter<T> {
        void count(T value);
    }

    private CountDatagrams() {}

    public static void main(String[] args) {
        Map<String, Object> client = Map.of(
                "bootstrap.servers", args[0], "schema.registry.url", args[1], "max.partition.fetch.bytes", 16 << 20);
        Topics topics = Topics.ofDefaultPrefix();
        long[] found = new long[2];
        Counter<Datagram> datagrams = datagram -> {
            // A sign of life has no exporter.
            if (datagram.getExporterAddress().hasRemaining()) {
                found[0]++;
                found[1] += datagram.getPayload().remaining();
            }
        };
        read(client, topics.sflow(), Datagram.class, datagrams);
        read(client, topics.netflow(), Datagram.class, datagrams);
        Map<LossReason, Long> lost = new EnumMap<>(LossReason.class);
        read(client, topics.losses(), Loss.class, loss -> lost.merge(loss.getReason(), loss.getDatagrams(), Long::sum));
        StringBuilder reasons = new StringBuilder();
        lost.forEach((reason, count) -> reasons.append(reasons.isEmpty() ? "" : ", ")
                .append('"').append(reason).append("\": ").append(count));
        System.out.println("{\"datagrams\": " + found[0] + ", \"octets\": " + found[1] + ", \"lost\": {" + reasons + "}}");
    }

    private static <T extends org.apache.avro.specific.SpecificRecord> void read(
            Map<String, Object> client, TopicSpec<T> topic, Class<T> type, Counter<T> counter) {
        try (var consumer = new KafkaConsumer<>(client, new ByteArrayDeserializer(), new ByteArrayDeserializer());
                Deserializer<T> values = AvroSerdes.deserializer(type, client)) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic.name()).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(one -> consumer.position(one) < ends.get(one))) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    counter.count(values.deserialize(topic.name(), record.value()));
                }
            }
        }
    }
}
