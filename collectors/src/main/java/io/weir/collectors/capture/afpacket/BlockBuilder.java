package io.weir.collectors.capture.afpacket;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Lays packets into a block of ring memory as the kernel does (net/packet/af_packet.c): header, address, gap, frame. */
final class BlockBuilder {

    private static final int FIRST_PACKET = 48;
    private static final int USER = 1;

    private final ByteBuffer memory;
    private final int block;
    private int packet;
    private int end;
    private int packets;

    BlockBuilder(ByteBuffer memory, int block) {
        this.memory = memory;
        this.block = block;
        this.packet = block + FIRST_PACKET;
        this.end = packet;
        memory.order(ByteOrder.nativeOrder());
        memory.putInt(block, 1);
        memory.putInt(block + 8, USER);
        memory.putInt(block + 16, FIRST_PACKET);
    }

    /** A packet whose frame begins {@code begin} octets behind its header. */
    BlockBuilder packet(int begin, byte[] frame, int onTheWire, long timeNanos) {
        if (packets > 0) {
            memory.putInt(packet, end - packet);
            packet = end;
        }
        memory.putInt(packet + 4, (int) (timeNanos / 1_000_000_000L));
        memory.putInt(packet + 8, (int) (timeNanos % 1_000_000_000L));
        memory.putInt(packet + 12, frame.length);
        memory.putInt(packet + 16, onTheWire);
        memory.putShort(packet + 24, (short) begin);
        memory.putShort(packet + 26, (short) (begin + 14));
        memory.put(packet + begin, frame);
        packets++;
        end = packet + (begin + frame.length + 15) / 16 * 16;
        memory.putInt(block + 12, packets);
        return this;
    }

    /** Of the last packet: the tag that the kernel took out. */
    BlockBuilder vlan(int status, int controlInformation, int protocol) {
        memory.putInt(packet + 20, status);
        memory.putInt(packet + 32, controlInformation);
        memory.putShort(packet + 36, (short) protocol);
        return this;
    }

    /** Of the last packet: its link layer address. */
    BlockBuilder address(int protocol, int systemIndex, int hardwareType, int packetType, byte[] station) {
        memory.putShort(packet + 48, (short) 17);
        memory.put(packet + 50, (byte) (protocol >>> 8));
        memory.put(packet + 51, (byte) protocol);
        memory.putInt(packet + 52, systemIndex);
        memory.putShort(packet + 56, (short) hardwareType);
        memory.put(packet + 58, (byte) packetType);
        memory.put(packet + 59, (byte) station.length);
        memory.put(packet + 60, station);
        return this;
    }

    /** Of the block so far, its header and the padding of its last packet included. */
    int octets() {
        return end - block;
    }
}
