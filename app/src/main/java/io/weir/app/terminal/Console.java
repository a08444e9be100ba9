package io.weir.app.terminal;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * Where output goes: results to {@code out}, progress and messages to {@code err}.
 *
 * @param out results
 * @param err progress, warnings, errors
 * @param outIsTerminal somebody looks at {@code out}, so it may be redrawn
 * @param errIsTerminal somebody looks at {@code err}
 * @param columns width to fit tables into; 0 when output is not for a screen, so that nothing is cut
 * @param rows height of the screen
 */
public record Console(
        PrintStream out, PrintStream err, boolean outIsTerminal, boolean errIsTerminal, int columns, int rows) {

    private static final int DEFAULT_COLUMNS = 120;
    private static final int DEFAULT_ROWS = 24;
    private static final int BUFFER_OCTETS = 1 << 13;

    /**
     * Of this process. The launcher says what it knows about the terminal ({@code weir.terminal=out,err},
     * {@code weir.terminal.size=ROWS COLUMNS}), since the platform cannot tell which of its streams is one; without its word
     * none is.
     */
    public static Console ofProcess() {
        String known = System.getProperty("weir.terminal", "");
        String term = System.getenv("TERM");
        boolean capable = term != null && !term.isBlank() && !term.equals("dumb");
        boolean outIsTerminal = capable && known.contains("out");
        boolean errIsTerminal = capable && known.contains("err");
        int[] size = size(System.getProperty("weir.terminal.size", ""));
        // Not System.out: its encoding is the locale's, and JSON is UTF-8 wherever it goes.
        return new Console(
                stream(FileDescriptor.out),
                stream(FileDescriptor.err),
                outIsTerminal,
                errIsTerminal,
                outIsTerminal ? size[1] : 0,
                size[0]);
    }

    private static PrintStream stream(FileDescriptor descriptor) {
        return new PrintStream(
                new BufferedOutputStream(new FileOutputStream(descriptor), BUFFER_OCTETS),
                true,
                StandardCharsets.UTF_8);
    }

    private static int[] size(String text) {
        String[] parts = text.trim().split(" ");
        try {
            int rows = Integer.parseInt(parts[0]);
            int columns = Integer.parseInt(parts[1]);
            if (rows > 0 && columns > 0) {
                return new int[] {rows, columns};
            }
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            // Unknown, as when there is no terminal.
        }
        return new int[] {DEFAULT_ROWS, DEFAULT_COLUMNS};
    }
}
