package io.weir.schemas.packets;

import io.weir.schemas.ObservationPoint;

/**
 * What stands before the packets of a batch, as in the schema of {@link io.weir.schemas.PacketBatch}.
 *
 * @param tickNanoseconds unit of the time columns
 */
public record BatchHeader(
        ObservationPoint observationPoint,
        String sessionId,
        long sequenceNumber,
        int tickNanoseconds,
        long watermarkNanoseconds,
        boolean endOfInput) {}
