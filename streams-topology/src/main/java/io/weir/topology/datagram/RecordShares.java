package io.weir.topology.datagram;

/**
 * Spreads what a flow record counted over the time that it tells of: its first packet at its start, its last at its end, the others evenly between
 * them, a share for each window. What the shares count is, together, what the record counted, to the octet.
 *
 * <p>A cursor: {@link #begin}, then {@link #next} as long as there are shares.
 */
final class RecordShares {

    /**
     * Shares of one record, about: one that tells of more windows has one share for several of them. Half an hour, the longest that exporters usually
     * wait, has 180 windows of 10 seconds.
     */
    static final int MAX_SHARES = 256;

    private final long windowNanos;

    private long firstNanos;
    private long lastNanos;
    private long totalPackets;
    private long totalOctets;
    private long totalLayer2Octets;

    /** Time between two borders. */
    private long strideNanos;

    /** The next border, at which a window begins. */
    private long borderNanos;

    /** Counted by the shares so far. */
    private long donePackets;

    private long doneOctets;
    private long doneLayer2Octets;
    private boolean more;

    /** When the share's packets passed, epoch nanoseconds. */
    long timeNanos;

    long packets;
    long octets;
    long layer2Octets;

    /** The record's first packet is in the share. */
    boolean isFirst;

    /** The record's last packet is in the share. */
    boolean isLast;

    RecordShares(long windowNanos) {
        this.windowNanos = windowNanos;
    }

    /**
     * Takes a record.
     *
     * @param first time of its first packet, epoch nanoseconds
     * @param last time of its last packet, not before the first
     * @param ofPackets 0 for a record that counts nothing: it has no shares
     */
    void begin(long first, long last, long ofPackets, long ofOctets, long ofLayer2Octets) {
        firstNanos = first;
        lastNanos = ofPackets > 1 ? last : first;
        totalPackets = ofPackets;
        totalOctets = ofOctets;
        totalLayer2Octets = ofLayer2Octets;
        donePackets = 0;
        doneOctets = 0;
        doneLayer2Octets = 0;
        isFirst = false;
        isLast = false;
        more = ofPackets > 0;
        long firstWindow = Math.floorDiv(firstNanos, windowNanos);
        long windows = Math.floorDiv(lastNanos, windowNanos) - firstWindow + 1;
        long windowsPerShare = (windows + MAX_SHARES - 1) / MAX_SHARES;
        strideNanos = windowsPerShare * windowNanos;
        borderNanos = (firstWindow + windowsPerShare) * windowNanos;
    }

    /** Whether {@link #next} has another one. */
    boolean hasNext() {
        return more;
    }

    /** When the next share's packets passed, or before; only where there is one. */
    long nextNanos() {
        if (donePackets == 0) {
            return firstNanos;
        }
        return borderNanos > lastNanos ? lastNanos : borderNanos - strideNanos;
    }

    /** Goes on to the next share. */
    void next() {
        isFirst = donePackets == 0;
        long start;
        long until;
        do {
            start = isFirst ? firstNanos : borderNanos - strideNanos;
            if (borderNanos > lastNanos) {
                if (isFirst && firstNanos < lastNanos) {
                    take(start, 1);
                } else {
                    takeRest();
                }
                return;
            }
            until = packetsBefore(borderNanos);
            borderNanos += strideNanos;
        } while (until == donePackets);
        take(start, until);
    }

    private void take(long start, long packetsUntil) {
        long octetsUntil = share(totalOctets, packetsUntil);
        long layer2Until = share(totalLayer2Octets, packetsUntil);
        timeNanos = start;
        packets = packetsUntil - donePackets;
        octets = octetsUntil - doneOctets;
        layer2Octets = layer2Until - doneLayer2Octets;
        donePackets = packetsUntil;
        doneOctets = octetsUntil;
        doneLayer2Octets = layer2Until;
    }

    private void takeRest() {
        timeNanos = lastNanos;
        packets = totalPackets - donePackets;
        octets = totalOctets - doneOctets;
        layer2Octets = totalLayer2Octets - doneLayer2Octets;
        isLast = true;
        more = false;
    }

    /** Packets before a border that lies behind the first and not behind the last: neither none nor all. */
    private long packetsBefore(long nanos) {
        double part = (double) (nanos - firstNanos) / (lastNanos - firstNanos);
        return 1 + (long) ((totalPackets - 2) * part);
    }

    /** The share of the first packets in a sum; never falls as they grow. */
    private long share(long sum, long ofPackets) {
        return (long) (sum * ((double) ofPackets / totalPackets));
    }
}
