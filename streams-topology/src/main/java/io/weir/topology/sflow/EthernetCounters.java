package io.weir.topology.sflow;

/**
 * Errors of an Ethernet interface (counter record 2, ethernet_counters [sflow_version_5.txt, section 5; RFC 3635]), filled anew by every
 * read. All are of 32 bits and wrap; {@link InterfaceCounters#UNKNOWN} where the agent does not have one, never 0.
 */
public final class EthernetCounters {
    public long alignmentErrors;
    public long fcsErrors;
    public long singleCollisionFrames;
    public long multipleCollisionFrames;
    public long sqeTestErrors;
    public long deferredTransmissions;
    public long lateCollisions;
    public long excessiveCollisions;
    public long internalMacTransmitErrors;
    public long carrierSenseErrors;
    public long frameTooLongs;
    public long internalMacReceiveErrors;
    public long symbolErrors;

    EthernetCounters() {}

    void read(XdrCursor in) {
        alignmentErrors = in.counter32();
        fcsErrors = in.counter32();
        singleCollisionFrames = in.counter32();
        multipleCollisionFrames = in.counter32();
        sqeTestErrors = in.counter32();
        deferredTransmissions = in.counter32();
        lateCollisions = in.counter32();
        excessiveCollisions = in.counter32();
        internalMacTransmitErrors = in.counter32();
        carrierSenseErrors = in.counter32();
        frameTooLongs = in.counter32();
        internalMacReceiveErrors = in.counter32();
        symbolErrors = in.counter32();
    }
}
