package io.weir.exporters.alert;

import io.weir.exporters.object.LostRange;
import io.weir.exporters.run.LogLimiter;
import io.weir.exporters.run.LossCommitter;
import io.weir.exporters.run.SinkException;
import io.weir.schemas.Finding;
import io.weir.schemas.FindingStatus;
import io.weir.schemas.LossReason;
import io.weir.schemas.registry.SchemaRegistryException;
import io.weir.schemas.rejected.RejectedRecord;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.utils.ExponentialBackoff;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the findings topic and tells one receiver, record by record, each partition in its order: at least once. An offset is committed when
 * the receiver has the record, or in the transaction that puts it on the topic of rejected records. While an attempt waits, everything
 * waits behind it in Kafka; the thread keeps polling so that the group does not take it for dead.
 */
final class AlertRunner implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(AlertRunner.class);

    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration COMMIT_INTERVAL = Duration.ofSeconds(1);
    private static final Duration LOG_PERIOD = Duration.ofSeconds(30);
    private static final ExponentialBackoff REGISTRY_BACKOFF = new ExponentialBackoff(200, 2, 30_000, 0.2);
    private static final double JITTER = 0.2;

    private final String name;
    private final String topic;
    private final AlertsConfig config;
    private final AlertReceiver receiver;
    private final StandingReceiver standing;
    private final Predicate<Finding> filter;
    private final Consumer<byte[], byte[]> consumer;
    private final Deserializer<Finding> deserializer;
    private final LossCommitter losses;
    private final AlertCounters counters;
    private final InstantSource clock;
    private final LongSupplier nanoClock;
    private final long startedMs;
    private final ExponentialBackoff backoff;

    private final Map<TopicPartition, AlertPartition> partitions = new HashMap<>();

    /** Read and not told; at most what one poll gives, but for partitions that come while others wait. */
    private final Deque<ConsumerRecord<byte[], byte[]>> waiting = new ArrayDeque<>();

    private final LogLimiter kafkaLog;
    private final LogLimiter receiverLog;
    private final LogLimiter rejectedLog;

    /** Of the first that waits. */
    private int failedAttempts;

    /** Of the first that waits: it goes to the topic of rejected records, and the transaction is to be made or made again. */
    private Rejection rejection;

    private boolean unsureOfCommit;
    private int registryFailures;
    private long nextStepNanos;
    private long committedNanos;
    private boolean away;

    private volatile boolean assigned;
    private volatile boolean stopped;
    private volatile boolean killed;

    /** @param counter what counts it when it is done */
    private record Rejection(
            List<LostRange> lost, ProducerRecord<byte[], byte[]> record, Runnable counter, String reason) {}

    /**
     * @param name of the receiver, for messages
     * @param topic of findings
     * @param receiver closed at the end of the run
     * @param consumer made for this runner, with automatic commits and automatic reset off, not subscribed; the caller's to close
     * @param deserializer closed at the end of the run
     * @param losses closed at the end of the run
     * @param clock when the process began, and what is too old to be told again
     * @param nanoClock as {@link System#nanoTime}
     */
    AlertRunner(
            String name,
            String topic,
            AlertsConfig config,
            AlertReceiver receiver,
            Predicate<Finding> filter,
            Consumer<byte[], byte[]> consumer,
            Deserializer<Finding> deserializer,
            LossCommitter losses,
            AlertCounters counters,
            InstantSource clock,
            LongSupplier nanoClock) {
        this.name = name;
        this.topic = topic;
        this.config = config;
        this.receiver = receiver;
        this.standing = receiver instanceof StandingReceiver other ? other : null;
        this.filter = filter;
        this.consumer = consumer;
        this.deserializer = deserializer;
        this.losses = losses;
        this.counters = counters;
        this.clock = clock;
        this.nanoClock = nanoClock;
        this.startedMs = clock.millis();
        this.backoff =
                new ExponentialBackoff(config.backoff().toMillis(), 2, AlertsConfig.MAX_BACKOFF.toMillis(), JITTER);
        this.kafkaLog = new LogLimiter(nanoClock, LOG_PERIOD);
        this.receiverLog = new LogLimiter(nanoClock, LOG_PERIOD);
        this.rejectedLog = new LogLimiter(nanoClock, LOG_PERIOD);
        this.nextStepNanos = nanoClock.getAsLong();
        this.committedNanos = nextStepNanos;
    }

    /** Whether the group has given this member its share, which may be nothing. From any thread. */
    boolean isAssigned() {
        return assigned && !stopped;
    }

    /** Asks to end after the attempt that is being made; what is not told will be told by whoever goes on. From any thread. */
    void stop() {
        stopped = true;
    }

    /** Asks to end without another commit, as a crash would. From any thread. */
    void kill() {
        killed = true;
        stopped = true;
    }

    /**
     * Runs until {@link #stop} or {@link #kill}.
     *
     * @throws SinkException when the topic does not let it go on
     */
    @Override
    public void run() {
        try {
            consumer.subscribe(List.of(topic), new Rebalance());
            while (!stopped) {
                step();
            }
        } catch (InterruptedException | InterruptException e) {
            if (!stopped) {
                throw new SinkException("Alerts to " + name + " end: interrupted");
            }
        } catch (KafkaException e) {
            // Once it is stopped, a half-made assignment no longer matters.
            if (!stopped) {
                throw e;
            }
        } finally {
            assigned = false;
            // An interrupt that ended an attempt must not end the commit.
            boolean unused = Thread.interrupted();
            if (!killed) {
                commitLast();
            }
            partitions.clear();
            receiver.close();
            losses.close();
            deserializer.close();
        }
    }

    private void commitLast() {
        try {
            commit(partitions.values());
        } catch (KafkaException e) {
            // Told again, then.
            LOG.warn("Alerts to {} end without a commit: {}", name, e.getMessage());
        }
    }

    private void step() throws InterruptedException {
        long waitNanos = waiting.isEmpty() ? POLL.toNanos() : nextStepNanos - nanoClock.getAsLong();
        if (waiting.isEmpty()) {
            consumer.resume(consumer.paused());
        } else {
            consumer.pause(consumer.assignment());
        }
        try {
            Duration most = Duration.ofNanos(Math.max(0, Math.min(POLL.toNanos(), waitNanos)));
            ConsumerRecords<byte[], byte[]> polled = consumer.poll(most);
            polled.forEach(waiting::add);
        } catch (OffsetOutOfRangeException e) {
            e.offsetOutOfRangePartitions().forEach(this::onOutOfRange);
        } catch (TimeoutException e) {
            logKafka("cannot read", e);
        }
        tellGaps();
        if (!waiting.isEmpty() && nextStepNanos - nanoClock.getAsLong() <= 0) {
            takeFirst();
        }
        if (nanoClock.getAsLong() - committedNanos >= COMMIT_INTERVAL.toNanos()) {
            commit(partitions.values());
        }
        refresh();
    }

    // ---- telling

    private void takeFirst() throws InterruptedException {
        ConsumerRecord<byte[], byte[]> record = waiting.element();
        AlertPartition at = partitions.get(new TopicPartition(record.topic(), record.partition()));
        if (rejection != null) {
            reject(record, at);
            return;
        }
        Finding finding;
        try {
            finding = deserializer.deserialize(record.topic(), record.value());
            if (finding == null) {
                throw new SerializationException("The value is null: a finding is never taken back");
            }
            registryFailures = 0;
        } catch (SchemaRegistryException e) {
            logKafka("waits at " + at.partition + " offset " + record.offset(), e);
            waitFor(Duration.ofMillis(REGISTRY_BACKOFF.backoff(registryFailures++)));
            return;
        } catch (SerializationException e) {
            if (at.isLive(record.offset())) {
                rejectUnreadable(record, at, e.getMessage());
            } else {
                done(record, at);
            }
            return;
        }
        Alert alert = new Alert(finding, record.timestamp());
        if (!at.isLive(record.offset())) {
            if (standing != null && isWanted(finding)) {
                standing.recall(alert);
            }
            done(record, at);
        } else if (isWanted(finding)) {
            tell(record, at, alert);
        } else {
            counters.skipped.incrementAndGet();
            done(record, at);
        }
    }

    /** The end of what stands is told whatever the filter says, or it would stand for ever. */
    private boolean isWanted(Finding finding) {
        return (finding.getSeverity().ordinal() >= config.minSeverity().ordinal() && filter.test(finding))
                || (finding.getStatus() == FindingStatus.closed
                        && standing != null
                        && standing.isStanding(finding.getFindingId()));
    }

    private void tell(ConsumerRecord<byte[], byte[]> record, AlertPartition at, Alert alert)
            throws InterruptedException {
        Delivery delivery = receiver.deliver(alert);
        if (delivery instanceof Delivery.Delivered) {
            counters.sent.incrementAndGet();
            if (away) {
                away = false;
                LOG.info("Alerts go to {} again", name);
            }
            done(record, at);
            commit(List.of(at));
        } else if (delivery instanceof Delivery.RetryLater later) {
            failedAttempts++;
            if (failedAttempts >= config.attempts()) {
                String reason = "not delivered to " + name + " with " + failedAttempts + " attempts, the last: "
                        + later.reason();
                rejectUndeliverable(record, at, reason, counters.exhausted::incrementAndGet);
            } else {
                counters.retries.incrementAndGet();
                logReceiver(later.reason());
                waitFor(
                        later.after() == null
                                ? Duration.ofMillis(backoff.backoff(failedAttempts - 1L))
                                : later.after());
            }
        } else if (delivery instanceof Delivery.Refused refused) {
            rejectUndeliverable(
                    record, at, "refused by " + name + ": " + refused.reason(), counters.refused::incrementAndGet);
        }
    }

    private void refresh() throws InterruptedException {
        if (standing == null || isRecalling()) {
            return;
        }
        Delivery delivery = standing.refresh();
        counters.standing.set(standing.standing());
        if (delivery instanceof Delivery.RetryLater later) {
            logReceiver(later.reason());
        } else if (delivery instanceof Delivery.Refused refused) {
            logReceiver(refused.reason());
        }
    }

    /** Whether the end of what seems to stand may still be among the records that are only taken up. */
    private boolean isRecalling() {
        return waiting.stream().anyMatch(record -> !partitions
                        .get(new TopicPartition(record.topic(), record.partition()))
                        .isLive(record.offset()))
                || partitions.values().stream().anyMatch(at -> !at.isLive(consumer.position(at.partition)));
    }

    private void waitFor(Duration time) {
        nextStepNanos = nanoClock.getAsLong() + time.toNanos();
    }

    private void done(ConsumerRecord<byte[], byte[]> record, AlertPartition at) {
        waiting.remove();
        forgetAttempts();
        at.onTold(record.offset());
    }

    private void forgetAttempts() {
        failedAttempts = 0;
        rejection = null;
        unsureOfCommit = false;
        nextStepNanos = nanoClock.getAsLong();
    }

    private void logReceiver(String reason) {
        away = true;
        if (receiverLog.permits()) {
            LOG.warn("Alerts to {} wait and are tried again: {}", name, reason);
        }
    }

    private void logKafka(String what, RuntimeException e) {
        if (kafkaLog.permits()) {
            LOG.warn("Alerts to {}: {}, is tried again: {}", name, what, e.getMessage());
        }
    }

    // ---- what is not told

    private void rejectUnreadable(ConsumerRecord<byte[], byte[]> record, AlertPartition at, String why) {
        LostRange lost =
                new LostRange(record.offset(), record.offset(), 1, LossReason.undecodable_record, String.valueOf(why));
        rejection = new Rejection(
                List.of(lost),
                rejected(record, LossReason.undecodable_record.name(), why),
                counters.undecodable::incrementAndGet,
                why);
        reject(record, at);
    }

    /** No loss: the finding is where it was, and here. */
    private void rejectUndeliverable(
            ConsumerRecord<byte[], byte[]> record, AlertPartition at, String why, Runnable counter) {
        rejection = new Rejection(List.of(), rejected(record, RejectedRecord.UNDELIVERABLE, why), counter, why);
        reject(record, at);
    }

    private ProducerRecord<byte[], byte[]> rejected(ConsumerRecord<byte[], byte[]> record, String reason, String why) {
        return RejectedRecord.of(
                new RejectedRecord.Place(record.topic(), record.partition(), record.offset(), record.timestamp()),
                record.key(),
                record.value(),
                record.headers(),
                reason,
                consumer.groupMetadata().groupId(),
                why);
    }

    private void reject(ConsumerRecord<byte[], byte[]> record, AlertPartition at) {
        OffsetAndMetadata next = new OffsetAndMetadata(record.offset() + 1);
        if (!commitWithLosses(at, rejection.lost(), List.of(rejection.record()), next)) {
            waitFor(Duration.ofMillis(backoff.backoff(0)));
            return;
        }
        rejection.counter().run();
        if (rejectedLog.permits()) {
            LOG.warn(
                    "Alerts to {} left out {} offset {}, which is now in {}: {}",
                    name,
                    at.partition,
                    record.offset(),
                    rejection.record().topic(),
                    rejection.reason());
        }
        done(record, at);
    }

    private void tellGaps() {
        for (AlertPartition at : partitions.values()) {
            LostRange gap = at.gap();
            if (gap != null
                    && commitWithLosses(at, List.of(gap), List.of(), new OffsetAndMetadata(gap.lastOffset() + 1))) {
                at.setGap(null);
                counters.expired.addAndGet(gap.records());
                unsureOfCommit = false;
            }
        }
    }

    private boolean commitWithLosses(
            AlertPartition at,
            List<LostRange> lost,
            List<ProducerRecord<byte[], byte[]>> rejected,
            OffsetAndMetadata next) {
        try {
            if (!unsureOfCommit || !isCommitted(at.partition, next)) {
                unsureOfCommit = true;
                losses.commit(at.partition, lost, rejected, next, consumer.groupMetadata());
            }
            at.onCommitted(next.offset());
            return true;
        } catch (AuthorizationException | InterruptException e) {
            throw e;
        } catch (KafkaException e) {
            logKafka("cannot write to the topic of rejected records", e);
            return false;
        }
    }

    /** Whether a transaction whose end was not seen was committed after all. */
    private boolean isCommitted(TopicPartition partition, OffsetAndMetadata offset) {
        OffsetAndMetadata now = consumer.committed(Set.of(partition)).get(partition);
        return now != null && now.offset() >= offset.offset();
    }

    // ---- committing

    private void commit(Collection<AlertPartition> told) {
        committedNanos = nanoClock.getAsLong();
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        for (AlertPartition at : told) {
            OffsetAndMetadata next = at.toCommit();
            if (next != null) {
                offsets.put(at.partition, next);
            }
        }
        if (offsets.isEmpty()) {
            return;
        }
        try {
            consumer.commitSync(offsets);
            offsets.forEach((partition, next) -> partitions.get(partition).onCommitted(next.offset()));
        } catch (RebalanceInProgressException | CommitFailedException e) {
            // The next poll tells which partitions are still ours.
        } catch (RetriableException e) {
            logKafka("cannot commit", e);
        }
    }

    // ---- where to begin

    private void assign(Set<TopicPartition> set) {
        Map<TopicPartition, OffsetAndMetadata> committed = consumer.committed(set);
        Map<TopicPartition, Long> first = consumer.beginningOffsets(set);
        Map<TopicPartition, Long> sinceStart = offsetsAt(set, startedMs);
        Map<TopicPartition, Long> remembered =
                standing == null ? Map.of() : offsetsAt(set, clock.millis() - AlertmanagerReceiver.MEMORY.toMillis());
        for (TopicPartition partition : set) {
            OffsetAndMetadata at = committed.get(partition);
            // Who is asked to tell for the first time tells what comes, not what was.
            long live = at == null ? sinceStart.get(partition) : at.offset();
            AlertPartition told = new AlertPartition(partition, live, at == null ? -1 : live);
            partitions.put(partition, told);
            if (live < first.get(partition)) {
                skipGap(told, live, first.get(partition));
            } else {
                consumer.seek(partition, Math.min(live, remembered.getOrDefault(partition, live)));
            }
        }
    }

    /** Offsets of the first records that Kafka took then or later; the ends where there are none. */
    private Map<TopicPartition, Long> offsetsAt(Set<TopicPartition> set, long epochMs) {
        Map<TopicPartition, Long> times = new HashMap<>();
        set.forEach(partition -> times.put(partition, epochMs));
        Map<TopicPartition, OffsetAndTimestamp> found = consumer.offsetsForTimes(times);
        Map<TopicPartition, Long> offsets = new HashMap<>(consumer.endOffsets(set));
        found.forEach((partition, at) -> {
            if (at != null) {
                offsets.put(partition, at.offset());
            }
        });
        return offsets;
    }

    private void onOutOfRange(TopicPartition partition, long position) {
        long first = consumer.beginningOffsets(Set.of(partition)).get(partition);
        AlertPartition at = partitions.get(partition);
        if (position >= first) {
            throw new SinkException("Alerts to " + name + " stop: " + partition + " ends before offset " + position
                    + ", up to which it was told. The topic was made anew, or the cluster lost records: give the alerts a new name in"
                    + " alerts.name");
        }
        skipGap(at, position, first);
    }

    private void skipGap(AlertPartition at, long from, long to) {
        if (at.isLive(to - 1)) {
            at.setGap(
                    new LostRange(
                            from,
                            to - 1,
                            to - from,
                            LossReason.retention,
                            "Kafka deleted these findings before " + name
                                    + " was told of them: give the topic a longer retention, or run the alerts without such pauses"));
        }
        consumer.seek(at.partition, to);
    }

    private void revoke(Collection<TopicPartition> gone, boolean stillOwned) {
        if (stillOwned && !killed) {
            commit(gone.stream()
                    .filter(partitions::containsKey)
                    .map(partitions::get)
                    .toList());
        }
        ConsumerRecord<byte[], byte[]> first = waiting.peek();
        waiting.removeIf(record -> gone.contains(new TopicPartition(record.topic(), record.partition())));
        if (first != waiting.peek()) {
            forgetAttempts();
        }
        partitions.keySet().removeAll(gone);
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
                    logKafka("cannot read where to begin", e);
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
