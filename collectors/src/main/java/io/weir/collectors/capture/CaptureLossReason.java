package io.weir.collectors.capture;

import java.util.Locale;

/** Why packets are missing or a capture could not be read on: the bounded set of reason codes of this package. */
public enum CaptureLossReason {
    /** The capture ends in the middle of a record. */
    TRUNCATED_FILE,
    /** A pcapng block contradicts itself. */
    CORRUPT_BLOCK,
    /** A packet's own header is impossible. */
    CORRUPT_PACKET_HEADER,
    /** A packet names an interface that the capture does not describe. */
    UNKNOWN_INTERFACE,
    /** More interfaces than a source may have. */
    TOO_MANY_INTERFACES,
    /** A time stamp outside of what 64 bit nanoseconds can tell (years 1677 to 2262). */
    TIMESTAMP_OUT_OF_RANGE,
    /** A later section of the file has a format version that is not known. */
    UNSUPPORTED_SECTION,
    /** The kernel had no room in the capture buffer. */
    KERNEL_DROP,
    /** The network interface or its driver dropped packets. */
    INTERFACE_DROP,
    /** A live interface went down or away. */
    INTERFACE_LOST;

    private final String code = name().toLowerCase(Locale.ROOT);

    /**
     * True when the packets had reached this process and are lost here, so that they count among those seen; false when they never
     * came this far (drops before the capture).
     */
    public boolean isSeen() {
        return this != KERNEL_DROP && this != INTERFACE_DROP && this != INTERFACE_LOST;
    }

    /** The code as written in records and metrics, lower snake case. */
    public String code() {
        return code;
    }
}
