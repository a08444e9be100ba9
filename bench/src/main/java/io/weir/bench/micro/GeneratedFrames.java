package io.weir.bench.micro;

import io.weir.bench.traffic.TrafficPlan;
import io.weir.bench.traffic.TrafficWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

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
