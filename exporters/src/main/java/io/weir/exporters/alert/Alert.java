package io.weir.exporters.alert;

import io.weir.schemas.Finding;

/**
 * A finding to tell.
 *
 * @param finding as it was read
 * @param takenMs when Kafka took it, epoch milliseconds
 */
record Alert(Finding finding, long takenMs) {}
