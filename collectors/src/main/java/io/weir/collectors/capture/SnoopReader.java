package io.weir.collectors.capture;

import java.io.IOException;

/**
 * The snoop capture format, version 2 (RFC 1761), as Solaris writes it: a file header of 16 octets, then records. All big endian.
 *
 * <pre>
 * file header     0 "snoop" and three zeros (8)  8 version (4)  12 data link type (4)
 * record header   0 on the wire (4)  4 captured (4)  8 record with this header and padding (4)  12 packets dropped so far (4)
 *                 16 seconds (4)  20 microseconds (4)  24 bytes...
 * </pre>
 *
 * <p>Times are read as {@link PcapReader} reads them. A rise of the packets dropped is a {@link CaptureLossReason#KERNEL_DROP}; a count
 * below the one before begins anew, as that of a file put together from several. A wire length below the captured one is raised to it.
 */
final class SnoopReader implements FrameReader {

    static final int MAGIC_OCTETS = 8;
    private static final long MAGIC = 0x736e_6f6f_7000_0000L;

    /** Stands for data link types for which there is no LINKTYPE_ number. */
    static final int NO_LINK_TYPE = -1;

    static final int FILE_HEADER_OCTETS = 16;
    private static final int RECORD_HEADER_OCTETS = 24;
    private static final int VERSION = 2;

    /** There is no snap length in the header; 64 KiB packets and their link headers fit. */
    private static final int MAX_PACKET_OCTETS = 256 * 1024;

    /** Records are padded to a multiple of four, by some writers to more. */
    private static final int MAX_PADDING_OCTETS = 4096;

    private final String source;
    private final ByteWindow window;
    private final ProblemLog problems;
    private final RecordProblems records;
    private final CaptureInterface description;
    private final int linkType;
    private final Frame frame = new Frame();

    private boolean announced;
    private boolean done;
    private long drops;
    private boolean dropsKnown;
    private long dropsNanos;

    private SnoopReader(String source, ByteWindow window) throws CaptureOpenException {
        this.source = source;
        this.window = window;
        this.problems = new ProblemLog(source);
        this.records = new RecordProblems(source, window, problems);
        int start = window.position();
        long version = u32(start + 8);
        if (version != VERSION) {
            throw new CaptureOpenException(
                    CaptureOpenException.Reason.UNSUPPORTED_FORMAT,
                    source,
                    source + ": snoop format version " + version
                            + " is not known (2 is); convert the file, e.g. with: editcap -F pcapng FILE NEW");
        }
        int dataLinkType = window.buffer().getInt(start + 12);
        this.linkType = linkTypeOf(dataLinkType);
        this.description = new CaptureInterface(
                source,
                null,
                linkType == NO_LINK_TYPE ? "snoop data link type " + Integer.toUnsignedLong(dataLinkType) : null,
                linkType,
                0,
                0,
                0);
        window.advance(FILE_HEADER_OCTETS);
    }

    /** Whether the file at whose start the window is begins like a snoop capture. */
    static boolean isMagic(ByteWindow window) throws IOException {
        return window.require(MAGIC_OCTETS) && window.buffer().getLong(window.position()) == MAGIC;
    }

    /** Expects the window at the start of a file for which {@link #isMagic} is true. */
    static SnoopReader open(String source, ByteWindow window) throws IOException {
        if (!window.require(FILE_HEADER_OCTETS)) {
            throw CaptureFileReader.headerCut(source, window.available(), FILE_HEADER_OCTETS);
        }
        return new SnoopReader(source, window);
    }

    /** Numbers of RFC 1761 and, above 9, of {@code sys/dlpi.h} of Solaris. */
    private static int linkTypeOf(int dataLinkType) {
        return switch (dataLinkType) {
            // IEEE 802.3, Ethernet, 100BaseVG in Ethernet format, both, 100BaseT.
            case 0, 4, 0x16, 0x18, 0x19 -> 1;
            // IEEE 802.5 token ring, 100BaseVG in token ring format.
            case 2, 0x17 -> 6;
            // FDDI.
            case 8 -> 10;
            // Frame relay.
            case 0x0a -> 107;
            // InfiniBand.
            case 0x1a -> 242;
            // IPv4, IPv6 and 6to4 tunnels.
            case 0x8000_0001, 0x8000_0002, 0x8000_0007 -> 101;
            // IEEE 802.11.
            case 0x8000_0004 -> 105;
            // IP observability.
            case 0x8000_0005 -> 226;
            default -> NO_LINK_TYPE;
        };
    }

    @Override
    public Step next(FrameSink sink) throws IOException {
        if (!announced) {
            announced = true;
            sink.onInterface(0, description);
        }
        while (!done) {
            if (!window.require(RECORD_HEADER_OCTETS)) {
                return window.ended() ? end(sink) : Step.MORE;
            }
            int start = window.position();
            long onWire = u32(start);
            long captured = u32(start + 4);
            long record = u32(start + 8);
            long padding = record - RECORD_HEADER_OCTETS - captured;
            if (captured > MAX_PACKET_OCTETS || padding < 0 || padding > MAX_PADDING_OCTETS) {
                return refuseRest(sink, captured, record);
            }
            long nanos = u32(start + 16) * 1_000_000_000L
                    + Math.max(0, window.buffer().getInt(start + 20)) * 1000L;
            // The last record of a file may lack its padding.
            int needed = RECORD_HEADER_OCTETS + (int) captured;
            if (!window.require(needed)) {
                if (!window.ended()) {
                    return Step.MORE;
                }
                takeDrops(sink, u32(window.position() + 12), nanos);
                return endInPacket(sink, nanos, (int) captured, onWire);
            }
            if (!window.require((int) record) && !window.ended()) {
                return Step.MORE;
            }
            takeDrops(sink, u32(window.position() + 12), nanos);
            int bytes = window.position() + RECORD_HEADER_OCTETS;
            long offset = window.offset();
            window.advance((int) Math.min(record, window.available()));
            if (onWire > Integer.MAX_VALUE) {
                records.packetTooLong(sink, offset, nanos, onWire);
                continue;
            }
            int layer2 = (int) Math.max(onWire, captured);
            frame.set(window.buffer(), bytes, (int) captured, layer2, nanos, linkType, 0);
            return Step.FRAME;
        }
        return Step.END;
    }

    @Override
    public Frame frame() {
        return frame;
    }

    @Override
    public ProblemLog problems() {
        return problems;
    }

    private void takeDrops(FrameSink sink, long total, long nanos) {
        long more = total >= drops ? total - drops : total;
        drops = total;
        long since = dropsKnown ? dropsNanos : nanos;
        dropsKnown = true;
        dropsNanos = nanos;
        if (more > 0) {
            problems.report(
                    sink,
                    CaptureLossReason.KERNEL_DROP,
                    0,
                    window.offset(),
                    window.offset(),
                    more,
                    null,
                    since,
                    nanos,
                    () -> source + ": the capture tells that the capturing system dropped packets;"
                            + " capture with a shorter snap length (snoop -s)");
        }
    }

    private Step end(FrameSink sink) {
        done = true;
        records.endInHeader(sink);
        return Step.END;
    }

    private Step endInPacket(FrameSink sink, long nanos, int captured, long onWire) {
        done = true;
        records.endInPacket(sink, nanos, RECORD_HEADER_OCTETS, captured, Math.max(onWire, captured));
        return Step.END;
    }

    private Step refuseRest(FrameSink sink, long captured, long record) {
        done = true;
        records.damagedFromHere(sink, captured + " captured octets in a record of " + record + ", which cannot be");
        return Step.END;
    }

    private long u32(int index) {
        return window.buffer().getInt(index) & 0xffff_ffffL;
    }
}
