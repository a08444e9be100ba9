package io.weir.collectors.capture;

import static java.nio.ByteOrder.BIG_ENDIAN;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Small captures of every format with all that a reader looks at: for sweeps and as seeds of the fuzzer. */
final class CaptureSamples {
    private static final byte[] FIRST = CaptureBytes.payload(21, 1);
    private static final byte[] SECOND = CaptureBytes.payload(14, 90);

    private CaptureSamples() {}

    static List<byte[]> all() {
        return Stream.of(pcap(), pcapng(), snoop()).flatMap(List::stream).toList();
    }

    static boolean isPcap(byte[] capture) {
        int magic = magic(capture);
        return PcapReader.isMagic(magic) || PcapReader.isMagic(Integer.reverseBytes(magic));
    }

    static boolean isPcapng(byte[] capture) {
        return magic(capture) == PcapngReader.SECTION_HEADER;
    }

    static boolean isSnoop(byte[] capture) {
        return magic(capture) == 0x736e6f6f;
    }

    private static int magic(byte[] capture) {
        return capture.length < 4 ? 0 : ByteBuffer.wrap(capture).getInt(0);
    }

    /** Each magic number in both byte orders, a frame check sequence, a packet that is longer than captured. */
    static List<byte[]> pcap() {
        List<byte[]> captures = new ArrayList<>();
        for (ByteOrder order : List.of(LITTLE_ENDIAN, BIG_ENDIAN)) {
            for (int magic : new int[] {PcapReader.MICROSECONDS_MAGIC, PcapReader.NANOSECONDS_MAGIC}) {
                captures.add(CaptureBytes.pcap(order, magic, 262_144, 1)
                        .record(1000, 5, FIRST, FIRST.length)
                        .record(1001, 7, SECOND, 1500)
                        .bytes());
            }
            captures.add(CaptureBytes.pcap(order, PcapReader.MODIFIED_MAGIC, 65_535, 113)
                    .u32(1000)
                    .u32(5)
                    .u32(FIRST.length)
                    .u32(FIRST.length)
                    .u32(3)
                    .u32(0x08000000)
                    .raw(FIRST)
                    .bytes());
            captures.add(CaptureBytes.pcap(order, PcapReader.MICROSECONDS_MAGIC, 262_144, 0x24000001L)
                    .record(1000, 2_000_000, FIRST, FIRST.length)
                    .bytes());
        }
        return captures;
    }

    /** Every block and option that is read, in both byte orders, and a section of the one behind one of the other. */
    static List<byte[]> pcapng() {
        byte[] little = section(LITTLE_ENDIAN).bytes();
        byte[] big = section(BIG_ENDIAN).bytes();
        return List.of(little, big, section(LITTLE_ENDIAN).raw(big).bytes());
    }

    private static CaptureBytes section(ByteOrder order) {
        CaptureBytes capture = new CaptureBytes(order).section();
        capture.networkInterface(
                1,
                0,
                capture.option(2, "eth0"),
                capture.option(3, "uplink"),
                capture.option(9, new byte[] {9}),
                capture.option(13, new byte[] {4}),
                capture.option64(14, 3),
                capture.option(0, new byte[0]));
        capture.networkInterface(113, 16, capture.option(9, new byte[] {(byte) 138}));
        capture.packet(0, 5_000_000, FIRST, 61, capture.option64(4, 1), capture.option(2, new byte[] {0, 0, 0, 1}));
        capture.block(0x0bad, SECOND);
        capture.packet(1, 6_000_000_007L, SECOND, 1500);
        capture.simplePacket(SECOND, 33);
        capture.obsoletePacket(0, 1, 8_000_000, FIRST, 99);
        capture.obsoletePacket(1, 0xffff, 9_000_000, SECOND, 99);
        return capture.statistics(0, 10, capture.option64(5, 2), capture.option64(7, 1), capture.option64(4, 9));
    }

    /** Paddings, drops and a cut packet. */
    static List<byte[]> snoop() {
        CaptureBytes capture = new CaptureBytes(BIG_ENDIAN)
                .raw("snoop\0\0\0".getBytes(StandardCharsets.US_ASCII))
                .u32(2)
                .u32(4);
        snoopRecord(capture, 1000, FIRST, 60, 0);
        snoopRecord(capture, 1001, SECOND, 1500, 3);
        return List.of(capture.bytes());
    }

    private static void snoopRecord(CaptureBytes capture, long seconds, byte[] captured, long onWire, long drops) {
        int padding = -captured.length & 3;
        capture.u32(onWire)
                .u32(captured.length)
                .u32(24 + captured.length + padding)
                .u32(drops)
                .u32(seconds)
                .u32(5)
                .raw(captured)
                .raw(new byte[padding]);
    }
}
