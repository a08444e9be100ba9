package io.weir.collectors.capture;

/** What can be wrong with the records of a file that is a header and packets behind it, as pcap and snoop are. */
final class RecordProblems {

    private final String source;
    private final ByteWindow window;
    private final ProblemLog log;

    RecordProblems(String source, ByteWindow window, ProblemLog log) {
        this.source = source;
        this.window = window;
        this.log = log;
    }

    /** The window has ended before a whole record header: a cut file, unless nothing is left at all. */
    void endInHeader(FrameSink sink) {
        int left = window.available();
        if (left > 0 || window.damage() != null) {
            log.report(
                    sink,
                    CaptureLossReason.TRUNCATED_FILE,
                    0,
                    window.offset(),
                    window.offset() + left,
                    null,
                    null,
                    null,
                    () -> CaptureFileReader.cutMessage(source, window, "in the middle of a packet header"));
        }
    }

    /**
     * The window has ended within a packet.
     *
     * @param headerOctets of its record
     * @param captured octets that the header announces
     * @param layer2Octets octets on the wire
     */
    void endInPacket(FrameSink sink, long nanos, int headerOctets, int captured, long layer2Octets) {
        int left = window.available() - headerOctets;
        log.report(
                sink,
                CaptureLossReason.TRUNCATED_FILE,
                0,
                window.offset(),
                window.offset() + window.available(),
                1L,
                layer2Octets,
                nanos,
                () -> CaptureFileReader.cutMessage(
                        source,
                        window,
                        "in the middle of a packet (" + left + " of " + captured + " octets are there)"));
    }

    /**
     * A record header that cannot be: nothing behind it can be found.
     *
     * @param claim what it claims and why that cannot be
     */
    void damagedFromHere(FrameSink sink, String claim) {
        log.report(
                sink,
                CaptureLossReason.CORRUPT_PACKET_HEADER,
                0,
                window.offset(),
                -1,
                null,
                null,
                null,
                () -> source + ": the packet header at octet " + window.offset() + " claims " + claim
                        + ": the file is damaged from here on. The packets before it were read;"
                        + " for the ones behind it take the capture anew");
    }

    /** A packet that is longer than any link carries; the window is behind it. */
    void packetTooLong(FrameSink sink, long offset, long nanos, long onWire) {
        log.report(
                sink,
                CaptureLossReason.CORRUPT_PACKET_HEADER,
                0,
                offset,
                window.offset(),
                1L,
                null,
                nanos,
                () -> source + ": the packet at octet " + offset + " claims " + onWire
                        + " octets on the wire, which no link carries; it was left out");
    }
}
