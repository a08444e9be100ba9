package io.weir.schemas.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.StreamWriteFeature;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** JSON text in UTF-8 that grows in memory and is used again after {@link #reset()}. Not thread-safe. */
public final class JsonBuffer {

    private static final int INITIAL_OCTETS = 4096;

    /** The fast writer gives the same digits on every Java version; {@code Double.toString} changed with Java 19. */
    private static final JsonFactory FACTORY = new JsonFactoryBuilder()
            .rootValueSeparator((SerializableString) null)
            .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
            .disable(StreamWriteFeature.FLUSH_PASSED_TO_STREAM)
            .build();

    private final Bytes bytes = new Bytes();
    private JsonGenerator generator;

    /** Octets written since the last {@link #reset()}. */
    public int size() {
        return bytes.size();
    }

    /** The octets; valid are the first {@link #size()}, until the next write. */
    public byte[] array() {
        return bytes.array();
    }

    /** Forgets what was written and keeps the memory. */
    public void reset() {
        bytes.reset();
    }

    /** Forgets what was written after {@code size}. */
    public void truncate(int size) {
        bytes.truncate(size);
    }

    /** Ends a line, as newline-delimited JSON wants it after each value. */
    public void newLine() {
        bytes.write('\n');
    }

    /** Copies the text to a stream. */
    public void writeTo(OutputStream out) throws IOException {
        out.write(bytes.array(), 0, bytes.size());
    }

    /** The text. */
    @Override
    public String toString() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    /** Appends one value; when it fails nothing is appended. */
    void append(AvroNode node, AvroCursor in) {
        int before = bytes.size();
        boolean whole = false;
        try {
            if (generator == null) {
                generator = FACTORY.createGenerator(bytes);
            }
            node.write(in, generator);
            generator.flush();
            whole = true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            if (!whole) {
                discardFrom(before);
            }
        }
    }

    private void discardFrom(int size) {
        try {
            // Stands in the middle of an object; closing gives its memory back.
            generator.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            generator = null;
            bytes.truncate(size);
        }
    }

    private static final class Bytes extends ByteArrayOutputStream {

        Bytes() {
            super(INITIAL_OCTETS);
        }

        byte[] array() {
            return buf;
        }

        void truncate(int size) {
            if (size < 0 || size > count) {
                throw new IllegalArgumentException("cannot truncate " + count + " octets to " + size);
            }
            count = size;
        }
    }
}
