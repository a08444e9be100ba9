package io.weir.topology.sflow;

/**
 * An IP header with ports as an agent has read it, filled anew by every read (flow records 3, 4 and 1023 to 1026, sampled_ipv4 and
 * sampled_ipv6 [sflow_version_5.txt, section 5]).
 */
public final class SampledIp {
    /** Length of the IP packet in octets (IE 1). */
    public long length;
    /** IANA protocol number. */
    public long protocol;
    /** IPv4 or IPv6. */
    public final SflowAddress source = new SflowAddress();
    /** Of the same version. */
    public final SflowAddress destination = new SflowAddress();
    /** Of TCP and UDP, or what is like them; 0 otherwise. */
    public long sourcePort;

    public long destinationPort;
    /** 0 without TCP. */
    public long tcpFlags;
    /** Type of service of IPv4, priority (traffic class) of IPv6. */
    public long typeOfService;

    SampledIp() {}

    void readIpv4(XdrCursor in) {
        length = in.u32();
        protocol = in.u32();
        in.ipv4(source);
        in.ipv4(destination);
        readTransport(in);
    }

    void readIpv6(XdrCursor in) {
        length = in.u32();
        protocol = in.u32();
        in.ipv6(source);
        in.ipv6(destination);
        readTransport(in);
    }

    private void readTransport(XdrCursor in) {
        sourcePort = in.u32();
        destinationPort = in.u32();
        tcpFlags = in.u32();
        typeOfService = in.u32();
    }
}
