package io.weir.app.terminal;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Rows as aligned text, cut to a width where one is given. Not for unbounded input: widths are found over all rows. */
public final class Table {

    /**
     * A column.
     *
     * @param title heading, shown in upper case
     * @param right aligned to the right, as numbers are
     */
    public record Column(String title, boolean right) {}

    private static final String GAP = "  ";
    private static final int MIN_WIDTH = 8;

    private final List<Column> columns;
    private final List<String[]> rows = new ArrayList<>();

    public Table(Column... columns) {
        this.columns = List.of(columns);
    }

    public static Column left(String title) {
        return new Column(title, false);
    }

    public static Column right(String title) {
        return new Column(title, true);
    }

    /** Adds a row; null shows as {@code -}. */
    public void add(String... cells) {
        if (cells.length != columns.size()) {
            throw new IllegalArgumentException(cells.length + " cells for " + columns.size() + " columns");
        }
        String[] row = new String[cells.length];
        for (int i = 0; i < row.length; i++) {
            row[i] = cells[i] == null ? "-" : Text.printable(cells[i]);
        }
        rows.add(row);
    }

    public boolean isEmpty() {
        return rows.isEmpty();
    }

    /** Heading and rows; no line is longer than {@code width}, 0 for any length. */
    public List<String> lines(int width) {
        int[] widths = fit(naturalWidths(), width);
        List<String> lines = new ArrayList<>(rows.size() + 1);
        lines.add(line(headings(), widths));
        for (String[] row : rows) {
            lines.add(line(row, widths));
        }
        return lines;
    }

    /** Rows without the heading, with the given widths, for output that goes on for ever. */
    List<String> rowLines(int[] widths) {
        List<String> lines = new ArrayList<>(rows.size());
        for (String[] row : rows) {
            lines.add(line(row, widths));
        }
        return lines;
    }

    String headingLine(int[] widths) {
        return line(headings(), widths);
    }

    int[] naturalWidths() {
        int[] widths = new int[columns.size()];
        for (int i = 0; i < widths.length; i++) {
            widths[i] = columns.get(i).title().length();
        }
        for (String[] row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row[i].length());
            }
        }
        return widths;
    }

    void clear() {
        rows.clear();
    }

    private String[] headings() {
        return columns.stream()
                .map(column -> column.title().toUpperCase(Locale.ROOT))
                .toArray(String[]::new);
    }

    /** Takes the excess from the widest text columns; numbers are never cut. */
    int[] fit(int[] natural, int width) {
        int[] widths = natural.clone();
        int excess = GAP.length() * (widths.length - 1) - width;
        for (int one : widths) {
            excess += one;
        }
        while (width > 0 && excess > 0) {
            int widest = -1;
            for (int i = 0; i < widths.length; i++) {
                if (!columns.get(i).right() && widths[i] > MIN_WIDTH && (widest < 0 || widths[i] > widths[widest])) {
                    widest = i;
                }
            }
            if (widest < 0) {
                break;
            }
            widths[widest]--;
            excess--;
        }
        return widths;
    }

    private String line(String[] cells, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < cells.length; i++) {
            if (i > 0) {
                line.append(GAP);
            }
            String cell = columns.get(i).right() ? cells[i] : Text.cut(cells[i], widths[i]);
            String pad = " ".repeat(Math.max(0, widths[i] - cell.length()));
            if (columns.get(i).right()) {
                line.append(pad).append(cell);
            } else {
                line.append(cell).append(pad);
            }
        }
        return line.toString().stripTrailing();
    }
}
