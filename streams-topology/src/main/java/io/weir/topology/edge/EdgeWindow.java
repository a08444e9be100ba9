package io.weir.topology.edge;

import io.weir.topology.sketch.Selection;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The edges of one window: the heavier ones, and one that the lighter ones were folded into (one more each for tunnels, for duplicates and for both).
 *
 * <p>Which edges are heavy is told as J. Misra and D. Gries do ("Finding repeated elements", 1982), with octets for weights and a whole
 * round of their algorithm at a time: the weight of the first edge that is not to stay is cut off from every edge, and those of which
 * nothing is left are folded. What an edge has been cut by in all, {@link #cutOctets()}, is the most that it can have lost to folding.
 * Each cut takes as much off each edge that stays and one more, so that it is less than the window's octets divided by the edges that stay: an
 * edge of more octets than that is never lost. Instead of cutting every row, each remembers what had been cut before it came.
 */
final class EdgeWindow {

    /** By the keys' hash codes first, which strings remember: most keys of a cluster begin alike. */
    private static final Comparator<EdgeRow> BY_KEY = (left, right) -> {
        int byHash = Integer.compare(left.key.hashCode(), right.key.hashCode());
        return byHash != 0 ? byHash : left.key.compareTo(right.key);
    };

    private final Map<String, EdgeRow> rows = new HashMap<>();

    /** Edges that others were folded into. */
    private final Map<String, EdgeRow> others = new HashMap<>(2);

    private long cutOctets;

    EdgeRow get(String key) {
        EdgeRow row = rows.get(key);
        return row != null ? row : others.get(key);
    }

    void put(EdgeRow row) {
        (row.isOther() ? others : rows).put(row.key, row);
        cutOctets = Math.max(cutOctets, row.cutOctets);
    }

    /** Edges, without what others were folded into. */
    int size() {
        return rows.size();
    }

    /** The most octets that any one edge has lost to folding. */
    long cutOctets() {
        return cutOctets;
    }

    /**
     * Takes the lightest edges out: all but {@code most}, and those that are not heavier than the heaviest of them.
     *
     * @param most edges that stay, fewer than there are
     */
    List<EdgeRow> takeLightest(int most) {
        long[] weights = rows.values().stream().mapToLong(EdgeRow::weight).toArray();
        long cut = Selection.largest(weights, most);
        List<EdgeRow> lightest = new ArrayList<>(weights.length - most);
        rows.values().removeIf(row -> row.weight() <= cut && lightest.add(row));
        cutOctets = cut;
        return lightest;
    }

    /** In an order that their keys alone decide: the same input gives the same output in the same order. */
    List<EdgeRow> sorted() {
        List<EdgeRow> sorted = new ArrayList<>(rows.size() + others.size());
        forEach(sorted::add);
        sorted.sort(BY_KEY);
        return sorted;
    }

    void forEach(Consumer<? super EdgeRow> action) {
        rows.values().forEach(action);
        others.values().forEach(action);
    }
}
