package io.weir.exporters.alert;

import java.util.concurrent.atomic.AtomicLong;

/** Counts of one sender; written by its thread, read by any. */
final class AlertCounters {

    final AtomicLong sent = new AtomicLong();
    final AtomicLong retries = new AtomicLong();
    final AtomicLong skipped = new AtomicLong();
    final AtomicLong refused = new AtomicLong();
    final AtomicLong exhausted = new AtomicLong();
    final AtomicLong undecodable = new AtomicLong();
    final AtomicLong expired = new AtomicLong();
    final AtomicLong standing = new AtomicLong();

    AlertStats snapshot() {
        return new AlertStats(
                sent.get(),
                retries.get(),
                skipped.get(),
                refused.get(),
                exhausted.get(),
                undecodable.get(),
                expired.get(),
                standing.get());
    }
}
