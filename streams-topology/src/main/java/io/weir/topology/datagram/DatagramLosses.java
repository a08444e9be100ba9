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

    private record Kind(String host, String capture, LossReason reason, Unit unit) {}

    /** What is lost. */
    enum Unit {
        DATAGRAMS,
        FLOW_RECORDS,
        SETS;

        private void add(Loss loss, long count) {
            switch (this) {
                case DATAGRAMS -> loss.setDatagrams(sum(loss.getDatagrams(), count));
                case FLOW_RECORDS -> loss.setFlowRecords(sum(loss.getFlowRecords(), count));
                case SETS -> loss.setSets(sum(loss.getSets(), count));
            }
        }

        private static long sum(Long known, long more) {
            return known == null ? more : known + more;
        }
    }

    private final Consumer<Loss> output;
    private final Map<Kind, Loss> untold = new LinkedHashMap<>();

    DatagramLosses(Consumer<Loss> output) {
        this.output = output;
    }

    /**
     * Something is missing, or cannot be read.
     *
     * @param host address of the exporter
     * @param capture {@code sflow} or {@code netflow}
     * @param count of what is lost
     * @param unit what {@code count} counts
     * @param source where, for people: partition and offset, or the exporter
     * @param message of the first of its kind, one sentence
     */
    void add(
            String host,
            String capture,
            LossReason reason,
            long count,
            Unit unit,
            String source,
            long firstNanos,
            long lastNanos,
            String message) {
        Kind kind = new Kind(host, capture, reason, unit);
        Loss known = untold.get(kind);
        if (known != null) {
            unit.add(known, count);
            known.setFirstTimeMicroseconds(Math.min(known.getFirstTimeMicroseconds(), firstNanos / MICRO));
            known.setLastTimeMicroseconds(Math.max(known.getLastTimeMicroseconds(), lastNanos / MICRO));
            return;
        }
        if (untold.size() >= MAX_KINDS) {
            tell();
        }
        Loss loss = Loss.newBuilder()
                .setObservationPoint(new ObservationPoint(host, "", capture, 1))
                .setStage(STAGE)
                .setReason(reason)
                .setSource(source)
                .setFirstTimeMicroseconds(firstNanos / MICRO)
                .setLastTimeMicroseconds(lastNanos / MICRO)
                .setMessage(message)
                .build();
        unit.add(loss, count);
        untold.put(kind, loss);
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
