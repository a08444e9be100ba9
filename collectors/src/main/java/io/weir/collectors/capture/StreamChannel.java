package io.weir.collectors.capture;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;

/** A stream as a channel that reads once a call. {@code Channels.newChannel} would wait until the whole buffer is full. */
final class StreamChannel implements ReadableByteChannel {

    private final InputStream in;
    private final byte[] chunk = new byte[64 * 1024];
    private boolean open = true;

    StreamChannel(InputStream in) {
        this.in = in;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        int read = in.read(chunk, 0, Math.min(chunk.length, target.remaining()));
        if (read > 0) {
            target.put(chunk, 0, read);
        }
        return read;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public void close() throws IOException {
        open = false;
        in.close();
    }
}
