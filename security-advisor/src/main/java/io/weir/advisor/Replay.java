package io.weir.advisor;

import io.weir.advisor.time.InputEnd;
import io.weir.schemas.Finding;
import io.weir.schemas.topic.TopicSpec;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/**
 * What an advisor does otherwise that runs the rules over a past range of the flows: it leaves out what lies behind the range, tells its findings on
 * a topic of their own, and writes neither losses nor rejected records, as the live advisor has written them. Where the range begins is for the
 * committed offsets of its group to say.
 *
 * @param applicationId name of the group, and what its internal topics begin with; not that of the live advisor
 * @param findings topic that takes the findings
 * @param ends offset behind the last record of each partition of the flows topic; a partition that is not among them is left out
 * @param end whether all of the range has been worked off
 */
public record Replay(
        String applicationId, TopicSpec<Finding> findings, Map<TopicPartition, Long> ends, InputEnd end) {

    public Replay {
        ends = Map.copyOf(ends);
    }

    /** One whose end is not reached yet. */
    public static Replay of(String applicationId, TopicSpec<Finding> findings, Map<TopicPartition, Long> ends) {
        return new Replay(applicationId, findings, ends, InputEnd.expected());
    }

    boolean contains(TopicPartition partition, long offset) {
        return offset < ends.getOrDefault(partition, 0L);
    }
}
