package io.weir.app.pipeline;

import io.weir.app.terminal.Console;
import io.weir.app.terminal.Units;
import java.util.function.Supplier;

/** Says now and then how far a long analysis is: one line that is redrawn on a terminal, else a plain line every few seconds. */
final class Progress implements AutoCloseable {

    private static final long LINE_NANOS = 5_000_000_000L;
    private static final long REDRAW_NANOS = 250_000_000L;
    private static final String CLEAR_LINE = "\r\033[K";

    private final Console console;
    private final boolean terminal;
    private long lastNanos = System.nanoTime();
    private boolean drawn;

    /** Says it on the console's error stream. */
    Progress(Console console) {
        this.console = console;
        this.terminal = console != null && console.errIsTerminal();
    }

    /** Where something else shows it. */
    static Progress silent() {
        return new Progress(null);
    }

    /** Takes the state of things; prints it when it is time. */
    void tell(long read, long accounted) {
        tell(() -> Units.count(read) + " packets read, " + Units.count(accounted) + " in flows");
    }

    /** The same in other words. */
    void tell(Supplier<String> state) {
        long now = System.nanoTime();
        if (console == null || now - lastNanos < (terminal ? REDRAW_NANOS : LINE_NANOS)) {
            return;
        }
        lastNanos = now;
        String line = "weir: " + state.get();
        if (terminal) {
            console.err().print(CLEAR_LINE + line);
            drawn = true;
        } else {
            console.err().println(line);
        }
        console.err().flush();
    }

    @Override
    public void close() {
        if (drawn) {
            console.err().print(CLEAR_LINE);
            console.err().flush();
        }
    }
}
