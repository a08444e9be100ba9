package io.weir.topology.meter;

/** DNS messages of one flow in one window. */
final class DnsCounts {

    int queries;
    int responses;
    int errorResponses;
    int timedResponses;

    /** Of the times from query to response, nanoseconds. */
    long sumNanos;

    long maxNanos;

    void time(long nanos) {
        timedResponses++;
        sumNanos += nanos;
        maxNanos = Math.max(maxNanos, nanos);
    }
}
