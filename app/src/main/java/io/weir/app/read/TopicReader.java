package io.weir.app.read;

import io.weir.app.failure.Failure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads all partitions of topics as bytes, without a consumer group, so that nobody's offsets are touched. Not thread-safe, except
 * {@link #stop()}.
 */
public final class TopicReader implements AutoCloseable {

    /** Called for each record, and after each fetch. */
    public interface Handler {

        /** Returns false when no more records are wanted. */
        boolean accept(ConsumerRecord<byte[], byte[]> record);

        /** A fetch has been handed over, possibly an empty one; returns false when no more are wanted. */
        default boolean endOfFetch() {
            return true;
        }
    }

    /**
     * Where one partition starts and ended when asked.
     *
     * @param beginning first offset that is still there
     * @param end offset behind the last record that may be read
     */
    public record Range(long beginning, long end) {}

    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(15);
    private static final Duration POLL = Duration.ofMillis(200);

    /** Each look for the last record goes back so many times as far as the one before. */
    private static final int BACK_FACTOR = 8;

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final String bootstrapServers;
    private final List<TopicPartition> partitions = new ArrayList<>();
    private volatile boolean stopped;

    /**
     * @param clientProperties properties of Kafka's; {@code bootstrap.servers} among them
     * @param topics names
     * @param committedOnly leave out records of open and aborted transactions
     * @throws Failure when the cluster does not answer or has no such topic
     */
    public TopicReader(Map<String, Object> clientProperties, List<String> topics, boolean committedOnly) {
        this(
                clientProperties,
                topics,
                committedOnly,
                "nothing has been written yet, or topics.prefix differs from the one that wrote");
    }

    /** Reads those of the topics that are there, be it none. */
    public static TopicReader ofExisting(
            Map<String, Object> clientProperties, List<String> topics, boolean committedOnly) {
        return new TopicReader(clientProperties, topics, committedOnly, null);
    }

    /**
     * The same with another word on why a topic may be missing.
     *
     * @param missingHint what to do then; null to leave it out
     */
    public TopicReader(
            Map<String, Object> clientProperties, List<String> topics, boolean committedOnly, String missingHint) {
        bootstrapServers = String.valueOf(clientProperties.get("bootstrap.servers"));
        try {
            consumer = new KafkaConsumer<>(
                    consumerProperties(clientProperties, committedOnly),
                    new ByteArrayDeserializer(),
                    new ByteArrayDeserializer());
        } catch (KafkaException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw Failure.failed(
                    "cannot make a client for Kafka at " + bootstrapServers + ": " + cause.getMessage(),
                    "check --kafka and the kafka.* settings",
                    e);
        }
        try {
            for (String topic : topics) {
                addPartitions(topic, missingHint);
            }
            consumer.assign(partitions);
        } catch (RuntimeException e) {
            close();
            throw e instanceof KafkaException kafka ? away(kafka) : e;
        }
    }

    private static Map<String, Object> consumerProperties(Map<String, Object> clientProperties, boolean committedOnly) {
        Map<String, Object> properties = new HashMap<>();
        properties.put("client.id", "weir-read");
        properties.put("default.api.timeout.ms", (int) ANSWER_TIMEOUT.toMillis());
        properties.put("max.poll.records", 2000);
        properties.putAll(clientProperties);
        properties.remove("group.id");
        properties.remove("group.instance.id");
        properties.put("enable.auto.commit", false);
        properties.put("allow.auto.create.topics", false);
        properties.put("auto.offset.reset", "earliest");
        properties.put("isolation.level", committedOnly ? "read_committed" : "read_uncommitted");
        return properties;
    }

    private void addPartitions(String topic, String missingHint) {
        List<PartitionInfo> found = consumer.partitionsFor(topic, ANSWER_TIMEOUT);
        if (found == null || found.isEmpty()) {
            if (missingHint == null) {
                return;
            }
            throw Failure.failed("there is no topic " + topic + " on Kafka at " + bootstrapServers, missingHint);
        }
        found.forEach(info -> partitions.add(new TopicPartition(info.topic(), info.partition())));
    }

    private Failure away(KafkaException e) {
        return e instanceof TimeoutException
                ? Failure.failed(
                        "Kafka at " + bootstrapServers + " does not answer",
                        "check that it runs and that its advertised listeners can be reached from here",
                        e)
                : Failure.failed(
                        "Kafka at " + bootstrapServers + " refuses: " + e.getMessage(),
                        "check the kafka.* settings",
                        e);
    }

    /** Beginning and end of each partition now. */
    public Map<TopicPartition, Range> ranges() {
        try {
            Map<TopicPartition, Long> beginnings = consumer.beginningOffsets(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            Map<TopicPartition, Range> ranges = new HashMap<>();
            for (TopicPartition partition : partitions) {
                ranges.put(partition, new Range(beginnings.get(partition), ends.get(partition)));
            }
            return ranges;
        } catch (KafkaException e) {
            throw away(e);
        }
    }

    /** When Kafka took the oldest record that is still there, epoch milliseconds; empty when there is none. */
    public OptionalLong oldestTimestampMs() {
        Map<TopicPartition, Long> any = new HashMap<>();
        partitions.forEach(partition -> any.put(partition, 0L));
        try {
            return consumer.offsetsForTimes(any).values().stream()
                    .filter(Objects::nonNull)
                    .mapToLong(OffsetAndTimestamp::timestamp)
                    .min();
        } catch (KafkaException e) {
            throw away(e);
        }
    }

    /** Sets the position of every partition. */
    public void seek(StartPosition start) {
        try {
            switch (start.kind()) {
                case BEGINNING -> consumer.seekToBeginning(partitions);
                case END -> consumer.seekToEnd(partitions);
                case TIME -> seekToTime(start.timestampMs());
            }
        } catch (KafkaException e) {
            throw away(e);
        }
    }

    /** Where each partition stands at a position: the first record at or behind it. */
    public Map<TopicPartition, Long> offsets(StartPosition at) {
        seek(at);
        try {
            Map<TopicPartition, Long> offsets = new HashMap<>();
            partitions.forEach(partition -> offsets.put(partition, consumer.position(partition)));
            return offsets;
        } catch (KafkaException e) {
            throw away(e);
        }
    }

    /**
     * Offset behind the last record of a range of a partition that can be read. What lies behind that, up to the end of the range, are marks of transactions
     * and records of aborted ones: nobody who reads commits an offset behind these.
     *
     * @param start offset of the first record of the range
     * @param end offset behind the range, at most that behind the last record that may be read
     * @return {@code start} when the range holds no record
     */
    public long behindLastRecord(TopicPartition partition, long start, long end) {
        try {
            consumer.pause(partitions);
            consumer.resume(List.of(partition));
            for (long back = 1; ; back *= BACK_FACTOR) {
                long from = Math.max(start, end - back);
                consumer.seek(partition, from);
                long behindLast = start;
                while (consumer.position(partition) < end) {
                    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                        if (record.offset() < end) {
                            behindLast = record.offset() + 1;
                        }
                    }
                }
                if (behindLast > start || from == start) {
                    return behindLast;
                }
            }
        } catch (KafkaException e) {
            throw away(e);
        }
    }

    /** Looks the positions up now: a later record counts as coming after them. */
    public void settle() {
        try {
            partitions.forEach(consumer::position);
        } catch (KafkaException e) {
            throw away(e);
        }
    }

    private void seekToTime(long timestampMs) {
        Map<TopicPartition, Long> wanted = new HashMap<>();
        partitions.forEach(partition -> wanted.put(partition, timestampMs));
        Map<TopicPartition, OffsetAndTimestamp> found = consumer.offsetsForTimes(wanted);
        for (TopicPartition partition : partitions) {
            OffsetAndTimestamp offset = found.get(partition);
            if (offset == null) {
                consumer.seekToEnd(List.of(partition));
            } else {
                consumer.seek(partition, offset.offset());
            }
        }
    }

    /** Whether records have been deleted that were to be read next. */
    public boolean isOvertaken() {
        try {
            return consumer.beginningOffsets(partitions).entrySet().stream()
                    .anyMatch(beginning -> beginning.getValue() > consumer.position(beginning.getKey()));
        } catch (KafkaException e) {
            throw away(e);
        }
    }

    /** Reads on for ever, until the handler has enough or {@link #stop()} is called. */
    public void follow(Handler handler) {
        read(handler, null);
    }

    /** Reads up to the ends given, as {@link #ranges()} told them, or until the handler has enough. */
    public void readTo(Map<TopicPartition, Range> ranges, Handler handler) {
        read(handler, ranges);
    }

    private void read(Handler handler, Map<TopicPartition, Range> ranges) {
        try {
            List<TopicPartition> open = new ArrayList<>(partitions);
            // Where an earlier call had finished them.
            consumer.resume(consumer.paused());
            while (!stopped) {
                if (ranges != null) {
                    // A finished partition must not be fetched further, or a busy topic would never end.
                    open.removeIf(partition ->
                            isFinished(partition, ranges.get(partition).end()));
                    consumer.pause(partitions.stream()
                            .filter(partition -> !open.contains(partition))
                            .toList());
                    if (open.isEmpty()) {
                        return;
                    }
                }
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    if (ranges != null
                            && record.offset()
                                    >= ranges.get(new TopicPartition(record.topic(), record.partition()))
                                            .end()) {
                        continue;
                    }
                    if (!handler.accept(record)) {
                        handler.endOfFetch();
                        return;
                    }
                }
                if (!handler.endOfFetch()) {
                    return;
                }
            }
        } catch (KafkaException e) {
            throw away(e);
        }
    }

    /** What was fetched behind the end is left to the next reading. */
    private boolean isFinished(TopicPartition partition, long end) {
        long position = consumer.position(partition);
        if (position > end) {
            consumer.seek(partition, end);
        }
        return position >= end;
    }

    /** Ends {@link #follow} soon; may be called from another thread. */
    public void stop() {
        stopped = true;
    }

    /** At once: there is no offset to commit, and a fetch may be waiting for records. */
    @Override
    public void close() {
        consumer.close(CloseOptions.timeout(Duration.ZERO));
    }
}
