package io.weir.app.pipeline;

import io.weir.app.read.StartPosition;
import io.weir.app.read.TopicReader;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/**
 * A past range of a topic, by when Kafka took its records.
 *
 * @param starts offset of the first record of each partition
 * @param ends offset behind the last record of each partition that can be read; that of the start where the range holds none
 */
record ReplayRange(Map<TopicPartition, Long> starts, Map<TopicPartition, Long> ends) {

    ReplayRange {
        starts = Map.copyOf(starts);
        ends = Map.copyOf(ends);
    }

    /** Looks it up: the end is that of now, however the topic grows. */
    static ReplayRange find(Map<String, Object> clientProperties, String topic, StartPosition from, StartPosition to) {
        try (TopicReader reader = new TopicReader(clientProperties, List.of(topic), true)) {
            Map<TopicPartition, Long> starts = reader.offsets(from);
            Map<TopicPartition, Long> ends = new HashMap<>();
            reader.offsets(to)
                    .forEach((partition, end) ->
                            ends.put(partition, reader.behindLastRecord(partition, starts.get(partition), end)));
            return new ReplayRange(starts, ends);
        }
    }

    /** Offsets in it: records, and what transactions leave between them. */
    long offsets() {
        return ends.entrySet().stream()
                .mapToLong(end -> end.getValue() - starts.get(end.getKey()))
                .sum();
    }
}
