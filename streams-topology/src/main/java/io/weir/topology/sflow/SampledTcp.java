package io.weir.topology.sflow;

/**
 * What the sender's or receiver's kernel knows of the TCP connection of a packet, filled anew by every read (flow record 2209,
 * extended_tcp_info, after the tcp_info of Linux).
 */
public final class SampledTcp {
    /** The packet was received. */
    public static final int RECEIVED = 1;
    /** The packet was sent. */
    public static final int SENT = 2;

    /** See the constants, 0 if not known. */
    public long direction;
    /** Maximum segment size for sending, octets, without options. */
    public long sendMss;
    /** Maximum segment size received, octets. */
    public long receiveMss;
    /** Segments on their way. */
    public long unacknowledged;
    /** Segments lost. */
    public long lost;
    /** Segments sent again. */
    public long retransmitted;
    /** Path MTU, octets. */
    public long pathMtu;
    /** Smoothed round trip, microseconds. */
    public long roundTripMicroseconds;
    /** Its variance, microseconds. */
    public long roundTripVarianceMicroseconds;
    /** Congestion window, segments. */
    public long congestionWindow;
    /** Segments of reordering that are borne. */
    public long reordering;
    /** Least round trip, microseconds. */
    public long minimumRoundTripMicroseconds;

    SampledTcp() {}

    void read(XdrCursor in) {
        direction = in.u32();
        sendMss = in.u32();
        receiveMss = in.u32();
        unacknowledged = in.u32();
        lost = in.u32();
        retransmitted = in.u32();
        pathMtu = in.u32();
        roundTripMicroseconds = in.u32();
        roundTripVarianceMicroseconds = in.u32();
        congestionWindow = in.u32();
        reordering = in.u32();
        minimumRoundTripMicroseconds = in.u32();
    }
}
