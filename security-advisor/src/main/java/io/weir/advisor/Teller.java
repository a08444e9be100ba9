package io.weir.advisor;

import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Tells what a step finds, and sees to it that nobody waits for it: under load the commit interval is what bounds the cost of transactions; at rest what was
 * found is committed at the next look. One for each task; not thread-safe.
 *
 * @param <V> what it tells
 */
public final class Teller<V> {

    private final ProcessorContext<String, V> context;

    /** A record has come since the last look. */
    private boolean isBusy;

    /** Something may wait for a commit. */
    private boolean isUncommitted;

    /** @param context of the step */
    public Teller(ProcessorContext<String, V> context) {
        this.context = context;
    }

    /** A record has come in. */
    public void came() {
        isBusy = true;
        isUncommitted = true;
    }

    /** Whether a record has come in since the last {@link #flushed}. */
    public boolean isBusy() {
        return isBusy;
    }

    /** Hands something on. */
    public void tell(String key, V value) {
        isUncommitted = true;
        // Not the time of the traffic: a topic that keeps the writer's time refuses what lies far from its own clock.
        context.forward(new Record<>(key, value, Math.max(0, context.currentStreamTimeMs())));
    }

    /** What has come in waits for the next look. */
    public void skipped() {
        isBusy = false;
    }

    /** Everything that has come in was looked at. */
    public void flushed() {
        if (!isBusy && isUncommitted) {
            isUncommitted = false;
            context.commit();
        }
        isBusy = false;
    }
}
