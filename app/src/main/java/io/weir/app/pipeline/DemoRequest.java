package io.weir.app.pipeline;

import io.weir.app.config.Settings;
import io.weir.app.terminal.Console;

/**
 * @param settings all settings
 * @param once end after the final tables instead of serving on
 * @param console where results and progress go
 */
public record DemoRequest(Settings settings, boolean once, Console console) {}
