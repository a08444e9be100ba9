package io.weir.topology.datagram;

import java.nio.ByteBuffer;

/** Writes what an agent of sFlow sends: datagrams of packets that the agent has read itself, and of counters of interfaces. */
final class SflowAgent {

    static final int ADDRESS = 0xc000_0207;
    private static final int SAMPLED_ETHERNET_OCTETS = 24;
    private static final int INTERFACE_COUNTERS_OCTETS = 88;
    private static final int UNKNOWN = -1;

    private SflowAgent() {}

    static ByteBuffer datagram(int subAgent, long sequence, long uptimeMs, byte[]... samples) {
        int octets = 28;
        for (byte[] sample : samples) {
            octets += sample.length;
        }
        ByteBuffer out = ByteBuffer.allocate(octets)
                .putInt(5)
                .putInt(1)
                .putInt(ADDRESS)
                .putInt(subAgent)
                .putInt((int) sequence)
                .putInt((int) uptimeMs)
                .putInt(samples.length);
        for (byte[] sample : samples) {
            out.put(sample);
        }
        return out.flip();
    }

    /**
     * One packet.
     *
     * @param source type in the upper eight bits, index in the others
     * @param frameOctets with FCS
     */
    static byte[] packet(
            long sequence, int source, int rate, long pool, long drops, int input, int output, int frameOctets) {
        return ByteBuffer.allocate(8 + 32 + 8 + SAMPLED_ETHERNET_OCTETS)
                .putInt(1)
                .putInt(32 + 8 + SAMPLED_ETHERNET_OCTETS)
                .putInt((int) sequence)
                .putInt(source)
                .putInt(rate)
                .putInt((int) pool)
                .putInt((int) drops)
                .putInt(input)
                .putInt(output)
                .putInt(1)
                .putInt(2)
                .putInt(SAMPLED_ETHERNET_OCTETS)
                .putInt(frameOctets)
                .putLong(0x0200_0000_0001_0000L)
                .putLong(0x0200_0000_0002_0000L)
                .putInt(0x88cc)
                .array();
    }

    /** Counters of one interface, with neither multicast nor broadcast out. */
    static byte[] counters(
            long sequence,
            int index,
            long inOctets,
            long inPackets,
            long inMulticast,
            long outOctets,
            long outPackets) {
        return ByteBuffer.allocate(8 + 12 + 8 + INTERFACE_COUNTERS_OCTETS)
                .putInt(2)
                .putInt(12 + 8 + INTERFACE_COUNTERS_OCTETS)
                .putInt((int) sequence)
                .putInt(index)
                .putInt(1)
                .putInt(1)
                .putInt(INTERFACE_COUNTERS_OCTETS)
                .putInt(index)
                .putInt(6)
                .putLong(10_000_000_000L)
                .putInt(1)
                .putInt(3)
                .putLong(inOctets)
                .putInt((int) inPackets)
                .putInt((int) inMulticast)
                .putInt(UNKNOWN)
                .putInt(0)
                .putInt(0)
                .putInt(0)
                .putLong(outOctets)
                .putInt((int) outPackets)
                .putInt(UNKNOWN)
                .putInt(UNKNOWN)
                .putInt(0)
                .putInt(0)
                .putInt(0)
                .array();
    }
}
