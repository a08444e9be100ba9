package io.weir.topology.edge;

import io.weir.schemas.ObservationPoint;
import io.weir.state.RowOutput;
import io.weir.state.TableStore;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;

/** One observation point in one edge task: how far each partition of the meter has come, and the windows that are open. */
final class EdgePoint extends TableStore.Row {

    final ObservationPoint point;

    /** Per partition of the meter: epoch milliseconds up to which it is complete; {@link Long#MIN_VALUE} before it said so. */
    long[] completeUntilMs = new long[0];

    /** Open windows by their end (epoch milliseconds): the meter's own first, then those of each roll-up. */
    final List<TreeMap<Long, EdgeWindow>> levels;

    /** @param levels how many lengths of windows there are */
    EdgePoint(ObservationPoint point, int levels) {
        this.point = point;
        this.levels =
                Stream.generate(TreeMap<Long, EdgeWindow>::new).limit(levels).toList();
    }

    /** Takes note of one partition's progress. */
    void advance(int partition, int partitions, long untilMs) {
        if (completeUntilMs.length < partitions) {
            int known = completeUntilMs.length;
            completeUntilMs = Arrays.copyOf(completeUntilMs, partitions);
            Arrays.fill(completeUntilMs, known, partitions, Long.MIN_VALUE);
        }
        completeUntilMs[partition] = untilMs;
    }

    /** Epoch milliseconds up to which every partition is complete. */
    long completeMs() {
        long least = completeUntilMs.length == 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
        for (long one : completeUntilMs) {
            least = Math.min(least, one);
        }
        return least;
    }

    EdgeWindow window(int level, long endMs) {
        return levels.get(level).computeIfAbsent(endMs, ignored -> new EdgeWindow());
    }

    @Override
    protected byte[] changelogKey() {
        return EdgeRowCodec.key(point);
    }

    @Override
    protected void writeValue(RowOutput out) {
        out.put(EdgeRowCodec.value(this));
    }
}
