package io.weir.collectors.publish;

import io.weir.decoding.packet.PacketHeaders;
import io.weir.schemas.packets.CanonicalKey;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * Gives later fragments what only the first one of their packet has: ports, or ICMP type and code, so that all fragments count in one
 * flow. A later fragment whose first did not come before it, or more than {@value #MAX_AGE_SECONDS} s of event time before it, stays
 * without.
 *
 * <p>Holds {@value #ENTRIES} packets in some 256 KiB; beyond, the one of its set that began first is forgotten. Not thread-safe.
 */
final class FragmentTable {

    /** As long as Linux waits for the rest of a packet. */
    private static final long MAX_AGE_SECONDS = 30;

    private static final long MAX_AGE_NANOS = TimeUnit.SECONDS.toNanos(MAX_AGE_SECONDS);

    private static final int ENTRIES = 8192;

    /** Places where a packet may stand. */
    private static final int WAYS = 4;

    private static final long ENCLOSES = 1L << 63;
    private static final long FREE = Long.MIN_VALUE;

    /** 64 bits over addresses, protocol, identification and what encloses them: two packets of one hash are not expected in a lifetime. */
    private final long[] packets = new long[ENTRIES];

    private final long[] timesNanos = new long[ENTRIES];

    /** Ports 17 bits each and ICMP type and code 9 bits each, all one up so that absent is 0. */
    private final long[] facts = new long[ENTRIES];

    FragmentTable() {
        Arrays.fill(timesNanos, FREE);
    }

    /**
     * Takes note of a first fragment, or completes a later one.
     *
     * @param headers of a fragment
     * @param tunnel what encloses it, 0 for a frame's own packet
     * @param timeNanos its time, epoch nanoseconds
     * @return whether it belongs to a packet that encloses others, which only its first fragment shows
     */
    boolean resolve(PacketHeaders headers, long tunnel, long timeNanos) {
        long packet = packet(headers, tunnel);
        int set = (int) (packet >>> 32) & (ENTRIES - WAYS);
        int oldest = set;
        for (int way = set; way < set + WAYS; way++) {
            if (packets[way] == packet && timesNanos[way] != FREE) {
                if (!headers.laterFragment) {
                    oldest = way;
                    break;
                }
                return timeNanos - timesNanos[way] <= MAX_AGE_NANOS && complete(headers, facts[way]);
            }
            if (timesNanos[way] < timesNanos[oldest]) {
                oldest = way;
            }
        }
        boolean encloses = headers.enclosed() != null;
        if (!headers.laterFragment) {
            packets[oldest] = packet;
            timesNanos[oldest] = timeNanos;
            facts[oldest] = facts(headers, encloses);
        }
        return encloses;
    }

    private static boolean complete(PacketHeaders headers, long facts) {
        headers.sourcePort = (int) (facts & 0x1ffff) - 1;
        headers.destinationPort = (int) (facts >>> 17 & 0x1ffff) - 1;
        headers.icmpType = (int) (facts >>> 34 & 0x1ff) - 1;
        headers.icmpCode = (int) (facts >>> 43 & 0x1ff) - 1;
        headers.laterFragment = false;
        return (facts & ENCLOSES) != 0;
    }

    private static long facts(PacketHeaders headers, boolean encloses) {
        return (long) (headers.sourcePort + 1)
                | (long) (headers.destinationPort + 1) << 17
                | (long) (headers.icmpType + 1) << 34
                | (long) (headers.icmpCode + 1) << 43
                | (encloses ? ENCLOSES : 0);
    }

    private static long packet(PacketHeaders headers, long tunnel) {
        long hash = tunnel ^ ((long) headers.fragmentIdentification << 8 | headers.protocol);
        hash = CanonicalKey.mix(hash + headers.ipVersion);
        hash = CanonicalKey.mix(hash ^ headers.sourceAddressHigh);
        hash = CanonicalKey.mix(hash + headers.sourceAddressLow);
        hash = CanonicalKey.mix(hash ^ headers.destinationAddressHigh);
        return CanonicalKey.mix(hash + headers.destinationAddressLow);
    }
}
