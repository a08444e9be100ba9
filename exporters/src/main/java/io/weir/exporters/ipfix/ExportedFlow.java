package io.weir.exporters.ipfix;

/**
 * What is exported of one flow record: a plain carrier that {@link FlowReader} fills anew for each record. It must not leave the call that
 * shows it. Text is a part of {@link #value}. What a flow does not know is 0, as IPFIX has no null within a template.
 */
public final class ExportedFlow {
    /** Octets that the texts are in. */
    byte[] value = new byte[0];

    int hostAt;
    int hostOctets;
    int interfaceAt;
    int interfaceOctets;
    int captureAt;
    int captureOctets;
    int applicationAt;
    int applicationOctets;

    /** 4, 6, or 0 for frames without IP. */
    int ipVersion;

    int protocolIdentifier;
    int etherType;
    int vlanId;
    /** First 64 of the 128 bits. */
    long flowId;
    /** IE 136. */
    int flowEndReason;
    /** IE 239 of a record whose source is the initiator. */
    int biflowDirection;
    /** N: one packet in N was seen. */
    int samplingRate;
    /** Epoch milliseconds. */
    long startMs;

    long endMs;
    boolean isEarly;
    boolean isLast;
    boolean isEnclosed;
    /** Type and code of the initiator's ICMP messages, type in the high octet. */
    int icmpTypeCode;
    /** The same of the responder's. */
    int responderIcmpTypeCode;

    /** Who began. */
    final Side initiator = new Side();

    final Side responder = new Side();

    /** Without content. */
    public ExportedFlow() {}

    /** One end of the flow, and what it sent. */
    static final class Side {
        /** Most significant half of an IPv6 address. */
        long addressHigh;
        /** Least significant half; an IPv4 address in the low 32 bits. */
        long addressLow;

        long macAddress;
        int port;
        int tcpControlBits;
        long packets;
        long octets;
        long layer2Octets;
        long totalPackets;
        long totalOctets;
        long totalLayer2Octets;
    }
}
