package io.weir.topology.datagram;

import io.weir.schemas.ExporterStatus;
import io.weir.schemas.ObservationPoint;
import io.weir.state.TableStore;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What one decoding task remembers: the observation points that exporters report of, and, by protocol, the exporters. Bounded: of more than
 * {@value #MAX_POINTS} points those that were silent for longest make room.
 */
public abstract class DatagramTable extends TableStore {

    static final int MAX_POINTS = 65_536;

    /** Rows are large. */
    private static final int ROWS_PER_PAGE = 4;

    /** One of so many makes room at a time, so that looking for the most silent costs little for each. */
    private static final int SHARE_FORGOTTEN = 16;

    private final int partitions;
    private final Map<ObservationPoint, PointRow> points = new HashMap<>();
    private Runnable beforeCommit = () -> {};
    private Consumer<PointRow> beforeForgotten = row -> {};
    private Consumer<ExporterRow> beforeExporterForgotten = row -> {};
    private long forgottenPoints;

    /** @param partitions of the packets topic */
    DatagramTable(String name, int partitions) {
        super(name, ROWS_PER_PAGE);
        this.partitions = partitions;
    }

    /** Exporters that are remembered. */
    abstract int exporterCount();

    /** Those of which something can be said. */
    abstract Collection<? extends ExporterRow> exporters();

    /** What there is to say of exporters now; of those of this table. */
    abstract Function<ExporterRow, ExporterStatus> statuses(long nowMs);

    /** Takes a row of another kind than a point's from the changelog. */
    abstract Row restoreExporterRow(byte[] key, byte[] value);

    /** Forgets every row of another kind than points. */
    abstract void clearExporters();

    /**
     * Sets what is done before each commit, and with a point before it makes room for others.
     */
    void onCommit(Runnable action, Consumer<PointRow> forgotten) {
        beforeCommit = action;
        beforeForgotten = forgotten;
    }

    /** Sets what is done with an exporter before it makes room for others. */
    void onForgotten(Consumer<ExporterRow> forgotten) {
        beforeExporterForgotten = forgotten;
    }

    /** An exporter makes room for others. */
    final void forget(ExporterRow row) {
        beforeExporterForgotten.accept(row);
        markRemoved(row);
    }

    @Override
    protected void beforeCommit() {
        beforeCommit.run();
    }

    Collection<PointRow> points() {
        return points.values();
    }

    /** Observation points that made room for others. */
    long forgottenPoints() {
        return forgottenPoints;
    }

    /**
     * A point's row, a new one if it was not known.
     *
     * @param sessionId gives that of a new one
     */
    PointRow point(ObservationPoint point, Supplier<String> sessionId) {
        PointRow row = points.get(point);
        if (row == null) {
            if (points.size() >= MAX_POINTS) {
                forgetPoints();
            }
            row = new PointRow(point, sessionId.get(), partitions);
            points.put(point, row);
        }
        return row;
    }

    /** Those with packets that are gathered but not sent stay. */
    private void forgetPoints() {
        List<PointRow> idle =
                points.values().stream().filter(row -> !row.isGathering()).toList();
        for (PointRow row : mostSilent(idle, Comparator.comparingLong(row -> row.lastPacketNanos))) {
            beforeForgotten.accept(row);
            forget(row);
            forgottenPoints++;
        }
    }

    /** A point's session is over; a packet that comes later begins another one. */
    void forget(PointRow row) {
        points.remove(row.point);
        markRemoved(row);
    }

    /** Those that make room when too many are known. */
    static <R> List<R> mostSilent(Collection<R> rows, Comparator<R> bySilence) {
        List<R> sorted = new ArrayList<>(rows);
        sorted.sort(bySilence);
        return sorted.subList(0, Math.min(sorted.size(), Math.max(1, sorted.size() / SHARE_FORGOTTEN)));
    }

    void changed(Row row) {
        markChanged(row);
    }

    @Override
    protected final Row restoreRow(byte[] key, byte[] value) {
        if (key[0] != DatagramCodec.KIND_POINT) {
            return restoreExporterRow(key, value);
        }
        PointRow row = DatagramCodec.point(key, value, partitions);
        points.put(row.point, row);
        return row;
    }

    @Override
    protected void restoreComplete() {
        // Exporters find their points when they are asked for.
    }

    @Override
    protected final void clear() {
        clearExporters();
        points.clear();
    }
}
