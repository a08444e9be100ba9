package io.weir.topology.datagram;

import io.weir.schemas.Loss;
import io.weir.schemas.LossReason;
import io.weir.schemas.ObservationPoint;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What was lost or could not be read, by exporter and reason, until it is told: once a second, and before a commit. A flood is one range
 * a second for each exporter; of more than {@value #MAX_KINDS} the ones gathered so far are told at once.
 */
final class DatagramLosses {

    static final int MAX_KINDS = 1_024;

    private static final String STAGE = "decoder";
    private static final long MICRO = 1_000;

    private record Kind(String host, String capture, LossReason reason) {}

    private final Consumer<Loss> output;
    private final Map<Kind, Loss> untold = new LinkedHashMap<>();

    DatagramLosses(Consumer<Loss> output) {
        this.output = output;
    }

    /**
     * Datagrams are missing, or cannot be read.
     *
     * @param host address of the exporter
     * @param capture {@code sflow} or {@code netflow}
     * @param source where, for people: partition and offset, or the exporter
     * @param message of the first of its kind, one sentence
     */
    void add(
            String host,
            String capture,
            LossReason reason,
            long datagrams,
            String source,
            long firstNanos,
            long lastNanos,
            String message) {
        Kind kind = new Kind(host, capture, reason);
        Loss known = untold.get(kind);
        if (known != null) {
            known.setDatagrams(known.getDatagrams() + datagrams);
            known.setFirstTimeMicroseconds(Math.min(known.getFirstTimeMicroseconds(), firstNanos / MICRO));
            known.setLastTimeMicroseconds(Math.max(known.getLastTimeMicroseconds(), lastNanos / MICRO));
            return;
        }
        if (untold.size() >= MAX_KINDS) {
            tell();
        }
        untold.put(
                kind,
                Loss.newBuilder()
                        .setObservationPoint(new ObservationPoint(host, "", capture, 1))
                        .setStage(STAGE)
                        .setReason(reason)
                        .setSource(source)
                        .setDatagrams(datagrams)
                        .setFirstTimeMicroseconds(firstNanos / MICRO)
                        .setLastTimeMicroseconds(lastNanos / MICRO)
                        .setMessage(message)
                        .build());
    }

    /** Tells what was gathered. */
    void tell() {
        untold.values().forEach(output);
        untold.clear();
    }

    /** Forgets what was gathered: its input comes again. */
    void clear() {
        untold.clear();
    }
}
