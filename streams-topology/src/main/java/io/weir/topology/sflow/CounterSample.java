package io.weir.topology.sflow;

import java.nio.ByteBuffer;

/**
 * Counters of one source at one time [sflow_version_5.txt, section 5: counters_sample, counters_sample_expanded]. Those of interfaces are
 * read; all others are in {@link #records} for {@link StructureReader}.
 *
 * <pre>
 * compact    0 sequence (4)  4 source (1 + 3)   8 records   12 first record
 * expanded   0 sequence (4)  4 source (4 + 4)  12 records   16 first record
 * </pre>
 */
public final class CounterSample extends SflowSample {
    /** There is a record 1; what {@link #interfaceCounters} holds says nothing without. */
    public boolean hasInterfaceCounters;
    /** There is a record 2; what {@link #ethernetCounters} holds says nothing without. */
    public boolean hasEthernetCounters;
    /** The first record 1. */
    public final InterfaceCounters interfaceCounters = new InterfaceCounters();
    /** The first record 2. */
    public final EthernetCounters ethernetCounters = new EthernetCounters();

    CounterSample() {}

    @Override
    void clear(ByteBuffer buffer, int position, int octets, boolean expanded) {
        super.clear(buffer, position, octets, expanded);
        hasInterfaceCounters = false;
        hasEthernetCounters = false;
    }
}
