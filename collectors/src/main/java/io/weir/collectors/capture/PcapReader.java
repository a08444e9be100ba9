package io.weir.collectors.capture;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The classic capture format (draft-ietf-opsawg-pcap): a file header of 24 octets, then records.
 *
 * <pre>
 * file header           0 magic (4)  4 major (2)  6 minor (2)  8 zone (4)  12 accuracy (4)  16 snap length (4)  20 link type (4)
 * record header         0 seconds (4)  4 micro- or nanoseconds (4)  8 captured (4)  12 on the wire (4)  16 bytes...
 * modified format also  16 interface (4)  20 protocol (2)  22 packet type (1)  23 padding (1)  24 bytes...
 * </pre>
 *
 * <p>Byte order follows the magic. Seconds are unsigned (to the year 2106); a fraction of a second above its range is carried over,
 * a negative one counts as 0. Zone, accuracy and the extra fields of the modified format are not used. A wire length below the captured one is raised to it.
 */
final class PcapReader implements FrameReader {

    static final int MICROSECONDS_MAGIC = 0xa1b2c3d4;
    static final int NANOSECONDS_MAGIC = 0xa1b23c4d;
    static final int MODIFIED_MAGIC = 0xa1b2cd34;

    static final int FILE_HEADER_OCTETS = 24;
    private static final int RECORD_HEADER_OCTETS = 16;
    private static final int MODIFIED_RECORD_HEADER_OCTETS = 24;

    /** Writers put frames of up to this size into files whatever the snap length says. */
    private static final int COMMON_MAX_OCTETS = 256 * 1024;

    private final ByteWindow window;
    private final ProblemLog problems;
    private final RecordProblems records;
    private final CaptureInterface description;
    private final boolean littleEndian;
    private final int headerOctets;
    private final int minorVersion;
    private final long nanosPerFraction;
    private final int maxRecordOctets;
    private final int linkType;
    private final int checkSequenceOctets;
    private final Frame frame = new Frame();

    private boolean announced;
    private boolean done;

    private PcapReader(String source, ByteWindow window, boolean littleEndian, int magic) throws CaptureOpenException {
        this.window = window;
        this.problems = new ProblemLog(source);
        this.records = new RecordProblems(source, window, problems);
        this.littleEndian = littleEndian;
        this.headerOctets = magic == MODIFIED_MAGIC ? MODIFIED_RECORD_HEADER_OCTETS : RECORD_HEADER_OCTETS;
        this.nanosPerFraction = magic == NANOSECONDS_MAGIC ? 1 : 1000;
        int start = window.position();
        int major = u16(start + 4);
        this.minorVersion = u16(start + 6);
        if (major != 2 || minorVersion > 4) {
            throw new CaptureOpenException(
                    CaptureOpenException.Reason.UNSUPPORTED_FORMAT,
                    source,
                    source + ": pcap format version " + major + "." + minorVersion
                            + " is not known (2.0 to 2.4 are); convert the file, e.g. with: editcap -F pcapng FILE NEW");
        }
        long snapOctets = u32(start + 16);
        this.maxRecordOctets = (int) Math.max(
                COMMON_MAX_OCTETS, snapOctets == 0 ? 0 : Math.min(snapOctets, CaptureFileReader.MAX_FRAME_OCTETS));
        int linkField = i32(start + 20);
        this.linkType = linkField & 0xffff;
        // Bit 26 says that bits 28 to 31 hold the length of the frame check sequence in units of 16 bits.
        this.checkSequenceOctets = (linkField & 0x0400_0000) == 0 ? 0 : (linkField >>> 28) * 2;
        this.description = new CaptureInterface(source, null, null, linkType, snapOctets, checkSequenceOctets, 0);
        window.advance(FILE_HEADER_OCTETS);
    }

    static boolean isMagic(int magic) {
        return magic == MICROSECONDS_MAGIC || magic == NANOSECONDS_MAGIC || magic == MODIFIED_MAGIC;
    }

    /** Expects the window at the start of a file whose magic is known. */
    static PcapReader open(String source, ByteWindow window) throws IOException {
        if (!window.require(FILE_HEADER_OCTETS)) {
            throw CaptureFileReader.headerCut(source, window.available(), FILE_HEADER_OCTETS);
        }
        int magic = window.buffer().getInt(window.position());
        boolean littleEndian = !isMagic(magic);
        return new PcapReader(source, window, littleEndian, littleEndian ? Integer.reverseBytes(magic) : magic);
    }

    @Override
    public Step next(FrameSink sink) throws IOException {
        if (!announced) {
            announced = true;
            sink.onInterface(0, description);
        }
        while (!done) {
            if (!window.require(headerOctets)) {
                return window.ended() ? end(sink) : Step.MORE;
            }
            int start = window.position();
            // The four fields in two reads: what a header costs is the number of reads.
            long time = i32Pair(start);
            long lengths = i32Pair(start + 8);
            int captured = (int) (lengths >>> 32);
            long onWire = lengths & 0xffff_ffffL;
            if (minorVersion < 3 || (minorVersion == 3 && captured > onWire)) {
                // Before version 2.4 writers had the two lengths the other way round.
                int other = captured;
                captured = (int) onWire;
                onWire = Integer.toUnsignedLong(other);
            }
            if (captured < 0 || captured > maxRecordOctets) {
                return refuseRest(sink, captured);
            }
            long nanos = (time >>> 32) * 1_000_000_000L + Math.max(0, (int) time) * nanosPerFraction;
            if (!window.require(headerOctets + captured)) {
                return window.ended() ? endInPacket(sink, nanos, captured, onWire) : Step.MORE;
            }
            int bytes = window.position() + headerOctets;
            if (onWire > Integer.MAX_VALUE) {
                refusePacket(sink, nanos, captured, onWire);
                continue;
            }
            int layer2 = Math.max((int) onWire, captured) - checkSequenceOctets;
            layer2 = Math.max(layer2, 0);
            frame.set(window.buffer(), bytes, Math.min(captured, layer2), layer2, nanos, linkType, 0);
            window.advance(headerOctets + captured);
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

    private Step end(FrameSink sink) {
        done = true;
        records.endInHeader(sink);
        return Step.END;
    }

    private Step endInPacket(FrameSink sink, long nanos, int captured, long onWire) {
        done = true;
        long layer2 = Math.max(0, Math.max(onWire, captured) - checkSequenceOctets);
        records.endInPacket(sink, nanos, headerOctets, captured, layer2);
        return Step.END;
    }

    private Step refuseRest(FrameSink sink, int captured) {
        done = true;
        records.damagedFromHere(
                sink,
                Integer.toUnsignedLong(captured) + " captured octets, at most " + maxRecordOctets + " are possible");
        return Step.END;
    }

    private void refusePacket(FrameSink sink, long nanos, int captured, long onWire) {
        long offset = window.offset();
        window.advance(headerOctets + captured);
        records.packetTooLong(sink, offset, nanos, onWire);
    }

    private int i32(int index) {
        ByteBuffer buffer = window.buffer();
        return littleEndian ? Integer.reverseBytes(buffer.getInt(index)) : buffer.getInt(index);
    }

    /** Two successive numbers of 32 bits, the first in the high half. */
    private long i32Pair(int index) {
        long pair = window.buffer().getLong(index);
        return littleEndian ? Long.rotateLeft(Long.reverseBytes(pair), 32) : pair;
    }

    private long u32(int index) {
        return i32(index) & 0xffff_ffffL;
    }

    private int u16(int index) {
        short value = window.buffer().getShort(index);
        return (littleEndian ? Short.reverseBytes(value) : value) & 0xffff;
    }
}
