package io.weir.exporters.ipfix;

import io.weir.exporters.object.LostRange;
import io.weir.schemas.LossReason;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Counters of one export; each is written by one thread, all are read by any. */
final class IpfixCounters {

    private final AtomicLong messages = new AtomicLong();
    private final AtomicLong records = new AtomicLong();
    private final AtomicLong octets = new AtomicLong();
    private final AtomicLong early = new AtomicLong();
    private final AtomicLong enclosed = new AtomicLong();
    private final AtomicLong empty = new AtomicLong();
    private final AtomicLong undecodable = new AtomicLong();
    private final AtomicLong expired = new AtomicLong();
    private final AtomicLong sessions = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();
    private final AtomicLong heldOctets = new AtomicLong();
    private volatile boolean connected;

    void sent(int messageOctets, int flowRecords) {
        messages.incrementAndGet();
        records.addAndGet(flowRecords);
        octets.addAndGet(messageOctets);
    }

    void leftOutEarly() {
        early.incrementAndGet();
    }

    void leftOutEnclosed() {
        enclosed.incrementAndGet();
    }

    void leftOutEmpty() {
        empty.incrementAndGet();
    }

    void lost(List<LostRange> ranges) {
        for (LostRange range : ranges) {
            AtomicLong counter = range.reason() == LossReason.retention ? expired : undecodable;
            counter.addAndGet(range.records());
        }
    }

    void sessionBegun() {
        sessions.incrementAndGet();
        connected = true;
    }

    void sessionEnded() {
        connected = false;
    }

    void failed() {
        failures.incrementAndGet();
    }

    void held(long now) {
        heldOctets.set(now);
    }

    IpfixStats snapshot() {
        return new IpfixStats(
                messages.get(),
                records.get(),
                octets.get(),
                early.get(),
                enclosed.get(),
                empty.get(),
                undecodable.get(),
                expired.get(),
                sessions.get(),
                failures.get(),
                heldOctets.get(),
                connected);
    }
}
