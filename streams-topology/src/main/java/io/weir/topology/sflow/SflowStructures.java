package io.weir.topology.sflow;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * The table of all published structures of flow and counter records: the memos of sflow.org and what sflowtool and host-sflow send beside
 * them. Read by {@link StructureReader}. Safe for use by many threads.
 */
public final class SflowStructures {
    /** Low bits of a data format that are the number of the format; the others are the enterprise. */
    public static final int FORMAT_BITS = 12;

    /** Mask of {@link #FORMAT_BITS}. */
    public static final int FORMAT_MASK = (1 << FORMAT_BITS) - 1;

    private static final Table FLOW = new Table(FlowStructures.all());
    private static final Table COUNTERS = new Table(CounterStructures.all());

    private SflowStructures() {}

    /** Structures of flow records, by enterprise and format. */
    public static List<Structure> flow() {
        return FLOW.structures;
    }

    /** Structures of counter records, by enterprise and format. */
    public static List<Structure> counters() {
        return COUNTERS.structures;
    }

    /** Structure of a flow record, null if none is published. */
    public static Structure flow(int enterprise, int format) {
        return FLOW.find(enterprise << FORMAT_BITS | format);
    }

    /** Structure of a counter record, null if none is published. */
    public static Structure counters(int enterprise, int format) {
        return COUNTERS.find(enterprise << FORMAT_BITS | format);
    }

    /** One of the two spaces of numbers; a search allocates nothing. */
    private static final class Table {
        final List<Structure> structures;
        private final int[] dataFormats;

        Table(List<Structure> unsorted) {
            structures = unsorted.stream()
                    .sorted(Comparator.comparingInt(Structure::dataFormat))
                    .toList();
            dataFormats = structures.stream().mapToInt(Structure::dataFormat).toArray();
        }

        Structure find(int dataFormat) {
            int index = Arrays.binarySearch(dataFormats, dataFormat);
            return index < 0 ? null : structures.get(index);
        }
    }
}
