package io.weir.topology.datagram;

import io.weir.schemas.CounterDeviation;
import io.weir.schemas.ExporterStatus;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * Says how exporters stand: of each when it is first heard, then every ten seconds at most, where something has come. Of more than {@value #MAX_AT_ONCE} that are
 * due the ones of which nothing was said for longest are first; the others follow a second later.
 */
final class ExporterReports {

    /** Between two words on one exporter, milliseconds. */
    static final long SAY_EVERY_MS = 10_000;

    static final int MAX_AT_ONCE = 1_000;

    private final DatagramTable table;
    private final BiConsumer<String, ExporterStatus> output;

    /** @param output takes a record's key and value, null for an exporter that was forgotten */
    ExporterReports(DatagramTable table, BiConsumer<String, ExporterStatus> output) {
        this.table = table;
        this.output = output;
    }

    /** Says what is due. */
    void tell(long nowMs) {
        List<ExporterRow> due = new ArrayList<>();
        for (ExporterRow row : table.exporters()) {
            if (row.totals.datagrams > 0 && row.totals.isUnsaid() && isDue(row.totals.saidMs, nowMs)) {
                due.add(row);
            }
        }
        if (due.isEmpty()) {
            return;
        }
        if (due.size() > MAX_AT_ONCE) {
            due.sort(Comparator.comparingLong(ExporterReports::waitingSinceMs));
        }
        Function<ExporterRow, ExporterStatus> statuses = table.statuses(nowMs);
        for (ExporterRow row : due.subList(0, Math.min(due.size(), MAX_AT_ONCE))) {
            ExporterStatus status = statuses.apply(row);
            remember(row, status);
            output.accept(ExporterStatuses.key(row), status);
            row.totals.said(nowMs, row.lastNanos);
            table.changed(row);
        }
    }

    /** Of one that was never said: when it was first heard, so that those that are new do not keep the others waiting. */
    private static long waitingSinceMs(ExporterRow row) {
        return row.totals.saidMs == ExporterTotals.NONE
                ? Math.floorDiv(row.totals.firstNanos, 1_000_000L)
                : row.totals.saidMs;
    }

    /** A clock that was set back, too, makes it due. */
    private static boolean isDue(long saidMs, long nowMs) {
        return saidMs == ExporterTotals.NONE || Math.abs(nowMs - saidMs) >= SAY_EVERY_MS;
    }

    private static void remember(ExporterRow row, ExporterStatus status) {
        CounterDeviation deviation = status.getDeviation();
        row.deviation = deviation == null || deviation.getPacketsDeviation() == null
                ? 0
                : Math.abs(deviation.getPacketsDeviation());
        row.deviationStandardErrors = deviation == null || deviation.getPacketsDeviationStandardErrors() == null
                ? 0
                : Math.abs(deviation.getPacketsDeviationStandardErrors());
        row.samplingDiffers = status.getSampling() != null
                && status.getSampling().getDifferingSources() != null
                && status.getSampling().getDifferingSources() > 0;
    }

    /** The exporter has made room for others. */
    void forget(ExporterRow row) {
        if (row.totals.saidMs != ExporterTotals.NONE) {
            output.accept(ExporterStatuses.key(row), null);
        }
    }
}
