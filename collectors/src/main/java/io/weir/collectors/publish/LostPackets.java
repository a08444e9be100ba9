package io.weir.collectors.publish;

import io.weir.schemas.LossReason;
import java.util.concurrent.atomic.AtomicLongArray;

/** Packets of one collector run that are missing, by reason. Thread-safe. */
final class LostPackets {

    private final AtomicLongArray byReason = new AtomicLongArray(LossReason.values().length);

    void add(LossReason reason, long packets) {
        byReason.addAndGet(reason.ordinal(), packets);
    }

    long of(LossReason reason) {
        return byReason.get(reason.ordinal());
    }

    /** Those that were collected and that Kafka did not take. */
    long behindCapture() {
        return of(LossReason.buffer_full) + of(LossReason.kafka_error);
    }
}
