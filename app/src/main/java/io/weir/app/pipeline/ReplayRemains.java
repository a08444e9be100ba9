package io.weir.app.pipeline;

import io.weir.app.failure.ExitCode;
import io.weir.app.failure.Failure;
import io.weir.schemas.topic.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Topics and groups that replays have made, and takes them away. */
final class ReplayRemains {

    private static final Logger LOG = LoggerFactory.getLogger(ReplayRemains.class);

    /** A group has members until the broker has heard that they leave. */
    private static final Duration LEAVING = Duration.ofSeconds(15);

    private static final long PAUSE_MS = 200;

    private final Cluster cluster;
    private final Topics topics;

    ReplayRemains(Cluster cluster, Topics topics) {
        this.cluster = cluster;
        this.topics = topics;
    }

    /** {@code weir advise --remove RUN}. */
    static int remove(RemoveReplayRequest request) {
        if (!ReplayNames.isRun(request.run())) {
            throw Failure.usage(
                    "--remove " + request.run() + " is not the id of a replay", "for example 20261130-130502-3fa9");
        }
        Topics topics = ModuleConfigs.topics(request.settings());
        ReplayNames names = new ReplayNames(topics, request.run());
        try (Cluster cluster = Cluster.running(request.settings())) {
            List<String> removed = new ReplayRemains(cluster, topics).remove(names);
            removed.forEach(name -> request.console().out().println("removed " + name));
            request.console().out().flush();
        }
        return ExitCode.DONE;
    }

    private List<String> remove(ReplayNames names) {
        try (Admin admin = cluster.admin()) {
            List<GroupListing> groups = groups(admin, names.applicationId()::equals);
            if (groups.stream().anyMatch(ReplayRemains::hasMembers)) {
                throw Failure.failed(
                        "replay " + names.run() + " still runs",
                        "stop it, which removes what is its own; one that was killed counts as gone after some seconds");
            }
            List<String> found = topicNames(admin, name -> names.isInternal(name) || name.equals(names.findings()));
            if (found.isEmpty() && groups.isEmpty()) {
                throw Failure.failed("there is nothing of a replay " + names.run(), "`weir advise` names its run");
            }
            deleteTopics(admin, found);
            List<String> removed = new ArrayList<>(found);
            if (!groups.isEmpty()) {
                deleteGroup(admin, names.applicationId());
                removed.add("group " + names.applicationId());
            }
            return removed;
        } catch (ExecutionException e) {
            throw Failures.of("weir advise --remove", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failure.failed("interrupted", "");
        }
    }

    /** Takes away the internal topics and the group of a run that has ended. Tells when it cannot. */
    void clean(ReplayNames names) {
        try (Admin admin = cluster.admin()) {
            deleteTopics(admin, topicNames(admin, names::isInternal));
            deleteGroup(admin, names.applicationId());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | KafkaException | Failure e) {
            Throwable cause = e instanceof ExecutionException ? e.getCause() : e;
            LOG.warn(
                    "topics and group {}* are left over ({}); remove them with `weir advise --remove {}`",
                    names.applicationId(),
                    cause.getMessage(),
                    names.run());
        }
    }

    /** Runs without a living member that have left something, with the number of their topics. */
    Map<String, Integer> leftOver() {
        try (Admin admin = cluster.admin()) {
            TreeMap<String, Integer> left = new TreeMap<>();
            TreeSet<String> running = new TreeSet<>();
            for (GroupListing group : groups(admin, name -> true)) {
                ReplayNames.of(topics, group.groupId()).ifPresent(names -> {
                    if (hasMembers(group)) {
                        running.add(names.run());
                    } else {
                        left.put(names.run(), 0);
                    }
                });
            }
            for (String topic : topicNames(admin, name -> true)) {
                ReplayNames.of(topics, topic).ifPresent(names -> left.merge(names.run(), 1, Integer::sum));
            }
            left.keySet().removeAll(running);
            return left;
        } catch (ExecutionException e) {
            throw Failures.of("weir advise", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failure.failed("interrupted", "");
        }
    }

    private static boolean hasMembers(GroupListing group) {
        return group.groupState()
                .filter(state -> state != GroupState.EMPTY && state != GroupState.DEAD)
                .isPresent();
    }

    private static List<GroupListing> groups(Admin admin, Predicate<String> wanted)
            throws ExecutionException, InterruptedException {
        return admin.listGroups().all().get().stream()
                .filter(group -> wanted.test(group.groupId()))
                .toList();
    }

    private static List<String> topicNames(Admin admin, Predicate<String> wanted)
            throws ExecutionException, InterruptedException {
        return admin.listTopics().names().get().stream().filter(wanted).sorted().toList();
    }

    private static void deleteTopics(Admin admin, List<String> names) throws ExecutionException, InterruptedException {
        for (var deleted : admin.deleteTopics(names).topicNameValues().values()) {
            try {
                deleted.get();
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                    throw e;
                }
            }
        }
    }

    private static void deleteGroup(Admin admin, String group) throws ExecutionException, InterruptedException {
        Stall leaving = new Stall(LEAVING);
        while (true) {
            try {
                admin.deleteConsumerGroups(List.of(group)).all().get();
                return;
            } catch (ExecutionException e) {
                if (e.getCause() instanceof GroupIdNotFoundException) {
                    return;
                }
                if (!(e.getCause() instanceof GroupNotEmptyException) || leaving.isOver()) {
                    throw e;
                }
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
        }
    }
}
