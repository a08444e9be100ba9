package io.weir.app.pipeline;

import io.weir.app.config.Settings;
import io.weir.app.read.StartPosition;
import io.weir.app.terminal.Console;
import java.nio.file.Path;

/**
 * @param settings all settings; those of the advisor and cluster prefixes among them
 * @param from flows that Kafka took at or after this time
 * @param to and before this one
 * @param outTopic topic that takes the findings; null for one of the run's own
 * @param out file, or directory for {@value #FILE}, that takes the findings as JSON lines; null for none
 * @param json print the summary as one JSON object
 * @param console where results and progress go
 */
public record AdviseRequest(
        Settings settings,
        StartPosition from,
        StartPosition to,
        String outTopic,
        Path out,
        boolean json,
        Console console) {

    /** Name of the file in a directory, as that of {@code weir analyze}. */
    public static final String FILE = "findings.jsonl";
}
