package io.weir.collectors.publish;

import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import io.weir.schemas.Loss;
import io.weir.schemas.LossReason;
import io.weir.schemas.ObservationPoint;
import io.weir.schemas.PacketBatch;
import io.weir.schemas.serde.AvroSerdes;
import io.weir.schemas.serde.AvroSerializer;
import io.weir.schemas.topic.TopicSpec;
import io.weir.schemas.topic.Topics;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
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
 * Sends batches and losses to Kafka with an idempotent producer and bounded memory. What Kafka did not take becomes a loss; losses that
 * Kafka does not take either are kept, merged by place and reason, and sent when it is back. Thread-safe.
 */
public final class BatchSender extends BatchOutlet implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(BatchSender.class);

    /** Kinds of loss that may wait; there are as many as observation points times reasons. */
    private static final int MAX_WAITING_LOSSES = 10_000;

    /** Time between two looks for room, should nobody tell that there is some. */
    private static final long ROOM_LOOK_MS = 1000;

    /** A send that takes longer has waited for metadata. */
    private static final long BLOCKED_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** Time between two attempts while Kafka does not answer. */
    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final CollectorConfig config;
    private final Topics topics;
    private final Map<String, ?> clientConfigs;
    private final Producer<byte[], byte[]> producer;
    private final Serializer<PacketBatch> batchSerializer;
    private final Serializer<Loss> lossSerializer;
    private final int batchSchemaId;
    private final int partitions;
    private final long bufferOctets;

    /** Null when raw packets are off. */
    private final RawPacketSender rawPackets;

    private final Deque<Loss> waitingLosses = new ArrayDeque<>();

    /** As many as files that are read now. */
    private final List<ResumableSender> resumables = new ArrayList<>();

    private long lossesNotBeforeNanos = System.nanoTime();
    private boolean lossesHeld;

    /** Whether there are {@link #waitingLosses}; read without the lock, which most sends do without. */
    private volatile boolean lossesWait;

    /** Loss records on their way. Others wait for them, and merge: their number must not grow with what is lost. */
    private int lossesInFlight;

    /** Whether {@link #awayUntilNanos} means anything. */
    private volatile boolean mayBeAway;

    private volatile long awayUntilNanos;
    private final AtomicLong inFlightOctets = new AtomicLong();

    /** Threads that wait for room. */
    private volatile int waitingForRoom;

    private long sentPackets;
    private long sentBatches;
    private long sentOctets;
    private long lostPackets;

    /** What was sent last was not taken. */
    private volatile boolean refused;

    /** Nothing more is sent: what is given then is lost. */
    private volatile boolean closed;

    private String firstError;

    /**
     * Connects; registers the schemas, so that an incompatible one is refused before any packet is taken.
     *
     * @param clientConfigs Kafka client properties with {@code bootstrap.servers} and {@code schema.registry.url}
     * @throws KafkaException when the cluster or the registry cannot be used
     */
    public BatchSender(CollectorConfig config, Topics topics, Map<String, ?> clientConfigs) {
        this(
                config,
                topics,
                clientConfigs,
                () -> new KafkaProducer<>(
                        producerConfigs(config, clientConfigs), new ByteArraySerializer(), new ByteArraySerializer()));
    }

    /** @param producers makes the producer, once the schemas are registered */
    BatchSender(
            CollectorConfig config,
            Topics topics,
            Map<String, ?> clientConfigs,
            Supplier<Producer<byte[], byte[]>> producers) {
        this.config = config;
        this.topics = topics;
        this.clientConfigs = clientConfigs;
        this.bufferOctets = config.bufferOctets();
        this.batchSerializer = AvroSerdes.serializer(PacketBatch.class, clientConfigs);
        this.lossSerializer = AvroSerdes.serializer(Loss.class, clientConfigs);
        this.batchSchemaId = schemaId(batchSerializer, topics.packets().name());
        schemaId(lossSerializer, topics.losses().name());
        this.producer = producers.get();
        try {
            this.partitions = producer.partitionsFor(topics.packets().name()).size();
            // Known from the start, so that a loss never waits for it.
            producer.partitionsFor(topics.losses().name());
        } catch (RuntimeException e) {
            producer.close(Duration.ZERO);
            throw new KafkaException(
                    "Kafka at " + clientConfigs.get(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG)
                            + " does not answer for topic "
                            + topics.packets().name() + " (" + e.getMessage()
                            + "). Is the broker running, and does the topic exist?",
                    e);
        }
        this.rawPackets = config.rawPackets().isOn() ? rawPackets(config, clientConfigs) : null;
    }

    /**
     * Sends the contents of a file in a way that a later run can take up; counted here.
     *
     * @throws KafkaException when the cluster or the registry cannot be used
     * @throws IOException when the file cannot be read
     */
    public ResumableSender resumable(Path file, InstantSource clock) throws IOException {
        ResumableSender sender =
                new ResumableSender(this, config, topics, clientConfigs, file, clock, System::nanoTime);
        synchronized (this) {
            resumables.add(sender);
        }
        return sender;
    }

    private RawPacketSender rawPackets(CollectorConfig config, Map<String, ?> clientConfigs) {
        try {
            return RawPacketSender.connect(config, topics, clientConfigs, this::report);
        } catch (RuntimeException e) {
            producer.close(Duration.ZERO);
            throw e;
        }
    }

    static Map<String, Object> producerConfigs(CollectorConfig config, Map<String, ?> clientConfigs) {
        Map<String, Object> configs = new HashMap<>();
        configs.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, config.compression());
        // zstd's level 1 costs half of Kafka's default 3 and saves as much on batches.
        configs.put(ProducerConfig.COMPRESSION_ZSTD_LEVEL_CONFIG, 1);
        configs.put(ProducerConfig.LINGER_MS_CONFIG, 5);
        configs.put(ProducerConfig.BATCH_SIZE_CONFIG, 512 * 1024);
        configs.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Topics.MAX_RECORD_OCTETS);
        configs.putAll(clientConfigs);
        // Not to be changed from outside: without them a retry could count packets twice.
        configs.put(ProducerConfig.ACKS_CONFIG, "all");
        configs.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        // Our own limit comes first; the producer's must never block before it.
        configs.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 2 * config.bufferOctets() + 4L * Topics.MAX_RECORD_OCTETS);
        return configs;
    }

    /**
     * Partitions of a topic that is sent to beside the packets.
     *
     * @throws KafkaException when the topic cannot be used
     */
    public int partitions(String topic) {
        return producer.partitionsFor(topic).size();
    }

    /**
     * Registers the schema of a topic that is sent to beside the packets.
     *
     * @return its id
     * @throws KafkaException when the registry cannot be used, or refuses it
     */
    public int schemaId(TopicSpec<?> topic) {
        try (Serializer<?> serializer = AvroSerdes.serializer(topic.valueType(), clientConfigs)) {
            return schemaId(serializer, topic.name());
        }
    }

    static int schemaId(Serializer<?> serializer, String topic) {
        return serializer instanceof AvroSerializer<?> ours ? ours.schemaId(topic) : -1;
    }

    /** Partitions of the packets topic. */
    @Override
    public int partitions() {
        return partitions;
    }

    @Override
    RawPacketSender rawPackets() {
        return rawPackets;
    }

    @Override
    int batchSchemaId() {
        return batchSchemaId;
    }

    @Override
    void send(int partition, byte[] value, PacketRange range, boolean wait) throws InterruptedException {
        send(topics.packets().name(), partition, null, value, range, wait);
    }

    /**
     * Sends one record.
     *
     * @param key null for none
     * @param consignment told what becomes of it
     * @param wait whether to wait for room; else a full buffer makes a loss
     */
    public void send(String topic, int partition, byte[] key, byte[] value, Consignment consignment, boolean wait)
            throws InterruptedException {
        sendWaitingLosses();
        if (closed) {
            lose(consignment, LossReason.kafka_error, "The connection to Kafka is closed");
            return;
        }
        if (isAway()) {
            lose(consignment, LossReason.kafka_error, "Kafka does not answer");
            return;
        }
        if (!hasRoom(value.length)) {
            if (!wait) {
                lose(
                        consignment,
                        LossReason.buffer_full,
                        "Kafka does not keep up: " + bufferOctets
                                + " bytes of batches wait already. Raise collector.buffer.size or add brokers");
                return;
            }
            waitForRoom(value.length);
        }
        try {
            long beforeNanos = System.nanoTime();
            Future<RecordMetadata> sent = producer.send(
                    new ProducerRecord<>(topic, partition, key, value),
                    (metadata, error) -> completed(value.length, consignment, error));
            noteBlocking(beforeNanos, sent);
        } catch (KafkaException | IllegalStateException e) {
            // The latter when it is closed in this moment.
            completed(value.length, consignment, e);
        }
    }

    /** Takes room for a record, which one alone always has. */
    private boolean hasRoom(int octets) {
        while (true) {
            long before = inFlightOctets.get();
            if (before > 0 && before + octets > bufferOctets) {
                return false;
            }
            if (inFlightOctets.compareAndSet(before, before + octets)) {
                return true;
            }
        }
    }

    private synchronized void waitForRoom(int octets) throws InterruptedException {
        waitingForRoom++;
        try {
            while (!hasRoom(octets)) {
                TimeUnit.MILLISECONDS.timedWait(this, ROOM_LOOK_MS);
            }
        } finally {
            waitingForRoom--;
        }
    }

    private void giveRoomBack(int octets) {
        inFlightOctets.addAndGet(-octets);
        if (waitingForRoom > 0) {
            synchronized (this) {
                notifyAll();
            }
        }
    }

    /**
     * A producer that has lost every broker forgets its metadata, and each send then blocks until max.block.ms is over. One batch in a
     * while may find out whether Kafka is back; the others would only stop the capture.
     */
    private void noteBlocking(long beforeNanos, Future<RecordMetadata> sent) {
        long nowNanos = System.nanoTime();
        if (nowNanos - beforeNanos > BLOCKED_NANOS && hasFailed(sent)) {
            awayUntilNanos = nowNanos + RETRY_NANOS;
            mayBeAway = true;
        }
    }

    private static boolean hasFailed(Future<RecordMetadata> sent) {
        if (!sent.isDone()) {
            return false;
        }
        try {
            sent.get();
            return false;
        } catch (ExecutionException e) {
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private boolean isAway() {
        return mayBeAway && System.nanoTime() - awayUntilNanos < 0;
    }

    /** Often enough to go without the lock when all is well, and without writes to what other threads read. */
    private void completed(int octets, Consignment consignment, Exception error) {
        if (error == null) {
            if (mayBeAway) {
                mayBeAway = false;
            }
            if (refused) {
                refused = false;
            }
            consignment.taken();
            if (consignment instanceof PacketRange range) {
                taken(range.packets(), 1, octets);
            }
        } else {
            lose(consignment, LossReason.kafka_error, "Kafka did not take a batch: " + error.getMessage());
        }
        giveRoomBack(octets);
    }

    /** What was sent beside this sender, and acknowledged. */
    synchronized void taken(long packets, long batches, long octets) {
        sentPackets += packets;
        sentBatches += batches;
        sentOctets += octets;
    }

    /** It is closed. */
    synchronized void left(ResumableSender sender) {
        resumables.remove(sender);
    }

    private synchronized void lose(Consignment consignment, LossReason reason, String why) {
        refused = true;
        Loss loss = consignment.lost(reason, why);
        if (loss == null) {
            return;
        }
        lostPackets += consignment.packets();
        if (reason == LossReason.kafka_error && firstError == null) {
            firstError = why;
            LOG.error("{} lost: {}", consignment.describe(), why);
        }
        keep(loss);
    }

    @Override
    public void report(Loss loss) {
        synchronized (this) {
            keep(loss);
        }
        sendWaitingLosses();
    }

    /** Losses of one place and reason that wait become one range, so that an outage cannot fill the memory. */
    private void keep(Loss loss) {
        for (Loss waiting : waitingLosses) {
            if (Losses.mergeable(waiting, loss)) {
                Losses.mergeInto(waiting, loss);
                return;
            }
        }
        if (waitingLosses.size() < MAX_WAITING_LOSSES) {
            waitingLosses.addLast(loss);
            lossesWait = true;
        } else {
            LOG.error("{} loss records wait for Kafka, this one is only here: {}", MAX_WAITING_LOSSES, loss);
        }
    }

    /**
     * Never called with the lock held, nor from the producer's callbacks: the producer may wait for its own thread, which the callbacks
     * run on and which waits for the lock.
     */
    private void sendWaitingLosses() {
        if (!lossesWait) {
            return;
        }
        List<Loss> losses;
        synchronized (this) {
            if (waitingLosses.isEmpty()
                    || lossesInFlight > 0
                    || isAway()
                    || System.nanoTime() - lossesNotBeforeNanos < 0) {
                return;
            }
            losses = List.copyOf(waitingLosses);
            waitingLosses.clear();
            lossesWait = false;
            lossesInFlight = losses.size();
        }
        for (Loss loss : losses) {
            if (isAway()) {
                synchronized (this) {
                    lossesInFlight--;
                    keep(loss);
                }
            } else {
                sendLoss(loss);
            }
        }
    }

    private void sendLoss(Loss loss) {
        try {
            byte[] value = lossSerializer.serialize(topics.losses().name(), loss);
            byte[] key = Losses.key(loss.getObservationPoint());
            long beforeNanos = System.nanoTime();
            Future<RecordMetadata> sent =
                    producer.send(new ProducerRecord<>(topics.losses().name(), key, value), (metadata, error) -> {
                        if (error == null) {
                            lossTaken();
                        } else {
                            keepForLater(loss, error);
                        }
                    });
            noteBlocking(beforeNanos, sent);
        } catch (KafkaException | IllegalStateException e) {
            keepForLater(loss, e);
        }
    }

    private synchronized void keepForLater(Loss loss, Exception error) {
        if (!lossesHeld) {
            lossesHeld = true;
            LOG.warn("loss records are kept until Kafka takes them ({}): {}", error.getMessage(), loss.getMessage());
        }
        lossesInFlight--;
        // Each attempt may block the capture for as long as the producer waits for metadata.
        lossesNotBeforeNanos = System.nanoTime() + RETRY_NANOS;
        keep(loss);
    }

    private synchronized void lossTaken() {
        lossesInFlight--;
        lossesHeld = false;
    }

    /** Sends what is of use only while it is new: tried once. */
    void sendReport(String topic, byte[] key, byte[] value) {
        if (isAway()) {
            return;
        }
        try {
            long beforeNanos = System.nanoTime();
            Future<RecordMetadata> sent = producer.send(new ProducerRecord<>(topic, key, value), (metadata, error) -> {
                if (error != null) {
                    LOG.debug("a report to {} was not taken: {}", topic, error.getMessage());
                }
            });
            noteBlocking(beforeNanos, sent);
        } catch (KafkaException e) {
            LOG.debug("a report to {} was not taken: {}", topic, e.getMessage());
        }
    }

    /** Packets that Kafka has acknowledged. */
    public synchronized long sentPackets() {
        return sentPackets;
    }

    /** Batches that Kafka has acknowledged. */
    synchronized long sentBatches() {
        return sentBatches;
    }

    /** Octets of these batches, before compression. */
    synchronized long sentOctets() {
        return sentOctets;
    }

    /** Octets of batches that wait for Kafka. */
    public long waitingOctets() {
        return inFlightOctets.get();
    }

    /** Octets of batches that may wait. */
    long bufferOctets() {
        return bufferOctets;
    }

    /** False while Kafka takes nothing: the last batch whose fate is known was lost, or no commit has come to an end for long. */
    public synchronized boolean isTaken() {
        return !refused && resumables.stream().noneMatch(ResumableSender::isStalled);
    }

    /**
     * Metrics of the Kafka client, for a registry; the caller's to close.
     *
     * @param looks looks for new metrics
     * @param every time between two looks
     */
    public KafkaClientMetrics kafkaMetrics(ScheduledExecutorService looks, Duration every) {
        return new KafkaClientMetrics(producer, Tags.empty(), looks, every);
    }

    /** Packets that were lost between capture and Kafka. */
    public synchronized long lostPackets() {
        return lostPackets;
    }

    /** Packets whose copies Kafka has acknowledged; 0 when raw packets are off. */
    public long sentRawPackets() {
        return rawPackets == null ? 0 : rawPackets.sentPackets();
    }

    /** Packets whose copies Kafka did not take in time; 0 when raw packets are off. */
    public long droppedRawPackets() {
        return rawPackets == null ? 0 : rawPackets.droppedPackets();
    }

    /** What first went wrong with Kafka, or null. */
    public synchronized String firstError() {
        return firstError;
    }

    /** Waits until everything that was sent is acknowledged or lost, and tries waiting losses once more. */
    public void flush() {
        producer.flush();
        if (rawPackets != null) {
            rawPackets.flush();
        }
        synchronized (this) {
            lossesNotBeforeNanos = System.nanoTime();
        }
        mayBeAway = false;
        sendWaitingLosses();
        producer.flush();
    }

    /** Sends what was given so far, and the word of what is lost; what comes later is lost, and only counted. */
    @Override
    public void close() {
        closed = true;
        try {
            flush();
        } finally {
            if (rawPackets != null) {
                rawPackets.close();
            }
            producer.close(Duration.ofSeconds(30));
            batchSerializer.close();
            lossSerializer.close();
            synchronized (this) {
                for (Loss loss : waitingLosses) {
                    LOG.error("Kafka did not take this loss record, it is only here: {}", loss);
                }
            }
        }
    }

    /**
     * Packets that share a fate: where they were seen and when.
     *
     * @param summaries of packets and of those that they enclose
     * @param enclosed those of enclosed packets among them
     * @param packets of the wire
     * @param lost counts those of the collector's run that are lost
     */
    record PacketRange(
            ObservationPoint point,
            String sessionId,
            String source,
            long summaries,
            long enclosed,
            long packets,
            long layer2Octets,
            long firstNanos,
            long lastNanos,
            LostPackets lost)
            implements Consignment {

        @Override
        public void taken() {
            // Counted by its sender.
        }

        @Override
        public Loss lost(LossReason reason, String why) {
            if (summaries > 0) {
                lost.add(reason, packets);
                return loss(reason, why);
            }
            // A sign of life holds no packet, but its number is missing.
            Loss loss = loss(reason, why);
            loss.setFirstTimeMicroseconds(null);
            loss.setLastTimeMicroseconds(null);
            return loss;
        }

        @Override
        public String describe() {
            return packets + " packets of " + source;
        }

        Loss loss(LossReason reason, String message) {
            return Loss.newBuilder()
                    .setObservationPoint(point)
                    .setSessionId(sessionId)
                    .setStage("collector")
                    .setReason(reason)
                    .setSource(source)
                    .setPackets(packets)
                    .setLayer2Octets(layer2Octets)
                    .setFirstTimeMicroseconds(Math.floorDiv(firstNanos, 1000L))
                    .setLastTimeMicroseconds(Math.floorDiv(lastNanos, 1000L))
                    .setMessage(
                            enclosed == 0
                                    ? message
                                    : message + " (" + enclosed + " summaries of packets in tunnels with it)")
                    .build();
        }
    }
}
