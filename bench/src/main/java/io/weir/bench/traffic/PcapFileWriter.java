package io.weir.bench.traffic;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Classic pcap file (draft-ietf-opsawg-pcap): little-endian, microseconds, Ethernet. The caller writes a frame in place:
 * {@link #begin} gives the offset of its first octet in {@link #buffer()}, {@link #end} closes the record.
 */
final class PcapFileWriter implements AutoCloseable {

    static final int FILE_HEADER_LENGTH = 24;
    static final int RECORD_HEADER_LENGTH = 16;

    private static final int MAGIC_MICROSECONDS = 0xa1b2c3d4;
    private static final int VERSION_2_4 = 4 << 16 | 2;
    private static final int LINKTYPE_ETHERNET = 1;
    private static final int BUFFER_LENGTH = 1 << 20;
    private static final VarHandle LITTLE_ENDIAN_INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private final OutputStream file;
    private final int snapLength;
    private final byte[] buffer = new byte[BUFFER_LENGTH];
    private int position;

    PcapFileWriter(Path path, int snapLength) throws IOException {
        this.file = Files.newOutputStream(path);
        this.snapLength = snapLength;
        putInt(0, MAGIC_MICROSECONDS);
        putInt(4, VERSION_2_4);
        putInt(8, 0);
        putInt(12, 0);
        putInt(16, snapLength);
        putInt(20, LINKTYPE_ETHERNET);
        position = FILE_HEADER_LENGTH;
    }

    byte[] buffer() {
        return buffer;
    }

    /** Makes room for a frame of the greatest length and gives its offset. */
    int begin() throws IOException {
        if (BUFFER_LENGTH - position < RECORD_HEADER_LENGTH + TrafficPlan.MAX_FRAME_LENGTH) {
            flush();
        }
        return position + RECORD_HEADER_LENGTH;
    }

    /** @param frameLength octets that the caller has written from {@link #begin} on; what exceeds the snap length goes */
    void end(long epochMicros, int frameLength) {
        int captured = Math.min(frameLength, snapLength);
        putInt(position, (int) (epochMicros / 1_000_000));
        putInt(position + 4, (int) (epochMicros % 1_000_000));
        putInt(position + 8, captured);
        putInt(position + 12, frameLength);
        position += RECORD_HEADER_LENGTH + captured;
    }

    private void putInt(int offset, int value) {
        LITTLE_ENDIAN_INT.set(buffer, offset, value);
    }

    private void flush() throws IOException {
        file.write(buffer, 0, position);
        position = 0;
    }

    @Override
    public void close() throws IOException {
        try (file) {
            flush();
        }
    }
}
