package io.weir.topology.edge;

import io.weir.schemas.Edge;
import io.weir.schemas.ObservationPoint;
import io.weir.topology.store.TableStore;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** Edges of open windows, by observation point; gives them when every meter partition is past the window. */
public final class EdgeTable extends TableStore {

    /** Name of the store. */
    public static final String NAME = "edge-table";

    /** By the keys' hash codes first, which strings remember: most keys of a cluster begin alike. */
    private static final Comparator<EdgeRow> BY_KEY = (left, right) -> {
        int byHash = Integer.compare(left.key.hashCode(), right.key.hashCode());
        return byHash != 0 ? byHash : left.key.compareTo(right.key);
    };

    private final Map<ObservationPoint, EdgePoint> points = new HashMap<>();

    /** An empty table. */
    public EdgeTable() {
        super(NAME);
    }

    /**
     * Takes one input.
     *
     * @param output gets the edges that are complete with it, each with its record key
     */
    void apply(EdgeInput input, BiConsumer<String, Edge> output) {
        if (input instanceof EdgeInput.Part part) {
            add(part.edge(), output);
        } else if (input instanceof EdgeInput.Progress progress) {
            advance(progress, output);
        }
    }

    private void add(Edge part, BiConsumer<String, Edge> output) {
        String key = Edges.recordKey(part);
        EdgePoint point = point(part.getObservationPoint());
        if (part.getIsLate() || part.getWindowEnd() <= point.completeMs()) {
            part.setIsLate(true);
            output.accept(key, part);
            return;
        }
        Map<String, EdgeRow> window = point.windows.get(part.getWindowEnd());
        EdgeRow row = window == null ? null : window.get(key);
        if (row == null) {
            row = new EdgeRow(key, part);
            point.put(row);
        } else {
            Edges.add(row.edge, part);
        }
        markChanged(row);
    }

    private void advance(EdgeInput.Progress progress, BiConsumer<String, Edge> output) {
        EdgePoint point = point(progress.observationPoint());
        point.advance(progress.partition(), progress.partitions(), progress.completeUntilMs());
        markChanged(point);
        long completeMs = point.completeMs();
        while (!point.windows.isEmpty() && point.windows.firstKey() <= completeMs) {
            for (EdgeRow row : sorted(point.windows.pollFirstEntry().getValue())) {
                output.accept(row.key, row.edge);
                markRemoved(row);
            }
        }
        if (completeMs == Long.MAX_VALUE) {
            points.remove(point.point);
            markRemoved(point);
        }
    }

    /** In an order that their keys alone decide: the same input gives the same output in the same order. */
    private static List<EdgeRow> sorted(Map<String, EdgeRow> window) {
        List<EdgeRow> rows = new ArrayList<>(window.values());
        rows.sort(BY_KEY);
        return rows;
    }

    private EdgePoint point(ObservationPoint point) {
        return points.computeIfAbsent(point, EdgePoint::new);
    }

    @Override
    protected Row restoreRow(byte[] key, byte[] value) {
        Edge edge = EdgeRowCodec.edge(key, value);
        if (edge != null) {
            EdgeRow row = new EdgeRow(edge);
            point(edge.getObservationPoint()).put(row);
            return row;
        }
        EdgePoint point = null;
        for (EdgeInput.Progress progress : EdgeRowCodec.progress(value)) {
            point = point(progress.observationPoint());
            point.advance(progress.partition(), progress.partitions(), progress.completeUntilMs());
        }
        return point;
    }

    @Override
    protected void restoreComplete() {
        // Nothing is indexed beyond what restoreRow builds.
    }

    @Override
    protected void forEachRow(Consumer<Row> action) {
        for (EdgePoint point : points.values()) {
            if (point.completeUntilMs.length > 0) {
                action.accept(point);
            }
            point.windows.values().forEach(window -> window.values().forEach(action));
        }
    }

    @Override
    protected void clear() {
        points.clear();
    }
}
