package io.weir.exporters.transport;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;

/** A way to a receiver that is open; of IPFIX a Transport Session of RFC 7011. One thread writes; any may close. */
public interface Connection extends Closeable {

    /** Opens ways; each call begins a new session. */
    @FunctionalInterface
    interface Opener {
        Connection open() throws IOException;
    }

    /**
     * Hands a message to the kernel.
     *
     * @throws IOException when it has not taken all of it: then nothing that came after the messages before it reaches the receiver whole
     */
    void write(byte[] octets, int offset, int length) throws IOException;

    /** Ends the session in good order: waits until the receiver has taken what was written, as far as that can be known. */
    void finish(Duration patience);

    /** Ends it at once; a write that waits fails. */
    @Override
    void close();
}
