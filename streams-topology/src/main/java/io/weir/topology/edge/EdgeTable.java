package io.weir.topology.edge;

import io.weir.schemas.Edge;
import io.weir.schemas.ObservationPoint;
import io.weir.state.TableStore;
import io.weir.topology.EdgeConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Edges of open windows, by observation point; gives them when every meter partition is past the window. What is given of one length of
 * windows is at once added to the next longer ones, so that those hold each packet once, too.
 *
 * <p>A window holds at most {@link EdgeConfig#maxEdges()} edges; before one more, the lighter half is folded into one. That looks at each
 * edge of the window and frees at least half of them, so that it costs a part the same however many edges there are.
 */
public final class EdgeTable extends TableStore {

    /** Name of the store. */
    public static final String NAME = "edge-table";

    private static final int NONE = -1;
    private static final int ROWS_PER_PAGE = 16;
    private static final Logger LOG = LoggerFactory.getLogger(EdgeTable.class);

    /** Takes edges that are complete. */
    interface Output {

        /** @param level 0 for the meter's own windows, 1 for those of the first roll-up and so on */
        void give(int level, String key, Edge edge);
    }

    private final Map<ObservationPoint, EdgePoint> points = new HashMap<>();
    private final List<EdgeRow> withoutLevel = new ArrayList<>();
    private final int maxEdges;

    /** Length of the windows of each level, milliseconds; 0 for the first, whose windows the parts bring with them. */
    private final long[] levelsMs;

    private long folded;

    /** An empty table. */
    public EdgeTable(EdgeConfig config) {
        super(NAME, ROWS_PER_PAGE);
        maxEdges = config.maxEdges();
        levelsMs = new long[config.rollUps().size() + 1];
        for (int i = 1; i < levelsMs.length; i++) {
            levelsMs[i] = config.rollUps().get(i - 1).toMillis();
        }
    }

    /**
     * Takes one input.
     *
     * @param output gets the edges that are complete with it, each with its record key
     */
    void apply(EdgeInput input, Output output) {
        if (input instanceof EdgeInput.Part part) {
            EdgePoint point = point(part.sum().edge.getObservationPoint());
            add(point, 0, part.sum(), point.completeMs(), output);
        } else if (input instanceof EdgeInput.Progress progress) {
            advance(progress, output);
        }
    }

    /** Edges that this table has folded into others. */
    long folded() {
        return folded;
    }

    /** @param givenMs windows that end at or before have been given, epoch milliseconds */
    private void add(EdgePoint point, int level, EdgeSum part, long givenMs, Output output) {
        Edge edge = part.edge;
        long startMs = startMs(level, edge);
        long endMs = endMs(level, edge);
        if (endMs <= givenMs || (level == 0 && edge.getIsLate())) {
            EdgeSum late = level == 0 ? part : part.in(startMs, endMs);
            late.edge.setIsLate(true);
            give(point, level, part.recordKey(), late, givenMs, output);
        } else {
            addToOpen(point, level, part);
        }
    }

    private void addToOpen(EdgePoint point, int level, EdgeSum part) {
        Edge edge = part.edge;
        EdgeWindow window = point.window(level, endMs(level, edge));
        String key = part.recordKey();
        EdgeRow row = window.get(key);
        if (row != null) {
            row.sum.add(part);
            markChanged(row);
            return;
        }
        if (window.size() >= maxEdges && !Edges.isOther(edge)) {
            fold(window);
        }
        EdgeSum sum = level == 0 ? part : part.in(startMs(level, edge), endMs(level, edge));
        // One object for all edges of the point instead of one each.
        sum.edge.setObservationPoint(point.point);
        insert(window, new EdgeRow(key, levelsMs[level], sum, window.cutOctets()));
    }

    private long startMs(int level, Edge edge) {
        long startMs = edge.getWindowStart();
        return level == 0 ? startMs : Math.floorDiv(startMs, levelsMs[level]) * levelsMs[level];
    }

    private long endMs(int level, Edge edge) {
        return level == 0 ? edge.getWindowEnd() : startMs(level, edge) + levelsMs[level];
    }

    private void fold(EdgeWindow window) {
        List<EdgeRow> lightest = window.takeLightest(maxEdges / 2);
        for (EdgeRow row : lightest) {
            EdgeSum empty = new EdgeSum(Edges.emptyOther(row.sum.edge), null, null);
            EdgeRow other = window.get(empty.recordKey());
            if (other == null) {
                other = new EdgeRow(empty.recordKey(), row.rollUpMs, empty, window.cutOctets());
                insert(window, other);
            }
            other.sum.add(row.sum);
            other.sum.edge.setFoldedEdges(other.sum.edge.getFoldedEdges() + 1);
            other.cutOctets = window.cutOctets();
            markChanged(other);
            markRemoved(row);
        }
        folded += lightest.size();
    }

    private void insert(EdgeWindow window, EdgeRow row) {
        window.put(row);
        markChanged(row);
    }

    private void advance(EdgeInput.Progress progress, Output output) {
        EdgePoint point = point(progress.observationPoint());
        long givenMs = point.completeMs();
        point.advance(progress.partition(), progress.partitions(), progress.completeUntilMs());
        markChanged(point);
        long completeMs = point.completeMs();
        for (int level = 0; level < levelsMs.length; level++) {
            TreeMap<Long, EdgeWindow> windows = point.levels.get(level);
            while (!windows.isEmpty() && windows.firstKey() <= completeMs) {
                for (EdgeRow row : windows.pollFirstEntry().getValue().sorted()) {
                    give(point, level, row.key, row.complete(), givenMs, output);
                    markRemoved(row);
                }
            }
        }
        if (completeMs == Long.MAX_VALUE) {
            points.remove(point.point);
            markRemoved(point);
        }
    }

    private void give(EdgePoint point, int level, String key, EdgeSum sum, long givenMs, Output output) {
        output.give(level, key, sum.record());
        if (level + 1 < levelsMs.length) {
            add(point, level + 1, sum, givenMs, output);
        }
    }

    private EdgePoint point(ObservationPoint point) {
        return points.computeIfAbsent(point, name -> new EdgePoint(name, levelsMs.length));
    }

    @Override
    protected Row restoreRow(byte[] key, byte[] value) {
        EdgeRow row = EdgeRowCodec.edge(key, value);
        if (row != null) {
            int level = levelOf(row.rollUpMs);
            if (level == NONE) {
                withoutLevel.add(row);
            } else {
                Edge edge = row.sum.edge;
                EdgePoint point = point(edge.getObservationPoint());
                edge.setObservationPoint(point.point);
                point.window(level, edge.getWindowEnd()).put(row);
            }
            return row;
        }
        EdgePoint point = null;
        for (EdgeInput.Progress progress : EdgeRowCodec.progress(value)) {
            point = point(progress.observationPoint());
            point.advance(progress.partition(), progress.partitions(), progress.completeUntilMs());
        }
        return point;
    }

    private int levelOf(long rollUpMs) {
        return IntStream.range(0, levelsMs.length)
                .filter(level -> levelsMs[level] == rollUpMs)
                .findFirst()
                .orElse(NONE);
    }

    @Override
    protected void restoreComplete() {
        if (!withoutLevel.isEmpty()) {
            LOG.warn(
                    "{} edges in open windows of {} and the like are not given, as edges are no longer rolled up to these; the other"
                            + " windows hold all that they held",
                    withoutLevel.size(),
                    Duration.ofMillis(withoutLevel.get(0).rollUpMs));
            withoutLevel.forEach(this::moveOn);
            withoutLevel.clear();
        }
    }

    /** Longer windows would have got it when its own was given. */
    private void moveOn(EdgeRow row) {
        IntStream.range(0, levelsMs.length)
                .filter(level -> levelsMs[level] > row.rollUpMs)
                .findFirst()
                .ifPresent(level -> addToOpen(point(row.sum.edge.getObservationPoint()), level, row.complete()));
        markRemoved(row);
    }

    @Override
    protected void clear() {
        points.clear();
    }
}
