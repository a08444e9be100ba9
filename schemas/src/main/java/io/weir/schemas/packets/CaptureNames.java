package io.weir.schemas.packets;

/** How packets of an observation point became known, where it was by datagrams of exporters: {@code capture} of the point. */
public final class CaptureNames {

    /** By samples of sFlow. */
    public static final String SFLOW = "sflow";

    /** By flow records of NetFlow or IPFIX: long after they passed, and many in one. */
    public static final String NETFLOW = "netflow";

    private CaptureNames() {}
}
