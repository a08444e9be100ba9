package io.weir.topology.meter;

import io.weir.schemas.Flow;
import io.weir.schemas.Loss;
import io.weir.topology.edge.EdgeInput;

/** What the meter's processor gives: each kind goes its own way in the topology. */
public sealed interface MeterResult {

    /** A flow record. */
    record Metered(Flow flow) implements MeterResult {}

    /** A part of an edge, or progress. */
    record ForEdges(EdgeInput input) implements MeterResult {}

    /** Something that could not be counted. */
    record Lost(Loss loss) implements MeterResult {}
}
