package io.weir.advisor.host;

import io.weir.schemas.Finding;
import io.weir.schemas.FindingStatus;

/** A finding about a host that was told, with what was told last. */
public final class OpenFinding {

    private final Finding told;

    /** Numbers have changed since, by too little to tell. */
    private Finding untold;

    /** @param told what was told last */
    public OpenFinding(Finding told) {
        this.told = told;
    }

    /** What was told last. */
    public Finding told() {
        return told;
    }

    /** What is to be told when nothing comes in any more; null when nothing is. */
    public Finding untold() {
        return untold;
    }

    /** Keeps what is to be told when nothing comes in any more. */
    public void keep(Finding latest) {
        untold = latest;
    }

    /** True when the episode has ended. It stays, so that its evidence does not raise it again. */
    public boolean isClosed() {
        return told.getStatus() == FindingStatus.closed;
    }

    /** Last packet of the episode, epoch microseconds. */
    public long lastMicros() {
        return Math.max(
                told.getLastSeenMicroseconds(), untold == null ? Long.MIN_VALUE : untold.getLastSeenMicroseconds());
    }
}
