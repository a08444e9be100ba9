package io.weir.decoding.packet;

import io.weir.schemas.packets.CanonicalKey;
import io.weir.schemas.packets.IcmpTypes;

/** Makes the canonical flow key of a decoded packet. */
public final class FlowKeys {

    private FlowKeys() {}

    /**
     * Fills {@code key} from {@code headers}, but for what encloses it.
     *
     * @param encloses whether the packet, or the one it is a fragment of, encloses another
     * @return true when the packet was sent by side A of the key
     */
    public static boolean fill(PacketHeaders headers, boolean encloses, CanonicalKey key) {
        key.etherType = headers.etherType;
        key.vlanIds = headers.vlanIds;
        key.vlanCount = Math.min(headers.vlanCount, PacketHeaders.MAX_VLAN_IDS);
        key.laterFragment = headers.laterFragment;
        key.layers = headers.layers;
        key.problem = headers.problem.ordinal();
        key.encloses = encloses;
        if (headers.ipVersion == 0) {
            return key.setMacEndpoints(headers.sourceMac, headers.destinationMac);
        }
        if (headers.icmpType >= 0) {
            return fillIcmp(headers, key);
        }
        return endpoints(headers, key, headers.sourcePort, headers.destinationPort, false);
    }

    /**
     * Fills {@code key} from what an ICMP error shows of a packet: one that travelled in the tunnel that the error came in, if any, and of which
     * is not known whether it enclosed another.
     *
     * @param quoted headers of that packet
     * @param errorKey key of the error
     * @return true when the quoted packet was sent by side A of its key
     */
    public static boolean fillQuoted(PacketHeaders quoted, CanonicalKey errorKey, CanonicalKey key) {
        key.parent = errorKey.parent;
        key.tunnel = errorKey.tunnel;
        key.tunnelIdentifier = errorKey.tunnelIdentifier;
        return fill(quoted, false, key);
    }

    /** Community ID v1: a paired message carries its type and its counterpart's as ports; others type and code, in the order sent. */
    private static boolean fillIcmp(PacketHeaders headers, CanonicalKey key) {
        int counterpart = IcmpTypes.counterpart(headers.protocol, headers.icmpType);
        boolean oneWay = counterpart == IcmpTypes.ONE_WAY;
        int code = Math.max(headers.icmpCode, 0);
        return endpoints(headers, key, headers.icmpType, oneWay ? code : counterpart, oneWay);
    }

    private static boolean endpoints(
            PacketHeaders headers, CanonicalKey key, int sourcePort, int destinationPort, boolean ordered) {
        return key.setEndpoints(
                headers.ipVersion,
                headers.protocol,
                headers.sourceAddressHigh,
                headers.sourceAddressLow,
                sourcePort,
                headers.sourceMac,
                headers.destinationAddressHigh,
                headers.destinationAddressLow,
                destinationPort,
                headers.destinationMac,
                ordered);
    }
}
