package io.weir.topology.datagram;

import java.nio.ByteBuffer;

/** What came of one exporter since it was first heard, and what has been said of that; kept in the exporter's row. */
final class ExporterTotals {

    /** Before the first datagram, or the first word on it. */
    static final long NONE = Long.MIN_VALUE;

    /** Octets of {@link #writeTo}. */
    static final int OCTETS = 16 * Long.BYTES;

    /** When the first datagram was received, epoch nanoseconds. */
    long firstNanos = NONE;

    /** Datagrams, those that came twice among them. */
    long datagrams;

    long lateDatagrams;
    long duplicateDatagrams;

    /** Times that the sequence began anew. */
    long restarts;

    /** What could not be read in full. */
    long problems;

    /** Flow samples of sFlow, else records but for those of options. */
    long flows;

    /** Counter samples of sFlow, else records of options. */
    long others;

    /** Counter samples of interfaces for which there is no room. */
    long uncompared;

    /** Records that count more than can be. */
    long implausible;

    /** Data sets that waited for their template in vain. */
    long givenUpSets;

    /** Of sFlow: missing datagrams that were told as losses. */
    long toldMissing;

    /** When the last word on it was said, epoch milliseconds; {@link #NONE} before the first. */
    long saidMs = NONE;

    /** What was heard last by then, epoch nanoseconds. */
    long saidHeardNanos;

    /** {@link #datagrams} by then. */
    long saidDatagrams;

    /** {@link #givenUpSets} by then. */
    long saidGivenUpSets;

    /** A datagram came. */
    void datagram(long receiveNanos) {
        if (firstNanos == NONE) {
            firstNanos = receiveNanos;
        }
        datagrams++;
    }

    /** Whether something has come that nothing was said of. */
    boolean isUnsaid() {
        return datagrams != saidDatagrams || givenUpSets != saidGivenUpSets;
    }

    /** A word was said on it. */
    void said(long nowMs, long heardNanos) {
        saidMs = nowMs;
        saidHeardNanos = heardNanos;
        saidDatagrams = datagrams;
        saidGivenUpSets = givenUpSets;
    }

    void writeTo(ByteBuffer out) {
        out.putLong(firstNanos)
                .putLong(datagrams)
                .putLong(lateDatagrams)
                .putLong(duplicateDatagrams)
                .putLong(restarts)
                .putLong(problems)
                .putLong(flows)
                .putLong(others)
                .putLong(uncompared)
                .putLong(implausible)
                .putLong(givenUpSets)
                .putLong(toldMissing)
                .putLong(saidMs)
                .putLong(saidHeardNanos)
                .putLong(saidDatagrams)
                .putLong(saidGivenUpSets);
    }

    void readFrom(ByteBuffer in) {
        firstNanos = in.getLong();
        datagrams = in.getLong();
        lateDatagrams = in.getLong();
        duplicateDatagrams = in.getLong();
        restarts = in.getLong();
        problems = in.getLong();
        flows = in.getLong();
        others = in.getLong();
        uncompared = in.getLong();
        implausible = in.getLong();
        givenUpSets = in.getLong();
        toldMissing = in.getLong();
        saidMs = in.getLong();
        saidHeardNanos = in.getLong();
        saidDatagrams = in.getLong();
        saidGivenUpSets = in.getLong();
    }
}
