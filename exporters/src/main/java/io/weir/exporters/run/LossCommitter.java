package io.weir.exporters.run;

import io.weir.exporters.object.LostRange;
import io.weir.schemas.Loss;
import io.weir.schemas.rejected.KafkaLosses;
import io.weir.schemas.serde.AvroSerdes;
import io.weir.schemas.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Writes loss records and the rejected records that they are about, and commits the offset behind them, in one transaction, so that
 * each is told exactly once. The producer is
 * made with the first loss: most sinks never have one.
 */
public final class LossCommitter implements AutoCloseable {

    private static final String STAGE = "exporter";

    private static final int TRANSACTION_TIMEOUT_MS = 15_000;

    private final Map<String, Object> kafkaProps;
    private final String topic;
    private final String transactionalId;
    private Serializer<Loss> serializer;
    private Producer<byte[], byte[]> producer;

    /**
     * @param kafkaProps client properties
     * @param topic losses
     * @param transactionalId of this process alone
     */
    public LossCommitter(Map<String, Object> kafkaProps, String topic, String transactionalId) {
        this.kafkaProps = kafkaProps;
        this.topic = topic;
        this.transactionalId = transactionalId;
    }

    /**
     * Tells of one partition.
     *
     * @param lost ranges that were left out
     * @param rejected the records of these ranges, as they go to the topic of rejected records
     * @param next offset to commit
     * @throws RuntimeException when it is not known whether the transaction was committed: ask the group before trying again
     */
    public void commit(
            TopicPartition partition,
            List<LostRange> lost,
            List<ProducerRecord<byte[], byte[]>> rejected,
            OffsetAndMetadata next,
            ConsumerGroupMetadata group) {
        List<ProducerRecord<byte[], byte[]>> records = records(partition, lost, rejected);
        boolean done = false;
        try {
            if (producer == null) {
                producer = newProducer();
                producer.initTransactions();
            }
            producer.beginTransaction();
            for (ProducerRecord<byte[], byte[]> record : records) {
                // The commit below fails when a send did.
                Future<?> unused = producer.send(record);
            }
            producer.sendOffsetsToTransaction(Map.of(partition, next), group);
            producer.commitTransaction();
            done = true;
        } finally {
            if (!done) {
                closeProducer();
            }
        }
    }

    private List<ProducerRecord<byte[], byte[]>> records(
            TopicPartition partition, List<LostRange> lost, List<ProducerRecord<byte[], byte[]>> rejected) {
        if (serializer == null) {
            serializer = AvroSerdes.serializer(Loss.class, kafkaProps);
        }
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (LostRange range : lost) {
            Loss loss = loss(partition, range);
            records.add(new ProducerRecord<>(
                    topic,
                    KafkaLosses.keyOf(loss).getBytes(StandardCharsets.UTF_8),
                    serializer.serialize(topic, loss)));
        }
        records.addAll(rejected);
        return records;
    }

    private static Loss loss(TopicPartition partition, LostRange range) {
        String message = partition + ", offsets " + range.firstOffset() + " to " + range.lastOffset() + " ("
                + range.records() + "): " + range.message();
        return KafkaLosses.of(STAGE, partition, range.firstOffset(), range.lastOffset(), range.reason(), message);
    }

    private Producer<byte[], byte[]> newProducer() {
        Map<String, Object> props = new HashMap<>(kafkaProps);
        props.putIfAbsent(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Topics.MAX_REJECTED_OCTETS);
        props.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId);
        props.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, TRANSACTION_TIMEOUT_MS);
        props.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        props.put(ProducerConfig.ACKS_CONFIG, "all");
        return new KafkaProducer<>(props, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private void closeProducer() {
        if (producer != null) {
            producer.close(Duration.ZERO);
            producer = null;
        }
    }

    @Override
    public void close() {
        closeProducer();
        if (serializer != null) {
            serializer.close();
        }
    }
}
