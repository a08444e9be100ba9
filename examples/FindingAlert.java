import io.weir.schemas.Finding;
import io.weir.schemas.FindingStatus;
import io.weir.schemas.Severity;
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
 * Alerts on new findings of severity medium and above. Needs nothing but kafka-clients and weir-schemas:
 *
 * <pre>java -cp "app/target/weir-dist/current/lib/*" examples/FindingAlert.java [KAFKA [REGISTRY]]</pre>
 */
public class FindingAlert {

    public static void main(String[] args) {
        Map<String, Object> config = new HashMap<>();
        config.put("bootstrap.servers", args.length > 0 ? args[0] : "127.0.0.1:9092");
        config.put("schema.registry.url", args.length > 1 ? args[1] : "http://127.0.0.1:8081");
        config.put("group.id", "finding-alert");
        config.put("auto.offset.reset", "earliest");
        config.put("isolation.level", "read_committed");
        // Committed below, when everybody is told: a crash between repeats, and loses nothing.
        config.put("enable.auto.commit", "false");
        try (KafkaConsumer<String, Finding> consumer = new KafkaConsumer<>(
                config, new StringDeserializer(), AvroSerdes.deserializer(Finding.class, config))) {
            consumer.subscribe(List.of(Topics.ofDefaultPrefix().findings().name()));
            while (true) {
                for (ConsumerRecord<String, Finding> record : consumer.poll(Duration.ofSeconds(1))) {
                    Finding finding = record.value();
                    if (finding.getStatus() == FindingStatus.opened && finding.getSeverity().compareTo(Severity.medium) >= 0) {
                        alert(finding);
                    }
                }
                consumer.commitSync();
            }
        }
    }

    private static void alert(Finding finding) {
        System.out.printf("ALERT %s: %s (%s)%n", finding.getSeverity(), finding.getTitle(), finding.getFindingId());
    }
}
