package io.weir.collectors.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.schemas.Loss;
import io.weir.schemas.LossReason;
import io.weir.schemas.ObservationPoint;
import io.weir.schemas.packets.CanonicalKey;
import io.weir.schemas.packets.RawPacketEncoder;
import io.weir.schemas.topic.Topics;
import io.weir.testing.Await;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RawPacketSenderTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final ObservationPoint POINT = new ObservationPoint("node-1", "eth0", "afpacket", 1);
    private static final int FRAME_OCTETS = 600;

    private final Topics topics = Topics.ofDefaultPrefix();
    private final MockProducer<byte[], byte[]> producer = producer();
    private final List<Loss> losses = new CopyOnWriteArrayList<>();
    private final RawPacketSender sender =
            new RawPacketSender(topics.rawPackets(), producer, 7, 2 * FRAME_OCTETS, losses::add);

    @AfterEach
    void close() {
        while (producer.completeNext()) {
            // Nobody else does.
        }
        sender.close();
    }

    @Test
    void shouldDropAndTellWhatKafkaDoesNotTakeInTime() throws InterruptedException {
        send(1_000, false);
        send(2_000, false);
        send(3_000, false);

        Await.until(PATIENCE, "the dropped ones are told", () -> losses.size() == 1);
        Loss loss = losses.get(0);
        assertThat(loss.getReason()).isEqualTo(LossReason.buffer_full);
        assertThat(loss.getRawPackets()).isEqualTo(2);
        assertThat(loss.getPackets()).as("packets themselves").isZero();
        assertThat(loss.getSource()).isEqualTo("weir.raw-packets.v1");
        assertThat(loss.getFirstTimeMicroseconds()).isEqualTo(2);
        assertThat(loss.getLastTimeMicroseconds()).isEqualTo(3);

        awaitSent(1);
        producer.completeNext();
        sender.flush();
        assertThat(sender.sentPackets()).isEqualTo(1);
        assertThat(sender.droppedPackets()).isEqualTo(2);
        send(4_000, false);
        awaitSent(2);
    }

    @Test
    void shouldTellWhatKafkaRefuses() throws InterruptedException {
        send(1_000, false);
        awaitSent(1);
        producer.errorNext(new KafkaException("not today"));

        sender.flush();

        assertThat(losses).extracting(Loss::getReason).containsExactly(LossReason.kafka_error);
        assertThat(losses.get(0).getMessage()).contains("not today", "themselves are counted");
    }

    @Test
    void shouldLetAFileWaitButNotForAKafkaThatRefuses() throws InterruptedException {
        send(1_000, false);
        awaitSent(1);
        Thread file = new Thread(() -> sendAsFile(2_000));
        file.start();
        Await.until(PATIENCE, "the file waits", () -> file.getState() == Thread.State.TIMED_WAITING);

        producer.completeNext();
        file.join();
        awaitSent(2);
        assertThat(sender.droppedPackets()).isZero();

        producer.errorNext(new KafkaException("not today"));
        send(3_000, false);
        send(4_000, true);
        assertThat(sender.droppedPackets()).isEqualTo(2);
    }

    private void sendAsFile(long timeNanos) {
        try {
            send(timeNanos, true);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void awaitSent(int batches) {
        Await.until(
                PATIENCE,
                "the producer has been given the batch",
                () -> producer.history().size() == batches);
    }

    private void send(long timeNanos, boolean wait) throws InterruptedException {
        RawPacketEncoder encoder = new RawPacketEncoder();
        encoder.add(
                timeNanos,
                1,
                FRAME_OCTETS,
                new CanonicalKey[] {new CanonicalKey()},
                1,
                ByteBuffer.allocate(FRAME_OCTETS),
                0,
                FRAME_OCTETS);
        sender.send(0, encoder, POINT, wait);
    }

    private MockProducer<byte[], byte[]> producer() {
        Node node = new Node(0, "broker", 9092);
        PartitionInfo partition =
                new PartitionInfo(topics.rawPackets().name(), 0, node, new Node[] {node}, new Node[] {node});
        return new MockProducer<>(
                new org.apache.kafka.common.Cluster(
                        "cluster", List.of(node), List.of(partition), java.util.Set.of(), java.util.Set.of()),
                false,
                null,
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }
}
