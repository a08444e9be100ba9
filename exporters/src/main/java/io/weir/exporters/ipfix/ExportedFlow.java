package io.weir.exporters.ipfix;

/**
 * What is exported of one flow record: a plain carrier that {@link FlowReader} fills anew for each record. It must not leave the call that
 * shows it. Text is a part of {@link #value}. What a flow does not know is 0, as IPFIX has no null within a template.
 */
public final class ExportedFlow {
    /** Labels of MPLS that are exported, the top first. */
    static final int MPLS_SECTIONS = 3;

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

        /** What a device said of the way of what it sent. */
        final Way way = new Way();
    }

    /** Numbers and addresses of what a device says; 0 for what it does not say. */
    static final class Way {
        long ingressInterface;
        long egressInterface;
        int forwardingStatus;
        long bgpSourceAsNumber;
        long bgpDestinationAsNumber;
        long bgpNextAdjacentAsNumber;
        long bgpPrevAdjacentAsNumber;
        int sourcePrefixLength;
        int destinationPrefixLength;
        int ipClassOfService;
        int postVlanId;
        long ingressVrfId;
        long egressVrfId;
        int postNaptSourcePort;
        int postNaptDestinationPort;
        /** Of the flow's IP version, as are the others. */
        final Address ipNextHop = new Address();

        final Address bgpNextHop = new Address();
        final Address postNatSource = new Address();
        final Address postNatDestination = new Address();

        /** Label stack entries without time to live: label 20 bits, traffic class 3, bottom of stack 1. */
        final int[] mplsLabelStackSections = new int[MPLS_SECTIONS];
    }

    /** An address of a way. */
    static final class Address {
        /** Most significant half of an IPv6 address. */
        long high;
        /** Least significant half; an IPv4 address in the low 32 bits. */
        long low;
    }
}
