package io.weir.app.terminal;

import io.weir.app.logging.Messages;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;

/**
 * Shows a summary that changes: redrawn in place on a terminal, else a plain line every few seconds. Messages of the program appear above
 * it. Thread-safe.
 */
public final class LiveDisplay implements AutoCloseable {

    /** What to show. */
    public interface Content {

        /** The whole screen, at most {@code height} lines of at most {@code width} characters. */
        List<String> screen(Duration running, int width, int height);

        /** One line. */
        String line(Duration running);

        /** Content of a model under a title. */
        static Content of(SummaryModel model, String title, List<String> endpoints) {
            return new SummaryContent(model, title, endpoints);
        }
    }

    private record SummaryContent(SummaryModel model, String title, List<String> endpoints) implements Content {

        private static final int LISTED = 20;

        @Override
        public List<String> screen(Duration running, int width, int height) {
            return SummaryText.screen(
                    model.summary(System.currentTimeMillis(), LISTED, LISTED),
                    title,
                    endpoints,
                    running,
                    width,
                    height);
        }

        @Override
        public String line(Duration running) {
            return SummaryText.line(model.summary(System.currentTimeMillis(), 0, 0), running);
        }
    }

    private static final long REDRAW_MS = 500;
    private static final long LINE_MS = 5_000;
    private static final String CLEAR_TO_END = "\033[J";
    private static final String HIDE_CURSOR = "\033[?25l";
    private static final String SHOW_CURSOR = "\033[?25h";

    private final Console console;
    private final Content content;
    private final long startNanos = System.nanoTime();
    private final Thread thread;
    private final Messages.Redirection redirection;
    private int drawnLines;
    private boolean closed;

    /** Begins to show; on {@code console.out()} when that is a terminal, as plain lines on {@code console.err()} otherwise. */
    public LiveDisplay(Console console, Content content) {
        this.console = console;
        this.content = content;
        this.redirection = Messages.redirect(this::printAbove);
        this.thread = new Thread(this::run, "weir-display");
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        boolean terminal = console.outIsTerminal();
        try {
            while (true) {
                synchronized (this) {
                    wait(terminal ? REDRAW_MS : LINE_MS);
                    if (closed) {
                        return;
                    }
                    if (terminal) {
                        draw();
                    } else {
                        console.err().println(content.line(running()));
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Duration running() {
        return Duration.ofNanos(System.nanoTime() - startNanos);
    }

    private void draw() {
        // The last column and line stay free: some terminals wrap or scroll there.
        print(content.screen(running(), Math.max(20, console.columns() - 1), Math.max(5, console.rows() - 1)), "");
    }

    private void print(List<String> lines, String above) {
        StringBuilder frame = new StringBuilder(HIDE_CURSOR);
        if (drawnLines > 0) {
            frame.append("\033[").append(drawnLines).append('A');
        }
        frame.append('\r').append(CLEAR_TO_END).append(above);
        for (String line : lines) {
            frame.append(line).append('\n');
        }
        frame.append(SHOW_CURSOR);
        drawnLines = lines.size();
        PrintStream out = console.out();
        out.print(frame);
        out.flush();
    }

    private synchronized void printAbove(String message) {
        if (console.outIsTerminal() && console.errIsTerminal() && drawnLines > 0 && !closed) {
            print(
                    content.screen(running(), Math.max(20, console.columns() - 1), Math.max(5, console.rows() - 1)),
                    message + "\n");
        } else {
            console.err().println(message);
        }
    }

    /** Draws a last time and leaves the text on the screen. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        if (console.outIsTerminal()) {
            draw();
        }
        closed = true;
        redirection.close();
        notifyAll();
    }
}
