package io.weir.topology.conversation;

import io.weir.schemas.Flow;
import io.weir.topology.sketch.RoundTripSketch;

/**
 * One flow record, as its conversation and its edge take it.
 *
 * @param pointId id of the observation point in its task
 * @param hopId of observation point, VLANs and tunnel: flows that follow each other there have the same
 * @param initiatorIsA whether the record's initiator is side A of the canonical key
 * @param handshakeInWindow the handshake was answered in the record's window
 * @param initiatorRoundTrips of the window, the sighting's own; null for none
 * @param responderRoundTrips of the window, the sighting's own; null for none
 * @param digests of packets of the window; null without any
 */
public record Sighting(
        long pointId,
        long hopId,
        Flow flow,
        boolean initiatorIsA,
        boolean handshakeInWindow,
        RoundTripSketch initiatorRoundTrips,
        RoundTripSketch responderRoundTrips,
        PacketDigests digests) {

    /** False for a record that says only that its flow has ended. */
    boolean hasPackets() {
        return flow.getDelta().getInitiatorPackets() + flow.getDelta().getResponderPackets() > 0;
    }
}
