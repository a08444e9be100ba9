package io.weir.topology.sflow;

import java.nio.ByteBuffer;

/** What every sample has, filled anew for each. */
public abstract sealed class SflowSample permits FlowSample, CounterSample, DiscardedPacket {
    /** Index of an interface (ifIndex). */
    public static final int SOURCE_INTERFACE = 0;
    /** A VLAN (smonVlanDataSource). */
    public static final int SOURCE_VLAN = 1;
    /** A physical entity (entPhysicalEntry), such as a whole switch. */
    public static final int SOURCE_PHYSICAL_ENTITY = 2;
    /** A logical entity, such as a virtual machine [sflow_host.txt]. */
    public static final int SOURCE_LOGICAL_ENTITY = 3;

    /** Index in the buffer where the body of the sample begins. */
    public int position;
    /** Octets of the body; those that are there, where the datagram ends before. */
    public int octets;
    /** The long form, with words of their own for types and formats (formats 3, 4 and 5). */
    public boolean expanded;
    /** Of samples of this kind from this source, modulo 2^32. */
    public long sequenceNumber;
    /** What the index counts, see the constants; other numbers are kept. */
    public long sourceType;
    /** Index of the source, 24 bits in the compact form, 32 in the expanded one. */
    public long sourceIndex;
    /** All records, known or not. */
    public final RecordList records = new RecordList();
    /** The first problem met in the sample or one of its records. */
    public SflowProblem problem = SflowProblem.NONE;

    /** There was a record for which {@link #records} had no room. */
    boolean listFull;

    SflowSample() {}

    void clear(ByteBuffer buffer, int position, int octets, boolean expanded) {
        this.position = position;
        this.octets = octets;
        this.expanded = expanded;
        records.clear(buffer, position + octets);
        listFull = false;
        // A reference is stored only when it changes, as a store costs more than the look.
        if (problem != SflowProblem.NONE) {
            problem = SflowProblem.NONE;
        }
    }

    void note(SflowProblem met) {
        if (problem == SflowProblem.NONE) {
            problem = met;
        }
    }
}
