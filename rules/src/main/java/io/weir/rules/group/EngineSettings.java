package io.weir.rules.group;

import java.time.Duration;

/**
 * @param lateness records may come this much event time after later ones and still count
 * @param quietFlushes after more flushes than these without a record, windows are looked at with what there is
 * @param silentFlushes flushes until an observation point that says nothing is gone
 */
public record EngineSettings(Duration lateness, int quietFlushes, int silentFlushes) {}
