package io.weir.collectors.datagram;

import io.weir.schemas.Loss;
import io.weir.schemas.LossReason;
import io.weir.schemas.ObservationPoint;
import java.util.Locale;

/** Losses of one listener. */
record DatagramLosses(String host, String listener) {

    private static final String STAGE = "collector";

    /**
     * @param protocol what the datagrams were of, {@link DatagramProtocol#UNKNOWN} where that is not known
     * @param sessionId that was to send them, or null
     */
    Loss of(
            DatagramProtocol protocol,
            String sessionId,
            LossReason reason,
            long datagrams,
            long firstNanos,
            long lastNanos,
            String message) {
        String capture =
                protocol == DatagramProtocol.UNKNOWN ? "udp" : protocol.name().toLowerCase(Locale.ROOT);
        return Loss.newBuilder()
                .setObservationPoint(new ObservationPoint(host, listener, capture, 1))
                .setSessionId(sessionId)
                .setStage(STAGE)
                .setReason(reason)
                .setSource(listener)
                .setDatagrams(datagrams)
                .setFirstTimeMicroseconds(Math.floorDiv(firstNanos, 1000L))
                .setLastTimeMicroseconds(Math.floorDiv(lastNanos, 1000L))
                .setMessage(message)
                .build();
    }
}
