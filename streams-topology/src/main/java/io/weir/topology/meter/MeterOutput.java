package io.weir.topology.meter;

/** Where the meter's results go. Rows and deltas are valid during the call only. */
interface MeterOutput {

    /**
     * One flow record.
     *
     * @param delta what the flow did in {@code window}; null when it only ended
     * @param window number of the window since the epoch
     * @param last the flow has ended and nothing of it is left
     */
    void flow(FlowRow row, WindowDelta delta, long window, boolean last);

    /**
     * The handshake of a flow's connection is complete; its window's record follows when the window is over.
     *
     * @param window number of the window since the epoch
     */
    void established(FlowRow row, long window);

    /** Every record of the point whose window lies before {@code window} has been given; {@link Long#MAX_VALUE} after its last. */
    void complete(ObservationState point, long window);

    /** An ICMP error that no flow was told of. */
    void unattributed(Unattributed reason);

    /** Why no flow was told of an ICMP error. */
    enum Unattributed {
        /** The flow that it quotes was never seen at its observation point, or has ended. */
        no_flow,
        /** Too many wait for flows that are not here yet. */
        too_many,
        /** A type that is not known here. */
        unknown_type
    }
}
