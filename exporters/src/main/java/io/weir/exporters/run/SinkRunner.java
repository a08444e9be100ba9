package io.weir.exporters.run;

import io.weir.exporters.encode.RecordEncoder;
import io.weir.exporters.object.LostRange;
import io.weir.exporters.object.SealedObject;
import io.weir.exporters.store.PutResult;
import io.weir.schemas.LossReason;
import io.weir.schemas.json.JsonBuffer;
import io.weir.schemas.registry.SchemaRegistryException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
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
 * Reads the topics of one sink and stores their records as objects; each record is in exactly one object.
 *
 * <p>The order of steps for each object: its end is decided, then recorded in the metadata of the committed offset, then the object
 * is stored, then the offset behind it is committed. Whoever goes on after a crash, at whatever step, finds the committed offset and
 * the recorded end, and makes the same object under the same name.
 *
 * <p>One thread runs it all but the puts. Partitions pause while their objects wait for the store, and all of them while memory is
 * full or the Schema Registry does not answer; the thread keeps polling, so that the group does not take it for dead.
 */
public final class SinkRunner implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(SinkRunner.class);

    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration POLL_WHILE_STORING = Duration.ofMillis(10);
    private static final Duration LOG_PERIOD = Duration.ofSeconds(30);
    private static final ExponentialBackoff REGISTRY_BACKOFF = new ExponentialBackoff(200, 2, 30_000, 0.2);
    private static final long NANOS_PER_MS = 1_000_000;

    private final String name;
    private final SinkStages stages;
    private final Consumer<byte[], byte[]> consumer;
    private final LossCommitter losses;
    private final LongSupplier nanoClock;

    private final SinkCounters counters = new SinkCounters();
    private final Map<TopicPartition, PartitionTask> tasks = new HashMap<>();
    private final Set<TopicPartition> unsureOfCommit = new HashSet<>();
    private final JsonBuffer line = new JsonBuffer();
    private final LogLimiter storeLog;
    private final LogLimiter kafkaLog;
    private final LogLimiter registryLog;
    private final LogLimiter lossLog;
    private boolean storeAway;
    private boolean registryAway;
    private int registryFailures;
    private long registryRetryAtNanos;

    /** The group has given this member its share, which may be nothing. */
    private volatile boolean assigned;

    private volatile boolean draining;
    private volatile boolean stopped;

    /**
     * @param name of the sink
     * @param stages stay the caller's to close
     * @param consumer made for this runner, with automatic commits and automatic reset off, not subscribed; the caller's to close
     * @param losses closed at the end of the run
     * @param nanoClock as {@link System#nanoTime}
     */
    public SinkRunner(
            String name,
            SinkStages stages,
            Consumer<byte[], byte[]> consumer,
            LossCommitter losses,
            LongSupplier nanoClock) {
        this.name = name;
        this.stages = stages;
        this.consumer = consumer;
        this.losses = losses;
        this.nanoClock = nanoClock;
        this.storeLog = new LogLimiter(nanoClock, LOG_PERIOD);
        this.kafkaLog = new LogLimiter(nanoClock, LOG_PERIOD);
        this.registryLog = new LogLimiter(nanoClock, LOG_PERIOD);
        this.lossLog = new LogLimiter(nanoClock, LOG_PERIOD);
    }

    /** Counters, from any thread. */
    public SinkStats stats() {
        return counters.snapshot(nanoClock.getAsLong());
    }

    /** Whether the group has given this member its share, which may be nothing. From any thread. */
    public boolean isAssigned() {
        return assigned && !stopped;
    }

    /** Asks to store what was read and to end then. From any thread. */
    public void drain() {
        draining = true;
    }

    /** Asks to end at once; what is not stored will be read again by whoever goes on. From any thread. */
    public void stop() {
        stopped = true;
    }

    /**
     * Runs until {@link #drain} or {@link #stop}.
     *
     * @throws SinkException when the store or the topic does not let it go on
     */
    @Override
    public void run() {
        try {
            consumer.subscribe(stages.encoders().keySet(), new Rebalance());
            while (!stopped && !(draining && tasks.values().stream().allMatch(SinkRunner::isDrained))) {
                step();
            }
        } catch (KafkaException e) {
            // Once it is stopped, an interrupted call or a half-made assignment no longer matters.
            if (!stopped) {
                throw e;
            }
        } finally {
            tasks.values().forEach(PartitionTask::close);
            tasks.clear();
            losses.close();
            assigned = false;
        }
    }

    private static boolean isDrained(PartitionTask task) {
        // An object of an earlier run whose records are not all read yet is left to whoever goes on.
        return task.isIdle() || (task.isBoundByEarlierRun() && task.head() == null);
    }

    private void step() {
        pauseAndResume();
        boolean storing = tasks.values().stream().anyMatch(task -> task.head() != null);
        try {
            try {
                take(consumer.poll(storing ? POLL_WHILE_STORING : POLL));
            } catch (OffsetOutOfRangeException e) {
                e.offsetOutOfRangePartitions().forEach(this::onOutOfRange);
            }
        } catch (TimeoutException e) {
            if (kafkaLog.permits()) {
                LOG.warn("Sink {} cannot read and tries again: {}", name, e.getMessage());
            }
        }
        long now = nanoClock.getAsLong();
        for (PartitionTask task : tasks.values()) {
            if (draining) {
                task.sealEarly();
            } else {
                task.sealIfDue(now);
            }
        }
        relieveMemory();
        for (PartitionTask task : tasks.values()) {
            if (!advance(task)) {
                break;
            }
        }
        counters.held(heldOctets());
    }

    // ---- reading

    private void take(ConsumerRecords<byte[], byte[]> polled) {
        long held = heldOctets();
        for (TopicPartition partition : polled.partitions()) {
            PartitionTask task = tasks.get(partition);
            for (ConsumerRecord<byte[], byte[]> record : polled.records(partition)) {
                long before = task.heldOctets();
                if (mustPause(task, held) || !offer(task, record)) {
                    consumer.seek(partition, record.offset());
                    break;
                }
                held += task.heldOctets() - before;
            }
        }
    }

    private boolean offer(PartitionTask task, ConsumerRecord<byte[], byte[]> record) {
        try {
            boolean taken = task.offer(record, line, nanoClock.getAsLong());
            registryFailures = 0;
            return taken;
        } catch (SchemaRegistryException e) {
            registryAway = true;
            registryRetryAtNanos = nanoClock.getAsLong() + REGISTRY_BACKOFF.backoff(registryFailures++) * NANOS_PER_MS;
            if (registryLog.permits()) {
                LOG.warn("Sink {} waits at {} offset {}: {}", name, task.partition(), record.offset(), e.getMessage());
            }
            return false;
        }
    }

    private boolean mustPause(PartitionTask task, long held) {
        return draining
                || registryAway
                || task.isBlocked()
                || (held >= stages.memoryOctets() && !task.isBoundByEarlierRun());
    }

    private void pauseAndResume() {
        registryAway = registryAway && nanoClock.getAsLong() - registryRetryAtNanos < 0;
        long held = heldOctets();
        Set<TopicPartition> paused = consumer.paused();
        Set<TopicPartition> toPause = new HashSet<>();
        Set<TopicPartition> toResume = new HashSet<>();
        for (PartitionTask task : tasks.values()) {
            boolean pause = mustPause(task, held);
            if (pause != paused.contains(task.partition())) {
                (pause ? toPause : toResume).add(task.partition());
            }
        }
        consumer.pause(toPause);
        consumer.resume(toResume);
    }

    private long heldOctets() {
        long held = 0;
        for (PartitionTask task : tasks.values()) {
            held += task.heldOctets();
        }
        return held;
    }

    /** With memory full and nothing on its way to the store, the largest object ends early. */
    private void relieveMemory() {
        if (heldOctets() < stages.memoryOctets() || tasks.values().stream().anyMatch(task -> task.head() != null)) {
            return;
        }
        PartitionTask largest = null;
        for (PartitionTask task : tasks.values()) {
            if (task.maySealEarly() && (largest == null || task.openOctets() > largest.openOctets())) {
                largest = task;
            }
        }
        if (largest != null) {
            largest.sealEarly();
        }
    }

    // ---- storing

    /** @return false when Kafka does not take commits now, so that the other partitions need not try */
    private boolean advance(PartitionTask task) {
        SealedObject head = task.head();
        if (head == null) {
            return true;
        }
        if (!head.hasContent()) {
            return commitAfter(task);
        }
        if (task.upload() == null) {
            OffsetAndMetadata cut = task.cutToRecord();
            if (cut != null && !commit(task, cut)) {
                return false;
            }
            task.uploading(new Upload(head, stages.store(), stages.uploads(), nanoClock));
        }
        PutResult result = task.upload().poll();
        if (result instanceof PutResult.Refused refused) {
            throw new SinkException("Sink " + name + " stops: " + refused.reason());
        }
        if (result instanceof PutResult.RetryLater later) {
            onStoreAway(later);
        }
        return !task.upload().isStored() || commitAfter(task);
    }

    private void onStoreAway(PutResult.RetryLater later) {
        counters.putFailed();
        storeAway = true;
        if (storeLog.permits()) {
            LOG.warn("Sink {} tries again, reading pauses when its memory is full: {}", name, later.reason());
        }
    }

    private boolean commitAfter(PartitionTask task) {
        SealedObject head = task.head();
        OffsetAndMetadata next = task.commitAfterHead();
        if (!(head.lost().isEmpty() ? commit(task, next) : commitWithLosses(task, next))) {
            return false;
        }
        task.removeHead();
        counters.committed(head, nanoClock.getAsLong());
        if (head.hasContent() && storeAway) {
            storeAway = false;
            LOG.info("Sink {} stores objects again", name);
        }
        if (!head.lost().isEmpty() && lossLog.permits()) {
            LostRange first = head.lost().get(0);
            LOG.warn(
                    "Sink {} left out {} ranges of {} (see the losses topic), the first from offset {} to {}: {}",
                    name,
                    head.lost().size(),
                    task.partition(),
                    first.firstOffset(),
                    first.lastOffset(),
                    first.message());
        }
        return true;
    }

    private boolean commit(PartitionTask task, OffsetAndMetadata offset) {
        try {
            consumer.commitSync(Map.of(task.partition(), offset));
            task.onCommitted(offset);
            return true;
        } catch (RebalanceInProgressException | CommitFailedException e) {
            // The next poll tells which partitions are still ours.
            return false;
        } catch (RetriableException e) {
            logKafkaAway(task, e);
            return false;
        }
    }

    private boolean commitWithLosses(PartitionTask task, OffsetAndMetadata offset) {
        TopicPartition partition = task.partition();
        try {
            if (!unsureOfCommit.contains(partition) || !isCommitted(partition, offset)) {
                unsureOfCommit.add(partition);
                SealedObject head = task.head();
                losses.commit(partition, head.lost(), head.rejected(), offset, consumer.groupMetadata());
            }
            unsureOfCommit.remove(partition);
            task.onCommitted(offset);
            return true;
        } catch (AuthorizationException e) {
            throw e;
        } catch (KafkaException e) {
            logKafkaAway(task, e);
            return false;
        }
    }

    /** Whether a transaction whose end was not seen was committed after all. */
    private boolean isCommitted(TopicPartition partition, OffsetAndMetadata offset) {
        OffsetAndMetadata now = consumer.committed(Set.of(partition)).get(partition);
        return now != null && now.offset() == offset.offset();
    }

    private void logKafkaAway(PartitionTask task, KafkaException e) {
        if (kafkaLog.permits()) {
            LOG.warn("Sink {} cannot commit {} and tries again: {}", name, task.partition(), e.getMessage());
        }
    }

    // ---- where to begin

    private void assign(Set<TopicPartition> set) {
        Map<TopicPartition, OffsetAndMetadata> committed = consumer.committed(set);
        Map<TopicPartition, Long> first = consumer.beginningOffsets(set);
        for (TopicPartition partition : set) {
            OffsetAndMetadata start = committed.get(partition);
            if (start == null) {
                start = new OffsetAndMetadata(first.get(partition));
            }
            RecordEncoder encoder = stages.encoders().get(partition.topic());
            String group = consumer.groupMetadata().groupId();
            tasks.put(
                    partition,
                    new PartitionTask(partition, group, encoder, stages.limits(), stages.compression(), start));
            consumer.seek(partition, start.offset());
            if (start.offset() < first.get(partition)) {
                skipGap(partition, start.offset(), first.get(partition));
            }
        }
    }

    private void onOutOfRange(TopicPartition partition, long position) {
        long first = consumer.beginningOffsets(Set.of(partition)).get(partition);
        if (position >= first) {
            throw new SinkException("Sink " + name + " stops: " + partition + " ends before offset " + position
                    + ", up to which it is exported. The topic was made anew, or the cluster lost records: give the sink a new name "
                    + "and an empty directory or prefix in sink.uri");
        }
        skipGap(partition, position, first);
    }

    private void skipGap(TopicPartition partition, long from, long to) {
        tasks.get(partition)
                .addGap(
                        new LostRange(
                                from,
                                to - 1,
                                to - from,
                                LossReason.retention,
                                "Kafka deleted these records before sink " + name
                                        + " had stored them: give the topic a longer retention, or run the sink without such pauses"));
        consumer.seek(partition, to);
    }

    private void revoke(Collection<TopicPartition> partitions, boolean stillOwned) {
        for (TopicPartition partition : partitions) {
            PartitionTask task = tasks.remove(partition);
            if (task != null) {
                if (stillOwned && task.upload() != null) {
                    advance(task);
                }
                unsureOfCommit.remove(partition);
                task.close();
            }
        }
    }

    /** What is not committed is dropped with its partition: the new owner reads it again and makes the same objects. */
    private final class Rebalance implements ConsumerRebalanceListener {
        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            // Without a position the consumer could not go on, so this does not give up.
            while (!stopped) {
                try {
                    assign(Set.copyOf(partitions));
                    assigned = true;
                    return;
                } catch (TimeoutException e) {
                    if (kafkaLog.permits()) {
                        LOG.warn("Sink {} cannot read where to begin and tries again: {}", name, e.getMessage());
                    }
                }
            }
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            revoke(partitions, true);
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            assigned = false;
            revoke(partitions, false);
        }
    }
}
