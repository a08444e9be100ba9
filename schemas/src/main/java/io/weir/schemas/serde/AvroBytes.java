package io.weir.schemas.serde;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;

/** Avro binary behind a prefix of other octets, with buffers that each thread uses again. */
public final class AvroBytes {

    private static final int INITIAL_OCTETS = 1024;
    private static final ThreadLocal<Scratch> SCRATCH = ThreadLocal.withInitial(Scratch::new);

    private AvroBytes() {}

    /** What stands behind the prefix. */
    @FunctionalInterface
    public interface Body {

        /** Writes it; must not encode anything else meanwhile. */
        void write(BinaryEncoder out) throws IOException;
    }

    /** The prefix and the body; when the body throws, nothing of it is left for the next one. */
    public static byte[] encode(byte[] prefix, Body body) {
        Scratch own = SCRATCH.get();
        own.bytes.reset();
        own.bytes.writeBytes(prefix);
        // An encoder holds octets back until it is flushed, and given a new stream it would write them there: one that
        // was not
        // flushed is not used again.
        BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(own.bytes, own.encoder);
        own.encoder = null;
        try {
            body.write(encoder);
            encoder.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        own.encoder = encoder;
        return own.bytes.toByteArray();
    }

    /** A decoder of what stands behind the prefix; to be used before the thread asks for the next one. */
    public static BinaryDecoder decoder(byte[] value, int prefixOctets) {
        Scratch own = SCRATCH.get();
        own.decoder = DecoderFactory.get().binaryDecoder(value, prefixOctets, value.length - prefixOctets, own.decoder);
        return own.decoder;
    }

    private static final class Scratch {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(INITIAL_OCTETS);
        private BinaryEncoder encoder;
        private BinaryDecoder decoder;
    }
}
