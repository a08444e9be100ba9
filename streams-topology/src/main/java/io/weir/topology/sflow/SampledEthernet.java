package io.weir.topology.sflow;

/** An Ethernet header as an agent has read it, filled anew by every read (flow records 2, 1021 and 1022, sampled_ethernet [sflow_version_5.txt, section 5]). */
public final class SampledEthernet {
    /** Length of the frame in octets, FCS included, framing bits not. */
    public long length;
    /** 48 bits. */
    public long sourceMac;
    /** 48 bits. */
    public long destinationMac;
    /** EtherType. */
    public long type;

    SampledEthernet() {}

    void read(XdrCursor in) {
        length = in.u32();
        sourceMac = in.mac();
        destinationMac = in.mac();
        type = in.u32();
    }
}
