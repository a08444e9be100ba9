package io.weir.topology.datagram;

import io.weir.state.TableStore;

/** An exporter: a sub-agent of sFlow, or an observation domain with one version of NetFlow or IPFIX. */
abstract class ExporterRow extends TableStore.Row {

    /** Address as text. */
    final String host;

    final ExporterTotals totals = new ExporterTotals();

    /** When the last datagram was received, epoch nanoseconds. */
    long lastNanos = Long.MIN_VALUE;

    /** When the first datagram was received after the last loss was told, epoch nanoseconds. */
    long lossSinceNanos = Long.MIN_VALUE;

    /** As the last word on it has it. */
    double deviation;

    /** As the last word on it has it. */
    double deviationStandardErrors;

    /** The last word on it says so of a source. */
    boolean samplingDiffers;

    ExporterRow(String host) {
        this.host = host;
    }
}
