package io.weir.topology.sflow;

import java.nio.ByteBuffer;

/** An address as sFlow has it, filled anew by every read: the union of type 0 (unknown), 1 (IPv4) and 2 (IPv6) [sflow_version_5.txt, section 5]. */
public final class SflowAddress {
    static final int TYPE_UNKNOWN = 0;
    static final int TYPE_IPV4 = 1;
    static final int TYPE_IPV6 = 2;

    /** 0 where the agent does not know it, 4 or 6. */
    public int ipVersion;
    /** Most significant half of an IPv6 address; 0 otherwise. */
    public long high;
    /** Least significant half of an IPv6 address; an IPv4 address in the low 32 bits, unsigned; 0 where it is not known. */
    public long low;

    SflowAddress() {}

    void clear() {
        ipVersion = 0;
        high = 0;
        low = 0;
    }

    void readIpv4(ByteBuffer buffer, int position) {
        ipVersion = 4;
        high = 0;
        low = Integer.toUnsignedLong(buffer.getInt(position));
    }

    void readIpv6(ByteBuffer buffer, int position) {
        ipVersion = 6;
        high = buffer.getLong(position);
        low = buffer.getLong(position + Long.BYTES);
    }
}
