package io.weir.collectors.datagram;

import java.nio.ByteBuffer;

/** What a datagram holds, by its first octets: sFlow begins with its version in 32 bits, NetFlow and IPFIX with theirs in 16. */
enum DatagramProtocol {
    SFLOW,
    NETFLOW,
    /** Neither, or a version that Weir does not read. */
    UNKNOWN;

    private static final int SFLOW_VERSION = 5;
    private static final int NETFLOW_5 = 5;
    private static final int NETFLOW_9 = 9;
    private static final int IPFIX = 10;

    /** Of the octets before what {@link ExporterKeys} needs; shorter ones hold nothing anyway. */
    private static final int LEAST_OCTETS = 8;

    /**
     * @param buffer big endian
     * @param length octets of the datagram from {@code offset} on
     */
    static DatagramProtocol of(ByteBuffer buffer, int offset, int length) {
        if (length < LEAST_OCTETS) {
            return UNKNOWN;
        }
        if (buffer.getInt(offset) == SFLOW_VERSION) {
            return SFLOW;
        }
        return switch (buffer.getShort(offset)) {
            case NETFLOW_5, NETFLOW_9, IPFIX -> NETFLOW;
            default -> UNKNOWN;
        };
    }
}
