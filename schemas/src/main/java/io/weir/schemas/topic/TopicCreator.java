package io.weir.schemas.topic;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicExistsException;

/** Creates the topics of the catalogue that are not there yet. Topics that exist are left as their owner made them. */
public final class TopicCreator {

    private static final long LEADERS_NANOS = TimeUnit.SECONDS.toNanos(15);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private TopicCreator() {}

    /**
     * @param admin client of the cluster
     * @param specs topics that must exist, those of their rejected records with them
     * @param partitions partitions of each partitioned topic
     * @throws KafkaException when the cluster refuses, naming the topic
     */
    public static void createMissing(Admin admin, List<TopicSpec<?>> specs, int partitions) {
        List<NewTopic> wanted = new ArrayList<>();
        for (TopicSpec<?> spec : specs) {
            wanted.add(new NewTopic(spec.name(), Optional.of(spec.partitioned() ? partitions : 1), Optional.empty())
                    .configs(spec.configs()));
            if (spec.rejects()) {
                wanted.add(new NewTopic(spec.rejectedName(), Optional.of(1), Optional.empty())
                        .configs(Topics.rejectedConfigs()));
            }
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
        long deadline = System.nanoTime() + LEADERS_NANOS;
        while (true) {
            try {
                // Asked first: looking for offsets of a topic that a broker has not heard of is an error in the
                // client's log.
                admin.describeTopics(topics.stream().map(NewTopic::name).toList())
                        .allTopicNames()
                        .get();
                admin.listOffsets(partitions).all().get();
                return;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new KafkaException("interrupted while waiting for new topics", e);
            } catch (ExecutionException e) {
                // A broker learns of a new topic a little after the controller has made it.
                boolean early =
                        e.getCause() instanceof RetriableException && !(e.getCause() instanceof TimeoutException);
                if (!early || System.nanoTime() - deadline >= 0) {
                    throw new KafkaException(
                            "new topics got no leaders: " + e.getCause().getMessage()
                                    + ". Look at the brokers' logs, and start again when the cluster is well",
                            e.getCause());
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }
}
