package io.weir.app.pipeline;

import io.weir.app.config.Settings;
import io.weir.app.terminal.Console;

/**
 * @param settings all settings; they name the cluster and the prefix of its topics
 * @param run id of the replay
 * @param console where results go
 */
public record RemoveReplayRequest(Settings settings, String run, Console console) {}
