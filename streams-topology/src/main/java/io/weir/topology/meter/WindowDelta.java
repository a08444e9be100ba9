package io.weir.topology.meter;

import io.weir.schemas.packets.CanonicalKey;
import io.weir.schemas.packets.IcmpErrorKind;
import io.weir.topology.conversation.PacketDigests;

/** What one flow did in one window. */
final class WindowDelta {

    final FlowRow row;

    /** Number of the window since the epoch. */
    final long window;

    /** The window had been emitted before this delta began. */
    final boolean late;

    long packetsA;
    long octetsA;
    long layer2OctetsA;
    short flagsA = FlowRow.NO_FLAGS;
    long packetsB;
    long octetsB;
    long layer2OctetsB;
    short flagsB = FlowRow.NO_FLAGS;

    /** A record of this delta has been given. */
    boolean emitted;

    /** What its TCP segments show; null where TCP is not looked at, {@link TcpHealth#GOOD} as long as there is nothing to note. */
    TcpHealth tcp;

    /** Digests of some of its packets; null without any, and where there is only one observation point. */
    PacketDigests digests;

    /** Null for most. */
    private WindowExtras extras;

    /** Next open delta of the same flow. */
    WindowDelta next;

    WindowDelta(FlowRow row, long window, boolean late) {
        this.row = row;
        this.window = window;
        this.late = late;
    }

    /** Made if they are not there. */
    WindowExtras extras() {
        if (extras == null) {
            extras = new WindowExtras();
        }
        return extras;
    }

    /** Null for a root flow, and without packets. */
    Parents parents() {
        return extras == null ? null : extras.parents;
    }

    /** Null without DNS messages. */
    DnsCounts dns() {
        return extras == null ? null : extras.dns;
    }

    /** Null without any. */
    IcmpErrorCounts icmpErrors() {
        return extras == null ? null : extras.icmpErrors;
    }

    /** A packet came in another flow. */
    Parents noteParent(boolean sentByA, CanonicalKey parent) {
        WindowExtras notes = extras();
        if (notes.parents == null) {
            notes.parents = new Parents();
        }
        notes.parents.note(sentByA, parent);
        return notes.parents;
    }

    /** Made if it is not there. */
    DnsCounts countDns() {
        WindowExtras notes = extras();
        if (notes.dns == null) {
            notes.dns = new DnsCounts();
        }
        return notes.dns;
    }

    void noteDigest(boolean sentByA, long timeNanos, int digest, int timeToLive) {
        if (digests == null) {
            digests = new PacketDigests();
        }
        digests.add(sentByA, timeNanos, digest, timeToLive);
    }

    void noteTcp(boolean sentByA, int marks, int roundTripMicroseconds) {
        if (tcp == null || tcp == TcpHealth.GOOD) {
            tcp = new TcpHealth();
        }
        tcp.note(sentByA, marks, roundTripMicroseconds);
    }

    void noteIcmpError(boolean ofA, IcmpErrorKind kind) {
        WindowExtras notes = extras();
        if (notes.icmpErrors == null) {
            notes.icmpErrors = new IcmpErrorCounts();
        }
        notes.icmpErrors.add(ofA, kind);
    }

    /** False where nothing but ICMP errors was seen in the window. */
    boolean hasPackets() {
        return packetsA + packetsB > 0;
    }

    /** Whether a time lies in the window; saves the division that finds the window of a time. */
    boolean holds(long timeNanos, long windowNanos) {
        long since = timeNanos - window * windowNanos;
        return since >= 0 && since < windowNanos;
    }

    void add(boolean sentByA, int packets, int layer2Octets, int octets, int flags) {
        long ipOctets = Math.max(octets, 0);
        if (sentByA) {
            packetsA += packets;
            octetsA += ipOctets;
            layer2OctetsA += layer2Octets;
            if (flags >= 0) {
                flagsA = FlowRow.orFlags(flagsA, flags);
            }
        } else {
            packetsB += packets;
            octetsB += ipOctets;
            layer2OctetsB += layer2Octets;
            if (flags >= 0) {
                flagsB = FlowRow.orFlags(flagsB, flags);
            }
        }
    }
}
