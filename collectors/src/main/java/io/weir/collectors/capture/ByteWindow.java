package io.weir.collectors.capture;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.zip.ZipException;

/**
 * A bounded window that moves over a channel: one direct buffer that is refilled in place, and grows only when one record does not
 * fit. Not a memory map, because a file that another process shortens would then kill the reader.
 */
final class ByteWindow {

    private final ReadableByteChannel channel;
    private final int maxOctets;
    private ByteBuffer buffer;
    private int position;
    private int end;
    /** Offset in the capture of buffer index 0. */
    private long base;

    private boolean mayRead = true;
    private boolean ended;
    private String damage;

    ByteWindow(ReadableByteChannel channel, int initialOctets, int maxOctets) {
        this.channel = channel;
        this.maxOctets = maxOctets;
        this.buffer = ByteBuffer.allocateDirect(initialOctets);
    }

    /** The bytes, in network byte order. The object changes when the window grows or moves: ask again after each {@link #require}. */
    ByteBuffer buffer() {
        return buffer;
    }

    /** Buffer index of the next octet. */
    int position() {
        return position;
    }

    int available() {
        return end - position;
    }

    /** Offset of the next octet from the start of the capture. */
    long offset() {
        return base + position;
    }

    /** True when the channel has no more; octets may still be available. */
    boolean ended() {
        return ended;
    }

    /** Why the input ended before its time (a cut compressed file), else null. */
    String damage() {
        return damage;
    }

    /** With false, {@link #require} answers from what is there and never waits for the channel. */
    void setMayRead(boolean mayRead) {
        this.mayRead = mayRead;
    }

    /** True when {@code octets} are available, after reading if that is allowed. */
    boolean require(int octets) throws IOException {
        return end - position >= octets || fill(octets);
    }

    private boolean fill(int octets) throws IOException {
        if (!mayRead || ended) {
            return false;
        }
        if (octets > maxOctets) {
            throw new IllegalArgumentException(octets + " octets asked of a window of at most " + maxOctets);
        }
        if (octets > buffer.capacity() - position && octets <= buffer.capacity()) {
            moveTo(buffer);
        }
        while (end - position < octets) {
            if (end == buffer.capacity()) {
                // Grown by what comes, not by what a record claims: a lie costs no memory.
                moveTo(ByteBuffer.allocateDirect((int) Math.min(maxOctets, 2L * buffer.capacity())));
            }
            if (!readOnce()) {
                return false;
            }
        }
        return true;
    }

    private void moveTo(ByteBuffer target) {
        ByteBuffer rest = buffer.duplicate().limit(end).position(position);
        target.clear();
        target.put(rest);
        target.clear();
        buffer = target;
        base += position;
        end -= position;
        position = 0;
    }

    private boolean readOnce() throws IOException {
        buffer.limit(buffer.capacity()).position(end);
        int read;
        try {
            read = channel.read(buffer);
        } catch (EOFException | ZipException e) {
            damage = "the compressed data is damaged: " + e.getMessage();
            read = -1;
        } finally {
            end = buffer.position();
            buffer.clear();
        }
        if (read < 0) {
            ended = true;
            return false;
        }
        return true;
    }

    /** Moves on over octets that are available. */
    void advance(int octets) {
        position += octets;
    }

    /** Moves on over octets whether they are available or not; answers how many are still to skip. */
    long skip(long octets) throws IOException {
        long left = octets;
        while (true) {
            int step = (int) Math.min(left, end - position);
            position += step;
            left -= step;
            if (left == 0 || !require(1)) {
                return left;
            }
        }
    }
}
