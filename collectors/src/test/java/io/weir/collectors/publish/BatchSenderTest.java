package io.weir.collectors.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.schemas.Loss;
import io.weir.schemas.LossReason;
import io.weir.schemas.ObservationPoint;
import io.weir.schemas.serde.AvroSerdes;
import io.weir.testing.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A sender whose Kafka acknowledges when the test says so. */
@Timeout(60)
class BatchSenderTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String TOPIC = "any";

    /** One has room in the buffer, two have not. */
    private static final byte[] MORE_THAN_HALF = new byte[(int) (SentBatches.CONFIG.bufferOctets() * 9 / 16)];

    private final MockProducer<byte[], byte[]> producer = producer();
    private final BatchSender sender =
            new BatchSender(SentBatches.CONFIG, SentBatches.TOPICS, SentBatches.CLIENT, () -> producer);

    /** Counts what became of its records. */
    private static final class Fate implements Consignment {
        private final AtomicInteger taken = new AtomicInteger();
        private final List<LossReason> lost = new CopyOnWriteArrayList<>();

        @Override
        public long packets() {
            return 0;
        }

        @Override
        public void taken() {
            taken.incrementAndGet();
        }

        @Override
        public Loss lost(LossReason reason, String why) {
            lost.add(reason);
            return Loss.newBuilder()
                    .setObservationPoint(new ObservationPoint("node-1", "0.0.0.0:6343", "sflow", 1))
                    .setSessionId("session")
                    .setStage("collector")
                    .setReason(reason)
                    .setSource("0.0.0.0:6343")
                    .setDatagrams(1L)
                    .setMessage(why)
                    .build();
        }

        @Override
        public String describe() {
            return "one";
        }
    }

    @Test
    void shouldTellWhatHasNoRoomInFewRecords() throws Exception {
        Fate fate = new Fate();
        sender.send(TOPIC, 0, null, MORE_THAN_HALF, fate, false);
        for (int i = 0; i < 100; i++) {
            sender.send(TOPIC, 0, null, MORE_THAN_HALF, fate, false);
        }

        assertThat(fate.lost).hasSize(100).containsOnly(LossReason.buffer_full);
        assertThat(sender.isTaken()).isFalse();
        assertThat(sender.waitingOctets()).isEqualTo(MORE_THAN_HALF.length);
        assertThat(losses()).as("those behind the first wait for it").hasSize(1);
        sender.flush();
        assertThat(fate.taken).hasValue(1);
        assertThat(sender.waitingOctets()).isZero();
        assertThat(losses()).hasSize(2);
        assertThat(losses().stream().mapToLong(Loss::getDatagrams).sum()).isEqualTo(100);
    }

    @Test
    void shouldWaitForRoomWhenItIsToldTo() throws Exception {
        Fate fate = new Fate();
        sender.send(TOPIC, 0, null, MORE_THAN_HALF, fate, true);
        Thread second = new Thread(() -> {
            try {
                sender.send(TOPIC, 0, null, MORE_THAN_HALF, fate, true);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        second.start();
        Await.until(PATIENCE, "the second waits", () -> second.getState() == Thread.State.TIMED_WAITING);
        assertThat(producer.history()).hasSize(1);

        assertThat(producer.completeNext()).isTrue();

        second.join(PATIENCE.toMillis());
        assertThat(producer.history()).hasSize(2);
        assertThat(fate.taken).hasValue(1);
        sender.flush();
        assertThat(fate.taken).hasValue(2);
        assertThat(fate.lost).isEmpty();
        assertThat(sender.isTaken()).isTrue();
    }

    @Test
    void shouldLoseWhatComesWhenItIsClosed() throws Exception {
        Fate fate = new Fate();
        sender.close();

        sender.send(TOPIC, 0, null, new byte[1], fate, false);

        assertThat(fate.lost).containsExactly(LossReason.kafka_error);
        assertThat(sender.waitingOctets()).isZero();
    }

    private List<Loss> losses() {
        try (Deserializer<Loss> losses = AvroSerdes.deserializer(Loss.class, SentBatches.CLIENT)) {
            return producer.history().stream()
                    .filter(sent ->
                            sent.topic().equals(SentBatches.TOPICS.losses().name()))
                    .map(sent -> losses.deserialize(sent.topic(), sent.value()))
                    .toList();
        }
    }

    private static MockProducer<byte[], byte[]> producer() {
        Node node = new Node(0, "localhost", 9092);
        List<PartitionInfo> known = new ArrayList<>();
        for (String topic : List.of(
                TOPIC,
                SentBatches.TOPICS.packets().name(),
                SentBatches.TOPICS.losses().name())) {
            known.add(new PartitionInfo(topic, 0, node, new Node[] {node}, new Node[] {node}));
        }
        Cluster cluster = new Cluster("mock", List.of(node), known, Set.of(), Set.of());
        return new MockProducer<>(cluster, false, null, new ByteArraySerializer(), new ByteArraySerializer());
    }
}
