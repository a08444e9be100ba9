package io.weir.app.pipeline;

import io.weir.app.failure.Failure;
import io.weir.schemas.json.JsonBuffer;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** One file of JSON objects, one a line. Empty from the start; kept open from the first object on. */
final class JsonLines implements AutoCloseable {

    private static final int BUFFER_OCTETS = 1 << 14;

    private final Path file;
    private OutputStream out;
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
                out = new BufferedOutputStream(Files.newOutputStream(file, StandardOpenOption.APPEND), BUFFER_OCTETS);
            }
            object.newLine();
            object.writeTo(out);
        } catch (IOException e) {
            throw cannotWrite(e);
        }
    }

    /** @throws Failure when the rest cannot be written; not again after a failure that was told already */
    @Override
    public void close() {
        OutputStream open = out;
        out = null;
        try {
            if (open != null) {
                open.close();
            }
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
