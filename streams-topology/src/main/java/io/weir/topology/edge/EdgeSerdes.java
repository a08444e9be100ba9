package io.weir.topology.edge;

import org.apache.kafka.common.serialization.Serde;

/** Serdes of the internal topic between meter and edges. */
public final class EdgeSerdes {

    private EdgeSerdes() {}

    /** Serde of what the meter tells the edges. */
    public static Serde<EdgeInput> input() {
        return new EdgeInputSerde();
    }
}
