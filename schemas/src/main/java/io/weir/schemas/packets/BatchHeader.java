package io.weir.schemas.packets;

import io.weir.schemas.ObservationPoint;

/**
 * What stands before the packets of a batch, as in the schema of {@link io.weir.schemas.PacketBatch}.
 */
public record BatchHeader(
        ObservationPoint observationPoint,
        String sessionId,
        long sequenceNumber,
        long watermarkNanoseconds,
        boolean endOfInput) {}
