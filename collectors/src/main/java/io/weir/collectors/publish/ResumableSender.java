package io.weir.collectors.publish;

import io.weir.schemas.CapturePosition;
import io.weir.schemas.Loss;
import io.weir.schemas.PacketBatch;
import io.weir.schemas.SessionPosition;
import io.weir.schemas.serde.AvroSerdes;
import io.weir.schemas.topic.Topics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends what one capture file holds in transactions, each with the word how far the file has been read, so that a later run goes on behind
 * what was committed last (ADR 26). It reads the file from the start and forgets, while {@link #isReplaying}, what was sent before. What
 * Kafka does not take ends the run: it is still in the file. Used by one thread.
 */
public final class ResumableSender extends BatchOutlet implements ObservationSessions.Beginning, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ResumableSender.class);

    /** Readers see packets when they are committed. */
    private static final long COMMIT_EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** What a dead collector has begun holds readers of its partitions up for so long at most, or until it is back. */
    private static final int TRANSACTION_TIMEOUT_MS = 30_000;

    /** Commits are due every second. */
    private static final long STALLED_NANOS = TimeUnit.SECONDS.toNanos(10);

    private static final Duration CLOSE = Duration.ofSeconds(30);

    private final BatchSender counts;
    private final Topics topics;
    private final Path file;
    private final InstantSource clock;
    private final LongSupplier nanoTime;
    private final byte[] key;
    private final Producer<byte[], byte[]> producer;
    private final Serializer<CapturePosition> positionSerializer;
    private final Serializer<Loss> lossSerializer;
    private final int batchSchemaId;
    private final int partitions;

    /** As the run before left it, or of a file that nobody has read. */
    private final CapturePosition before;

    private final CaptureFileHead head;
    private final String runId;
    private boolean replaying;
    private volatile boolean inTransaction;
    private long committedNanos;
    private volatile long begunNanos;
    private volatile Exception firstError;
    private long committedPackets;
    private long openPackets;
    private long openBatches;
    private long openOctets;

    /**
     * Ends the transactions that earlier runs for the same file have left, whether they are dead or alive, and finds out how far they got.
     *
     * @param counts told what Kafka has taken
     * @param nanoTime by which commits are due, nanoseconds of any origin
     * @throws KafkaException when the cluster or the registry cannot be used
     * @throws IOException when the file cannot be read
     */
    ResumableSender(
            BatchSender counts,
            CollectorConfig config,
            Topics topics,
            Map<String, ?> clientConfigs,
            Path file,
            InstantSource clock,
            LongSupplier nanoTime)
            throws IOException {
        this.counts = counts;
        this.topics = topics;
        this.file = file;
        this.clock = clock;
        this.nanoTime = nanoTime;
        String path = file.toAbsolutePath().normalize().toString();
        String name = config.host() + '|' + path;
        this.key = name.getBytes(StandardCharsets.UTF_8);
        this.positionSerializer = AvroSerdes.serializer(CapturePosition.class, clientConfigs);
        this.lossSerializer = AvroSerdes.serializer(Loss.class, clientConfigs);
        BatchSender.schemaId(positionSerializer, topics.capturePositions().name());
        try (Serializer<PacketBatch> batches = AvroSerdes.serializer(PacketBatch.class, clientConfigs)) {
            this.batchSchemaId = BatchSender.schemaId(batches, topics.packets().name());
        }
        this.partitions = counts.partitions();
        this.producer = producer(config, clientConfigs, topics.prefix() + "collector|" + name);
        try {
            producer.initTransactions();
            CapturePosition found = CapturePositions.find(
                            topics.capturePositions(), key, clientConfigs, CapturePositions.PATIENCE)
                    .orElse(null);
            this.head = CaptureFileHead.of(file, found == null ? CaptureFileHead.MAX_OCTETS : found.getHeadOctets());
            boolean known = found != null && found.getHeadDigest().equals(head.digest());
            if (found != null && !known) {
                LOG.warn("{} is not the file that was read before under this name: it is read from its start", file);
            }
            this.before = known ? found : unread(config.host(), path);
            this.runId = before.getRunId() == null ? UUID.randomUUID().toString() : before.getRunId();
            this.replaying = before.getPackets() > 0;
            committedPackets = before.getPackets();
        } catch (IOException | RuntimeException e) {
            producer.close(Duration.ZERO);
            throw e;
        }
        committedNanos = nanoTime.getAsLong();
    }

    private static Producer<byte[], byte[]> producer(
            CollectorConfig config, Map<String, ?> clientConfigs, String transactionalId) {
        Map<String, Object> configs = new HashMap<>();
        configs.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, TRANSACTION_TIMEOUT_MS);
        configs.putAll(BatchSender.producerConfigs(config, clientConfigs));
        configs.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId);
        // A file waits: the producer's own limit is the only one.
        configs.put(ProducerConfig.BUFFER_MEMORY_CONFIG, config.bufferOctets() + Topics.MAX_RECORD_OCTETS);
        return new KafkaProducer<>(configs, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private CapturePosition unread(String host, String path) {
        return CapturePosition.newBuilder()
                .setHost(host)
                .setPath(path)
                .setHeadOctets(head.octets())
                .setHeadDigest(head.digest())
                .setPackets(0)
                .setLossesBeforeOffset(0)
                .setWrittenMilliseconds(clock.millis())
                .build();
    }

    /** Packets of the file, from its start, that earlier runs have dealt with. */
    long packetsBefore() {
        return before.getPackets();
    }

    /** Whether an earlier run has told of damage that begins at this octet of the file. */
    boolean hasTold(long offset) {
        return offset < before.getLossesBeforeOffset();
    }

    /** Whether an earlier run has told that the file ends at this octet, where no packet is. */
    boolean hasToldCut(long offset) {
        boolean endWasTold = before.getRunId() == null && before.getPackets() + before.getLossesBeforeOffset() > 0;
        return hasTold(offset) || (endWasTold && offset == before.getLossesBeforeOffset());
    }

    /**
     * Whether the end of the file is still to be told.
     *
     * @param packets of the file that are dealt with
     * @param lossesBeforeOffset octet of the file before which all damage begins
     */
    boolean isUnfinished(long packets, long lossesBeforeOffset) {
        return before.getRunId() != null
                || packets > before.getPackets()
                || lossesBeforeOffset > before.getLossesBeforeOffset();
    }

    /** What earlier runs have sent is over. */
    void goOn() {
        replaying = false;
    }

    @Override
    boolean isReplaying() {
        return replaying;
    }

    @Override
    public String sessionId(long key) {
        return UUID.nameUUIDFromBytes((runId + '/' + key).getBytes(StandardCharsets.UTF_8))
                .toString();
    }

    @Override
    public List<Long> nextNumbers(long key) {
        return before.getSessions().stream()
                .filter(session -> session.getInterfaceKey() == key)
                .findFirst()
                .map(SessionPosition::getNextSequenceNumbers)
                .orElse(List.of());
    }

    @Override
    int partitions() {
        return partitions;
    }

    @Override
    int batchSchemaId() {
        return batchSchemaId;
    }

    @Override
    RawPacketSender rawPackets() {
        return null;
    }

    @Override
    void send(int partition, byte[] value, BatchSender.PacketRange range, boolean wait) {
        send(new ProducerRecord<>(topics.packets().name(), partition, null, value));
        openPackets += range.packets();
        openBatches++;
        openOctets += value.length;
    }

    @Override
    void report(Loss loss) {
        String topic = topics.losses().name();
        send(new ProducerRecord<>(
                topic, Losses.key(loss.getObservationPoint()), lossSerializer.serialize(topic, loss)));
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the callback is told
    private void send(ProducerRecord<byte[], byte[]> record) {
        try {
            if (!inTransaction) {
                producer.beginTransaction();
                begunNanos = nanoTime.getAsLong();
                inTransaction = true;
            }
            producer.send(record, (metadata, error) -> {
                if (error != null && firstError == null) {
                    firstError = error;
                }
            });
        } catch (KafkaException e) {
            throw refused(e);
        }
    }

    /**
     * Whether it is time to {@link #commit}.
     *
     * @param packets of the file, from its start, that are dealt with
     */
    boolean isDue(long packets) {
        return (inTransaction || packets != committedPackets)
                && nanoTime.getAsLong() - committedNanos >= COMMIT_EVERY_NANOS;
    }

    /**
     * Commits what was sent, with the word how far the file has been read. Nothing may be held back.
     *
     * @param packets of the file, from its start, that are dealt with
     * @param lossesBeforeOffset octet of the file before which damage is told
     * @param sessions of the run; none when the end of the file was reached and told
     * @throws NotCommittedException when Kafka has not taken everything since the last commit; then it has taken nothing of it
     */
    void commit(long packets, long lossesBeforeOffset, List<ObservationSession> sessions, boolean end) {
        String topic = topics.capturePositions().name();
        CapturePosition position = CapturePosition.newBuilder(before)
                .setPackets(packets)
                .setLossesBeforeOffset(lossesBeforeOffset)
                .setRunId(end ? null : runId)
                .setSessions(sessions.stream()
                        .map(session -> new SessionPosition(session.key(), session.nextNumbers()))
                        .toList())
                .setWrittenMilliseconds(clock.millis())
                .build();
        send(new ProducerRecord<>(topic, 0, key, positionSerializer.serialize(topic, position)));
        try {
            producer.commitTransaction();
        } catch (KafkaException e) {
            throw refused(e);
        }
        inTransaction = false;
        committedPackets = packets;
        committedNanos = nanoTime.getAsLong();
        counts.taken(openPackets, openBatches, openOctets);
        openPackets = 0;
        openBatches = 0;
        openOctets = 0;
    }

    private NotCommittedException refused(KafkaException e) {
        // What a transaction failed of is told to the record; the commit only says that it failed.
        Exception why = firstError == null ? e : firstError;
        if (isFenced(why) || isFenced(e)) {
            return new NotCommittedException(
                    "another collector has taken over " + file
                            + ", or Kafka has not heard of this one for kafka.transaction.timeout.ms",
                    "nothing of the file is lost or sent twice; start it again with --resume unless another one reads it",
                    e);
        }
        return new NotCommittedException(
                "Kafka did not take what was read from " + file + ": " + why.getMessage(),
                "nothing of the file is lost or sent twice; when that is mended, start it again with --resume",
                e);
    }

    private static boolean isFenced(Exception e) {
        return e instanceof ProducerFencedException || e instanceof InvalidProducerEpochException;
    }

    /** Whether Kafka has not committed for long what was sent; may be asked by other threads. */
    boolean isStalled() {
        return inTransaction && nanoTime.getAsLong() - begunNanos > STALLED_NANOS;
    }

    /** What was not committed is left to the next run. */
    @Override
    public void close() {
        try {
            if (inTransaction) {
                producer.abortTransaction();
            }
        } catch (KafkaException e) {
            LOG.debug("the last transaction is left to its time-out", e);
        } finally {
            inTransaction = false;
            counts.left(this);
            producer.close(CLOSE);
            positionSerializer.close();
            lossSerializer.close();
        }
    }
}
