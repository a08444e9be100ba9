package io.weir.topology.datagram;

/**
 * What the sequence numbers of datagrams, of 32 bits, tell (RFC 1982, serial number arithmetic): how many are missing, and which have come
 * before. One that comes late, within {@value #REMEMBERED} numbers, is missing no longer; one that comes twice is told apart from that.
 */
final class SequenceCounter {

    /** Last numbers of which is remembered whether they came. */
    static final int REMEMBERED = 1_024;

    /** Words of 64 bits that {@link #seen} has. */
    static final int WORDS = REMEMBERED / Long.SIZE;

    /** How far ahead the next number may be; one farther ahead is of a sender that has begun anew. */
    static final int MAX_GAP = 1 << 24;

    private boolean known;

    /** The first number since the sender began. */
    private int first;

    private int last;

    /** Missing and not told yet; below 0 where some that were told have come. */
    private long missing;

    /** A bit for each of the last numbers, by their remainder. */
    private final long[] seen = new long[WORDS];

    /** What a number tells. */
    enum Step {
        NEXT,
        GAP,
        LATE,
        DUPLICATE,
        ANEW
    }

    /**
     * Takes note of a number.
     *
     * @param restarted the sender says by other means that it has begun anew
     */
    Step observe(long number, boolean restarted) {
        int sequence = (int) number;
        if (!known) {
            begin(sequence);
            return Step.NEXT;
        }
        int step = sequence - last;
        if (restarted || step > MAX_GAP || step <= -REMEMBERED) {
            begin(sequence);
            return Step.ANEW;
        }
        if (step > 0) {
            for (int passed = 1; passed < Math.min(step, REMEMBERED); passed++) {
                set(last + passed, false);
            }
            last = sequence;
            set(sequence, true);
            missing += step - 1;
            return step == 1 ? Step.NEXT : Step.GAP;
        }
        if (isSet(sequence)) {
            return Step.DUPLICATE;
        }
        set(sequence, true);
        if (sequence - first > 0) {
            missing--;
        }
        return Step.LATE;
    }

    private void begin(int sequence) {
        known = true;
        first = sequence;
        last = sequence;
        for (int i = 0; i < WORDS; i++) {
            seen[i] = 0;
        }
        set(sequence, true);
    }

    private boolean isSet(int sequence) {
        int bit = Math.floorMod(sequence, REMEMBERED);
        return (seen[bit / Long.SIZE] >>> (bit % Long.SIZE) & 1) != 0;
    }

    private void set(int sequence, boolean value) {
        int bit = Math.floorMod(sequence, REMEMBERED);
        long mask = 1L << (bit % Long.SIZE);
        if (value) {
            seen[bit / Long.SIZE] |= mask;
        } else {
            seen[bit / Long.SIZE] &= ~mask;
        }
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

    int first() {
        return first;
    }

    int last() {
        return last;
    }

    long missing() {
        return missing;
    }

    /** A word of what is remembered. */
    long seen(int word) {
        return seen[word];
    }

    /** As it was kept; words of what is remembered follow by {@link #restoreSeen}. */
    void restore(boolean wasKnown, int firstNumber, int lastNumber, long missingThen) {
        known = wasKnown;
        first = firstNumber;
        last = lastNumber;
        missing = missingThen;
    }

    void restoreSeen(int word, long bits) {
        seen[word] = bits;
    }
}
