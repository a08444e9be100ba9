package io.weir.app.pipeline;

import io.weir.app.config.Settings;
import io.weir.app.terminal.Console;

/**
 * @param settings all settings; interfaces, files and cluster prefixes among them
 * @param console where results and progress go
 */
public record UpRequest(Settings settings, Console console) {}
