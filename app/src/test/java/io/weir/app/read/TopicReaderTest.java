package io.weir.app.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.testing.KafkaExtension;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class TopicReaderTest {

    @RegisterExtension
    static final KafkaExtension KAFKA = new KafkaExtension();

    private final String topic = KAFKA.createTopic(KAFKA.uniqueName("read"), 2);

    @Test
    void shouldReadOnWithWhatCameWhileItWasReading() {
        try (TopicReader reader = new TopicReader(KAFKA.clientProps(), List.of(topic), true)) {
            reader.seek(StartPosition.BEGINNING);
            List<String> all = new ArrayList<>();
            for (int round = 0; round < 3; round++) {
                send("a" + round, "b" + round);
                Map<TopicPartition, TopicReader.Range> ranges = reader.ranges();
                // One fetch brings them together with those before the end.
                send("c" + round);
                List<String> read = new ArrayList<>();
                reader.readTo(ranges, record -> read.add(new String(record.value(), StandardCharsets.UTF_8)));
                assertThat(read).contains("a" + round, "b" + round).doesNotContain("c" + round);
                all.addAll(read);
            }
            assertThat(all).containsExactlyInAnyOrder("a0", "b0", "c0", "a1", "b1", "c1", "a2", "b2");
        }
    }

    private void send(String... values) {
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(KAFKA.clientProps(), new StringSerializer(), new StringSerializer())) {
            for (String value : values) {
                var sent = producer.send(new ProducerRecord<>(topic, 0, null, value));
                producer.flush();
                assertThat(sent).isDone();
            }
        }
    }
}
