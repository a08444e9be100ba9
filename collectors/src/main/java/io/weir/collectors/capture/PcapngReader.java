package io.weir.collectors.capture;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The pcapng format (draft-ietf-opsawg-pcapng): blocks of type (4), total length (4), body, total length again (4).
 *
 * <pre>
 * section header     8 byte order magic (4)  12 major (2)  14 minor (2)  16 section length (8)  24 options
 * interface          8 link type (2)  10 reserved (2)  12 snap length (4)  16 options
 * enhanced packet    8 interface (4)  12 time high (4)  16 time low (4)  20 captured (4)  24 on the wire (4)  28 bytes, options
 * simple packet      8 on the wire (4)  12 bytes
 * obsolete packet    8 interface (2)  10 drops (2)  12 time high (4)  16 time low (4)  20 captured (4)  24 on the wire (4)  28 bytes
 * statistics         8 interface (4)  12 time high (4)  16 time low (4)  20 options
 * </pre>
 *
 * <p>Sections may differ in byte order; each has its own interfaces. An interface that a later section describes alike under the
 * same number keeps its index, so captures written one after the other into a file go on as one. Section length is ignored, other
 * blocks are skipped. A simple packet has no time and is given that of the packet before it. A block whose two lengths differ
 * ends the reading, as nothing behind it can be found for sure; a bad packet inside a good block costs only that packet.
 */
final class PcapngReader implements FrameReader {

    static final int SECTION_HEADER = 0x0a0d0d0a;
    static final int BYTE_ORDER_MAGIC = 0x1a2b3c4d;
    static final int MAX_INTERFACES = 65_536;

    private static final int INTERFACE_DESCRIPTION = 1;
    private static final int OBSOLETE_PACKET = 2;
    private static final int SIMPLE_PACKET = 3;
    private static final int INTERFACE_STATISTICS = 5;
    private static final int ENHANCED_PACKET = 6;

    private static final int SECTION_HEADER_OCTETS = 28;
    private static final int MIN_BLOCK_OCTETS = 12;
    /** Room for the greatest frame and its options. */
    static final int MAX_BLOCK_OCTETS = CaptureFileReader.MAX_FRAME_OCTETS + 64 * 1024;

    private static final int PACKET_BYTES = 28;

    private static final int OPTION_END = 0;
    private static final int OPTION_INTERFACE_NAME = 2;
    private static final int OPTION_INTERFACE_DESCRIPTION = 3;
    private static final int OPTION_TIME_RESOLUTION = 9;
    private static final int OPTION_CHECK_SEQUENCE_LENGTH = 13;
    private static final int OPTION_TIME_OFFSET = 14;
    private static final int OPTION_INTERFACE_DROPS = 5;
    private static final int OPTION_SYSTEM_DROPS = 7;
    private static final int OPTION_PACKET_DROPS = 4;
    private static final int UNKNOWN_DROPS = 0xffff;
    private static final int MAX_TEXT_OCTETS = 256;
    /** A greater drop counter is damage: how many were dropped is then unknown. */
    private static final long MAX_DROPS = 1L << 48;

    private final ByteWindow window;
    private final ProblemLog problems;
    private final String source;
    private final Frame frame = new Frame();
    private final Map<KnownInterface, Integer> indexes = new HashMap<>();
    private final List<SectionInterface> section = new ArrayList<>();

    private boolean littleEndian;
    private boolean done;
    private long toSkip;
    private long lastNanos;

    PcapngReader(String source, ByteWindow window) {
        this.source = source;
        this.window = window;
        this.problems = new ProblemLog(source);
    }

    /** Expects the window at a section header, and checks it without moving on. */
    static PcapngReader open(String source, ByteWindow window) throws IOException {
        if (!window.require(SECTION_HEADER_OCTETS)) {
            throw CaptureFileReader.headerCut(source, window.available(), SECTION_HEADER_OCTETS);
        }
        var reader = new PcapngReader(source, window);
        int start = window.position();
        if (!reader.takeByteOrder(start)) {
            throw new CaptureOpenException(
                    CaptureOpenException.Reason.NOT_A_CAPTURE,
                    source,
                    source + ": begins like a pcapng file, but its byte order magic is "
                            + Integer.toHexString(window.buffer().getInt(start + 8))
                            + " instead of 1a2b3c4d: the file is damaged; take the capture anew");
        }
        if (reader.u16(start + 12) != 1) {
            throw new CaptureOpenException(
                    CaptureOpenException.Reason.UNSUPPORTED_FORMAT,
                    source,
                    source + ": pcapng format version " + reader.u16(start + 12) + "." + reader.u16(start + 14)
                            + " is not known (1.x is); convert the file, e.g. with: editcap -F pcap FILE NEW");
        }
        return reader;
    }

    @Override
    public Step next(FrameSink sink) throws IOException {
        while (!done) {
            if (toSkip > 0) {
                toSkip = window.skip(toSkip);
                if (toSkip > 0) {
                    return window.ended() ? cut(sink, "in the middle of a block") : Step.MORE;
                }
            }
            if (!window.require(MIN_BLOCK_OCTETS)) {
                return window.ended() ? end(sink) : Step.MORE;
            }
            int start = window.position();
            int type = i32(start);
            if (type == SECTION_HEADER && !takeByteOrder(start)) {
                return corrupt(sink, "a section header without byte order magic");
            }
            long total = u32(start + 4);
            if (total < MIN_BLOCK_OCTETS || (total & 3) != 0) {
                return corrupt(sink, "a block of the impossible length " + total);
            }
            if (total > MAX_BLOCK_OCTETS) {
                if (isMeaningful(type)) {
                    return corrupt(
                            sink,
                            "a block of " + total + " octets, more than the " + MAX_BLOCK_OCTETS + " that it may have");
                }
                toSkip = total;
                continue;
            }
            int length = (int) total;
            if (!window.require(length)) {
                return window.ended() ? endInBlock(sink, type) : Step.MORE;
            }
            start = window.position();
            if (u32(start + length - 4) != total) {
                return corrupt(sink, "a block whose two lengths are " + total + " and " + u32(start + length - 4));
            }
            boolean isFrame = takeBlock(sink, type, start, start + length - 4);
            if (!done) {
                window.advance(length);
            }
            if (isFrame) {
                return Step.FRAME;
            }
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

    private static boolean isMeaningful(int type) {
        return type == ENHANCED_PACKET
                || type == SIMPLE_PACKET
                || type == OBSOLETE_PACKET
                || type == INTERFACE_DESCRIPTION
                || type == SECTION_HEADER;
    }

    /** Takes one whole block, whose body ends at buffer index {@code end}; true when it became the current frame. */
    private boolean takeBlock(FrameSink sink, int type, int start, int end) {
        switch (type) {
            case ENHANCED_PACKET:
                return end - start >= PACKET_BYTES
                        ? takePacket(sink, start, end, u32(start + 8))
                        : refuse(
                                sink,
                                CaptureLossReason.CORRUPT_PACKET_HEADER,
                                -1,
                                null,
                                null,
                                "is too short for its header");
            case OBSOLETE_PACKET:
                if (end - start < PACKET_BYTES) {
                    return refuse(
                            sink,
                            CaptureLossReason.CORRUPT_PACKET_HEADER,
                            -1,
                            null,
                            null,
                            "is too short for its header");
                }
                takeObsoleteDrops(sink, start);
                return takePacket(sink, start, end, u16(start + 8));
            case SIMPLE_PACKET:
                return takeSimplePacket(sink, start, end);
            case INTERFACE_DESCRIPTION:
                takeInterface(sink, start, end);
                return false;
            case INTERFACE_STATISTICS:
                takeStatistics(sink, start, end);
                return false;
            case SECTION_HEADER:
                takeSection(sink, start, end);
                return false;
            default:
                return false;
        }
    }

    // Sections and interfaces

    private boolean takeByteOrder(int start) {
        int magic = window.buffer().getInt(start + 8);
        if (magic == BYTE_ORDER_MAGIC) {
            littleEndian = false;
            return true;
        }
        if (magic == Integer.reverseBytes(BYTE_ORDER_MAGIC)) {
            littleEndian = true;
            return true;
        }
        return false;
    }

    private void takeSection(FrameSink sink, int start, int end) {
        if (end - start < 24) {
            corrupt(sink, "a section header that is too short");
        } else if (u16(start + 12) != 1) {
            String version = u16(start + 12) + "." + u16(start + 14);
            reportRest(
                    sink,
                    CaptureLossReason.UNSUPPORTED_SECTION,
                    "a section of the unknown format version " + version,
                    "read the sections apart");
        } else {
            section.clear();
        }
    }

    private void takeInterface(FrameSink sink, int start, int end) {
        if (end - start < 16) {
            corrupt(sink, "an interface description that is too short");
            return;
        }
        int number = section.size();
        if (number == MAX_INTERFACES) {
            tooManyInterfaces(sink);
            return;
        }
        int linkType = u16(start + 8);
        long snapOctets = u32(start + 12);
        String name = null;
        String description = null;
        int resolution = 6;
        long offsetSeconds = 0;
        int checkSequenceOctets = 0;
        int at = start + 16;
        while (end - at >= 4) {
            int code = u16(at);
            int length = u16(at + 2);
            int value = at + 4;
            if (code == OPTION_END) {
                break;
            }
            if (length > end - value) {
                brokenOption(sink, number);
                break;
            }
            if (code == OPTION_INTERFACE_NAME) {
                name = text(value, length);
            } else if (code == OPTION_INTERFACE_DESCRIPTION) {
                description = text(value, length);
            } else if (code == OPTION_TIME_RESOLUTION && length >= 1) {
                resolution = window.buffer().get(value) & 0xff;
            } else if (code == OPTION_TIME_OFFSET && length >= 8) {
                offsetSeconds = i64(value);
            } else if (code == OPTION_CHECK_SEQUENCE_LENGTH && length >= 1) {
                int declared = window.buffer().get(value) & 0xff;
                // The draft says bits, writers also give octets.
                checkSequenceOctets = declared >= 8 ? declared / 8 : declared;
            }
            at = value + padded(length);
        }
        var described = new CaptureInterface(source, name, description, linkType, snapOctets, checkSequenceOctets, 0);
        var known = new KnownInterface(number, described);
        Integer index = indexes.get(known);
        if (index == null) {
            if (indexes.size() == MAX_INTERFACES) {
                tooManyInterfaces(sink);
                section.add(null);
                return;
            }
            index = indexes.size();
            indexes.put(known, index);
            sink.onInterface(index, described);
        }
        section.add(new SectionInterface(index, described, new TimestampResolution(resolution, offsetSeconds)));
    }

    private void tooManyInterfaces(FrameSink sink) {
        long offset = window.offset();
        problems.report(
                sink,
                CaptureLossReason.TOO_MANY_INTERFACES,
                -1,
                offset,
                offset,
                0L,
                0L,
                null,
                () -> source + ": more than " + MAX_INTERFACES + " interfaces at octet " + offset
                        + "; packets of the further ones are left out: split the file");
    }

    private void brokenOption(FrameSink sink, int number) {
        long offset = window.offset();
        problems.report(
                sink,
                CaptureLossReason.CORRUPT_BLOCK,
                -1,
                offset,
                offset,
                0L,
                0L,
                null,
                () -> source + ": interface " + number + " at octet " + offset
                        + " has an option that runs past its block; it and the ones behind it are not used");
    }

    private SectionInterface interfaceOf(long number) {
        return number < section.size() ? section.get((int) number) : null;
    }

    // Packets

    private boolean takePacket(FrameSink sink, int start, int end, long number) {
        long captured = u32(start + 20);
        long onWire = u32(start + 24);
        SectionInterface from = interfaceOf(number);
        if (from == null) {
            return refuse(
                    sink,
                    CaptureLossReason.UNKNOWN_INTERFACE,
                    -1,
                    onWire,
                    null,
                    "names interface " + number + ", its section describes " + section.size());
        }
        long nanos = from.resolution.toEpochNanos(ticks(start + 12));
        if (nanos == TimestampResolution.OUT_OF_RANGE) {
            return refuse(
                    sink,
                    CaptureLossReason.TIMESTAMP_OUT_OF_RANGE,
                    from.index,
                    onWire,
                    null,
                    "has a time beyond the year 2262");
        }
        if (captured > end - start - PACKET_BYTES) {
            return refuse(
                    sink,
                    CaptureLossReason.CORRUPT_PACKET_HEADER,
                    from.index,
                    null,
                    nanos,
                    "claims " + captured + " captured octets, which do not fit its block");
        }
        if (onWire > Integer.MAX_VALUE) {
            return refuse(
                    sink,
                    CaptureLossReason.CORRUPT_PACKET_HEADER,
                    from.index,
                    null,
                    nanos,
                    "claims " + onWire + " octets on the wire, which no link carries");
        }
        int options = start + PACKET_BYTES + padded((int) captured);
        if (end - options >= 12) {
            takePacketDrops(sink, from, options, end, nanos);
        }
        setFrame(from, start + PACKET_BYTES, (int) captured, (int) onWire, nanos);
        return true;
    }

    private boolean takeSimplePacket(FrameSink sink, int start, int end) {
        if (end - start < 12) {
            return refuse(sink, CaptureLossReason.CORRUPT_PACKET_HEADER, -1, null, null, "is too short for its header");
        }
        long onWire = u32(start + 8);
        SectionInterface from = interfaceOf(0);
        if (from == null) {
            return refuse(sink, CaptureLossReason.UNKNOWN_INTERFACE, -1, onWire, null, "comes before any interface");
        }
        if (onWire > Integer.MAX_VALUE) {
            return refuse(
                    sink,
                    CaptureLossReason.CORRUPT_PACKET_HEADER,
                    from.index,
                    null,
                    null,
                    "claims " + onWire + " octets on the wire, which no link carries");
        }
        long captured = Math.min(onWire, end - start - 12);
        if (from.description.snapOctets() != 0) {
            captured = Math.min(captured, from.description.snapOctets());
        }
        setFrame(from, start + 12, (int) captured, (int) onWire, lastNanos);
        frame.setTimeKnown(false);
        return true;
    }

    private void setFrame(SectionInterface from, int bytes, int captured, int onWire, long nanos) {
        int layer2 = Math.max(0, Math.max(onWire, captured) - from.description.frameCheckSequenceOctets());
        frame.set(
                window.buffer(),
                bytes,
                Math.min(captured, layer2),
                layer2,
                nanos,
                from.description.linkType(),
                from.index);
        lastNanos = nanos;
    }

    /** Refuses the packet of the current block and goes on. */
    private boolean refuse(
            FrameSink sink, CaptureLossReason reason, int interfaceIndex, Long layer2Octets, Long nanos, String what) {
        long offset = window.offset();
        long end = offset + u32(window.position() + 4);
        problems.report(
                sink,
                reason,
                interfaceIndex,
                offset,
                end,
                1L,
                layer2Octets,
                nanos,
                () -> source + ": the packet at octet " + offset + " " + what + "; it was left out");
        return false;
    }

    // Drop counters

    /** Drops between the packet before and this one, option epb_dropcount. */
    private void takePacketDrops(FrameSink sink, SectionInterface from, int options, int end, long nanos) {
        int at = options;
        while (end - at >= 4) {
            int code = u16(at);
            int length = u16(at + 2);
            if (code == OPTION_END || length > end - at - 4) {
                return;
            }
            if (code == OPTION_PACKET_DROPS && length == 8) {
                reportDrops(sink, CaptureLossReason.KERNEL_DROP, from, i64(at + 4), nanos, nanos);
                from.addSystemDrops(i64(at + 4));
            }
            at += 4 + padded(length);
        }
    }

    private void takeObsoleteDrops(FrameSink sink, int start) {
        int drops = u16(start + 10);
        SectionInterface from = interfaceOf(u16(start + 8));
        if (from != null && drops != UNKNOWN_DROPS && drops != 0) {
            long nanos = from.resolution.toEpochNanos(ticks(start + 12));
            Long time = nanos == TimestampResolution.OUT_OF_RANGE ? null : Long.valueOf(nanos);
            reportDrops(sink, CaptureLossReason.KERNEL_DROP, from, drops, time, time);
            from.addSystemDrops(drops);
        }
    }

    /** Counters since the start of the capture; what the packets themselves told already is not told again. */
    private void takeStatistics(FrameSink sink, int start, int end) {
        SectionInterface from = end - start < 20 ? null : interfaceOf(u32(start + 8));
        if (from == null) {
            return;
        }
        long ticks = ticks(start + 12);
        long nanos = from.resolution.toEpochNanos(ticks);
        // Writers without a clock leave the time 0.
        Long until = ticks == 0 || nanos == TimestampResolution.OUT_OF_RANGE ? null : Long.valueOf(nanos);
        int at = start + 20;
        while (end - at >= 4) {
            int code = u16(at);
            int length = u16(at + 2);
            if (code == OPTION_END || length > end - at - 4) {
                break;
            }
            if (length == 8 && code == OPTION_SYSTEM_DROPS) {
                long total = i64(at + 4);
                reportDrops(
                        sink,
                        CaptureLossReason.KERNEL_DROP,
                        from,
                        total - from.systemDrops,
                        from.statisticsNanos,
                        until);
                from.systemDrops = Math.max(from.systemDrops, total);
            } else if (length == 8 && code == OPTION_INTERFACE_DROPS) {
                long total = i64(at + 4);
                reportDrops(
                        sink,
                        CaptureLossReason.INTERFACE_DROP,
                        from,
                        total - from.interfaceDrops,
                        from.statisticsNanos,
                        until);
                from.interfaceDrops = Math.max(from.interfaceDrops, total);
            }
            at += 4 + padded(length);
        }
        from.statisticsNanos = until;
    }

    private void reportDrops(
            FrameSink sink, CaptureLossReason reason, SectionInterface from, long drops, Long since, Long until) {
        if (drops <= 0) {
            return;
        }
        String what = reason == CaptureLossReason.KERNEL_DROP
                ? "the capturing system dropped packets; give its capture program a greater buffer (tcpdump -B)"
                : "the interface dropped packets";
        problems.report(
                sink,
                reason,
                from.index,
                window.offset(),
                window.offset(),
                drops > MAX_DROPS ? null : Long.valueOf(drops),
                null,
                since,
                until,
                () -> source + ": the capture tells that " + what);
    }

    // Ends

    private Step end(FrameSink sink) {
        if (window.available() > 0 || window.damage() != null) {
            return cut(sink, "in the middle of a block header");
        }
        done = true;
        return Step.END;
    }

    private Step cut(FrameSink sink, String where) {
        done = true;
        problems.report(
                sink,
                CaptureLossReason.TRUNCATED_FILE,
                -1,
                window.offset(),
                window.offset() + window.available(),
                null,
                null,
                null,
                () -> CaptureFileReader.cutMessage(source, window, where));
        return Step.END;
    }

    private Step endInBlock(FrameSink sink, int type) {
        int start = window.position();
        boolean headerIsThere =
                switch (type) {
                    case ENHANCED_PACKET, OBSOLETE_PACKET -> window.available() >= PACKET_BYTES;
                    case SIMPLE_PACKET -> true;
                    default -> false;
                };
        if (!headerIsThere) {
            return cut(sink, "in the middle of a block");
        }
        done = true;
        SectionInterface from =
                interfaceOf(type == ENHANCED_PACKET ? u32(start + 8) : type == OBSOLETE_PACKET ? u16(start + 8) : 0);
        long nanos = from == null || type == SIMPLE_PACKET
                ? TimestampResolution.OUT_OF_RANGE
                : from.resolution.toEpochNanos(ticks(start + 12));
        problems.report(
                sink,
                CaptureLossReason.TRUNCATED_FILE,
                from == null ? -1 : from.index,
                window.offset(),
                window.offset() + window.available(),
                1L,
                u32(start + (type == SIMPLE_PACKET ? 8 : 24)),
                nanos == TimestampResolution.OUT_OF_RANGE ? null : Long.valueOf(nanos),
                () -> CaptureFileReader.cutMessage(source, window, "in the middle of a packet"));
        return Step.END;
    }

    private Step corrupt(FrameSink sink, String what) {
        return reportRest(sink, CaptureLossReason.CORRUPT_BLOCK, what, "take the capture anew");
    }

    private Step reportRest(FrameSink sink, CaptureLossReason reason, String what, String wayOut) {
        done = true;
        long offset = window.offset();
        problems.report(
                sink,
                reason,
                -1,
                offset,
                -1,
                null,
                null,
                null,
                () -> source + ": there is " + what + " at octet " + offset
                        + ", so the file cannot be read on from here. The packets before it were read; for the ones behind it "
                        + wayOut);
        return Step.END;
    }

    // Fields

    private static int padded(int length) {
        return (length + 3) & ~3;
    }

    private String text(int index, int length) {
        byte[] bytes = new byte[Math.min(length, MAX_TEXT_OCTETS)];
        window.buffer().get(index, bytes);
        String text = new String(bytes, StandardCharsets.UTF_8);
        int zero = text.indexOf('\0');
        return zero < 0 ? text : text.substring(0, zero);
    }

    private int i32(int index) {
        ByteBuffer buffer = window.buffer();
        return littleEndian ? Integer.reverseBytes(buffer.getInt(index)) : buffer.getInt(index);
    }

    private long u32(int index) {
        return i32(index) & 0xffff_ffffL;
    }

    private int u16(int index) {
        short value = window.buffer().getShort(index);
        return (littleEndian ? Short.reverseBytes(value) : value) & 0xffff;
    }

    private long i64(int index) {
        long value = window.buffer().getLong(index);
        return littleEndian ? Long.reverseBytes(value) : value;
    }

    /** The high word comes first in either byte order. */
    private long ticks(int index) {
        return (u32(index) << 32) | u32(index + 4);
    }

    private record KnownInterface(int number, CaptureInterface description) {}

    private static final class SectionInterface {
        private final int index;
        private final CaptureInterface description;
        private final TimestampResolution resolution;
        private long systemDrops;
        private long interfaceDrops;
        private Long statisticsNanos;

        SectionInterface(int index, CaptureInterface description, TimestampResolution resolution) {
            this.index = index;
            this.description = description;
            this.resolution = resolution;
        }

        void addSystemDrops(long drops) {
            systemDrops += drops > 0 && drops <= MAX_DROPS ? drops : 0;
        }
    }
}
