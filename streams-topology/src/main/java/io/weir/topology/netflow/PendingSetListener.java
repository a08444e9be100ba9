package io.weir.topology.netflow;

/** Is told of every data set that waits for its template, so that a store can follow. Each one held ends in one of the other two ways. */
public interface PendingSetListener {
    /** A set waits. */
    void onSetHeld(PendingSet set);

    /** The template of a set has come: it waits no more and is decoded next. */
    void onSetReleased(PendingSet set);

    /** A set, held or not, will not be decoded. */
    void onSetGivenUp(PendingSet set, GiveUpReason reason);
}
