package io.weir.topology.datagram;

import java.nio.ByteBuffer;

/**
 * One direction of an interface: what its samples stand for, beside what the interface has counted from one counter sample to the next. A direction is compared
 * from the counter sample on that follows its first sample: what an agent does not sample is not missed, and what it samples is not chosen by what came.
 */
final class CountedDirection {

    /** Octets of {@link #writeTo}. */
    static final int OCTETS = 2 + 14 * Long.BYTES;

    /** Counters of packets have so many values, and those of octets in some agents. */
    private static final long VALUES_OF_32_BITS = 1L << Integer.SIZE;

    /** Of a packet on a link: its IP header. */
    private static final long MIN_PACKET_OCTETS = 20;

    /** Of an Ethernet frame without FCS: with fewer octets than 2^32 of them no counter of packets wraps twice. */
    private static final long MIN_FRAME_OCTETS = 60;

    /** Of a frame; what says that it is longer lies. */
    private static final long MAX_FRAME_OCTETS = 1 << 20;

    /** More than a link of 100 Tbit/s carries in a minute: the counter has begun anew. */
    private static final long MAX_OCTETS_STEP = 1L << 50;

    /** A difference that cannot be told. */
    static final long UNKNOWN = -1;

    /** A difference below zero: the counters have begun anew. */
    static final long ANEW = -2;

    /** Counters as the last counter sample has them; {@link #UNKNOWN} where the agent does not. */
    private long octets = UNKNOWN;

    private long unicastPackets = UNKNOWN;
    private long multicastPackets = UNKNOWN;
    private long broadcastPackets = UNKNOWN;

    /** A sample of this direction has come. */
    private boolean sampled;

    /** It had come before the last counter sample. */
    private boolean comparing;

    /** Since the last counter sample: what samples stand for. */
    private long pendingPackets;

    private long pendingOctets;

    /** Variance that the estimate of octets has for the samples' part. */
    private double pendingOctetsVariance;

    /** As the last sample says. */
    private long samplingRate = 1;

    /** Sums of all spans that were compared. */
    long estimatedPackets;

    long countedPackets;
    double packetsVariance;
    long estimatedOctets;
    long countedOctets;
    double octetsVariance;

    /**
     * Takes note of a sample.
     *
     * @param rate packets that it stands for
     * @param frameOctets length of its frame
     */
    void sample(long rate, long frameOctets) {
        sampled = true;
        samplingRate = Math.min(rate, Integer.MAX_VALUE);
        if (comparing) {
            long octets = Math.min(frameOctets, MAX_FRAME_OCTETS);
            pendingPackets += samplingRate;
            pendingOctets += samplingRate * octets;
            pendingOctetsVariance += (double) samplingRate * (samplingRate - 1) * octets * octets;
        }
    }

    /** What was sampled so far says nothing of what is sampled now. */
    void beginAnew() {
        sampled = false;
        comparing = false;
        pendingPackets = 0;
        pendingOctets = 0;
        pendingOctetsVariance = 0;
    }

    /** Octets since the last counter sample, {@link #UNKNOWN} or {@link #ANEW}. */
    long octetsSince(long newOctets) {
        if (octets == UNKNOWN || newOctets == UNKNOWN) {
            return UNKNOWN;
        }
        if (Long.compareUnsigned(newOctets, octets) >= 0) {
            long since = newOctets - octets;
            return since < 0 || since > MAX_OCTETS_STEP ? ANEW : since;
        }
        boolean wrapped = octets >= VALUES_OF_32_BITS / 2
                && octets < VALUES_OF_32_BITS
                && newOctets >= 0
                && newOctets < VALUES_OF_32_BITS / 2;
        return wrapped ? newOctets - octets + VALUES_OF_32_BITS : ANEW;
    }

    /**
     * Packets since the last counter sample, {@link #UNKNOWN} or {@link #ANEW}.
     *
     * @param octetsSince of the same time
     */
    long packetsSince(long unicast, long multicast, long broadcast, long octetsSince) {
        boolean comparable = unicast != UNKNOWN
                && unicastPackets != UNKNOWN
                && (multicast == UNKNOWN) == (multicastPackets == UNKNOWN)
                && (broadcast == UNKNOWN) == (broadcastPackets == UNKNOWN);
        if (!comparable || octetsSince / MIN_FRAME_OCTETS >= VALUES_OF_32_BITS) {
            return UNKNOWN;
        }
        long packets = since(unicastPackets, unicast)
                + since(multicastPackets, multicast)
                + since(broadcastPackets, broadcast);
        return octetsSince >= 0 && packets * MIN_PACKET_OCTETS > octetsSince ? ANEW : packets;
    }

    /** Of a counter of 32 bits; 0 for one that is not known. */
    private static long since(long before, long now) {
        return before == UNKNOWN ? 0 : now - before & VALUES_OF_32_BITS - 1;
    }

    /** Takes what was counted since the last counter sample into the sums; below zero for what cannot be told. */
    void compare(long octetsSince, long packetsSince) {
        if (!comparing) {
            return;
        }
        if (packetsSince >= 0) {
            estimatedPackets += pendingPackets;
            countedPackets += packetsSince;
            packetsVariance += (double) packetsSince * (samplingRate - 1);
        }
        if (octetsSince >= 0) {
            estimatedOctets += pendingOctets;
            countedOctets += octetsSince;
            octetsVariance += pendingOctetsVariance;
        }
    }

    /** The next span begins with these counters. */
    void begin(long newOctets, long unicast, long multicast, long broadcast) {
        octets = newOctets;
        unicastPackets = unicast;
        multicastPackets = multicast;
        broadcastPackets = broadcast;
        comparing = sampled;
        pendingPackets = 0;
        pendingOctets = 0;
        pendingOctetsVariance = 0;
    }

    /** Samples that are expected of the packets that were counted; 0 where every packet is sampled. */
    double expectedSamples() {
        return packetsVariance == 0 ? 0 : countedPackets / (packetsVariance / countedPackets + 1);
    }

    /** Whether there are sums. */
    boolean isCompared() {
        return countedPackets > 0 || countedOctets > 0 || estimatedPackets > 0;
    }

    void writeTo(ByteBuffer out) {
        out.putLong(octets)
                .putLong(unicastPackets)
                .putLong(multicastPackets)
                .putLong(broadcastPackets)
                .put((byte) (sampled ? 1 : 0))
                .put((byte) (comparing ? 1 : 0))
                .putLong(pendingPackets)
                .putLong(pendingOctets)
                .putDouble(pendingOctetsVariance)
                .putLong(samplingRate)
                .putLong(estimatedPackets)
                .putLong(countedPackets)
                .putDouble(packetsVariance)
                .putLong(estimatedOctets)
                .putLong(countedOctets)
                .putDouble(octetsVariance);
    }

    void readFrom(ByteBuffer in) {
        octets = in.getLong();
        unicastPackets = in.getLong();
        multicastPackets = in.getLong();
        broadcastPackets = in.getLong();
        sampled = in.get() != 0;
        comparing = in.get() != 0;
        pendingPackets = in.getLong();
        pendingOctets = in.getLong();
        pendingOctetsVariance = in.getDouble();
        samplingRate = in.getLong();
        estimatedPackets = in.getLong();
        countedPackets = in.getLong();
        packetsVariance = in.getDouble();
        estimatedOctets = in.getLong();
        countedOctets = in.getLong();
        octetsVariance = in.getDouble();
    }
}
