package io.weir.advisor;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Warnings, at most one every ten seconds. Thread-safe. */
public final class LimitedLog {

    private static final Logger LOG = LoggerFactory.getLogger(LimitedLog.class);
    private static final long EVERY_MS = 10_000;

    private long nextLineMs = Long.MIN_VALUE;
    private long unlogged;

    /** Logs now, or counts what is not logged. */
    public synchronized void warn(String message, long nowMs) {
        if (nowMs < nextLineMs) {
            unlogged++;
            return;
        }
        LOG.warn("{}{}", message, unlogged == 0 ? "" : " (and " + unlogged + " more that were not logged)");
        unlogged = 0;
        nextLineMs = nowMs + EVERY_MS;
    }
}
