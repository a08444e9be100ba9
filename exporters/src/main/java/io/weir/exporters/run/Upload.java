package io.weir.exporters.run;

import io.weir.exporters.object.SealedObject;
import io.weir.exporters.store.ObjectStore;
import io.weir.exporters.store.PutResult;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.function.LongSupplier;
import org.apache.kafka.common.utils.ExponentialBackoff;

/** Puts one object until the store has it: each attempt on a thread of the pool, the waits between them on the caller's clock. */
final class Upload {

    /** First wait and longest wait, milliseconds; each is spread by a fifth so that many sinks do not come back at once. */
    private static final ExponentialBackoff BACKOFF = new ExponentialBackoff(200, 2, 30_000, 0.2);

    private static final long NANOS_PER_MS = 1_000_000;

    private final SealedObject object;
    private final ObjectStore store;
    private final ExecutorService pool;
    private final LongSupplier nanoClock;
    private Future<PutResult> attempt;
    private int failures;
    private long retryAtNanos;
    private boolean stored;

    Upload(SealedObject object, ObjectStore store, ExecutorService pool, LongSupplier nanoClock) {
        this.object = object;
        this.store = store;
        this.pool = pool;
        this.nanoClock = nanoClock;
        this.attempt = pool.submit(() -> store.put(object));
    }

    /** True once the store has the object. */
    boolean isStored() {
        return stored;
    }

    /**
     * Drives the upload without waiting.
     *
     * @return null while nothing new is known, else the outcome of an attempt; after {@link PutResult.RetryLater} there will be another
     */
    PutResult poll() {
        if (stored) {
            return null;
        }
        if (attempt == null) {
            if (nanoClock.getAsLong() - retryAtNanos >= 0) {
                attempt = pool.submit(() -> store.put(object));
            }
            return null;
        }
        if (!attempt.isDone()) {
            return null;
        }
        PutResult result = outcome();
        attempt = null;
        stored = result instanceof PutResult.Stored;
        if (result instanceof PutResult.RetryLater) {
            retryAtNanos = nanoClock.getAsLong() + BACKOFF.backoff(failures++) * NANOS_PER_MS;
        }
        return result;
    }

    private PutResult outcome() {
        try {
            return attempt.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            return new PutResult.RetryLater(
                    "Object " + object.key() + " cannot be stored in " + store + ": " + e.getCause());
        } catch (InterruptedException e) {
            throw new IllegalStateException("a finished attempt does not wait", e);
        }
    }

    /** Gives up; an attempt under way may still end. */
    void cancel() {
        if (attempt != null) {
            attempt.cancel(true);
        }
    }
}
