package io.weir.topology.meter;

import io.weir.schemas.packets.ForwardingAddress;
import io.weir.schemas.packets.ForwardingNumber;
import io.weir.schemas.packets.ReportedForwarding;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.kafka.common.utils.ByteUtils;

/**
 * What a device said of the way of packets, in few octets, as many flows have the same: which numbers and addresses there are, the numbers as
 * varints, the addresses with their IP version before each, then the labels. Never changed.
 */
final class SharedForwarding {

    private static final ForwardingNumber[] NUMBERS = ForwardingNumber.values();
    private static final ForwardingAddress[] ADDRESSES = ForwardingAddress.values();
    private static final int MAX_VARINT = 5;
    private static final int IPV6 = 6;

    /** Octets that it takes at most, so that one octet says how many; what is there, numbers, addresses with their versions, labels with their count. */
    static final int MAX_OCTETS = MAX_VARINT
            + ForwardingNumber.COUNT * MAX_VARINT
            + ForwardingAddress.COUNT * (1 + 2 * Long.BYTES)
            + 1
            + ReportedForwarding.MAX_LABELS * MAX_VARINT;

    private final byte[] octets;
    private final int hash;

    /** IE 239, 0 where it is not said. */
    private final int biflowDirection;

    private SharedForwarding(byte[] octets, int biflowDirection) {
        this.octets = octets;
        this.hash = Arrays.hashCode(octets);
        this.biflowDirection = biflowDirection;
    }

    /** @param scratch of {@link #MAX_OCTETS} */
    static SharedForwarding of(ReportedForwarding said, ByteBuffer scratch) {
        scratch.clear();
        int present = 0;
        for (ForwardingNumber number : NUMBERS) {
            present |= said.has(number) ? bit(number) : 0;
        }
        for (ForwardingAddress address : ADDRESSES) {
            present |= said.has(address) ? bit(address) : 0;
        }
        ByteUtils.writeUnsignedVarint(present, scratch);
        for (ForwardingNumber number : NUMBERS) {
            if (said.has(number)) {
                ByteUtils.writeUnsignedVarint((int) said.get(number), scratch);
            }
        }
        for (ForwardingAddress address : ADDRESSES) {
            if (said.has(address)) {
                put(said.ipVersion(address), said.high(address), said.low(address), scratch);
            }
        }
        scratch.put((byte) said.labelCount());
        for (int i = 0; i < said.labelCount(); i++) {
            ByteUtils.writeUnsignedVarint(said.label(i), scratch);
        }
        byte[] octets = new byte[scratch.position()];
        scratch.get(0, octets);
        return new SharedForwarding(octets, directionOf(said));
    }

    private static int directionOf(ReportedForwarding said) {
        return (int) Math.max(0, said.get(ForwardingNumber.BIFLOW_DIRECTION));
    }

    private static void put(int ipVersion, long high, long low, ByteBuffer out) {
        out.put((byte) ipVersion);
        if (ipVersion == IPV6) {
            out.putLong(high).putLong(low);
        } else {
            out.putInt((int) low);
        }
    }

    private static int bit(ForwardingNumber number) {
        return 1 << number.ordinal();
    }

    private static int bit(ForwardingAddress address) {
        return 1 << (ForwardingNumber.COUNT + address.ordinal());
    }

    /** Fills a carrier with what it holds. */
    void copyTo(ReportedForwarding into) {
        read(octets, into);
    }

    private static void read(byte[] octets, ReportedForwarding into) {
        into.clear();
        ByteBuffer in = ByteBuffer.wrap(octets);
        int present = ByteUtils.readUnsignedVarint(in);
        for (ForwardingNumber number : NUMBERS) {
            if ((present & bit(number)) != 0) {
                into.set(number, Integer.toUnsignedLong(ByteUtils.readUnsignedVarint(in)));
            }
        }
        for (ForwardingAddress address : ADDRESSES) {
            if ((present & bit(address)) != 0) {
                int ipVersion = in.get();
                long high = ipVersion == IPV6 ? in.getLong() : 0;
                into.set(
                        address,
                        ipVersion,
                        high,
                        ipVersion == IPV6 ? in.getLong() : Integer.toUnsignedLong(in.getInt()));
            }
        }
        for (int left = in.get(); left > 0; left--) {
            into.addLabel(ByteUtils.readUnsignedVarint(in));
        }
    }

    boolean saysWhoBegan() {
        return biflowDirection != 0;
    }

    /** Who sent the packets began; the other side, if {@link #saysWhoBegan}, otherwise. */
    boolean senderBegan() {
        return biflowDirection == ForwardingNumber.INITIATOR;
    }

    /** Octets that {@link #put} writes. */
    int octets() {
        return 1 + octets.length;
    }

    void put(ByteBuffer out) {
        out.put((byte) octets.length).put(octets);
    }

    static SharedForwarding get(ByteBuffer in) {
        byte[] octets = new byte[in.get() & 0xff];
        in.get(octets);
        int direction = 0;
        if ((ByteUtils.readUnsignedVarint(ByteBuffer.wrap(octets)) & bit(ForwardingNumber.BIFLOW_DIRECTION)) != 0) {
            ReportedForwarding said = new ReportedForwarding();
            read(octets, said);
            direction = directionOf(said);
        }
        return new SharedForwarding(octets, direction);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SharedForwarding forwarding
                && hash == forwarding.hash
                && Arrays.equals(octets, forwarding.octets);
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
