package io.weir.exporters.run;

import io.weir.exporters.object.LostRange;
import io.weir.exporters.object.SealedObject;
import io.weir.schemas.LossReason;
import java.util.concurrent.atomic.AtomicLong;

/** Counters of one sink; written by its consumer thread, read by any. */
final class SinkCounters {

    private final AtomicLong records = new AtomicLong();
    private final AtomicLong undecodable = new AtomicLong();
    private final AtomicLong expired = new AtomicLong();
    private final AtomicLong objects = new AtomicLong();
    private final AtomicLong storedOctets = new AtomicLong();
    private final AtomicLong failedPuts = new AtomicLong();
    private final AtomicLong heldOctets = new AtomicLong();

    void committed(SealedObject object) {
        records.addAndGet(object.records());
        for (LostRange range : object.lost()) {
            AtomicLong counter = range.reason() == LossReason.retention ? expired : undecodable;
            counter.addAndGet(range.records());
        }
        if (object.hasContent()) {
            objects.incrementAndGet();
            storedOctets.addAndGet(object.content().size());
        }
    }

    void putFailed() {
        failedPuts.incrementAndGet();
    }

    void held(long octets) {
        heldOctets.set(octets);
    }

    SinkStats snapshot() {
        return new SinkStats(
                records.get(),
                undecodable.get(),
                expired.get(),
                objects.get(),
                storedOctets.get(),
                failedPuts.get(),
                heldOctets.get());
    }
}
