package io.weir.exporters.ipfix;

import io.weir.exporters.encode.UndecodableRecordException;
import io.weir.exporters.object.LostRange;
import io.weir.exporters.run.LogLimiter;
import io.weir.exporters.run.LossCommitter;
import io.weir.exporters.run.SinkException;
import io.weir.schemas.LossReason;
import io.weir.schemas.registry.SchemaRegistryException;
import io.weir.schemas.rejected.RejectedRecord;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.utils.ExponentialBackoff;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the flows topic, makes messages, gives them to the writer and commits what it has sent: at least once. A batch fills while the one before
 * it is being sent; when it is full all partitions pause, and the thread keeps polling so that the group does not take it for dead.
 */
final class IpfixRunner implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(IpfixRunner.class);

    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration POLL_WHILE_SENDING = Duration.ofMillis(5);
    private static final Duration COMMIT_INTERVAL = Duration.ofSeconds(1);
    private static final Duration REVOKE_PATIENCE = Duration.ofSeconds(2);
    private static final Duration LOG_PERIOD = Duration.ofSeconds(30);
    private static final ExponentialBackoff REGISTRY_BACKOFF = new ExponentialBackoff(200, 2, 30_000, 0.2);
    private static final long NANOS_PER_MS = 1_000_000;

    private final IpfixConfig config;
    private final String topic;
    private final FlowReader reader;
    private final MessageWriter writer;
    private final Consumer<byte[], byte[]> consumer;
    private final LossCommitter losses;
    private final IpfixCounters counters;
    private final LongSupplier nanoClock;

    private final ExportedFlow flow = new ExportedFlow();
    private final IpfixEncoder encoder;
    private final Map<TopicPartition, PartitionExport> partitions = new HashMap<>();
    private final Set<TopicPartition> unsureOfCommit = new HashSet<>();
    private final LogLimiter kafkaLog;
    private final LogLimiter registryLog;
    private final LogLimiter lossLog;
    private MessageBatch filling = new MessageBatch();
    private MessageBatch other = new MessageBatch();
    private boolean sending;
    private long committedNanos;
    private boolean registryAway;
    private int registryFailures;
    private long registryRetryAtNanos;

    private volatile boolean assigned;
    private volatile boolean draining;
    private volatile boolean stopped;

    /**
     * @param topic of flows
     * @param writer started; the caller's to close
     * @param consumer made for this runner, with automatic commits and automatic reset off, not subscribed; the caller's to close
     * @param losses closed at the end of the run
     * @param nanoClock as {@link System#nanoTime}
     */
    IpfixRunner(
            IpfixConfig config,
            String topic,
            FlowReader reader,
            MessageWriter writer,
            Consumer<byte[], byte[]> consumer,
            LossCommitter losses,
            IpfixCounters counters,
            LongSupplier nanoClock) {
        this.config = config;
        this.topic = topic;
        this.reader = reader;
        this.writer = writer;
        this.consumer = consumer;
        this.losses = losses;
        this.counters = counters;
        this.nanoClock = nanoClock;
        this.encoder = new IpfixEncoder(
                config.format(),
                config.messageOctets(),
                (announcement, message) -> filling.accept(announcement, message));
        this.kafkaLog = new LogLimiter(nanoClock, LOG_PERIOD);
        this.registryLog = new LogLimiter(nanoClock, LOG_PERIOD);
        this.lossLog = new LogLimiter(nanoClock, LOG_PERIOD);
        this.committedNanos = nanoClock.getAsLong();
    }

    /** Whether the group has given this member its share, which may be nothing. From any thread. */
    boolean isAssigned() {
        return assigned && !stopped;
    }

    /** Asks to send what was read and to end then. From any thread. */
    void drain() {
        draining = true;
    }

    /** Asks to end at once; what is not committed will be read again by whoever goes on. From any thread. */
    void stop() {
        stopped = true;
    }

    /**
     * Runs until {@link #drain} or {@link #stop}.
     *
     * @throws SinkException when the topic does not let it go on
     */
    @Override
    public void run() {
        try {
            consumer.subscribe(List.of(topic), new Rebalance());
            while (!stopped && !(draining && isDone())) {
                step();
            }
        } catch (KafkaException e) {
            // Once it is stopped, an interrupted call or a half-made assignment no longer matters.
            if (!stopped) {
                throw e;
            }
        } finally {
            partitions.clear();
            losses.close();
            assigned = false;
        }
    }

    private boolean isDone() {
        return !sending && partitions.values().stream().allMatch(PartitionExport::isDone);
    }

    private void step() {
        pauseAndResume();
        try {
            try {
                take(consumer.poll(sending ? POLL_WHILE_SENDING : POLL));
            } catch (OffsetOutOfRangeException e) {
                e.offsetOutOfRangePartitions().forEach(this::onOutOfRange);
            }
        } catch (TimeoutException e) {
            if (kafkaLog.permits()) {
                LOG.warn("Sink {} cannot read and tries again: {}", config.name(), e.getMessage());
            }
        }
        handOver();
        commitWhenDue();
        counters.held(heldOctets());
    }

    // ---- reading

    private void take(ConsumerRecords<byte[], byte[]> polled) {
        for (TopicPartition partition : polled.partitions()) {
            PartitionExport export = partitions.get(partition);
            for (ConsumerRecord<byte[], byte[]> record : polled.records(partition)) {
                if (mustPause(export) || !offer(export, record)) {
                    consumer.seek(partition, record.offset());
                    break;
                }
            }
        }
    }

    /** @return false when the registry does not answer: the record is to be read again */
    private boolean offer(PartitionExport export, ConsumerRecord<byte[], byte[]> record) {
        try {
            reader.read(record.value(), flow);
            registryFailures = 0;
            encode();
            export.advance(record.offset());
        } catch (UndecodableRecordException e) {
            registryFailures = 0;
            export.leaveOut(
                    record.offset(),
                    e.getMessage(),
                    RejectedRecord.of(
                            new RejectedRecord.Place(
                                    record.topic(), record.partition(), record.offset(), record.timestamp()),
                            record.key(),
                            record.value(),
                            record.headers(),
                            consumer.groupMetadata().groupId(),
                            e.getMessage()));
        } catch (SchemaRegistryException e) {
            registryAway = true;
            registryRetryAtNanos = nanoClock.getAsLong() + REGISTRY_BACKOFF.backoff(registryFailures++) * NANOS_PER_MS;
            if (registryLog.permits()) {
                LOG.warn(
                        "Sink {} waits at {} offset {}: {}",
                        config.name(),
                        export.partition(),
                        record.offset(),
                        e.getMessage());
            }
            return false;
        }
        return true;
    }

    private void encode() {
        if (flow.isEarly) {
            counters.leftOutEarly();
        } else if (flow.isEnclosed && !config.enclosed()) {
            counters.leftOutEnclosed();
        } else if (encoder.encode(flow) == 0) {
            counters.leftOutEmpty();
        }
    }

    private boolean mustPause(PartitionExport export) {
        return draining || registryAway || filling.isFull() || export.isBlocked();
    }

    private void pauseAndResume() {
        registryAway = registryAway && nanoClock.getAsLong() - registryRetryAtNanos < 0;
        Set<TopicPartition> paused = consumer.paused();
        Set<TopicPartition> toPause = new HashSet<>();
        Set<TopicPartition> toResume = new HashSet<>();
        for (PartitionExport export : partitions.values()) {
            boolean pause = mustPause(export);
            if (pause != paused.contains(export.partition())) {
                (pause ? toPause : toResume).add(export.partition());
            }
        }
        consumer.pause(toPause);
        consumer.resume(toResume);
    }

    private long heldOctets() {
        long held = encoder.heldOctets() + filling.heldOctets() + other.heldOctets();
        for (PartitionExport export : partitions.values()) {
            held += export.heldOctets();
        }
        return held;
    }

    // ---- sending

    private void handOver() {
        if (sending && writer.isIdle()) {
            sending = false;
            other.clear();
            partitions.values().forEach(PartitionExport::onSent);
        }
        if (!sending) {
            encoder.flush();
            partitions.values().forEach(PartitionExport::onSubmitted);
            if (filling.isEmpty()) {
                partitions.values().forEach(PartitionExport::onSent);
            } else {
                MessageBatch full = filling;
                filling = other;
                other = full;
                sending = true;
                writer.submit(full);
            }
        }
    }

    // ---- committing

    private void commitWhenDue() {
        long now = nanoClock.getAsLong();
        boolean due = draining || now - committedNanos >= COMMIT_INTERVAL.toNanos();
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        for (PartitionExport export : partitions.values()) {
            OffsetAndMetadata next = export.toCommit();
            if (next == null) {
                continue;
            }
            if (export.hasLosses()) {
                commitWithLosses(export, next);
            } else if (due) {
                offsets.put(export.partition(), next);
            }
        }
        if (due) {
            committedNanos = now;
            commit(offsets);
        }
    }

    private void commit(Map<TopicPartition, OffsetAndMetadata> offsets) {
        if (offsets.isEmpty()) {
            return;
        }
        try {
            consumer.commitSync(offsets);
            offsets.forEach((partition, next) -> partitions.get(partition).onCommitted(next.offset()));
        } catch (RebalanceInProgressException | CommitFailedException e) {
            // The next poll tells which partitions are still ours.
        } catch (RetriableException e) {
            logKafkaAway(e);
        }
    }

    private void commitWithLosses(PartitionExport export, OffsetAndMetadata next) {
        TopicPartition partition = export.partition();
        export.beginTelling();
        List<LostRange> lost = export.lost();
        try {
            if (!unsureOfCommit.contains(partition) || !isCommitted(partition, next)) {
                unsureOfCommit.add(partition);
                losses.commit(partition, lost, export.rejected(), next, consumer.groupMetadata());
            }
            unsureOfCommit.remove(partition);
        } catch (AuthorizationException e) {
            throw e;
        } catch (KafkaException e) {
            logKafkaAway(e);
            return;
        }
        counters.lost(lost);
        if (lossLog.permits()) {
            LostRange first = lost.get(0);
            LOG.warn(
                    "Sink {} left out {} ranges of {} (see the losses topic), the first from offset {} to {}: {}",
                    config.name(),
                    lost.size(),
                    partition,
                    first.firstOffset(),
                    first.lastOffset(),
                    first.message());
        }
        export.onCommitted(next.offset());
    }

    /** Whether a transaction whose end was not seen was committed after all. */
    private boolean isCommitted(TopicPartition partition, OffsetAndMetadata offset) {
        OffsetAndMetadata now = consumer.committed(Set.of(partition)).get(partition);
        return now != null && now.offset() == offset.offset();
    }

    private void logKafkaAway(KafkaException e) {
        if (kafkaLog.permits()) {
            LOG.warn("Sink {} cannot commit and tries again: {}", config.name(), e.getMessage());
        }
    }

    // ---- where to begin

    private void assign(Set<TopicPartition> set) {
        Map<TopicPartition, OffsetAndMetadata> committed = consumer.committed(set);
        Map<TopicPartition, Long> first = consumer.beginningOffsets(set);
        for (TopicPartition partition : set) {
            OffsetAndMetadata at = committed.get(partition);
            long start = at == null ? first.get(partition) : at.offset();
            partitions.put(partition, new PartitionExport(partition, start));
            consumer.seek(partition, start);
            if (start < first.get(partition)) {
                skipGap(partition, start, first.get(partition));
            }
        }
    }

    private void onOutOfRange(TopicPartition partition, long position) {
        long first = consumer.beginningOffsets(Set.of(partition)).get(partition);
        if (position >= first) {
            throw new SinkException("Sink " + config.name() + " stops: " + partition + " ends before offset " + position
                    + ", up to which it is exported. The topic was made anew, or the cluster lost records: give the sink a new name"
                    + " in ipfix.name");
        }
        skipGap(partition, position, first);
    }

    private void skipGap(TopicPartition partition, long from, long to) {
        partitions
                .get(partition)
                .leaveOut(
                        new LostRange(
                                from,
                                to - 1,
                                to - from,
                                LossReason.retention,
                                "Kafka deleted these records before sink " + config.name()
                                        + " had sent them: give the topic a longer retention, or run the sink without such pauses"));
        consumer.seek(partition, to);
    }

    /** What is with the writer is waited for, for a while: what is not sent by then the new owner sends again. */
    private void revoke(Collection<TopicPartition> gone, boolean stillOwned) {
        if (stillOwned && !stopped && gone.stream().anyMatch(partitions::containsKey)) {
            if (!sending || writer.awaitIdle(REVOKE_PATIENCE)) {
                handOver();
                if (sending && writer.awaitIdle(REVOKE_PATIENCE)) {
                    handOver();
                }
            }
            committedNanos = nanoClock.getAsLong() - COMMIT_INTERVAL.toNanos();
            commitWhenDue();
        }
        for (TopicPartition partition : gone) {
            partitions.remove(partition);
            unsureOfCommit.remove(partition);
        }
    }

    private final class Rebalance implements ConsumerRebalanceListener {
        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> added) {
            // Without a position the consumer could not go on, so this does not give up.
            while (!stopped) {
                try {
                    assign(Set.copyOf(added));
                    assigned = true;
                    return;
                } catch (TimeoutException e) {
                    if (kafkaLog.permits()) {
                        LOG.warn(
                                "Sink {} cannot read where to begin and tries again: {}",
                                config.name(),
                                e.getMessage());
                    }
                }
            }
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> gone) {
            revoke(gone, true);
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> gone) {
            assigned = false;
            revoke(gone, false);
        }
    }
}
