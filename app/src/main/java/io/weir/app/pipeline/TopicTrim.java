package io.weir.app.pipeline;

import io.weir.advisor.AdvisorApp;
import io.weir.schemas.topic.Topics;
import io.weir.topology.MeterApp;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes records away that all readers of a run's topics have done with, so that its broker holds what is on its way and not the whole
 * capture: less of the disk, and memory that is used again. Without it a run goes on as well.
 */
final class TopicTrim implements AutoCloseable {

    /** Settings of a broker that goes with the run: small segments, soon gone, as it deletes whole ones only. Changelogs are compacted the more seldom. */
    static final Map<String, String> BROKER_SETTINGS = Map.of(
            "log.cleaner.backoff.ms", "120000",
            "log.segment.bytes", Integer.toString(16 << 20),
            "log.retention.check.interval.ms", "500",
            "log.segment.delete.delay.ms", "0");

    private static final Logger LOG = LoggerFactory.getLogger(TopicTrim.class);
    private static final long INTERVAL_NANOS = Duration.ofMillis(500).toNanos();

    /** After a failure: a broker may be busy for a while, and one that refuses need not be asked often. */
    private static final long RETRY_NANOS = Duration.ofSeconds(30).toNanos();

    private final Admin admin;
    private final Topics topics;
    private final Map<TopicPartition, Long> done = new HashMap<>();

    /** A request is on its way. Whoever sets it back has written {@link #nextNanos} before. */
    private volatile boolean busy;

    private long nextNanos = System.nanoTime() + INTERVAL_NANOS;

    TopicTrim(Map<String, Object> clientProperties, Topics topics) {
        this.admin = Admin.create(clientProperties);
        this.topics = topics;
    }

    /**
     * Deletes what can be deleted, when it is time again; waits for nothing.
     *
     * @param taken offsets behind what the output has taken, of the topics that it reads
     */
    void tick(Supplier<Map<TopicPartition, Long>> taken) {
        if (busy || System.nanoTime() - nextNanos < 0) {
            return;
        }
        busy = true;
        nextNanos = System.nanoTime() + INTERVAL_NANOS;
        Map<TopicPartition, Long> ends = taken.get();
        committed(MeterApp.applicationId(topics))
                .thenCombine(committed(AdvisorApp.groupId(topics)), (meter, advisor) -> deletable(ends, meter, advisor))
                .thenCompose(this::delete)
                .whenComplete((ignored, error) -> {
                    if (error != null) {
                        LOG.debug("records that were read stay where they are for now: {}", error.getMessage());
                        done.clear();
                        nextNanos = System.nanoTime() + RETRY_NANOS;
                    }
                    busy = false;
                });
    }

    private CompletionStage<Map<TopicPartition, OffsetAndMetadata>> committed(String group) {
        return admin.listConsumerGroupOffsets(group)
                .partitionsToOffsetAndMetadata()
                .toCompletionStage();
    }

    /** Offsets up to which all have done with a partition: the meter with packets, the advisor and the output with flows, the output with the rest. */
    private Map<TopicPartition, RecordsToDelete> deletable(
            Map<TopicPartition, Long> taken,
            Map<TopicPartition, OffsetAndMetadata> meter,
            Map<TopicPartition, OffsetAndMetadata> advisor) {
        Map<TopicPartition, RecordsToDelete> deletable = new HashMap<>();
        meter.forEach((partition, at) -> {
            if (at != null && partition.topic().equals(topics.packets().name())) {
                add(deletable, partition, at.offset());
            }
        });
        taken.forEach((partition, offset) -> {
            if (!partition.topic().equals(topics.flows().name())) {
                add(deletable, partition, offset);
                return;
            }
            OffsetAndMetadata at = advisor.get(partition);
            if (at != null) {
                add(deletable, partition, Math.min(offset, at.offset()));
            }
        });
        return deletable;
    }

    private void add(Map<TopicPartition, RecordsToDelete> deletable, TopicPartition partition, long offset) {
        if (offset > done.getOrDefault(partition, 0L)) {
            done.put(partition, offset);
            deletable.put(partition, RecordsToDelete.beforeOffset(offset));
        }
    }

    private CompletionStage<Void> delete(Map<TopicPartition, RecordsToDelete> deletable) {
        return deletable.isEmpty()
                ? CompletableFuture.completedStage(null)
                : admin.deleteRecords(deletable).all().toCompletionStage();
    }

    @Override
    public void close() {
        admin.close(Duration.ZERO);
    }
}
