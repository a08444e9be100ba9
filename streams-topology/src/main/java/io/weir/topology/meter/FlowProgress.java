package io.weir.topology.meter;

import io.weir.state.TableStore;

/**
 * What of a flow nearly every packet reads or changes. A class of its own, as the virtual machine keeps the fields of a superclass together
 * and in front: with the open window two or three lines of the processor's cache for each packet instead of five over the whole of a {@link FlowRow}.
 */
abstract class FlowProgress extends TableStore.Row {

    /** Epoch nanoseconds. */
    long firstNanos;

    long lastNanos;

    /** When the last SYN was seen, and from then on when the first SYN-ACK was ({@link FlowRow#SEEN_SYN_ACK}); epoch nanoseconds. */
    long handshakeNanos = FlowRow.NO_TIME;

    /** From the SYN-ACK to the initiator's acknowledgement; {@link FlowRow#UNKNOWN} before. */
    int clientHalfMicroseconds = FlowRow.UNKNOWN;

    byte tcpMarks;
    boolean initiatorIsA;

    /** Each packet has to be looked at before it counts here: the flow is closing, or ends at a fixed time. */
    boolean watched;

    /** The connection is over but for stragglers: both sides said goodbye, or one hung up. */
    boolean closing;

    /** Ordinal of {@link io.weir.schemas.FlowEndReason}, -1 while the flow is active. */
    byte endReason = -1;

    /** What is around an enclosed flow; null for a root flow. */
    Enclosure enclosure;

    /** Open windows, newest first. */
    WindowDelta deltas;
}
