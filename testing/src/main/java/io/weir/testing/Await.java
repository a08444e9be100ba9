package io.weir.testing;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Waits for a condition instead of for a time. */
public final class Await {
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private Await() {}

    /**
     * Returns as soon as the condition holds.
     *
     * @param description what is waited for, named when it does not come
     * @throws AssertionError when the time is up; a failure of the last attempt is its cause
     */
    public static void until(Duration timeout, String description, Callable<Boolean> condition) {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (true) {
            Throwable failure = null;
            try {
                if (condition.call()) {
                    return;
                }
            } catch (Exception | AssertionError e) {
                failure = e;
            }
            if (System.nanoTime() - deadline >= 0) {
                throw new AssertionError("Not within " + timeout + ": " + description, failure);
            }
            if (Thread.currentThread().isInterrupted()) {
                throw new AssertionError("Interrupted while waiting for: " + description, failure);
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    /** Returns as soon as the assertions pass; the last failure is the cause of the error otherwise. */
    public static void untilAsserted(Duration timeout, String description, Assertions assertions) {
        until(timeout, description, () -> {
            assertions.run();
            return true;
        });
    }

    /** Assertions that may fail until they hold. */
    @FunctionalInterface
    public interface Assertions {
        void run() throws Exception;
    }
}
