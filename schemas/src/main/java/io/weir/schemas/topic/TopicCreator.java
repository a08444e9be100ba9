package io.weir.schemas.topic;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicExistsException;

/** Creates the topics of the catalogue that are not there yet. Topics that exist are left as their owner made them. */
public final class TopicCreator {

    private TopicCreator() {}

    /**
     * @param admin client of the cluster
     * @param specs topics that must exist
     * @param partitions partitions of each partitioned topic
     * @throws KafkaException when the cluster refuses, naming the topic
     */
    public static void createMissing(Admin admin, List<TopicSpec<?>> specs, int partitions) {
        List<NewTopic> wanted = new ArrayList<>();
        for (TopicSpec<?> spec : specs) {
            wanted.add(new NewTopic(spec.name(), Optional.of(spec.partitioned() ? partitions : 1), Optional.empty())
                    .configs(spec.configs()));
        }
        Map<String, org.apache.kafka.common.KafkaFuture<Void>> created =
                admin.createTopics(wanted).values();
        List<String> made = new ArrayList<>();
        created.forEach((name, future) -> {
            try {
                future.get();
                made.add(name);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new KafkaException("interrupted while creating topic " + name, e);
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof TopicExistsException)) {
                    throw new KafkaException(
                            "cannot create topic " + name + ": " + e.getCause().getMessage()
                                    + ". Create it by hand as docs/topics.md says, or give this user the right to create topics",
                            e.getCause());
                }
            }
        });
        awaitLeaders(
                admin,
                wanted.stream().filter(topic -> made.contains(topic.name())).toList());
    }

    /**
     * A partition that has just been made may refuse the first batch of a producer and take the second: the first then never fits any
     * more ("out of order sequence number") and is lost after the delivery timeout. So wait until each leader answers for it.
     */
    private static void awaitLeaders(Admin admin, List<NewTopic> topics) {
        Map<TopicPartition, OffsetSpec> partitions = new HashMap<>();
        for (NewTopic topic : topics) {
            for (int partition = 0; partition < topic.numPartitions(); partition++) {
                partitions.put(new TopicPartition(topic.name(), partition), OffsetSpec.latest());
            }
        }
        try {
            admin.listOffsets(partitions).all().get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted while waiting for new topics", e);
        } catch (ExecutionException e) {
            throw new KafkaException(
                    "new topics got no leaders: " + e.getCause().getMessage()
                            + ". Look at the brokers' logs, and start again when the cluster is well",
                    e.getCause());
        }
    }
}
