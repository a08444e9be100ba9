package io.weir.collectors.capture;

import java.nio.ByteBuffer;

/**
 * A reusable view of one captured frame, valid only during the call that hands it out.
 *
 * <p>The bytes are {@code buffer[offset, offset + capturedOctets)}; whatever lies beside them belongs to other frames. Read with
 * absolute gets, and leave the buffer's position, limit and order alone.
 */
public final class Frame {

    private ByteBuffer buffer;
    private int offset;
    private int capturedOctets;
    private int layer2Octets;
    private long timeNanos;
    private boolean timeKnown;
    private int linkType;
    private int interfaceIndex;

    /**
     * Points this view at a frame.
     *
     * @param buffer in network byte order
     * @param offset of the first octet of the link layer header
     * @param capturedOctets octets that are there
     * @param layer2Octets octets on the wire without frame check sequence, at least {@code capturedOctets}
     * @param timeNanos nanoseconds since 1970-01-01T00:00:00Z
     * @param linkType LINKTYPE_ number of tcpdump.org
     * @param interfaceIndex as announced by {@link FrameSink#onInterface}
     * @return this
     */
    public Frame set(
            ByteBuffer buffer,
            int offset,
            int capturedOctets,
            int layer2Octets,
            long timeNanos,
            int linkType,
            int interfaceIndex) {
        this.buffer = buffer;
        this.offset = offset;
        this.capturedOctets = capturedOctets;
        this.layer2Octets = layer2Octets;
        this.timeNanos = timeNanos;
        this.timeKnown = true;
        this.linkType = linkType;
        this.interfaceIndex = interfaceIndex;
        return this;
    }

    void setTimeKnown(boolean known) {
        this.timeKnown = known;
    }

    void setInterfaceIndex(int index) {
        this.interfaceIndex = index;
    }

    /** The bytes, in network byte order; direct when the frame comes from a source of this package. */
    public ByteBuffer buffer() {
        return buffer;
    }

    /** Index in {@link #buffer()} of the first octet. */
    public int offset() {
        return offset;
    }

    /** Octets that were captured. */
    public int capturedOctets() {
        return capturedOctets;
    }

    /** Octets on the wire without frame check sequence (IE 352), at least {@link #capturedOctets()}. */
    public int layer2Octets() {
        return layer2Octets;
    }

    /** When the frame was seen, nanoseconds since the epoch. */
    public long timeNanos() {
        return timeNanos;
    }

    /**
     * False when the capture states no time for this frame (pcapng Simple Packet Block); {@link #timeNanos()} is then that of the
     * frame before it, or 0 at the start.
     */
    public boolean timeKnown() {
        return timeKnown;
    }

    /** LINKTYPE_ number of tcpdump.org, which says how the first octets are laid out. */
    public int linkType() {
        return linkType;
    }

    /** Index of the interface within its source, as announced by {@link FrameSink#onInterface}. */
    public int interfaceIndex() {
        return interfaceIndex;
    }
}
