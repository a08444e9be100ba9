package io.weir.collectors.capture;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;

/**
 * Octets that were read ahead, then the channel they came from. Says that more is available until the end was seen, because the
 * decompressor takes "nothing available" between two members of a gzip file for its end.
 */
final class PrefixedStream extends InputStream {

    private final ByteBuffer prefix;
    private final ReadableByteChannel channel;
    private boolean ended;

    PrefixedStream(byte[] prefix, ReadableByteChannel channel) {
        this.prefix = ByteBuffer.wrap(prefix);
        this.channel = channel;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (prefix.hasRemaining()) {
            int taken = Math.min(length, prefix.remaining());
            prefix.get(target, offset, taken);
            return taken;
        }
        int read = ended ? -1 : channel.read(ByteBuffer.wrap(target, offset, length));
        ended = read < 0;
        return read;
    }

    @Override
    public int available() {
        return ended ? 0 : 1;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
