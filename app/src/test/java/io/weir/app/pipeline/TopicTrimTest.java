package io.weir.app.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.advisor.AdvisorApp;
import io.weir.schemas.topic.TopicCreator;
import io.weir.schemas.topic.Topics;
import io.weir.testing.Await;
import io.weir.testing.KafkaExtension;
import io.weir.topology.MeterApp;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class TopicTrimTest {

    @RegisterExtension
    static final KafkaExtension KAFKA = new KafkaExtension();

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int RECORDS = 10;

    private final Map<String, Object> client = Map.of("bootstrap.servers", KAFKA.bootstrapServers());
    private final Topics topics = new Topics(KAFKA.uniqueName("trim") + ".");
    private final TopicPartition packets = new TopicPartition(topics.packets().name(), 0);
    private final TopicPartition flows = new TopicPartition(topics.flows().name(), 0);
    private final TopicPartition edges = new TopicPartition(topics.edges().name(), 0);
    private final TopicPartition losses = new TopicPartition(topics.losses().name(), 0);

    @BeforeEach
    void fill() throws Exception {
        TopicCreator.createMissing(KAFKA.admin(), topics.all(), 1);
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(client, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (TopicPartition partition : List.of(packets, flows, edges, losses)) {
                for (int i = 0; i < RECORDS; i++) {
                    producer.send(new ProducerRecord<>(partition.topic(), 0, new byte[1], new byte[1]))
                            .get();
                }
            }
        }
    }

    @Test
    void shouldTakeAwayWhatEveryReaderHasDoneWith() throws Exception {
        committed(MeterApp.applicationId(topics), packets, 6);
        committed(AdvisorApp.groupId(topics), flows, 4);

        try (TopicTrim trim = new TopicTrim(client, topics)) {
            tickUntil(trim, Map.of(flows, 8L, edges, 9L), edges, 9);

            assertThat(beginning(packets)).as("read by the meter").isEqualTo(6);
            assertThat(beginning(flows)).as("not yet by the advisor").isEqualTo(4);
            assertThat(beginning(losses)).as("by nobody").isZero();

            committed(AdvisorApp.groupId(topics), flows, 10);
            tickUntil(trim, Map.of(flows, 8L, edges, 9L), flows, 8);
        }
    }

    @Test
    void shouldLeaveEverythingUntilSomebodyHasCommitted() throws Exception {
        try (TopicTrim trim = new TopicTrim(client, topics)) {
            tickUntil(trim, Map.of(flows, 8L, edges, 9L), edges, 9);

            assertThat(beginning(packets)).isZero();
            assertThat(beginning(flows)).isZero();
        }
    }

    private static void tickUntil(
            TopicTrim trim, Map<TopicPartition, Long> taken, TopicPartition partition, long begin) {
        Await.until(PATIENCE, partition + " begins at " + begin, () -> {
            trim.tick(() -> taken);
            return beginning(partition) == begin;
        });
    }

    private static void committed(String group, TopicPartition partition, long offset) throws Exception {
        KAFKA.admin()
                .alterConsumerGroupOffsets(group, Map.of(partition, new OffsetAndMetadata(offset)))
                .all()
                .get();
    }

    private static long beginning(TopicPartition partition) throws Exception {
        return KAFKA.admin()
                .listOffsets(Map.of(partition, OffsetSpec.earliest()))
                .partitionResult(partition)
                .get()
                .offset();
    }
}
