package io.weir.advisor;

import io.weir.advisor.time.InputEnd;
import io.weir.schemas.Finding;
import io.weir.schemas.topic.TopicSpec;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.TopicPartition;

/**
 * What an advisor does otherwise that runs the rules over a past range of the flows: it leaves out what lies behind the range, tells its findings on
 * a topic of their own, and writes neither losses nor rejected records, as the live advisor has written them. Its group must have committed where
 * the range begins. Thread-safe.
 */
public final class Replay {

    private final String applicationId;
    private final TopicSpec<Finding> findings;
    private final Map<TopicPartition, Long> ends;
    private final InputEnd end = InputEnd.expected();

    /** Partitions of which nothing was read yet. */
    private final Set<TopicPartition> waiting = ConcurrentHashMap.newKeySet();

    /**
     * @param applicationId name of the group, and what its internal topics begin with; not that of the live advisor
     * @param findings topic that takes the findings
     * @param starts offset of the first record of each partition of the flows topic
     * @param ends offset behind the last record of each; that of the start where there is none. A partition that is not among them is left out
     */
    public Replay(
            String applicationId,
            TopicSpec<Finding> findings,
            Map<TopicPartition, Long> starts,
            Map<TopicPartition, Long> ends) {
        this.applicationId = applicationId;
        this.findings = findings;
        this.ends = Map.copyOf(ends);
        ends.forEach((partition, behindLast) -> {
            if (starts.get(partition) < behindLast) {
                waiting.add(partition);
            }
        });
    }

    String applicationId() {
        return applicationId;
    }

    TopicSpec<Finding> findings() {
        return findings;
    }

    /** Whether all of the range has been worked off. */
    InputEnd end() {
        return end;
    }

    boolean contains(TopicPartition partition, long offset) {
        return offset < ends.getOrDefault(partition, 0L);
    }

    /** The first record of a partition was read. */
    void began(TopicPartition partition) {
        waiting.remove(partition);
        if (waiting.isEmpty()) {
            end.begin();
        }
    }
}
