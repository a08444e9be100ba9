package io.weir.topology.datagram;

import io.weir.schemas.packets.AddressText;
import io.weir.state.RowOutput;
import io.weir.topology.netflow.ExportSequence;
import io.weir.topology.netflow.Exporter;

/**
 * One observation domain of an exporter of NetFlow or IPFIX (version 9: source id, version 5: engine) with one version: what its datagrams have
 * told of themselves.
 */
final class DomainRow extends ExporterRow {

    /** Last datagrams of which is remembered what they held. */
    static final int REMEMBERED = 64;

    /** Bits of the number of places of {@link #points}, at first and at most. */
    private static final int FIRST_PLACE_BITS = 4;

    private static final int MAX_PLACE_BITS = 14;
    private static final long GOLDEN = 0x9e37_79b9_7f4a_7c15L;

    /** @param exporter with its port only where the ports of its address are exporters of their own */
    record Key(Exporter exporter, int version, int domain) {}

    final Key key;

    final ExportSequence sequence;

    /** Number and checksum of each of the last datagrams. */
    final long[] fingerprints = new long[REMEMBERED];

    /** Where the next fingerprint goes. */
    int nextFingerprint;

    /** Missing and not told yet, in units of the sequence's convention; below 0 where some that were told have come. */
    long untoldMissing;

    /** Export time minus time of receipt, nanoseconds: of the newest datagram, the least and the greatest. */
    long clockOffsetNanos;

    long leastClockOffsetNanos = Long.MAX_VALUE;
    long greatestClockOffsetNanos = Long.MIN_VALUE;

    /** Rates that records were sampled with; 0 while none was named. */
    double leastSamplingRate;

    double greatestSamplingRate;

    /** Where packets of an interface are counted, the last ones asked for; found anew after a restart. */
    private PointRow[] points = new PointRow[1 << FIRST_PLACE_BITS];

    private long[] pointKeys = new long[1 << FIRST_PLACE_BITS];
    private int placeBits = FIRST_PLACE_BITS;

    DomainRow(Key key) {
        super(host(key.exporter()));
        this.key = key;
        sequence = new ExportSequence(key.version());
    }

    /** Address of an exporter as observation points have it. */
    static String host(Exporter exporter) {
        return AddressText.ip(exporter.ipVersion(), exporter.addressHigh(), exporter.addressLow());
    }

    /** Takes note of the exporter's clock. */
    void clock(long offsetNanos) {
        clockOffsetNanos = offsetNanos;
        leastClockOffsetNanos = Math.min(leastClockOffsetNanos, offsetNanos);
        greatestClockOffsetNanos = Math.max(greatestClockOffsetNanos, offsetNanos);
    }

    /** Takes note of a rate that a record was sampled with. */
    void sampled(double packetsPerSample) {
        if (leastSamplingRate == 0 || packetsPerSample < leastSamplingRate) {
            leastSamplingRate = packetsPerSample;
        }
        if (packetsPerSample > greatestSamplingRate) {
            greatestSamplingRate = packetsPerSample;
        }
    }

    /** Takes note of a datagram; true if the same has come before. */
    boolean isRepeated(long fingerprint) {
        for (long known : fingerprints) {
            if (known == fingerprint) {
                return true;
            }
        }
        fingerprints[nextFingerprint] = fingerprint;
        nextFingerprint = (nextFingerprint + 1) % REMEMBERED;
        return false;
    }

    /** The point of an interface, or null where it has to be looked for. */
    PointRow point(int interfaceIndex, int samplingRate) {
        long wanted = pack(interfaceIndex, samplingRate);
        int place = place(wanted);
        PointRow row = points[place];
        return row != null && pointKeys[place] == wanted && !row.isRemoved() ? row : null;
    }

    void remember(int interfaceIndex, int samplingRate, PointRow row) {
        long packed = pack(interfaceIndex, samplingRate);
        PointRow there = points[place(packed)];
        if (there != null && !there.isRemoved() && pointKeys[place(packed)] != packed && placeBits < MAX_PLACE_BITS) {
            grow();
        }
        points[place(packed)] = row;
        pointKeys[place(packed)] = packed;
    }

    private void grow() {
        PointRow[] known = points;
        long[] keys = pointKeys;
        placeBits++;
        points = new PointRow[1 << placeBits];
        pointKeys = new long[1 << placeBits];
        for (int i = 0; i < known.length; i++) {
            if (known[i] != null && !known[i].isRemoved()) {
                points[place(keys[i])] = known[i];
                pointKeys[place(keys[i])] = keys[i];
            }
        }
    }

    private static long pack(int interfaceIndex, int samplingRate) {
        return ((long) interfaceIndex << Integer.SIZE) | (samplingRate & 0xffff_ffffL);
    }

    private int place(long packed) {
        return (int) ((packed * GOLDEN) >>> (Long.SIZE - placeBits));
    }

    @Override
    protected byte[] changelogKey() {
        return NetflowCodec.key(key);
    }

    @Override
    protected void writeValue(RowOutput out) {
        out.put(NetflowCodec.value(this));
    }
}
