package io.weir.app.read;

import io.weir.schemas.Flow;
import io.weir.schemas.FlowKey;
import io.weir.schemas.ObservationPoint;
import io.weir.schemas.packets.AddressText;
import io.weir.schemas.packets.CanonicalKey;
import io.weir.topology.meter.CommunityId;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * What a flow and its packets have in common, as far as both topics tell: conversations of one 5-tuple in different tunnels between other
 * hosts share one.
 *
 * @param conversation Community ID, or the MAC addresses of frames without IP
 * @param enclosed whether it travels in a tunnel
 */
record FlowIdentity(
        String host,
        String interfaceName,
        String capture,
        String conversation,
        Integer etherType,
        List<Integer> vlanIds,
        boolean laterFragments,
        boolean enclosed) {

    /** Makes them of packets; keeps a calculator of Community IDs, hence not thread-safe. */
    static final class OfPackets {

        private final CommunityId communityIds = new CommunityId();

        FlowIdentity of(ObservationPoint point, FlowKey key) {
            return FlowIdentity.of(
                    point,
                    key.getProtocolIdentifier() == null
                            ? macs(mac(key.getMacAddressA()), mac(key.getMacAddressB()))
                            : communityId(key),
                    key.getEtherType(),
                    key.getVlanIds(),
                    key.getLaterFragment(),
                    key.getParent() != null);
        }

        private String communityId(FlowKey key) {
            ByteBuffer a = key.getAddressA();
            ByteBuffer b = key.getAddressB();
            return communityIds.of(
                    a.remaining() == 4 ? 4 : 6,
                    key.getProtocolIdentifier(),
                    high(a),
                    low(a),
                    high(b),
                    low(b),
                    key.getPortA() == null ? CanonicalKey.ABSENT : key.getPortA(),
                    key.getPortB() == null ? CanonicalKey.ABSENT : key.getPortB());
        }
    }

    static FlowIdentity of(Flow flow) {
        return of(
                flow.getObservationPoint(),
                flow.getCommunityId() == null
                        ? macs(
                                flow.getInitiator().getMacAddress(),
                                flow.getResponder().getMacAddress())
                        : flow.getCommunityId(),
                flow.getEtherType(),
                flow.getVlanIds(),
                flow.getFragments(),
                flow.getParentFlowId() != null);
    }

    private static FlowIdentity of(
            ObservationPoint point,
            String conversation,
            Integer etherType,
            List<Integer> vlanIds,
            boolean laterFragments,
            boolean enclosed) {
        return new FlowIdentity(
                point.getHost(),
                point.getInterface$(),
                point.getCapture(),
                conversation,
                etherType,
                vlanIds,
                laterFragments,
                enclosed);
    }

    private static long high(ByteBuffer address) {
        return address.remaining() == 16 ? address.getLong(address.position()) : 0;
    }

    private static long low(ByteBuffer address) {
        return switch (address.remaining()) {
            case 4 -> Integer.toUnsignedLong(address.getInt(address.position()));
            case 16 -> address.getLong(address.position() + Long.BYTES);
            default -> 0;
        };
    }

    private static String mac(ByteBuffer octets) {
        if (octets.remaining() != 6) {
            return null;
        }
        long mac = 0;
        for (int i = 0; i < 6; i++) {
            mac = mac << 8 | (octets.get(octets.position() + i) & 0xff);
        }
        return AddressText.mac(mac);
    }

    /** The lower one first, as who began is known of flows only. */
    private static String macs(String left, String right) {
        String one = String.valueOf(left);
        String other = String.valueOf(right);
        return one.compareTo(other) <= 0 ? one + ' ' + other : other + ' ' + one;
    }
}
