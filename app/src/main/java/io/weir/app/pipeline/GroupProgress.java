package io.weir.app.pipeline;

import io.weir.app.failure.Failure;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/** How far a consumer group has committed. */
final class GroupProgress implements AutoCloseable {

    /** Control records of transactions stand behind the last record and are never committed past: at most this many count as none. */
    private static final long CONTROL_RECORDS = 1;

    private final Admin admin;
    private final String group;

    GroupProgress(Map<String, Object> clientProperties, String group) {
        this.admin = Admin.create(clientProperties);
        this.group = group;
    }

    /** True when the group has committed up to each of these offsets. */
    boolean hasReached(Map<TopicPartition, Long> ends) {
        Map<TopicPartition, OffsetAndMetadata> committed = committed();
        for (Map.Entry<TopicPartition, Long> end : ends.entrySet()) {
            OffsetAndMetadata at = committed.get(end.getKey());
            if (at == null || at.offset() < end.getValue()) {
                return false;
            }
        }
        return true;
    }

    /**
     * Records up to these offsets that the group has committed.
     *
     * @param starts offset of the first record of each partition
     * @param ends offset behind the last one
     */
    long committedOf(Map<TopicPartition, Long> starts, Map<TopicPartition, Long> ends) {
        long records = 0;
        for (Map.Entry<TopicPartition, OffsetAndMetadata> at : committed().entrySet()) {
            Long end = ends.get(at.getKey());
            if (end != null && at.getValue() != null) {
                records += Math.max(0, Math.min(at.getValue().offset(), end) - starts.get(at.getKey()));
            }
        }
        return records;
    }

    /** Sum of all offsets that the group has committed: grows when anything moves. */
    long sum() {
        return committed().values().stream()
                .filter(Objects::nonNull)
                .mapToLong(OffsetAndMetadata::offset)
                .sum();
    }

    /** True when the group has read everything that is committed in a topic of its own (an internal one). */
    boolean hasFinished(String topic) {
        Map<TopicPartition, OffsetAndMetadata> committed = committed();
        for (Map.Entry<TopicPartition, Long> end : ends(topic).entrySet()) {
            OffsetAndMetadata at = committed.get(end.getKey());
            long offset = at == null ? 0 : at.offset();
            if (end.getValue() > CONTROL_RECORDS && offset < end.getValue() - CONTROL_RECORDS) {
                return false;
            }
        }
        return true;
    }

    private Map<TopicPartition, OffsetAndMetadata> committed() {
        try {
            return admin.listConsumerGroupOffsets(group)
                    .partitionsToOffsetAndMetadata()
                    .get();
        } catch (InterruptedException e) {
            throw interrupted(e);
        } catch (ExecutionException e) {
            throw Failure.failed(
                    "the progress of " + group + " cannot be read: "
                            + e.getCause().getMessage(),
                    "",
                    e);
        }
    }

    /** Offset behind the last committed record of each partition of a topic. */
    Map<TopicPartition, Long> ends(String topic) {
        try {
            int count = admin.describeTopics(List.of(topic))
                    .topicNameValues()
                    .get(topic)
                    .get()
                    .partitions()
                    .size();
            Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
            for (int i = 0; i < count; i++) {
                latest.put(new TopicPartition(topic, i), OffsetSpec.latest());
            }
            Map<TopicPartition, Long> ends = new HashMap<>();
            admin.listOffsets(latest, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
                    .all()
                    .get()
                    .forEach((partition, info) -> ends.put(partition, info.offset()));
            return ends;
        } catch (InterruptedException e) {
            throw interrupted(e);
        } catch (ExecutionException e) {
            throw Failure.failed(
                    "topic " + topic + " cannot be read: " + e.getCause().getMessage(), "", e);
        }
    }

    private static Failure interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return Failure.failed("interrupted", "", e);
    }

    @Override
    public void close() {
        admin.close();
    }
}
