package io.weir.collectors.capture.afpacket;

import io.weir.collectors.capture.Frame;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Walks the frames of one block of a TPACKET_V3 ring in place: packet(7) and linux/if_packet.h. Header fields are in the machine's
 * byte order, the frame and the protocol of its address in that of the network.
 *
 * <pre>
 * block   0 version      4 private area    8 status        12 packets       16 first packet  20 length  24 ... (48 octets)
 * packet  0 next packet  4 seconds         8 nanoseconds   12 captured      16 on the wire   20 status
 *        24 link header 26 network header 28 hash          32 VLAN TCI      36 VLAN TPID     38 ... (48 octets)
 * address 0 family       2 protocol        4 interface      8 hardware type 10 packet type   11 length  12 address (20 octets)
 * </pre>
 *
 * Lengths and offsets count octets, offsets of a packet from its header. Nothing outside the block is read or written, whatever
 * stands in it. What is put before a frame (a VLAN tag that the kernel took out, a cooked header) goes into the gap between the
 * packet's header and its frame: PACKET_RESERVE makes it large enough.
 */
final class BlockReader {

    /** Most octets put before a frame: a cooked header and a VLAN tag. */
    static final int HEADROOM_OCTETS = 24;

    /** Answer of {@link #damaged} when the block does not say how many packets it has. */
    static final int UNKNOWN = -1;

    static final int BLOCK_STATUS = 8;
    private static final int BLOCK_PACKETS = 12;
    private static final int BLOCK_FIRST_PACKET = 16;
    private static final int BLOCK_HEADER_OCTETS = 48;

    private static final int NEXT_PACKET = 0;
    private static final int SECONDS = 4;
    private static final int NANOSECONDS = 8;
    private static final int CAPTURED = 12;
    private static final int ON_THE_WIRE = 16;
    private static final int PACKET_STATUS = 20;
    private static final int LINK_HEADER = 24;
    private static final int VLAN_TCI = 32;
    private static final int VLAN_TPID = 36;
    private static final int PACKET_HEADER_OCTETS = 48;

    private static final int ADDRESS = 48;
    private static final int PROTOCOL = ADDRESS + 2;
    private static final int INTERFACE = ADDRESS + 4;
    private static final int HARDWARE_TYPE = ADDRESS + 8;
    private static final int PACKET_TYPE = ADDRESS + 10;
    private static final int STATION = ADDRESS + 12;
    private static final int ADDRESS_END = ADDRESS + 20;

    private static final int TP_STATUS_VLAN_VALID = 1 << 4;
    private static final int TP_STATUS_VLAN_TPID_VALID = 1 << 6;
    private static final int PACKET_OUTGOING = 4;

    private static final int ETHERTYPE_VLAN = 0x8100;
    private static final int MAC_PAIR_OCTETS = 12;
    private static final int VLAN_TAG_OCTETS = 4;
    private static final int SLL2_OCTETS = 20;

    private static final int MAX_FRAME_OCTETS = Integer.MAX_VALUE - HEADROOM_OCTETS;

    /** The machine's byte order. */
    private final ByteBuffer memory;

    /** The network's byte order. */
    private final ByteBuffer frames;

    private final int blockOctets;
    private final LinkKind kind;
    private final int snapOctets;
    private final int loopbackIndex;

    private int blockEnd;
    private int packet;
    private int packets;
    private int left;
    private int damaged;

    /**
     * @param memory the ring, blocks one after the other
     * @param snapOctets most octets handed out of a frame
     * @param loopbackIndex interface on which each packet is seen going out and coming in, of which only the latter is handed out; 0
     *     for none
     */
    BlockReader(ByteBuffer memory, int blockOctets, LinkKind kind, int snapOctets, int loopbackIndex) {
        this.memory = memory.duplicate().order(ByteOrder.nativeOrder());
        this.frames = memory.duplicate().order(ByteOrder.BIG_ENDIAN);
        this.blockOctets = blockOctets;
        this.kind = kind;
        this.snapOctets = snapOctets;
        this.loopbackIndex = loopbackIndex;
    }

    /** Begins with the block at an offset of the ring, which must be this process's by its status. */
    void open(int blockOffset) {
        blockEnd = blockOffset + blockOctets;
        packets = memory.getInt(blockOffset + BLOCK_PACKETS);
        left = packets;
        damaged = 0;
        if (packets < 0 || packets > blockOctets / PACKET_HEADER_OCTETS) {
            packets = 0;
            left = 0;
            damaged = UNKNOWN;
            return;
        }
        int first = memory.getInt(blockOffset + BLOCK_FIRST_PACKET);
        if (first < BLOCK_HEADER_OCTETS || first > blockOctets) {
            refuseRest();
        }
        packet = blockOffset + first;
    }

    /** Packets of the block as the kernel counted them, 0 when that count is impossible. */
    int packets() {
        return packets;
    }

    /**
     * Packets of the block that are not handed out because a header among them is impossible, or {@link #UNKNOWN}; known after the
     * last frame.
     */
    int damaged() {
        return damaged;
    }

    /** Points {@code frame} at the next frame of the block; false after the last. */
    boolean next(Frame frame, int interfaceIndex) {
        while (left > 0) {
            int at = packet;
            if (at > blockEnd - ADDRESS_END) {
                refuseRest();
                return false;
            }
            int captured = memory.getInt(at + CAPTURED);
            int onTheWire = memory.getInt(at + ON_THE_WIRE);
            int begin = memory.getShort(at + LINK_HEADER) & 0xffff;
            if (begin < PACKET_HEADER_OCTETS
                    || captured < 0
                    || captured > blockEnd - at - begin
                    || onTheWire < 0
                    || onTheWire > MAX_FRAME_OCTETS) {
                refuseRest();
                return false;
            }
            int next = left == 1 ? PACKET_HEADER_OCTETS : memory.getInt(at + NEXT_PACKET);
            if (next < PACKET_HEADER_OCTETS || next > blockEnd - at) {
                refuseRest();
                return false;
            }
            packet = at + next;
            left--;
            if (!isSentToItself(at)) {
                deliver(frame, at, begin, captured, Math.max(onTheWire, captured), interfaceIndex);
                return true;
            }
        }
        return false;
    }

    private void refuseRest() {
        damaged = left;
        left = 0;
    }

    private boolean isSentToItself(int at) {
        return loopbackIndex != 0
                && memory.get(at + PACKET_TYPE) == PACKET_OUTGOING
                && memory.getInt(at + INTERFACE) == loopbackIndex;
    }

    private void deliver(Frame frame, int at, int begin, int captured, int onTheWire, int interfaceIndex) {
        int start = at + begin;
        int added = 0;
        switch (kind.layout()) {
            case ETHERNET -> {
                if (hasVlanTag(at) && captured >= MAC_PAIR_OCTETS && begin - VLAN_TAG_OCTETS >= PACKET_HEADER_OCTETS) {
                    added = VLAN_TAG_OCTETS;
                    insertVlanTag(start - added, vlanTag(at));
                }
            }
            case COOKED -> {
                if (begin - HEADROOM_OCTETS >= PACKET_HEADER_OCTETS) {
                    added = cook(at, start);
                }
            }
            default -> {}
        }
        long seconds = memory.getInt(at + SECONDS) & 0xffff_ffffL;
        long nanos = memory.getInt(at + NANOSECONDS) & 0xffff_ffffL;
        frame.set(
                frames,
                start - added,
                Math.min(captured + added, snapOctets),
                onTheWire + added,
                seconds * 1_000_000_000L + nanos,
                kind.linkType(),
                interfaceIndex);
    }

    private boolean hasVlanTag(int at) {
        return (memory.getInt(at + PACKET_STATUS) & TP_STATUS_VLAN_VALID) != 0;
    }

    /** Tag protocol identifier and tag control information, as they follow each other on the wire. */
    private int vlanTag(int at) {
        boolean named = (memory.getInt(at + PACKET_STATUS) & TP_STATUS_VLAN_TPID_VALID) != 0;
        int protocol = named ? memory.getShort(at + VLAN_TPID) & 0xffff : ETHERTYPE_VLAN;
        return protocol << 16 | (memory.getInt(at + VLAN_TCI) & 0xffff);
    }

    /** Moves the addresses, not the frame. */
    private void insertVlanTag(int start, int tag) {
        long addresses = frames.getLong(start + VLAN_TAG_OCTETS);
        int addressesEnd = frames.getInt(start + VLAN_TAG_OCTETS + 8);
        frames.putLong(start, addresses);
        frames.putInt(start + 8, addressesEnd);
        frames.putInt(start + MAC_PAIR_OCTETS, tag);
    }

    /**
     * Writes a header of LINKTYPE_LINUX_SLL2 before the network header: protocol 0, interface index 4, hardware type 8, packet type
     * 10, length of the address 11, address 12. A VLAN tag follows it, split as on the wire: its TPID is the cooked protocol.
     *
     * @return octets put before the frame
     */
    private int cook(int at, int start) {
        // All is read before anything is written: the header may reach into the address.
        int protocol = frames.getShort(at + PROTOCOL) & 0xffff;
        int systemIndex = memory.getInt(at + INTERFACE);
        int hardwareType = memory.getShort(at + HARDWARE_TYPE);
        short typeAndLength = frames.getShort(at + PACKET_TYPE);
        long station = frames.getLong(at + STATION);
        int added = SLL2_OCTETS;
        if (hasVlanTag(at)) {
            int tag = vlanTag(at);
            frames.putInt(start - VLAN_TAG_OCTETS, tag << 16 | protocol);
            protocol = tag >>> 16;
            added += VLAN_TAG_OCTETS;
        }
        int header = start - added;
        frames.putInt(header, protocol << 16);
        frames.putInt(header + 4, systemIndex);
        frames.putShort(header + 8, (short) hardwareType);
        frames.putShort(header + 10, typeAndLength);
        frames.putLong(header + 12, station);
        return added;
    }
}
