package io.weir.topology.meter;

import io.weir.schemas.packets.IcmpErrorKind;
import java.nio.ByteBuffer;

/** ICMP errors of one window about the packets of one flow, by the canonical side that had sent the packets. */
final class IcmpErrorCounts {

    private static final int KINDS = IcmpErrorKind.values().length;

    /** Octets that {@link #put} writes. */
    static final int OCTETS = 2 * 4 * KINDS;

    /** About packets of side A, by ordinal of {@link IcmpErrorKind}. */
    final int[] a = new int[KINDS];

    final int[] b = new int[KINDS];

    void add(boolean ofA, IcmpErrorKind kind) {
        (ofA ? a : b)[kind.ordinal()]++;
    }

    void put(ByteBuffer out) {
        for (int kind = 0; kind < KINDS; kind++) {
            out.putInt(a[kind]).putInt(b[kind]);
        }
    }

    static IcmpErrorCounts get(ByteBuffer in) {
        IcmpErrorCounts counts = new IcmpErrorCounts();
        for (int kind = 0; kind < KINDS; kind++) {
            counts.a[kind] = in.getInt();
            counts.b[kind] = in.getInt();
        }
        return counts;
    }
}
