package io.weir.app.pipeline;

import io.weir.app.failure.Failure;
import io.weir.schemas.json.JsonBuffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** One file of JSON objects, one a line. Empty from the start; kept open from the first object on. */
final class JsonLines implements AutoCloseable {

    /** Of a file that has not filled it yet: there may be hundreds. */
    private static final int FIRST_BUFFER_OCTETS = 1 << 14;

    /** Half of what a second-level cache holds: the kernel takes an octet of a call of this size for half of what it takes with the first one. */
    private static final int BUFFER_OCTETS = 1 << 17;

    private final Path file;
    /** What a file must have got before it has a large buffer: then that is an eighth of the file. */
    private static final long GROW_OCTETS = 8L * BUFFER_OCTETS;

    private FileChannel out;
    private long written;
    private ByteBuffer buffer;
    private boolean failed;

    JsonLines(Path file) {
        this.file = file;
        try {
            Files.newOutputStream(file).close();
        } catch (IOException e) {
            throw cannotWrite(e);
        }
    }

    /** Writes the buffer's object and a line end. */
    void write(JsonBuffer object) {
        try {
            if (out == null) {
                out = FileChannel.open(file, StandardOpenOption.APPEND);
                buffer = ByteBuffer.allocateDirect(FIRST_BUFFER_OCTETS);
            }
            object.newLine();
            byte[] octets = object.array();
            int from = 0;
            while (object.size() - from > buffer.remaining()) {
                int fitting = buffer.remaining();
                buffer.put(octets, from, fitting);
                from += fitting;
                flush();
            }
            buffer.put(octets, from, object.size() - from);
        } catch (IOException e) {
            throw cannotWrite(e);
        }
    }

    private void write(FileChannel to) throws IOException {
        buffer.flip();
        written += buffer.remaining();
        while (buffer.hasRemaining()) {
            to.write(buffer);
        }
        buffer.clear();
    }

    private void flush() throws IOException {
        write(out);
        if (buffer.capacity() < BUFFER_OCTETS && written >= GROW_OCTETS) {
            buffer = ByteBuffer.allocateDirect(BUFFER_OCTETS);
        }
    }

    /** @throws Failure when the rest cannot be written; not again after a failure that was told already */
    @Override
    public void close() {
        if (out == null) {
            return;
        }
        try (FileChannel open = out) {
            out = null;
            if (!failed) {
                write(open);
            }
            buffer = null;
        } catch (IOException e) {
            if (!failed) {
                throw cannotWrite(e);
            }
        }
    }

    private Failure cannotWrite(IOException e) {
        failed = true;
        return Failure.failed(
                file + " cannot be written: " + e.getMessage(),
                "is the disk full, or the directory read-only? Choose another with --out",
                e);
    }
}
