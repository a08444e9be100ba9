package io.weir.app.pipeline;

import io.weir.collectors.publish.BatchSender;
import io.weir.collectors.publish.CollectorReport;
import java.util.List;

/** Inputs of which some come and go while the collectors run. {@link #check}, {@link #stop} and {@link #packets} are for one thread. */
interface InputGroup {

    /** True when there is nothing to wait for: it will never have an input. */
    boolean isEmpty();

    /**
     * Begins to look for inputs, each of which gets a collector.
     *
     * @param reports gets one report per input that has ended
     */
    void start(BatchSender sender, List<CollectorReport> reports);

    /** Tells what ended inputs early, and forgets those that have ended. */
    void check();

    /** Packets collected so far. */
    long packets();

    /** Takes no more inputs and ends those there are: what was captured is sent. Waits up to {@code waitMs} for each. */
    void stop(long waitMs) throws InterruptedException;
}
