package io.weir.app.pipeline;

import io.weir.app.config.Settings;
import io.weir.app.terminal.Console;
import java.nio.file.Path;
import java.util.List;

/**
 * @param settings all settings; cluster prefixes among them
 * @param files captures in the order given; {@link #STANDARD_INPUT} at most once; no two that would write to the same directory
 *     when {@code each}
 * @param out directory to write to; exists and is writable
 * @param each every file is an input of its own
 * @param json print the summary as one JSON object
 * @param console where results and progress go
 */
public record AnalyzeRequest(
        Settings settings, List<Path> files, Path out, boolean each, boolean json, Console console) {

    /** Stands for the standard input among files. */
    public static final Path STANDARD_INPUT = Path.of("-");

    public AnalyzeRequest {
        files = List.copyOf(files);
    }

    /** Name of the directory below {@code out} that one of several inputs writes to: the file's name without its last suffix. */
    public static String directoryName(Path file) {
        if (file.equals(STANDARD_INPUT)) {
            return "stdin";
        }
        String name = file.getFileName().toString();
        int dot = name.lastIndexOf('.');
        return dot <= 0 ? name : name.substring(0, dot);
    }
}
