package io.weir.topology.sflow;

/**
 * Counters that every kind of interface has (counter record 1, if_counters [sflow_version_5.txt, section 5; RFC 2863]), filled anew by every
 * read. Packet counters are of 32 bits and wrap; octet counters of 64 bits are unsigned. A counter that the agent does not have is
 * {@link #UNKNOWN}, never 0, as are all that a record too short does not hold.
 */
public final class InterfaceCounters {
    /** All ones on the wire, in 32 and 64 bits alike. */
    public static final long UNKNOWN = -1;

    /** Operates in both directions at once. */
    public static final int FULL_DUPLEX = 1;
    /** Operates in one direction at a time. */
    public static final int HALF_DUPLEX = 2;
    /** Only receives. */
    public static final int RECEIVES = 3;
    /** Only sends. */
    public static final int SENDS = 4;

    private static final int ADMIN_UP = 1;
    private static final int OPER_UP = 2;

    /** ifIndex. */
    public long index;
    /** IANAifType, 6 for Ethernet. */
    public long type;
    /** Bits per second, 0 if not known. */
    public long speed;
    /** See the constants, 0 if not known. */
    public long direction;
    /** Bit 0 is set when it is to be up, bit 1 when it is up. */
    public long status;
    /** IE 1 at this interface, inwards; with framing characters. */
    public long inOctets;

    public long inUnicastPackets;
    public long inMulticastPackets;
    public long inBroadcastPackets;
    public long inDiscards;
    public long inErrors;
    public long inUnknownProtocols;
    public long outOctets;
    public long outUnicastPackets;
    public long outMulticastPackets;
    public long outBroadcastPackets;
    public long outDiscards;
    public long outErrors;
    /** 1 takes all frames, 2 does not; 0 if not known. */
    public long promiscuousMode;

    InterfaceCounters() {}

    /** Whether it is to be up (ifAdminStatus). */
    public boolean isAdminUp() {
        return status != UNKNOWN && (status & ADMIN_UP) != 0;
    }

    /** Whether it is up (ifOperStatus). */
    public boolean isOperUp() {
        return status != UNKNOWN && (status & OPER_UP) != 0;
    }

    void read(XdrCursor in) {
        index = in.u32();
        type = in.u32();
        speed = in.u64();
        direction = in.u32();
        status = in.u32();
        inOctets = in.u64();
        inUnicastPackets = in.counter32();
        inMulticastPackets = in.counter32();
        inBroadcastPackets = in.counter32();
        inDiscards = in.counter32();
        inErrors = in.counter32();
        inUnknownProtocols = in.counter32();
        outOctets = in.u64();
        outUnicastPackets = in.counter32();
        outMulticastPackets = in.counter32();
        outBroadcastPackets = in.counter32();
        outDiscards = in.counter32();
        outErrors = in.counter32();
        promiscuousMode = in.u32();
    }
}
