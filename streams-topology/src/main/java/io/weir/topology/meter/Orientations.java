package io.weir.topology.meter;

import io.weir.schemas.Orientation;
import io.weir.schemas.packets.CanonicalKey;
import io.weir.schemas.packets.IcmpTypes;

/** Who began, and how we know. A better proof replaces a worse one; a handshake is never replaced. */
final class Orientations {

    private static final byte HANDSHAKE = (byte) Orientation.handshake.ordinal();

    private Orientations() {}

    /** First guess, from the key and the first packet, or from the flow of the same key that has just ended. */
    static void begin(FlowRow row, CanonicalKey key, boolean sentByA, FlowRow previous) {
        if (previous != null) {
            row.orientation = previous.orientation;
            row.initiatorIsA = previous.initiatorIsA;
            return;
        }
        int protocol = key.protocolIdentifier;
        boolean icmp = protocol == CanonicalKey.ICMP || protocol == CanonicalKey.ICMPV6;
        if (icmp && key.portA >= 0 && IcmpTypes.counterpart(protocol, key.portA) != IcmpTypes.ONE_WAY) {
            set(row, Orientation.request, IcmpTypes.isRequest(protocol, key.portA));
            return;
        }
        int better = icmp ? 0 : ServicePorts.rank(protocol, key.portB) - ServicePorts.rank(protocol, key.portA);
        if (better != 0) {
            set(row, Orientation.service_port, better > 0);
        } else {
            set(row, Orientation.first_seen, sentByA);
        }
    }

    /** A SYN, or a SYN-ACK, names the initiator. */
    static void proven(FlowRow row, boolean initiatorIsA) {
        if (row.orientation != HANDSHAKE) {
            row.orientation = HANDSHAKE;
            row.initiatorIsA = initiatorIsA;
        }
    }

    private static void set(FlowRow row, Orientation orientation, boolean initiatorIsA) {
        row.orientation = (byte) orientation.ordinal();
        row.initiatorIsA = initiatorIsA;
    }
}
