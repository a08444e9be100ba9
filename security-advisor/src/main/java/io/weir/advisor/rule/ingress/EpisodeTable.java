package io.weir.advisor.rule.ingress;

import io.weir.advisor.codec.FieldWriter;
import io.weir.state.RowOutput;
import io.weir.state.TableStore;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import org.apache.kafka.streams.errors.ProcessorStateException;

/** Open episodes of a task and the event times of its inputs, as objects; what changed goes to the changelog once a commit. */
public final class EpisodeTable extends TableStore implements EpisodeStore {

    /** Name of the store. */
    public static final String NAME = "ingress-episodes";

    /** Rows that are written when one of them changed: each is as long as a page of others. */
    private static final int ROWS_PER_PAGE = 1;

    private static final byte EPISODES = 1;
    private static final byte EVENT_TIME = 2;

    private final Map<String, EpisodesRow> episodes = new HashMap<>();
    private final Map<String, EventTimeRow> eventTimes = new HashMap<>();

    public EpisodeTable() {
        super(NAME, ROWS_PER_PAGE);
    }

    /** Its key: what kind it is, and the text by which it is known. */
    private abstract static class KeyedRow extends Row {

        private final byte kind;
        final String key;

        KeyedRow(byte kind, String key) {
            this.kind = kind;
            this.key = key;
        }

        @Override
        protected final byte[] changelogKey() {
            byte[] text = key.getBytes(StandardCharsets.UTF_8);
            return ByteBuffer.allocate(1 + text.length).put(kind).put(text).array();
        }
    }

    private static final class EpisodesRow extends KeyedRow {

        Episodes value;

        EpisodesRow(String key) {
            super(EPISODES, key);
        }

        @Override
        protected void writeValue(RowOutput out) {
            EpisodesBytes.write(new FieldWriter(out), value);
        }
    }

    private static final class EventTimeRow extends KeyedRow {

        long eventTimeMs;

        EventTimeRow(String key) {
            super(EVENT_TIME, key);
        }

        @Override
        protected void writeValue(RowOutput out) {
            out.room(Long.BYTES).putLong(eventTimeMs);
        }
    }

    @Override
    public Episodes get(String key) {
        EpisodesRow row = episodes.get(key);
        return row == null ? null : row.value;
    }

    @Override
    public void put(String key, Episodes value) {
        if (value == null) {
            remove(episodes.remove(key));
            return;
        }
        EpisodesRow row = episodes.computeIfAbsent(key, EpisodesRow::new);
        row.value = value;
        markChanged(row);
    }

    @Override
    public void forEachEpisodes(BiConsumer<String, Episodes> action) {
        episodes.values().forEach(row -> action.accept(row.key, row.value));
    }

    @Override
    public void putEventTime(String input, Long eventTimeMs) {
        if (eventTimeMs == null) {
            remove(eventTimes.remove(input));
            return;
        }
        EventTimeRow row = eventTimes.computeIfAbsent(input, EventTimeRow::new);
        row.eventTimeMs = eventTimeMs;
        markChanged(row);
    }

    private void remove(Row row) {
        if (row != null) {
            markRemoved(row);
        }
    }

    @Override
    public void forEachEventTime(BiConsumer<String, Long> action) {
        eventTimes.values().forEach(row -> action.accept(row.key, row.eventTimeMs));
    }

    @Override
    protected Row restoreRow(byte[] key, byte[] value) {
        String text = new String(key, 1, key.length - 1, StandardCharsets.UTF_8);
        switch (key[0]) {
            case EPISODES:
                EpisodesRow row = episodes.computeIfAbsent(text, EpisodesRow::new);
                row.value = EpisodesBytes.read(value);
                return row;
            case EVENT_TIME:
                EventTimeRow time = eventTimes.computeIfAbsent(text, EventTimeRow::new);
                time.eventTimeMs = ByteBuffer.wrap(value).getLong();
                return time;
            default:
                throw new ProcessorStateException(
                        "Open episodes in the state store have a row of kind " + key[0]
                                + ", which this version of Weir does not know: run the version that wrote it, or reset the advisor");
        }
    }

    @Override
    protected void restoreComplete() {}

    @Override
    protected void clear() {
        episodes.clear();
        eventTimes.clear();
    }
}
