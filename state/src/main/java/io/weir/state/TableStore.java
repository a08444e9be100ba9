package io.weir.state;

import io.micrometer.core.instrument.Timer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.internals.InternalProcessorContext;
import org.apache.kafka.streams.processor.internals.ProcessorNode;
import org.apache.kafka.streams.processor.internals.RecordBatchingStateRestoreCallback;
import org.apache.kafka.streams.query.Position;
import org.apache.kafka.streams.state.internals.CacheFlushListener;
import org.apache.kafka.streams.state.internals.CachedStateStore;

/**
 * State store whose rows live as objects and are written to the changelog only when Kafka Streams is about to commit, each changed
 * row once, however often it changed. Rows are written by the page: a record costs far more than the octets of a row.
 *
 * <p>Kafka Streams calls {@link #flushCache()} before it commits the offsets, and {@code commit()} only after: rows written there
 * would be lost by a crash. {@code flushCache} belongs to an internal interface, so everything internal that the project touches is
 * in this class, and {@code TableStoreCommitTest} fails the day a release of Kafka Streams stops calling it before a commit, a
 * rebalance or a clean close.
 *
 * <p>While a task restores (or stands by), pages are kept as the bytes of the changelog; {@link #open} turns them into rows.
 */
public abstract class TableStore implements StateStore, CachedStateStore<Bytes, byte[]> {

    /** One row; remembers for its store where it is written. */
    public abstract static class Row {

        /** Null until the row is part of the table. */
        private Page page;

        /** Place in the page. */
        private byte slot;

        /** No longer part of the table. */
        private boolean removed;

        /** What {@link TableStore#restoreRow} takes as the row's key: which kind of row it is, and what it tells best apart. */
        protected abstract byte[] changelogKey();

        /** Writes the rest of the row. */
        protected abstract void writeValue(RowOutput out);

        /** True when the row has left the table. */
        public final boolean isRemoved() {
            return removed;
        }
    }

    /** Rows of a page that are longer together are parted: brokers refuse records of more than a mebibyte. */
    static final int MAX_PAGE_OCTETS = 1 << 18;

    private final String name;
    private final int rowsPerPage;

    /** By number, without gaps. */
    private final List<Page> pages = new ArrayList<>();

    /** Pages with a free slot, each once. */
    private final ArrayDeque<Page> roomy = new ArrayDeque<>();

    private final List<Page> changedPages = new ArrayList<>();
    private PageWriter writer;
    private Map<Bytes, byte[]> restored = new HashMap<>();
    private InternalProcessorContext<?, ?> context;

    /** The processor that opened the table. */
    private ProcessorNode<?, ?, ?, ?> owner;

    private Timer flushes;
    private long commits;
    private boolean open;

    /** Rows are objects; false while they are the bytes in {@link #restored}. */
    private boolean live;

    /**
     * @param name name of the store; its changelog is {@code <application>-<name>-changelog}
     * @param rowsPerPage rows that are written together when one of them has changed, at most 127
     */
    protected TableStore(String name, int rowsPerPage) {
        this.name = name;
        this.rowsPerPage = rowsPerPage;
    }

    /** Takes a row from the changelog into the table. */
    protected abstract Row restoreRow(byte[] key, byte[] value);

    /** Called once after the last {@link #restoreRow}. */
    protected abstract void restoreComplete();

    /** Forgets every row. */
    protected abstract void clear();

    /**
     * To be called by the processor that owns the table, in its {@code init}: restored bytes become rows.
     *
     * @param flushTimer takes the time that changed rows need to be written, once a commit
     */
    public final void open(ProcessorContext<?, ?> processorContext, Timer flushTimer) {
        // None in tests of a processor by itself.
        context = processorContext instanceof InternalProcessorContext<?, ?> internal ? internal : null;
        flushes = flushTimer;
        // Without Kafka there is nobody to forward to.
        owner = context == null ? null : context.currentNode();
        live = true;
        Map<Bytes, byte[]> from = restored;
        restored = new HashMap<>();
        from.forEach((key, value) -> restorePage(Page.number(name, key.get()), value));
        roomy.clear();
        for (Page page : pages) {
            if (page.hasRoom()) {
                roomy.push(page);
            }
        }
        restoreComplete();
    }

    private void restorePage(int number, byte[] value) {
        while (pages.size() <= number) {
            newPage();
        }
        Page page = pages.get(number);
        page.logged = true;
        Page.read(name, value, (key, octets) -> {
            Row row = restoreRow(key, octets);
            // Without transactions a crash may leave a row in two pages.
            if (row.page == null) {
                put(page, row);
            }
        });
    }

    private static void put(Page page, Row row) {
        row.page = page;
        row.slot = (byte) page.put(row);
    }

    /** The row has changed, or is new: its page goes to the changelog with the next commit. */
    protected final void markChanged(Row row) {
        if (row.removed) {
            return;
        }
        if (row.page == null) {
            assign(row);
        }
        markChanged(row.page);
    }

    /** The row, or one beside it, goes to the changelog with the next commit. */
    protected static boolean isChanged(Row row) {
        Page page = row.page;
        return page != null && page.changed;
    }

    private void markChanged(Page page) {
        if (!page.changed) {
            page.changed = true;
            changedPages.add(page);
        }
    }

    private Page newPage() {
        Page page = new Page(pages.size(), rowsPerPage);
        pages.add(page);
        return page;
    }

    private void assign(Row row) {
        Page page = roomy.peek();
        if (page == null) {
            page = newRoomyPage();
        }
        put(page, row);
        if (!page.hasRoom()) {
            roomy.pop();
        }
    }

    /** The row leaves the table: with the next commit it is no longer in the changelog. */
    protected final void markRemoved(Row row) {
        row.removed = true;
        if (row.page != null) {
            Page page = takeOut(row);
            markChanged(page);
        }
    }

    private Page takeOut(Row row) {
        Page page = row.page;
        if (!page.hasRoom()) {
            roomy.push(page);
        }
        page.remove(row.slot);
        row.page = null;
        return page;
    }

    /** Rows that the next commit writes, at most. */
    public final int changedCount() {
        return changedPages.size() * rowsPerPage;
    }

    /** Commits since the table was made. */
    public final long commits() {
        return commits;
    }

    /**
     * Called before each commit, and before changed rows are written: what the owner still holds back is to be forwarded now, as the input that it was
     * made of will not come again.
     */
    protected void beforeCommit() {}

    @Override
    public final void flushCache() {
        commits++;
        if (live) {
            forwardAs(owner, this::beforeCommit);
        }
        if (!changedPages.isEmpty()) {
            flushes.record(this::writeChanged);
        }
    }

    /** Kafka Streams lets nodes forward only while it is they that work; its own caches forward before a commit in this way, too. */
    private void forwardAs(ProcessorNode<?, ?, ?, ?> node, Runnable work) {
        ProcessorNode<?, ?, ?, ?> before = context.currentNode();
        context.setCurrentNode(node);
        try {
            work.run();
        } finally {
            context.setCurrentNode(before);
        }
    }

    private void writeChanged() {
        long nowMs = context.currentSystemTimeMs();
        for (int i = 0; i < changedPages.size(); i++) {
            log(changedPages.get(i), nowMs);
        }
        changedPages.clear();
    }

    private void log(Page page, long nowMs) {
        page.changed = false;
        if (!page.isEmpty()) {
            log(page.key(), writeBounded(page, nowMs), nowMs);
            page.logged = true;
        } else if (page.logged) {
            log(page.key(), null, nowMs);
            page.logged = false;
        }
    }

    /** What does not fit goes to another page, which is written before: without transactions a crash between the two must lose nothing. */
    private byte[] writeBounded(Page page, long nowMs) {
        byte[] value = write(page);
        while (value.length > MAX_PAGE_OCTETS && page.used() > 1) {
            Page other = emptyPage();
            for (Row row : page.rows().clone()) {
                if (row != null && other.used() < page.used()) {
                    takeOut(row);
                    put(other, row);
                }
            }
            log(other, nowMs);
            value = write(page);
        }
        return value;
    }

    /** One with room, as the others with room. */
    private Page emptyPage() {
        return roomy.stream().filter(Page::isEmpty).findFirst().orElseGet(this::newRoomyPage);
    }

    private Page newRoomyPage() {
        Page page = newPage();
        roomy.push(page);
        return page;
    }

    private byte[] write(Page page) {
        if (writer == null) {
            writer = new PageWriter();
        }
        return writer.write(page);
    }

    private void log(byte[] key, byte[] value, long nowMs) {
        context.logChange(name, Bytes.wrap(key), value, nowMs, new RecordHeaders(), Position.emptyPosition());
    }

    /** Hands over what the changelog holds after a commit: keys and values of all its records. */
    public final void writeAll(BiConsumer<byte[], byte[]> records) {
        for (Page page : pages) {
            if (!page.isEmpty()) {
                records.accept(page.key(), write(page));
            }
        }
    }

    /** Takes a record of the changelog; a null value is a tombstone. For the time before {@link #open}. */
    public final void restore(byte[] key, byte[] value) {
        if (value == null) {
            restored.remove(Bytes.wrap(key));
        } else {
            restored.put(Bytes.wrap(key), value);
        }
    }

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final void init(StateStoreContext stateStoreContext, StateStore root) {
        open = true;
        stateStoreContext.register(root, (RecordBatchingStateRestoreCallback)
                records -> records.forEach(record -> restore(record.key(), record.value())));
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
        if (live) {
            live = false;
            writeAll(this::restore);
            clear();
        }
        forgetPages();
    }

    private void forgetPages() {
        pages.clear();
        roomy.clear();
        changedPages.clear();
    }

    @Override
    public final void close() {
        open = false;
        live = false;
        forgetPages();
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
