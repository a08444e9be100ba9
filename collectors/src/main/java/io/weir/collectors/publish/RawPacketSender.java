package io.weir.collectors.publish;

import io.weir.schemas.Loss;
import io.weir.schemas.LossReason;
import io.weir.schemas.ObservationPoint;
import io.weir.schemas.RawPacketBatch;
import io.weir.schemas.packets.RawPacketEncoder;
import io.weir.schemas.serde.AvroSerdes;
import io.weir.schemas.topic.TopicSpec;
import io.weir.schemas.topic.Topics;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends raw packets beside their summaries: with a producer, a thread and a bounded memory of its own, so that they never hold the
 * summaries up. What Kafka does not take in time is dropped and reported as missing copies. Thread-safe.
 */
final class RawPacketSender implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RawPacketSender.class);

    /** Octets of batches that may wait for Kafka. */
    private static final long BUFFER_OCTETS = 16L * 1024 * 1024;

    private static final int LINGER_MS = 20;

    /** Time between two reports of what was dropped. */
    private static final long REPORT_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** Time after an error for which nobody waits for room. */
    private static final long AWAY_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** Kinds of loss between two reports; there are as many as observation points times reasons. */
    private static final int MAX_LOSSES = 10_000;

    private static final int TICK_MS = 500;
    private static final int CLOSE_MS = 30_000;

    private static final class Batch {

        private final int partition;
        private final byte[] value;
        private final ObservationPoint point;
        private final int packets;
        private final long firstNanos;
        private final long lastNanos;

        Batch(int partition, byte[] value, ObservationPoint point, RawPacketEncoder encoder) {
            this.partition = partition;
            this.value = value;
            this.point = point;
            this.packets = encoder.packets();
            this.firstNanos = encoder.firstNanos();
            this.lastNanos = encoder.lastNanos();
        }
    }

    private final TopicSpec<RawPacketBatch> topic;
    private final Consumer<Loss> losses;
    private final Producer<byte[], byte[]> producer;
    private final int schemaId;
    private final long bufferOctets;
    private final int partitions;
    private final Thread thread = new Thread(this::run, "weir-raw-packets");
    private final Deque<Batch> waiting = new ArrayDeque<>();
    private final List<Loss> dropped = new ArrayList<>();

    private long pendingOctets;
    private long sentPackets;
    private long droppedPackets;
    private long awayUntilNanos = System.nanoTime();
    private boolean warned;
    private boolean closed;

    /**
     * Connects and registers the schema.
     *
     * @param losses takes what was dropped; mostly called from this sender's own thread
     * @throws KafkaException when the topic cannot be used
     */
    static RawPacketSender connect(
            CollectorConfig config, Topics topics, Map<String, ?> clientConfigs, Consumer<Loss> losses) {
        TopicSpec<RawPacketBatch> topic = topics.rawPackets();
        int schemaId;
        try (Serializer<RawPacketBatch> serializer = AvroSerdes.serializer(topic.valueType(), clientConfigs)) {
            schemaId = BatchSender.schemaId(serializer, topic.name());
        }
        Producer<byte[], byte[]> producer = new KafkaProducer<>(
                producerConfigs(config, clientConfigs), new ByteArraySerializer(), new ByteArraySerializer());
        try {
            return new RawPacketSender(topic, producer, schemaId, BUFFER_OCTETS, losses);
        } catch (RuntimeException e) {
            producer.close(Duration.ZERO);
            throw new KafkaException(
                    "Kafka does not answer for topic " + topic.name() + " (" + e.getMessage()
                            + "). Does it exist? Without it set collector.raw-packets to 0",
                    e);
        }
    }

    /** @param bufferOctets octets of batches that may wait */
    RawPacketSender(
            TopicSpec<RawPacketBatch> topic,
            Producer<byte[], byte[]> producer,
            int schemaId,
            long bufferOctets,
            Consumer<Loss> losses) {
        this.topic = topic;
        this.producer = producer;
        this.schemaId = schemaId;
        this.bufferOctets = bufferOctets;
        this.losses = losses;
        this.partitions = producer.partitionsFor(topic.name()).size();
        thread.setDaemon(true);
        thread.start();
    }

    private static Map<String, Object> producerConfigs(CollectorConfig config, Map<String, ?> clientConfigs) {
        Map<String, Object> configs = new HashMap<>();
        configs.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, config.compression());
        configs.put(ProducerConfig.LINGER_MS_CONFIG, LINGER_MS);
        configs.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Topics.MAX_RECORD_OCTETS);
        configs.putAll(clientConfigs);
        Object clientId = configs.get(CommonClientConfigs.CLIENT_ID_CONFIG);
        if (clientId != null) {
            // Two clients of one name would share their metrics.
            configs.put(CommonClientConfigs.CLIENT_ID_CONFIG, clientId + "-raw-packets");
        }
        // Our own limit comes first.
        configs.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 2 * BUFFER_OCTETS + Topics.MAX_RECORD_OCTETS);
        return configs;
    }

    /** Partitions of the topic. */
    int partitions() {
        return partitions;
    }

    /**
     * Sends one batch, or drops it when too many wait.
     *
     * @param wait whether to wait for room, unless Kafka refuses
     */
    void send(int partition, RawPacketEncoder encoder, ObservationPoint point, boolean wait)
            throws InterruptedException {
        Batch batch = new Batch(partition, encoder.encode(schemaId, point), point, encoder);
        synchronized (this) {
            while (wait && !hasRoomFor(batch) && !isAway()) {
                TimeUnit.MILLISECONDS.timedWait(this, TICK_MS);
            }
            if (hasRoomFor(batch)) {
                pendingOctets += batch.value.length;
                waiting.addLast(batch);
                notifyAll();
            } else {
                drop(batch, LossReason.buffer_full, "Kafka does not keep up: " + pendingOctets + " bytes wait already");
            }
        }
    }

    private boolean hasRoomFor(Batch batch) {
        return pendingOctets == 0 || pendingOctets + batch.value.length <= bufferOctets;
    }

    private boolean isAway() {
        return System.nanoTime() - awayUntilNanos < 0;
    }

    private void run() {
        long reportedNanos = System.nanoTime();
        boolean open = true;
        while (open) {
            Batch batch = next();
            if (batch != null) {
                send(batch);
            }
            open = batch != null || !isClosed();
            long nowNanos = System.nanoTime();
            if (!open || nowNanos - reportedNanos >= REPORT_NANOS) {
                reportedNanos = nowNanos;
                report();
            }
        }
    }

    /** The next batch; null when there is none after a while, or none any more. */
    private synchronized Batch next() {
        try {
            if (waiting.isEmpty() && !closed) {
                TimeUnit.MILLISECONDS.timedWait(this, TICK_MS);
            }
        } catch (InterruptedException e) {
            closed = true;
        }
        return waiting.pollFirst();
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    /** May block for as long as the producer waits for metadata: only this thread does. */
    private void send(Batch batch) {
        try {
            Future<RecordMetadata> unused = producer.send(
                    new ProducerRecord<>(topic.name(), batch.partition, null, batch.value),
                    (metadata, error) -> completed(batch, error));
        } catch (KafkaException e) {
            completed(batch, e);
        }
    }

    private synchronized void completed(Batch batch, Exception error) {
        pendingOctets -= batch.value.length;
        if (error == null) {
            awayUntilNanos = System.nanoTime();
            sentPackets += batch.packets;
        } else {
            awayUntilNanos = System.nanoTime() + AWAY_NANOS;
            drop(batch, LossReason.kafka_error, "Kafka did not take a batch: " + error.getMessage());
        }
        notifyAll();
    }

    private void drop(Batch batch, LossReason reason, String why) {
        droppedPackets += batch.packets;
        if (!warned) {
            warned = true;
            LOG.warn("{} raw packets dropped, further ones are told in the losses topic only: {}", batch.packets, why);
        }
        Loss loss = Loss.newBuilder()
                .setObservationPoint(batch.point)
                .setStage("collector")
                .setReason(reason)
                .setSource(topic.name())
                .setPackets(0L)
                .setLayer2Octets(0L)
                .setFirstTimeMicroseconds(Math.floorDiv(batch.firstNanos, 1000L))
                .setLastTimeMicroseconds(Math.floorDiv(batch.lastNanos, 1000L))
                .setMessage("Copies of packets are missing, the packets themselves are counted. " + why)
                .setRawPackets((long) batch.packets)
                .build();
        for (Loss other : dropped) {
            if (Losses.mergeable(other, loss)) {
                Losses.mergeInto(other, loss);
                return;
            }
        }
        if (dropped.size() < MAX_LOSSES) {
            dropped.add(loss);
        } else {
            LOG.error("{} kinds of loss wait to be told, this one is only here: {}", MAX_LOSSES, loss);
        }
    }

    private void report() {
        List<Loss> found;
        synchronized (this) {
            found = List.copyOf(dropped);
            dropped.clear();
        }
        found.forEach(losses);
    }

    /** Packets whose copies Kafka has acknowledged. */
    synchronized long sentPackets() {
        return sentPackets;
    }

    /** Packets whose copies were dropped. */
    synchronized long droppedPackets() {
        return droppedPackets;
    }

    /** Waits until everything that was sent is acknowledged or dropped, and reports it. */
    void flush() {
        synchronized (this) {
            try {
                while (pendingOctets > 0) {
                    TimeUnit.MILLISECONDS.timedWait(this, TICK_MS);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
        report();
    }

    /** Sends what waits, for a while. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        try {
            thread.join(CLOSE_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        producer.close(Duration.ofMillis(CLOSE_MS));
        report();
    }
}
