package io.weir.topology.sflow;

/**
 * What the interface fields of a flow sample say [sflow_version_5.txt, section 5: interface]. In the compact form the two most significant
 * bits are the format and the others the value; in the expanded form each has a word. Numbers that stand for something else never pass as
 * the index of an interface.
 */
public enum InterfaceKind {
    /** Format 0, value 0: not known. */
    UNKNOWN,
    /** Format 0: the value is an ifIndex. */
    INDEX,
    /** Format 0, value 0x3fffffff, in the expanded form also 0xffffffff: the device itself, where the packet began or ended. */
    LOCAL,
    /** Format 1: the packet was discarded, the value is the reason ({@link DropReasons}). */
    DISCARDED,
    /** Format 2: the packet left by as many interfaces as the value says; 0 is more than one, but not known how many. */
    MULTIPLE,
    /** Another format; the value says nothing that is known. */
    OTHER;

    /** {@link #INDEX} and its like. */
    public static final int FORMAT_INDEX = 0;
    /** {@link #DISCARDED}. */
    public static final int FORMAT_DISCARDED = 1;
    /** {@link #MULTIPLE}. */
    public static final int FORMAT_MULTIPLE = 2;

    /** Bits of the value in the compact form. */
    static final int COMPACT_VALUE_BITS = 30;

    static final int COMPACT_VALUE_MASK = (1 << COMPACT_VALUE_BITS) - 1;

    private static final long LOCAL_COMPACT = COMPACT_VALUE_MASK;
    private static final long LOCAL_EXPANDED = 0xffff_ffffL;

    /** The kind of an interface by its format and value, unsigned. */
    public static InterfaceKind of(long format, long value) {
        if (format == FORMAT_INDEX) {
            if (value == 0) {
                return UNKNOWN;
            }
            return value == LOCAL_COMPACT || value == LOCAL_EXPANDED ? LOCAL : INDEX;
        }
        if (format == FORMAT_DISCARDED) {
            return DISCARDED;
        }
        return format == FORMAT_MULTIPLE ? MULTIPLE : OTHER;
    }
}
