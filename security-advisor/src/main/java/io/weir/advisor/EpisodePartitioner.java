package io.weir.advisor;

import io.weir.advisor.Step.EventTime;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.streams.processor.StreamPartitioner;

/** Flows of one episode meet in one partition; event times go to all. */
final class EpisodePartitioner implements StreamPartitioner<String, Step> {

    @Override
    public Optional<Set<Integer>> partitions(String topic, String key, Step step, int numPartitions) {
        if (step instanceof EventTime) {
            return Optional.of(IntStream.range(0, numPartitions).boxed().collect(Collectors.toUnmodifiableSet()));
        }
        int hash = Utils.toPositive(Utils.murmur2(key.getBytes(StandardCharsets.UTF_8)));
        return Optional.of(Set.of(hash % numPartitions));
    }
}
