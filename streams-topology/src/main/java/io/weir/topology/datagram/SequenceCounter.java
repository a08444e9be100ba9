package io.weir.topology.datagram;

/**
 * What the sequence numbers of datagrams, of 32 bits, tell (RFC 1982, serial number arithmetic): how many are missing, and when their
 * sender has begun anew. One that comes late, within {@value #MAX_REORDERED} numbers, is missing no longer.
 */
final class SequenceCounter {

    /** How far behind a number may be that comes late; one farther behind is of a sender that has begun anew. */
    static final int MAX_REORDERED = 1_000;

    /** How far ahead the next number may be; one farther ahead is of a sender that has begun anew. */
    static final int MAX_GAP = 1 << 24;

    private boolean known;
    private int last;

    /** Missing and not told yet; below 0 where some that were told have come. */
    private long missing;

    /** What a number tells. */
    enum Step {
        NEXT,
        GAP,
        LATE,
        ANEW
    }

    /**
     * Takes note of a number.
     *
     * @param restarted the sender says by other means that it has begun anew
     */
    Step observe(long number, boolean restarted) {
        int sequence = (int) number;
        if (!known || restarted) {
            boolean first = !known;
            known = true;
            last = sequence;
            return first ? Step.NEXT : Step.ANEW;
        }
        int step = sequence - last;
        if (step > 0 && step <= MAX_GAP) {
            last = sequence;
            missing += step - 1;
            return step == 1 ? Step.NEXT : Step.GAP;
        }
        if (step <= 0 && step > -MAX_REORDERED) {
            missing--;
            return Step.LATE;
        }
        last = sequence;
        return Step.ANEW;
    }

    /** How many are missing that were not taken before; 0 where more have come late than are missing. */
    long takeMissing() {
        if (missing <= 0) {
            return 0;
        }
        long taken = missing;
        missing = 0;
        return taken;
    }

    boolean isKnown() {
        return known;
    }

    int last() {
        return last;
    }

    long missing() {
        return missing;
    }

    /** As it was kept. */
    void restore(boolean wasKnown, int lastNumber, long missingThen) {
        known = wasKnown;
        last = lastNumber;
        missing = missingThen;
    }
}
