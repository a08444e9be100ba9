package io.weir.rules.group;

import java.util.Comparator;

/**
 * One record as evidence.
 *
 * @param startMicros start of its flow, or of the window of an edge, epoch microseconds
 * @param flowId empty for an edge
 * @param initiator address or entity; empty when unknown
 * @param responder address or entity with the service; empty when unknown
 */
public record Sample(long startMicros, String flowId, String initiator, String responder)
        implements Comparable<Sample> {

    private static final Comparator<Sample> ORDER = Comparator.comparingLong(Sample::startMicros)
            .thenComparing(Sample::flowId)
            .thenComparing(Sample::initiator)
            .thenComparing(Sample::responder);

    @Override
    public int compareTo(Sample other) {
        return ORDER.compare(this, other);
    }
}
