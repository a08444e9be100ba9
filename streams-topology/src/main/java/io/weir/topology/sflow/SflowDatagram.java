package io.weir.topology.sflow;

/**
 * The head of a datagram, filled anew by every call [sflow_version_5.txt, section 5]. Its exporter is known by {@link #agentAddress} and
 * {@link #subAgentId}, never by the address it was received from, which a forwarder or NAT changes; where the agent does not know its
 * address, that one is all there is.
 *
 * <pre>
 * 0 version (4) = 5   4 agent address: type (4), 0, 4 or 16 octets   then sub-agent (4)  sequence number (4)  uptime (4)  samples (4)
 * </pre>
 */
public final class SflowDatagram {
    /** Address of the agent; of version 0 where it does not know it. */
    public final SflowAddress agentAddress = new SflowAddress();
    /** Tells datagram streams of one agent apart, each with sequence numbers and uptime of its own. */
    public long subAgentId;
    /** Of the datagrams of this sub-agent, modulo 2^32. */
    public long sequenceNumber;
    /** Milliseconds since the sub-agent started, modulo 2^32; sub-agents are not synchronised. */
    public long uptimeMs;
    /** Samples that the head announces; 0 is valid. */
    public long announcedSamples;

    SflowDatagram() {}
}
