package io.weir.topology.edge;

import io.weir.schemas.Edge;
import io.weir.topology.sketch.RoundTripSketch;

/**
 * An edge as a sum: its record, and the round trips of its flows, of which a record shows percentiles, which do not add up. Addition is
 * associative and commutative, so that it does not matter in which order or groups parts are added.
 */
public final class EdgeSum {

    final Edge edge;

    /** Null without any. */
    RoundTripSketch initiatorRoundTrips;

    /** Null without any. */
    RoundTripSketch responderRoundTrips;

    /**
     * @param edge without round trips
     * @param initiatorRoundTrips the sum's own from now on; null for none
     * @param responderRoundTrips the sum's own from now on; null for none
     */
    public EdgeSum(Edge edge, RoundTripSketch initiatorRoundTrips, RoundTripSketch responderRoundTrips) {
        this.edge = edge;
        this.initiatorRoundTrips = initiatorRoundTrips;
        this.responderRoundTrips = responderRoundTrips;
    }

    /** Adds a part of the same edge. */
    public void add(EdgeSum part) {
        Edges.add(edge, part.edge);
        initiatorRoundTrips = RoundTripSketch.sum(initiatorRoundTrips, part.initiatorRoundTrips);
        responderRoundTrips = RoundTripSketch.sum(responderRoundTrips, part.responderRoundTrips);
    }

    /** Record key on the topic. */
    public String recordKey() {
        return Edges.recordKey(edge);
    }

    /** Octets of both directions. */
    long layer2Octets() {
        return edge.getInitiatorLayer2Octets() + edge.getResponderLayer2Octets();
    }

    /** The same counts in another window, on time, as a sum of its own. */
    EdgeSum in(long windowStart, long windowEnd) {
        EdgeSum copy = new EdgeSum(Edges.empty(edge, windowStart, windowEnd), null, null);
        copy.add(this);
        return copy;
    }

    /** The record for readers. */
    Edge record() {
        edge.setInitiatorRoundTrips(RoundTripSketch.summary(initiatorRoundTrips));
        edge.setResponderRoundTrips(RoundTripSketch.summary(responderRoundTrips));
        return edge;
    }
}
