package io.weir.app.pipeline;

/** Inputs of which some come and go while the collectors run. {@link #check}, {@link #stop} and {@link #packets} are for one thread. */
interface InputGroup {

    /** True when there is nothing to wait for: it will never have an input. */
    boolean isEmpty();

    /** Begins to look for inputs, each of which gets a collector. */
    void start(CollectorOutlet outlet);

    /** Tells what ended inputs early, and forgets those that have ended. */
    void check();

    /** Packets collected so far. */
    long packets();

    /** Takes no more inputs and ends those there are: what was captured is sent. Waits up to {@code waitMs} for each. */
    void stop(long waitMs) throws InterruptedException;
}
