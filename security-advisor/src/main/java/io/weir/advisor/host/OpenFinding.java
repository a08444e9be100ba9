package io.weir.advisor.host;

import io.weir.schemas.Finding;
import io.weir.schemas.FindingStatus;

/** A finding about a host that was told, with what was told last. One that has ended stays for a while, so that its evidence does not raise it again. */
public final class OpenFinding {

    private final String key;
    private final long afterMicros;
    private final String point;
    private Finding told;

    /** Numbers have changed since, by too little to tell. */
    private Finding untold;

    /** How much it was at most since the evidence last shrank. */
    private double magnitude;

    /** Where it is written. */
    HostRows.FindingRow row;

    /**
     * @param key rule and scope, by which the host knows it
     * @param told what was told last
     * @param magnitude how much it was
     * @param afterMicros end of the episode before it, epoch microseconds; {@link Long#MIN_VALUE} without one
     */
    public OpenFinding(String key, Finding told, double magnitude, long afterMicros) {
        this.key = key;
        this.point = ObservationPoints.nameOf(told.getObservationPoint());
        this.told = told;
        this.magnitude = magnitude;
        this.afterMicros = afterMicros;
    }

    /** Rule and scope. */
    public String key() {
        return key;
    }

    /** Observation point whose time ends it, {@code host|interface|capture}. */
    public String point() {
        return point;
    }

    /** What was told last. */
    public Finding told() {
        return told;
    }

    /** Takes note of what was told; nothing is untold then. */
    public void tell(Finding now) {
        told = now;
        untold = null;
    }

    /** What is to be told when nothing comes in any more; null when nothing is. */
    public Finding untold() {
        return untold;
    }

    /** Keeps what is to be told when nothing comes in any more. */
    public void keep(Finding latest) {
        untold = latest;
    }

    /** How much it is; smaller than it was when evidence was forgotten. */
    public double magnitude() {
        return magnitude;
    }

    /** Takes note of how much it is. */
    public void magnitude(double value) {
        magnitude = value;
    }

    /** End of the episode before it, epoch microseconds; {@link Long#MIN_VALUE} without one. */
    public long afterMicros() {
        return afterMicros;
    }

    /** True when the episode has ended. */
    public boolean isClosed() {
        return told.getStatus() == FindingStatus.closed;
    }

    /** Last packet of the episode, epoch microseconds. */
    public long lastMicros() {
        return Math.max(
                told.getLastSeenMicroseconds(), untold == null ? Long.MIN_VALUE : untold.getLastSeenMicroseconds());
    }
}
