package io.weir.topology.edge;

import io.weir.schemas.ObservationPoint;
import io.weir.topology.store.TableStore;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** One observation point in one edge task: how far each partition of the meter has come, and the windows that are open. */
final class EdgePoint extends TableStore.Row {

    final ObservationPoint point;

    /** Per partition of the meter: epoch milliseconds up to which it is complete; {@link Long#MIN_VALUE} before it said so. */
    long[] completeUntilMs = new long[0];

    /** Open edges by end of their window (epoch milliseconds), then by record key. */
    final TreeMap<Long, Map<String, EdgeRow>> windows = new TreeMap<>();

    EdgePoint(ObservationPoint point) {
        this.point = point;
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

    void put(EdgeRow row) {
        windows.computeIfAbsent(row.edge.getWindowEnd(), ignored -> new HashMap<>())
                .put(row.key, row);
    }

    @Override
    protected byte[] changelogKey() {
        return EdgeRowCodec.key(point);
    }

    @Override
    protected byte[] changelogValue() {
        return EdgeRowCodec.value(this);
    }
}
