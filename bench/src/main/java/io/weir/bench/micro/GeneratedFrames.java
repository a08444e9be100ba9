package io.weir.bench.micro;

import io.weir.bench.traffic.TrafficPlan;
import io.weir.bench.traffic.TrafficWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;

/**
 * Generated frames in memory: {@value #PACKETS} packets of {@value #FLOWS} flows, enough that headers are not all in the first level of
 * cache and that branches are not learnt by heart.
 */
final class GeneratedFrames {

    static final int PACKETS = 1 << 16;
    static final int LINKTYPE_ETHERNET = 1;

    private static final int FLOWS = 2_000;
    private static final int SECONDS = 2;
    private static final int FILE_HEADER_LENGTH = 24;
    private static final int RECORD_HEADER_LENGTH = 16;

    /** Ethernet, IPv4, UDP to port 4789 and VXLAN with network 42; lengths and source port are put in. */
    private static final byte[] VXLAN_HEADERS = HexFormat.of()
            .parseHex("02000000000b02000000000a0800"
                    + "450000000000000040110000c0000201c0000202"
                    + "c00012b500000000"
                    + "0800000000002a00");

    private static final int ETHERNET_LENGTH = 14;
    private static final int IPV4_LENGTH = 20;
    private static final int IPV4_TOTAL_LENGTH = ETHERNET_LENGTH + 2;
    private static final int UDP_SOURCE_PORT = ETHERNET_LENGTH + IPV4_LENGTH;
    private static final int UDP_LENGTH = UDP_SOURCE_PORT + 4;

    /** The whole file; frames in it are big-endian. */
    final ByteBuffer file;

    final int[] offsets = new int[PACKETS];
    final int[] lengths = new int[PACKETS];
    final long[] epochNanos = new long[PACKETS];

    GeneratedFrames() {
        file = ByteBuffer.wrap(generate());
        ByteBuffer records = file.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        int at = FILE_HEADER_LENGTH;
        for (int i = 0; i < PACKETS; i++) {
            epochNanos[i] = records.getInt(at) * 1_000_000_000L + records.getInt(at + 4) * 1_000L;
            lengths[i] = records.getInt(at + 8);
            offsets[i] = at + RECORD_HEADER_LENGTH;
            at = offsets[i] + lengths[i];
        }
    }

    private GeneratedFrames(GeneratedFrames inner) {
        int octets = 0;
        for (int length : inner.lengths) {
            octets += VXLAN_HEADERS.length + length;
        }
        file = ByteBuffer.allocate(octets);
        for (int i = 0; i < PACKETS; i++) {
            epochNanos[i] = inner.epochNanos[i];
            offsets[i] = file.position();
            lengths[i] = VXLAN_HEADERS.length + inner.lengths[i];
            file.put(VXLAN_HEADERS);
            file.putShort(offsets[i] + IPV4_TOTAL_LENGTH, (short) (lengths[i] - ETHERNET_LENGTH));
            file.putShort(offsets[i] + UDP_SOURCE_PORT, (short) (0xc000 | i % FLOWS));
            file.putShort(offsets[i] + UDP_LENGTH, (short) (lengths[i] - ETHERNET_LENGTH - IPV4_LENGTH));
            file.put(inner.file.slice(inner.offsets[i], inner.lengths[i]));
        }
    }

    /** The same frames, each in VXLAN between the same two hosts. */
    GeneratedFrames inVxlan() {
        return new GeneratedFrames(this);
    }

    private static byte[] generate() {
        try {
            Path path = Files.createTempFile("weir-bench", ".pcap");
            try {
                TrafficPlan plan = new TrafficPlan(PACKETS, FLOWS, SECONDS, 1, TrafficPlan.MAX_FRAME_LENGTH);
                TrafficWriter.write(plan, path);
                return Files.readAllBytes(path);
            } finally {
                Files.delete(path);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot generate the frames of the benchmark", failed);
        }
    }
}
