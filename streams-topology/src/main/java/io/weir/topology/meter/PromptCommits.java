package io.weir.topology.meter;

/**
 * Says when a commit should not wait for the commit interval: readers of live traffic see handshakes, and the records of a window that is over,
 * soon. What is replayed or caught up with waits: its event time lies far behind the clock, and its windows end in quick succession.
 */
final class PromptCommits {

    /** Two commits are so far apart at least, milliseconds: each costs some round trips, whatever it writes. */
    static final long APART_MS = 200;

    /** What lies farther behind the clock is not live, milliseconds. */
    static final long LIVE_MS = 10_000;

    /** Rows of flows that a commit for a handshake may have to write: a few milliseconds. */
    static final int MAX_ROWS = 10_000;

    private boolean recordWaits;
    private boolean handshakeWaits;
    private long seenCommits;
    private long lastMs;

    /**
     * A flow record was given.
     *
     * @param windowEndMs end of its window, epoch milliseconds
     * @param nowMs wall clock, epoch milliseconds
     */
    void record(long windowEndMs, long nowMs) {
        recordWaits |= nowMs - windowEndMs < LIVE_MS;
    }

    /**
     * An early record was given.
     *
     * @param atMs time of the handshake, epoch milliseconds
     * @param nowMs wall clock, epoch milliseconds
     */
    void handshake(long atMs, long nowMs) {
        handshakeWaits |= nowMs - atMs < LIVE_MS;
    }

    /**
     * To be told before anything else is given: a commit, whoever asked for it, has taken along what was given before.
     *
     * @param commits how many there were
     * @param nowMs wall clock, epoch milliseconds
     */
    void seen(long commits, long nowMs) {
        if (commits != seenCommits) {
            seenCommits = commits;
            lastMs = nowMs;
            recordWaits = false;
            handshakeWaits = false;
        }
    }

    /** Whether something was given that no commit has taken along. */
    boolean isWaiting() {
        return recordWaits || handshakeWaits;
    }

    /**
     * Whether to commit now.
     *
     * @param changedRows what the commit has to write
     * @param nowMs wall clock, epoch milliseconds
     */
    boolean isDue(int changedRows, long nowMs) {
        return (recordWaits || (handshakeWaits && changedRows <= MAX_ROWS)) && nowMs - lastMs >= APART_MS;
    }
}
