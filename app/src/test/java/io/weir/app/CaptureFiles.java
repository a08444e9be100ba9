package io.weir.app;

import io.weir.collectors.capture.CaptureFileReader;
import io.weir.collectors.capture.CaptureInterface;
import io.weir.collectors.capture.CaptureProblem;
import io.weir.collectors.capture.CaptureSource;
import io.weir.collectors.capture.Frame;
import io.weir.collectors.capture.FrameSink;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Small captures, made byte by byte. */
public final class CaptureFiles {

    /** Octets of a pcap file before its first packet. */
    public static final int HEADER_OCTETS = 24;

    /** Octets of one packet of {@link #udp} in the file. */
    public static final int RECORD_OCTETS = 16 + 60;

    /** Length on the wire of one packet of {@link #udp}. */
    public static final int FRAME_OCTETS = 60;

    private static final int MAGIC_MICROSECONDS = 0xa1b2c3d4;
    private static final int ETHERNET = 1;
    private static final long START_SECONDS = 1_700_000_000L;

    private CaptureFiles() {}

    /** A capture of Ethernet without packets. */
    public static Path empty(Path file) throws IOException {
        return Files.write(file, header(ETHERNET).array());
    }

    /** A capture of another link type with frames of noughts, one a millisecond. */
    public static Path ofLinkType(Path file, int linkType, int packets) throws IOException {
        try (OutputStream out = Files.newOutputStream(file)) {
            out.write(header(linkType).array());
            for (int i = 0; i < packets; i++) {
                out.write(record(i, 1000).array());
            }
        }
        return file;
    }

    /**
     * UDP between {@code flows} clients and one server, each packet of the next flow.
     *
     * @param packetsPerSecond event time
     */
    public static Path udp(Path file, int packets, int flows, int packetsPerSecond) throws IOException {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16)) {
            out.write(header(ETHERNET).array());
            for (int i = 0; i < packets; i++) {
                out.write(udpRecord(i, i % flows, packetsPerSecond).array());
            }
        }
        return file;
    }

    /** A packet of a capture. */
    public record Packet(String interfaceName, long timeNanos, int layer2Octets, int capturedOctets) {}

    /** The packets of a capture without any problem. */
    public static List<Packet> packets(byte[] capture) throws IOException {
        List<Packet> packets = new ArrayList<>();
        List<String> names = new ArrayList<>();
        FrameSink sink = new FrameSink() {
            @Override
            public void onFrame(Frame frame) {
                packets.add(new Packet(
                        names.get(frame.interfaceIndex()),
                        frame.timeNanos(),
                        frame.layer2Octets(),
                        frame.capturedOctets()));
            }

            @Override
            public void onInterface(int interfaceIndex, CaptureInterface description) {
                names.add(description.name());
            }

            @Override
            public void onProblem(CaptureProblem problem) {
                throw new AssertionError(problem.message());
            }
        };
        try (CaptureFileReader reader =
                CaptureFileReader.open("capture", Channels.newChannel(new ByteArrayInputStream(capture)))) {
            while (reader.poll(sink, 1000) != CaptureSource.END) {
                // All of it.
            }
        }
        return packets;
    }

    private static ByteBuffer udpRecord(int index, int flow, int packetsPerSecond) {
        ByteBuffer record = record(index, packetsPerSecond);
        record.order(ByteOrder.BIG_ENDIAN);
        record.put(new byte[] {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2}).putShort((short) 0x0800);
        record.put((byte) 0x45).put((byte) 0).putShort((short) 46).putInt(0);
        record.put((byte) 64).put((byte) 17).putShort((short) 0);
        record.putInt(0xc0000200 | flow >> 16).putInt(0x0a000001);
        record.putShort((short) (flow & 0xffff))
                .putShort((short) 53)
                .putShort((short) 26)
                .putShort((short) 0);
        return record;
    }

    private static ByteBuffer header(int linkType) {
        return ByteBuffer.allocate(HEADER_OCTETS)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(MAGIC_MICROSECONDS)
                .putShort((short) 2)
                .putShort((short) 4)
                .putInt(0)
                .putInt(0)
                .putInt(65_535)
                .putInt(linkType);
    }

    private static ByteBuffer record(int index, int packetsPerSecond) {
        long micros = index * 1_000_000L / packetsPerSecond;
        return ByteBuffer.allocate(RECORD_OCTETS)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt((int) (START_SECONDS + micros / 1_000_000L))
                .putInt((int) (micros % 1_000_000L))
                .putInt(FRAME_OCTETS)
                .putInt(FRAME_OCTETS);
    }
}
