package io.weir.topology.sflow;

/**
 * One packet of those that passed a source, and how it was chosen [sflow_version_5.txt, section 5: flow_sample, flow_sample_expanded].
 *
 * <pre>
 * compact    0 sequence (4)  4 source (1 + 3)   8 rate  12 pool  16 drops  20 input  24 output  28 records   32 first record
 * expanded   0 sequence (4)  4 source (4 + 4)  12 rate  16 pool  20 drops  24 input (4 + 4)  32 output (4 + 4)  40 records   44 first record
 * </pre>
 */
public final class FlowSample extends SflowSample {
    /** One packet in so many is sampled; it may change with any sample; 0 means that it is not known. */
    public long samplingRate;
    /** Packets that could have been sampled so far, modulo 2^32; some agents send sequence number times rate instead. */
    public long samplePool;
    /** Samples that the agent had to drop so far, modulo 2^32. */
    public long drops;
    /** Format of {@link #inputValue}, see {@link InterfaceKind}; only 0 is legal here. */
    public long inputFormat;
    /** Where the packet came in; 30 bits in the compact form, 32 in the expanded one. */
    public long inputValue;
    /** Format of {@link #outputValue}, see {@link InterfaceKind}. */
    public long outputFormat;
    /** Where the packet went: an index, a reason, or a number of interfaces. */
    public long outputValue;
    /** What the records say of the packet. */
    public final SampledPacket packet = new SampledPacket();

    FlowSample() {}

    /** What {@link #inputValue} is. */
    public InterfaceKind inputKind() {
        return InterfaceKind.of(inputFormat, inputValue);
    }

    /** What {@link #outputValue} is. */
    public InterfaceKind outputKind() {
        return InterfaceKind.of(outputFormat, outputValue);
    }

    /** The source is the interface that the packet came in by: it was sampled on ingress. */
    public boolean isSampledOnInput() {
        return sourceType == SOURCE_INTERFACE && sourceIndex == inputValue && inputKind() == InterfaceKind.INDEX;
    }

    /** The source is the interface that the packet went out by: it was sampled on egress. */
    public boolean isSampledOnOutput() {
        return sourceType == SOURCE_INTERFACE && sourceIndex == outputValue && outputKind() == InterfaceKind.INDEX;
    }
}
