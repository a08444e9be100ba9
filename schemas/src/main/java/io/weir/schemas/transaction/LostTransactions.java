package io.weir.schemas.transaction;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TransactionAbortedException;

/**
 * Tells failures after which a Kafka Streams thread can begin again from its last commit: the broker has ended its transaction, as it does when it
 * was away, or had no room, for longer than a transaction may last. A thread that fails again and again is not begun anew for ever.
 * Thread-safe.
 */
public final class LostTransactions {

    /** Outages within {@link #PERIOD} after which no thread is begun anew any more. */
    public static final int MAX = 20;

    /** Failures so soon after the first are of one outage: it costs each thread of a process one or two. */
    public static final Duration OUTAGE = Duration.ofSeconds(10);

    public static final Duration PERIOD = Duration.ofMinutes(10);

    private final InstantSource clock;

    /** When outages began, epoch milliseconds. */
    private final ArrayDeque<Long> recent = new ArrayDeque<>();

    public LostTransactions(InstantSource clock) {
        this.clock = clock;
    }

    /** Whether to begin anew after a failure. */
    public boolean permits(Throwable failure) {
        return isLost(failure) && hasRoom();
    }

    private synchronized boolean hasRoom() {
        long nowMs = clock.millis();
        while (!recent.isEmpty() && nowMs - recent.peek() > PERIOD.toMillis()) {
            recent.remove();
        }
        if (recent.isEmpty() || nowMs - recent.getLast() > OUTAGE.toMillis()) {
            recent.add(nowMs);
        }
        return recent.size() <= MAX;
    }

    private static boolean isLost(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof InvalidTxnStateException
                    || cause instanceof InvalidProducerEpochException
                    || cause instanceof ProducerFencedException
                    || cause instanceof TransactionAbortedException) {
                return true;
            }
        }
        return false;
    }
}
