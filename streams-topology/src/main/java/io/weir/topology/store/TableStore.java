package io.weir.topology.store;

import io.micrometer.core.instrument.Timer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.internals.InternalProcessorContext;
import org.apache.kafka.streams.processor.internals.RecordBatchingStateRestoreCallback;
import org.apache.kafka.streams.query.Position;
import org.apache.kafka.streams.state.internals.CacheFlushListener;
import org.apache.kafka.streams.state.internals.CachedStateStore;

/**
 * State store whose rows live as objects and are written to the changelog only when Kafka Streams is about to commit, each changed
 * row once, however often it changed.
 *
 * <p>Kafka Streams calls {@link #flushCache()} before it commits the offsets, and {@code commit()} only after: rows written there
 * would be lost by a crash. {@code flushCache} belongs to an internal interface, so everything internal that the project touches is
 * in this class, and {@code TableStoreCommitTest} fails the day a release of Kafka Streams stops calling it before a commit, a
 * rebalance or a clean close.
 *
 * <p>While a task restores (or stands by), rows are kept as the bytes of the changelog; {@link #open} turns them into objects.
 */
public abstract class TableStore implements StateStore, CachedStateStore<Bytes, byte[]> {

    /** One row; remembers for its store whether it must be written. */
    public abstract static class Row {

        /** Changed since the last commit. */
        private boolean changed;

        /** The changelog holds a version of this row, so that its end needs a tombstone. */
        private boolean logged;

        /** No longer part of the table. */
        private boolean removed;

        /** Key in the changelog: stable for the life of the row, unlike any other row's. */
        protected abstract byte[] changelogKey();

        /** The row as bytes. */
        protected abstract byte[] changelogValue();

        /** True when the row has left the table. */
        public final boolean isRemoved() {
            return removed;
        }
    }

    /** Fewer are not worth a walk over the changed rows. */
    private static final int MIN_GONE_ROWS = 1024;

    private final String name;
    private final List<Row> changedRows = new ArrayList<>();

    /** Rows among them that the next commit has nothing to write of: they came and went since the last one. */
    private int goneRows;

    private Map<Bytes, byte[]> restored = new HashMap<>();
    private InternalProcessorContext<?, ?> context;
    private Timer flushes;
    private long commits;
    private boolean open;

    /** Rows are objects; false while they are the bytes in {@link #restored}. */
    private boolean live;

    /** @param name name of the store; its changelog is {@code <application>-<name>-changelog} */
    protected TableStore(String name) {
        this.name = name;
    }

    /** Takes a row from the changelog into the table. */
    protected abstract Row restoreRow(byte[] key, byte[] value);

    /** Called once after the last {@link #restoreRow}. */
    protected abstract void restoreComplete();

    /** Hands over every row that the changelog holds after a commit. */
    protected abstract void forEachRow(Consumer<Row> action);

    /** Forgets every row. */
    protected abstract void clear();

    /**
     * To be called by the processor that owns the table, in its {@code init}: restored bytes become rows.
     *
     * @param flushTimer takes the time that changed rows need to be written, once a commit
     */
    public final void open(ProcessorContext<?, ?> processorContext, Timer flushTimer) {
        context = (InternalProcessorContext<?, ?>) processorContext;
        flushes = flushTimer;
        live = true;
        Map<Bytes, byte[]> rows = restored;
        restored = new HashMap<>();
        for (Map.Entry<Bytes, byte[]> entry : rows.entrySet()) {
            restoreRow(entry.getKey().get(), entry.getValue()).logged = true;
        }
        restoreComplete();
    }

    /** The row has changed, or is new: it goes to the changelog with the next commit. */
    protected final void markChanged(Row row) {
        if (!row.changed) {
            row.changed = true;
            changedRows.add(row);
        }
    }

    /** The row leaves the table: its tombstone, where one is needed, goes to the changelog with the next commit. */
    protected final void markRemoved(Row row) {
        row.removed = true;
        markChanged(row);
        if (!row.logged) {
            goneRows++;
            if (goneRows >= MIN_GONE_ROWS && goneRows > changedRows.size() / 2) {
                // Rows that come and go between two commits do not pile up.
                changedRows.removeIf(changed -> changed.removed && !changed.logged);
                goneRows = 0;
            }
        }
    }

    /** Rows that the next commit writes. */
    public final int changedCount() {
        return changedRows.size();
    }

    /** Commits since the table was made. */
    public final long commits() {
        return commits;
    }

    @Override
    public final void flushCache() {
        commits++;
        if (!changedRows.isEmpty()) {
            flushes.record(this::writeChanged);
        }
    }

    private void writeChanged() {
        long nowMs = context.currentSystemTimeMs();
        for (int i = 0; i < changedRows.size(); i++) {
            Row row = changedRows.get(i);
            row.changed = false;
            if (!row.removed) {
                log(row.changelogKey(), row.changelogValue(), nowMs);
                row.logged = true;
            } else if (row.logged) {
                log(row.changelogKey(), null, nowMs);
                row.logged = false;
            }
        }
        changedRows.clear();
        goneRows = 0;
    }

    private void log(byte[] key, byte[] value, long nowMs) {
        context.logChange(name, Bytes.wrap(key), value, nowMs, new RecordHeaders(), Position.emptyPosition());
    }

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final void init(StateStoreContext stateStoreContext, StateStore root) {
        open = true;
        stateStoreContext.register(root, (RecordBatchingStateRestoreCallback) this::restoreBatch);
    }

    private void restoreBatch(Collection<ConsumerRecord<byte[], byte[]>> records) {
        for (ConsumerRecord<byte[], byte[]> record : records) {
            Bytes key = Bytes.wrap(record.key());
            if (record.value() == null) {
                restored.remove(key);
            } else {
                restored.put(key, record.value());
            }
        }
    }

    @Override
    public final boolean setFlushListener(CacheFlushListener<Bytes, byte[]> listener, boolean sendOldValues) {
        return false;
    }

    /**
     * {@inheritDoc} Kafka Streams calls it, after a commit, when an active task goes on as a standby or the other way round. Rows of an
     * active task become bytes again, so that what the standby reads from the changelog takes their place.
     */
    @Override
    public final void clearCache() {
        changedRows.clear();
        goneRows = 0;
        if (live) {
            live = false;
            forEachRow(row -> restored.put(Bytes.wrap(row.changelogKey()), row.changelogValue()));
            clear();
        }
    }

    @Override
    public final void close() {
        open = false;
        live = false;
        changedRows.clear();
        goneRows = 0;
        restored.clear();
        clear();
    }

    @Override
    public final boolean persistent() {
        return false;
    }

    @Override
    public final boolean isOpen() {
        return open;
    }
}
