package io.weir.state;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** The smallest table: how often each key came. */
final class CountTable extends TableStore {

    static final String NAME = "counts";
    static final int ROWS_PER_PAGE = 4;

    private final Map<String, CountRow> rows = new TreeMap<>();

    CountTable() {
        super(NAME, ROWS_PER_PAGE);
    }

    void add(String key) {
        CountRow row = rows.computeIfAbsent(key, CountRow::new);
        row.count++;
        markChanged(row);
    }

    void remove(String key) {
        CountRow row = rows.remove(key);
        if (row != null) {
            markRemoved(row);
        }
    }

    @Override
    protected Row restoreRow(byte[] key, byte[] value) {
        CountRow row = new CountRow(new String(key, StandardCharsets.UTF_8));
        row.count = Integer.parseInt(new String(value, StandardCharsets.UTF_8));
        rows.put(row.key, row);
        return row;
    }

    @Override
    protected void restoreComplete() {
        // Nothing is indexed beyond what restoreRow builds.
    }

    String text() {
        return rows.values().toString();
    }

    @Override
    protected void clear() {
        rows.clear();
    }

    private static final class CountRow extends TableStore.Row {

        private final String key;
        private int count;

        private CountRow(String key) {
            this.key = key;
        }

        @Override
        public String toString() {
            return key + '=' + count;
        }

        @Override
        protected byte[] changelogKey() {
            return key.getBytes(StandardCharsets.UTF_8);
        }

        @Override
        protected void writeValue(RowOutput out) {
            out.put(Integer.toString(count).getBytes(StandardCharsets.UTF_8));
        }
    }
}
