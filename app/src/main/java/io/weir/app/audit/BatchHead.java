package io.weir.app.audit;

/**
 * Where a batch, or a record of datagrams, lies and what it says of itself.
 *
 * @param trimmed the partition no longer holds its first records, so a sequence may begin above 0
 * @param firstTimeNanoseconds time of its first packet, epoch nanoseconds; 0 without packets
 * @param watermarkNanoseconds event time up to which its session has sent everything, epoch nanoseconds
 */
record BatchHead(
        String topic,
        int partition,
        long offset,
        boolean trimmed,
        Point point,
        String sessionId,
        long sequenceNumber,
        long firstTimeNanoseconds,
        long watermarkNanoseconds,
        boolean endOfInput) {

    /** The same of a partition that holds all that was written since. */
    BatchHead whole() {
        return new BatchHead(
                topic,
                partition,
                offset,
                false,
                point,
                sessionId,
                sequenceNumber,
                firstTimeNanoseconds,
                watermarkNanoseconds,
                endOfInput);
    }
}
