package io.weir.collectors.capture.ebpf;

import io.weir.collectors.capture.Frame;
import io.weir.collectors.capture.FrameSink;
import java.nio.ByteBuffer;

/**
 * A view of what the kernel's program counted of one direction of a flow, {@code struct counts} there. Delivered in two summaries, so that
 * both its times are told: all packets but the last at the time of the first, and the last at its own.
 *
 * <pre>
 *  0 packets   8 layer-2 octets  16 octets  24 first time  32 last time
 * 40 layer-2 octets of the last  44 octets of the last     48 layer-2 octets of the header's packet
 * 52 VLAN tag  56 control bits   58 those of the last      60 length of the header  62 header ... (136 octets)
 * </pre>
 */
final class FlowCounts {

    static final int OCTETS = 136;

    static final int HEADER = 62;
    static final int MAX_HEADER_OCTETS = 74;

    private static final int LAYER2_OCTETS = 8;
    private static final int IP_OCTETS = 16;
    private static final int FIRST = 24;
    private static final int LAST = 32;
    private static final int LAST_LAYER2_OCTETS = 40;
    private static final int LAST_IP_OCTETS = 44;
    private static final int HEADER_LAYER2_OCTETS = 48;
    private static final int TAG = 52;
    private static final int FLAGS = 56;
    private static final int LAST_FLAGS = 58;
    private static final int HEADER_OCTETS = 60;

    private static final int STATIONS_OCTETS = 12;
    private static final int TAG_OCTETS = 4;
    private static final int LINKTYPE_ETHERNET = 1;
    private static final int NO_FLAGS = -1;
    private static final int TCP_HEADER_OCTETS = 20;

    private final Frame frame = new Frame();
    private final ByteBuffer header = ByteBuffer.allocateDirect(MAX_HEADER_OCTETS + TAG_OCTETS);
    private ByteBuffer buffer;
    private int offset;

    /** @param octets in the machine's byte order */
    FlowCounts wrap(ByteBuffer octets, int at) {
        buffer = octets;
        offset = at;
        return this;
    }

    long packets() {
        return buffer.getLong(offset);
    }

    /** CLOCK_MONOTONIC, as is {@link #lastNanos}. */
    long firstNanos() {
        return buffer.getLong(offset + FIRST);
    }

    long lastNanos() {
        return buffer.getLong(offset + LAST);
    }

    /**
     * Delivers all packets but the last, or the only one.
     *
     * @return the number of summaries: more than one when a sum is more than it can hold
     */
    int deliverFirst(FrameSink sink, KernelClock clock, int interfaceIndex) {
        long packets = packets();
        long layer2Octets = buffer.getLong(offset + LAYER2_OCTETS);
        long octets = buffer.getLong(offset + IP_OCTETS);
        if (packets > 1) {
            packets--;
            layer2Octets -= buffer.getInt(offset + LAST_LAYER2_OCTETS) & 0xffff_ffffL;
            octets -= buffer.getInt(offset + LAST_IP_OCTETS) & 0xffff_ffffL;
        }
        point(clock.epochNanos(firstNanos()), interfaceIndex);
        int flags = flags(FLAGS);
        long parts = parts(packets, layer2Octets);
        for (long left = parts; left > 0; left--) {
            // Each part is at most the greatest int, as the rest is at most that times the parts that are left.
            long packetsOfPart = packets / left;
            long layer2OfPart = layer2Octets / left;
            long octetsOfPart = octets / left;
            sink.onSummary(frame, (int) packetsOfPart, (int) layer2OfPart, (int) octetsOfPart, flags);
            packets -= packetsOfPart;
            layer2Octets -= layer2OfPart;
            octets -= octetsOfPart;
        }
        return (int) parts;
    }

    /** Summaries that it takes; layer-2 octets are the largest of the sums. */
    private static long parts(long packets, long layer2Octets) {
        long most = Math.max(packets, layer2Octets);
        return Math.max(1, (most + Integer.MAX_VALUE - 1) / Integer.MAX_VALUE);
    }

    /** Delivers the last packet of several. */
    void deliverLast(FrameSink sink, KernelClock clock, int interfaceIndex) {
        point(clock.epochNanos(lastNanos()), interfaceIndex);
        sink.onSummary(
                frame,
                1,
                buffer.getInt(offset + LAST_LAYER2_OCTETS),
                buffer.getInt(offset + LAST_IP_OCTETS),
                flags(LAST_FLAGS));
    }

    private int flags(int field) {
        return isTcp() ? buffer.getShort(offset + field) & 0xffff : NO_FLAGS;
    }

    private boolean isTcp() {
        // By the length of the header, which ends with that of the transport.
        int behindEthernet = (buffer.getShort(offset + HEADER_OCTETS) & 0xffff) - STATIONS_OCTETS - 2;
        return behindEthernet == 20 + TCP_HEADER_OCTETS || behindEthernet == 40 + TCP_HEADER_OCTETS;
    }

    /** Points the frame at the header as it was on the wire. */
    private void point(long timeNanos, int interfaceIndex) {
        int octets = Math.min(buffer.getShort(offset + HEADER_OCTETS) & 0xffff, MAX_HEADER_OCTETS);
        int tag = buffer.getInt(offset + TAG);
        header.put(0, buffer, offset + HEADER, STATIONS_OCTETS);
        int behind = STATIONS_OCTETS;
        if (tag != 0) {
            header.putInt(STATIONS_OCTETS, tag);
            behind += TAG_OCTETS;
        }
        header.put(behind, buffer, offset + HEADER + STATIONS_OCTETS, octets - STATIONS_OCTETS);
        frame.set(
                header,
                0,
                behind + octets - STATIONS_OCTETS,
                buffer.getInt(offset + HEADER_LAYER2_OCTETS),
                timeNanos,
                LINKTYPE_ETHERNET,
                interfaceIndex);
    }
}
