import io.weir.schemas.Flow;
import io.weir.schemas.serde.AvroSerdes;
import io.weir.schemas.topic.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Prints flows as they come. Needs nothing but kafka-clients and weir-schemas:
 *
 * <pre>java -cp "app/target/weir-dist/current/lib/*" examples/FlowReader.java [KAFKA [REGISTRY]]</pre>
 */
public class FlowReader {

    public static void main(String[] args) {
        Map<String, Object> config = new HashMap<>();
        config.put("bootstrap.servers", args.length > 0 ? args[0] : "127.0.0.1:9092");
        config.put("schema.registry.url", args.length > 1 ? args[1] : "http://127.0.0.1:8081");
        config.put("group.id", "flow-reader");
        config.put("auto.offset.reset", "earliest");
        // Flows are written in transactions: what a crash takes back is never seen.
        config.put("isolation.level", "read_committed");
        try (KafkaConsumer<String, Flow> consumer = new KafkaConsumer<>(
                config, new StringDeserializer(), AvroSerdes.deserializer(Flow.class, config))) {
            consumer.subscribe(List.of(Topics.ofDefaultPrefix().flows().name()));
            while (true) {
                for (ConsumerRecord<String, Flow> record : consumer.poll(Duration.ofSeconds(1))) {
                    print(record.value());
                }
            }
        }
    }

    private static void print(Flow flow) {
        System.out.printf(
                "%s -> %s:%s %s packets, %s octets (%s)%n",
                flow.getInitiator().getAddress(),
                flow.getResponder().getAddress(),
                flow.getResponder().getPort(),
                flow.getDelta().getInitiatorPackets() + flow.getDelta().getResponderPackets(),
                flow.getDelta().getInitiatorLayer2Octets() + flow.getDelta().getResponderLayer2Octets(),
                flow.getOrientation());
    }
}
