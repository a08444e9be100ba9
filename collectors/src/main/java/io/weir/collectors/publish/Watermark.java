package io.weir.collectors.publish;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Event time up to which everything has been sent by the threads of a collector: the least of what each of them has got to. Thread-safe.
 */
final class Watermark {

    /** Epoch nanoseconds; 0, before anything that can be captured live, until a thread has sent for the first time. */
    private final AtomicLongArray sentNanos;

    Watermark(int threads) {
        sentNanos = new AtomicLongArray(threads);
    }

    /** Says that a thread holds nothing up to this time any more: it was all sent. */
    void sent(int thread, long nanos) {
        sentNanos.set(thread, nanos);
    }

    /** The watermark for what a thread is about to send, when with it everything of its own up to {@code ownNanos} will be sent. */
    long of(int thread, long ownNanos) {
        long least = ownNanos;
        for (int other = 0; other < sentNanos.length(); other++) {
            if (other != thread) {
                least = Math.min(least, sentNanos.get(other));
            }
        }
        return least;
    }
}
