package io.weir.advisor.time;

/**
 * Whether what there is to read has an end, and whether everything before it has been worked off. Flows of a live network have none; those of a
 * replay have, and before it a pause says nothing but that this machine was busy. Thread-safe.
 */
public final class InputEnd {

    /** There is none: more may always come. */
    public static final InputEnd NONE = new InputEnd(false);

    private final boolean isExpected;
    private volatile boolean isBegun;
    private volatile boolean isReached;

    private InputEnd(boolean isExpected) {
        this.isExpected = isExpected;
    }

    /** One that is not reached yet. */
    public static InputEnd expected() {
        return new InputEnd(true);
    }

    /** Whether there is one. */
    public boolean isExpected() {
        return isExpected;
    }

    /** Something of every partition that holds anything has been read. */
    public void begin() {
        isBegun = true;
    }

    /** Whether something of every partition has been read; without an end nobody knows. */
    public boolean isBegun() {
        return isBegun || !isExpected;
    }

    /** Whether a pause may be taken for the end of what there is for now. */
    public boolean allowsPauses() {
        return isReached || !isExpected;
    }

    /** Nothing will come any more, and nothing is on its way. */
    public void reach() {
        if (!isExpected) {
            throw new IllegalStateException("this input has no end");
        }
        isReached = true;
    }

    /** Whether it was reached. */
    public boolean isReached() {
        return isReached;
    }
}
