package io.weir.topology.edge;

import io.weir.schemas.ObservationPoint;

/** What the meter's tasks tell the edge tasks. */
public sealed interface EdgeInput {

    /** Something to add to an edge. */
    record Part(EdgeSum sum) implements EdgeInput {}

    /**
     * How far a meter task has come with an observation point.
     *
     * @param partition the meter's partition
     * @param partitions partitions that the meter has in all
     * @param completeUntilMs every part of windows that end at or before this time (epoch milliseconds) has been sent; {@link
     *     Long#MAX_VALUE} after the last
     */
    record Progress(ObservationPoint observationPoint, int partition, int partitions, long completeUntilMs)
            implements EdgeInput {}
}
