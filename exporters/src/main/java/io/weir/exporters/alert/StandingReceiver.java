package io.weir.exporters.alert;

/** A receiver that forgets an alert unless it is told again and again that it stands. */
interface StandingReceiver extends AlertReceiver {

    /** Takes up what was told by an earlier process. */
    void recall(Alert alert);

    /** Whether the receiver was told of this episode, and not yet that it ended. */
    boolean isStanding(String findingId);

    /** Tells again what stands, when it is time; null when there was nothing to do. */
    Delivery refresh() throws InterruptedException;

    /** Alerts that stand. */
    int standing();
}
