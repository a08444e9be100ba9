package io.weir.app.audit;

import java.time.Duration;

/**
 * Settings of a running audit.
 *
 * @param window length of the meter's windows, where the flows themselves do not tell
 * @param interval between two audits
 * @param settle how long after the last word about a window it must agree
 */
public record AuditConfig(Duration window, Duration interval, Duration settle) {}
