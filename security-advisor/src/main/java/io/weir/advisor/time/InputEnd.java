package io.weir.advisor.time;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Whether what there is to read has an end, whether everything before it has been worked off, and whether all that follows from it has been told. Flows
 * of a live network have none; those of a replay have, and before it a pause says nothing but that this machine was busy. Thread-safe.
 */
public final class InputEnd {

    /** There is none: more may always come. */
    public static final InputEnd NONE = new InputEnd(false);

    private final boolean isExpected;
    private volatile boolean isBegun;
    private volatile boolean isReached;

    /** Those that have not told yet what the end says. */
    private final Set<Object> tellers = ConcurrentHashMap.newKeySet();

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

    /**
     * Whether what there is for now has been seen whole: at the end, if there is one, else in a pause.
     *
     * @param isPause nothing has come in for some time
     */
    public boolean isRest(boolean isPause) {
        return isExpected ? isReached : isPause;
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

    /** Somebody will tell what follows from the end, once it is reached. */
    public void await(Object teller) {
        if (isExpected) {
            tellers.add(teller);
        }
    }

    /** Somebody has told what follows from the end, or is gone. */
    public void told(Object teller) {
        tellers.remove(teller);
    }

    /** Whether it was reached and everybody has told what follows. */
    public boolean isTold() {
        return isReached && tellers.isEmpty();
    }
}
