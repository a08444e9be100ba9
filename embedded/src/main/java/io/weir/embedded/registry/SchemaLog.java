package io.weir.embedded.registry;

import io.weir.embedded.EmbeddedStartException;
import io.weir.embedded.EmbeddedStartException.Reason;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The schemas topic: one thread reads it into the {@link SchemaState}, one transactional producer writes it.
 *
 * <p>There is one writer at a time over all processes: who writes first takes the transactional id, which fences the writer
 * before, and reads up to the end before it decides anything. A fenced writer finds out when it commits, and may take the
 * id back in the same way. So two registries on one cluster never give one id twice.
 */
final class SchemaLog implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(SchemaLog.class);
    private static final String TRANSACTIONAL_ID = "weir-schema-registry";
    private static final TopicPartition PARTITION = new TopicPartition(SchemasTopic.NAME, 0);
    private static final StoreRecord NOOP = StoreRecord.remove(new StoreKey.Noop());
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final int MAX_REQUEST_BYTES = 16 * 1024 * 1024;
    private static final int MAX_CAUSES = 16;

    private final RegistryConfig config;
    private final SchemaState state;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Thread reader;
    private final Object progress = new Object();
    /** Offset up to which the state is current; guarded by {@link #progress}. */
    private long readUpTo;

    private volatile boolean closed;
    private KafkaProducer<byte[], byte[]> producer;

    /** Another writer took the transactional id before the records were committed; nothing was written. */
    static final class Fenced extends Exception {
        private static final long serialVersionUID = 1L;

        Fenced(Throwable cause) {
            super(cause);
        }
    }

    private SchemaLog(RegistryConfig config, SchemaState state) {
        this.config = config;
        this.state = state;
        this.consumer =
                new KafkaConsumer<>(consumerProps(config), new ByteArrayDeserializer(), new ByteArrayDeserializer());
        this.reader = new Thread(this::readUntilClosed, "weir-registry-reader");
        this.reader.setDaemon(true);
    }

    /**
     * Reads the topic to its present end and goes on following it.
     *
     * @throws EmbeddedStartException when Kafka does not answer in time
     */
    static SchemaLog open(RegistryConfig config, SchemaState state) {
        SchemaLog schemaLog = new SchemaLog(config, state);
        try {
            schemaLog.readToEnd();
        } catch (RuntimeException e) {
            closeConsumer(schemaLog.consumer);
            throw e instanceof KafkaException ? SchemasTopic.unreachable(config, e) : e;
        }
        schemaLog.reader.start();
        return schemaLog;
    }

    private void readToEnd() {
        consumer.assign(List.of(PARTITION));
        consumer.seekToBeginning(List.of(PARTITION));
        long end =
                consumer.endOffsets(List.of(PARTITION), config.kafkaTimeout()).get(PARTITION);
        long deadline = System.nanoTime() + config.kafkaTimeout().toNanos();
        while (consumer.position(PARTITION, config.kafkaTimeout()) < end) {
            long before = readUpTo;
            pollOnce(Duration.ofMillis(100));
            if (readUpTo > before) {
                deadline = System.nanoTime() + config.kafkaTimeout().toNanos();
            } else if (System.nanoTime() - deadline > 0) {
                throw new EmbeddedStartException(
                        Reason.KAFKA_UNREACHABLE,
                        "The Schema Registry could not read topic " + SchemasTopic.NAME + " on "
                                + config.bootstrapServers() + " to its end. Check that the cluster is up.");
            }
        }
    }

    private void readUntilClosed() {
        while (!closed) {
            try {
                pollOnce(POLL);
            } catch (WakeupException e) {
                // Only close() wakes us up; the loop sees it.
            } catch (InvalidOffsetException e) {
                log.warn("Topic {} was cut or made anew; reading it from its beginning", SchemasTopic.NAME);
                state.clear();
                consumer.seekToBeginning(List.of(PARTITION));
            } catch (KafkaException e) {
                log.warn("Topic {} cannot be read now: {}", SchemasTopic.NAME, e.getMessage());
                LockSupport.parkNanos(RETRY_NANOS);
            }
        }
        closeConsumer(consumer);
    }

    /** At once: there is no offset to commit, and a fetch may be waiting for records. */
    private static void closeConsumer(KafkaConsumer<byte[], byte[]> consumer) {
        consumer.close(CloseOptions.timeout(Duration.ZERO));
    }

    private void pollOnce(Duration wait) {
        for (ConsumerRecord<byte[], byte[]> kafkaRecord : consumer.poll(wait)) {
            apply(kafkaRecord);
        }
        long position = consumer.position(PARTITION, config.kafkaTimeout());
        synchronized (progress) {
            readUpTo = position;
            progress.notifyAll();
        }
    }

    private void apply(ConsumerRecord<byte[], byte[]> kafkaRecord) {
        if (kafkaRecord.key() == null) {
            return;
        }
        try {
            Optional<StoreKey> key = StoreCodec.decodeKey(kafkaRecord.key());
            if (key.isPresent()) {
                state.apply(key.get(), kafkaRecord.value());
            }
        } catch (IOException | RuntimeException e) {
            log.warn(
                    "Record at offset {} of topic {} is none of a schema registry and is skipped: {}",
                    kafkaRecord.offset(),
                    SchemasTopic.NAME,
                    e.getMessage());
        }
    }

    /**
     * Makes this process the writer and the state current. Must not be called by two threads at once, nor together with
     * {@link #commit}.
     *
     * @throws RegistryException 50001 or 50002 when Kafka does not let us in time
     */
    void own() throws Fenced {
        if (producer != null) {
            return;
        }
        try {
            producer = new KafkaProducer<>(producerProps(config), new ByteArraySerializer(), new ByteArraySerializer());
            producer.initTransactions();
        } catch (KafkaException e) {
            throw failed(e);
        }
        commit(List.of(NOOP));
    }

    /**
     * Writes all records or none and returns when the state has them.
     *
     * @throws Fenced when another process became the writer
     * @throws RegistryException 50001 or 50002 when Kafka does not take them in time; they may be written all the same then
     */
    void commit(List<StoreRecord> records) throws Fenced {
        long last = -1;
        try {
            producer.beginTransaction();
            List<Future<RecordMetadata>> sent = new ArrayList<>(records.size());
            for (StoreRecord storeRecord : records) {
                sent.add(producer.send(new ProducerRecord<>(
                        SchemasTopic.NAME, 0, StoreCodec.encodeKey(storeRecord.key()), storeRecord.value())));
            }
            producer.commitTransaction();
            for (Future<RecordMetadata> metadata : sent) {
                last = Math.max(last, offsetOf(metadata));
            }
        } catch (KafkaException | IllegalStateException e) {
            throw failed(e);
        }
        try {
            awaitRead(last);
        } catch (RegistryException e) {
            // The next change must begin with a current state again.
            dropProducer();
            throw e;
        }
    }

    private static long offsetOf(Future<RecordMetadata> metadata) {
        try {
            return metadata.get().offset();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted", e);
        } catch (ExecutionException e) {
            throw new KafkaException(e.getCause());
        }
    }

    private void awaitRead(long offset) {
        long deadline = System.nanoTime() + config.kafkaTimeout().toNanos();
        synchronized (progress) {
            while (readUpTo <= offset) {
                long leftMs = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (leftMs <= 0 || closed) {
                    throw RegistryException.storeTimedOut(
                            "The write is in Kafka, but could not be read back in time; try again.", null);
                }
                try {
                    progress.wait(leftMs);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw RegistryException.storeTimedOut("The registry is closing.", e);
                }
            }
        }
    }

    /** Drops the producer, whose state is unknown after any failure, and says what happened. */
    private RegistryException failed(RuntimeException failure) throws Fenced {
        dropProducer();
        if (causedBy(failure, ProducerFencedException.class)
                || causedBy(failure, InvalidProducerEpochException.class)) {
            throw new Fenced(failure);
        }
        if (causedBy(failure, RecordTooLargeException.class)) {
            return RegistryException.invalidSchema(
                    "it is larger than topic " + SchemasTopic.NAME + " takes in one record (max.message.bytes)");
        }
        if (causedBy(failure, org.apache.kafka.common.errors.TimeoutException.class)) {
            return RegistryException.storeTimedOut(
                    "Kafka at " + config.bootstrapServers() + " did not answer in time; try again.", failure);
        }
        return RegistryException.storeFailed(
                "Kafka at " + config.bootstrapServers() + " did not take the write: " + failure.getMessage(), failure);
    }

    private static boolean causedBy(Throwable failure, Class<? extends Throwable> type) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < MAX_CAUSES; depth++) {
            if (type.isInstance(cause)) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }

    private void dropProducer() {
        KafkaProducer<byte[], byte[]> dropped = producer;
        producer = null;
        if (dropped != null) {
            dropped.close(Duration.ZERO);
        }
    }

    /** Ends the reader; the caller sees to it that nobody writes any more. */
    @Override
    public void close() {
        closed = true;
        consumer.wakeup();
        boolean interrupted = false;
        try {
            reader.join(config.kafkaTimeout().toMillis());
        } catch (InterruptedException e) {
            interrupted = true;
        }
        dropProducer();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static Map<String, Object> consumerProps(RegistryConfig config) {
        Map<String, Object> props = clientProps(config, "weir-schema-registry-reader");
        props.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        props.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        // A topic that lost records must be read anew as a whole, not from where it now begins.
        props.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        props.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, MAX_REQUEST_BYTES);
        props.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, timeoutMs(config));
        props.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, timeoutMs(config));
        return props;
    }

    private static Map<String, Object> producerProps(RegistryConfig config) {
        Map<String, Object> props = clientProps(config, "weir-schema-registry-writer");
        props.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, TRANSACTIONAL_ID);
        props.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, timeoutMs(config));
        props.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, timeoutMs(config));
        props.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        props.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, Math.max(1, timeoutMs(config) / 2));
        props.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, timeoutMs(config));
        props.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, MAX_REQUEST_BYTES);
        return props;
    }

    static Map<String, Object> clientProps(RegistryConfig config, String clientId) {
        Map<String, Object> props = new HashMap<>(config.kafkaProps());
        props.put("bootstrap.servers", config.bootstrapServers());
        props.put("client.id", clientId);
        // Telemetry of a client inside the server's own process tells nobody anything.
        props.put("enable.metrics.push", false);
        return props;
    }

    static int timeoutMs(RegistryConfig config) {
        return Math.toIntExact(config.kafkaTimeout().toMillis());
    }
}
