package io.weir.app.terminal;

import java.util.ArrayList;
import java.util.List;

/**
 * A table whose end is not known: the first rows settle the column widths, later rows keep to them. Text that does not fit is cut when
 * a screen width is given and shifts its line otherwise.
 */
public final class StreamingTable {

    /** Rows that settle the widths. */
    private static final int SAMPLE_ROWS = 200;

    private final Table table;
    private final int width;
    private int pending;
    private int[] widths;

    /** @param width screen width; 0 for any */
    public StreamingTable(int width, Table.Column... columns) {
        this.table = new Table(columns);
        this.width = width;
    }

    /** Adds a row and returns the lines that are ready to print. */
    public List<String> add(String... cells) {
        table.add(cells);
        pending++;
        return widths == null && pending < SAMPLE_ROWS ? List.of() : drain();
    }

    /** What is held back, as no more rows come for now; nothing when there was never a row. */
    public List<String> drain() {
        if (pending == 0) {
            return List.of();
        }
        List<String> lines = new ArrayList<>();
        if (widths == null) {
            widths = table.fit(table.naturalWidths(), width);
            lines.add(table.headingLine(widths));
        }
        lines.addAll(width > 0 ? table.rowLines(widths) : table.rowLines(widen()));
        table.clear();
        pending = 0;
        return lines;
    }

    private int[] widen() {
        int[] needed = table.naturalWidths();
        for (int i = 0; i < widths.length; i++) {
            widths[i] = Math.max(widths[i], needed[i]);
        }
        return widths;
    }
}
