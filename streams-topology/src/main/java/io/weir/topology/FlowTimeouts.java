package io.weir.topology;

import java.time.Duration;

/**
 * When flows end by time (RFC 7011 section 5.1.1, RFC 5102 flowIdleTimeout and flowActiveTimeout).
 *
 * @param idle a flow without packets for this long has ended
 * @param active a flow that lasts longer is ended and goes on as a new one
 */
public record FlowTimeouts(Duration idle, Duration active) {}
