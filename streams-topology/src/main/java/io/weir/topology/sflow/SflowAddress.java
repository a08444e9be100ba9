package io.weir.topology.sflow;

import java.nio.ByteBuffer;

/** An address as sFlow has it, filled anew by every read: the union of type 0 (unknown), 1 (IPv4) and 2 (IPv6) [sflow_version_5.txt, section 5]. */
public final class SflowAddress {
    static final int TYPE_IPV4 = 1;

    private static final int TYPE_UNKNOWN = 0;
    private static final int TYPE_IPV6 = 2;
    private static final int TYPE_LENGTH = 4;
    private static final int IPV4_LENGTH = 4;
    private static final int IPV6_LENGTH = 16;

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

    void setIpv4(long address) {
        ipVersion = 4;
        high = 0;
        low = address;
    }

    /**
     * Reads the union at this index.
     *
     * @param end index behind the last octet that it may take
     * @return octets that it takes; negative, and the address not known, where {@link #problemAt} is to be asked
     */
    int read(ByteBuffer buffer, int position, int end) {
        int available = end - position - TYPE_LENGTH;
        int at = position + TYPE_LENGTH;
        int type = available < 0 ? -1 : buffer.getInt(position);
        if (type == TYPE_IPV4 && available >= IPV4_LENGTH) {
            readIpv4(buffer, at);
            return TYPE_LENGTH + IPV4_LENGTH;
        }
        if (type == TYPE_IPV6 && available >= IPV6_LENGTH) {
            readIpv6(buffer, at);
            return TYPE_LENGTH + IPV6_LENGTH;
        }
        clear();
        return type == TYPE_UNKNOWN ? TYPE_LENGTH : -1;
    }

    /** Why the union at this index cannot be read: it is {@code tooShort}, or of a type whose length is not known. */
    static SflowProblem problemAt(ByteBuffer buffer, int position, int end, SflowProblem tooShort) {
        if (end - position < TYPE_LENGTH) {
            return tooShort;
        }
        int type = buffer.getInt(position);
        return type == TYPE_IPV4 || type == TYPE_IPV6 ? tooShort : SflowProblem.UNKNOWN_ADDRESS_TYPE;
    }

    void readIpv4(ByteBuffer buffer, int position) {
        setIpv4(Integer.toUnsignedLong(buffer.getInt(position)));
    }

    void readIpv6(ByteBuffer buffer, int position) {
        ipVersion = 6;
        high = buffer.getLong(position);
        low = buffer.getLong(position + Long.BYTES);
    }
}
