package io.weir.topology.edge;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;

/**
 * What edge tasks count.
 *
 * @param flushes takes the time that changed rows need to be written, once a commit
 * @param folded edges folded into others
 */
public record EdgeMetrics(Timer flushes, Counter folded) {}
