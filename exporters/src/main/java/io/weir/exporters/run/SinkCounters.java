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
    private final AtomicLong lastObjectNanos = new AtomicLong();

    void committed(SealedObject object, long nowNanos) {
        records.addAndGet(object.records());
        for (LostRange range : object.lost()) {
            AtomicLong counter = range.reason() == LossReason.retention ? expired : undecodable;
            counter.addAndGet(range.records());
        }
        if (object.hasContent()) {
            lastObjectNanos.set(nowNanos);
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

    /** @param nowNanos of the clock that {@link #committed} was told the time of */
    SinkStats snapshot(long nowNanos) {
        return new SinkStats(
                records.get(),
                undecodable.get(),
                expired.get(),
                objects.get(),
                storedOctets.get(),
                failedPuts.get(),
                heldOctets.get(),
                objects.get() == 0 ? -1 : nowNanos - lastObjectNanos.get());
    }
}
