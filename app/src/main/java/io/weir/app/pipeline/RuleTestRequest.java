package io.weir.app.pipeline;

import io.weir.app.config.Settings;
import io.weir.app.terminal.Console;
import java.nio.file.Path;
import java.util.List;

/**
 * @param settings all settings; cluster prefixes and the file of rules among them
 * @param files captures, merged by time; {@link AnalyzeRequest#STANDARD_INPUT} at most once
 * @param json print every record of a finding as one JSON object a line, not a table
 * @param console where results and progress go
 */
public record RuleTestRequest(Settings settings, List<Path> files, boolean json, Console console) {

    public RuleTestRequest {
        files = List.copyOf(files);
    }
}
