package io.weir.topology.edge;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.streams.processor.StreamPartitioner;

/** Parts of an edge go to the edge's partition (hash of the key as Kafka's default does it), progress goes to all. */
public final class EdgePartitioner implements StreamPartitioner<String, EdgeInput> {

    @Override
    public Optional<Set<Integer>> partitions(String topic, String key, EdgeInput input, int partitions) {
        if (input instanceof EdgeInput.Progress) {
            return Optional.of(IntStream.range(0, partitions).boxed().collect(Collectors.toSet()));
        }
        int hash = Utils.murmur2(key.getBytes(StandardCharsets.UTF_8));
        return Optional.of(Set.of(Utils.toPositive(hash) % partitions));
    }
}
