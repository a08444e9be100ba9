package io.weir.exporters.ipfix;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Messages on their way from the encoder to the writer. Belongs to one of the two at a time. */
final class MessageBatch implements MessageSink {

    /** Octets at which no more records are read; what encoders hold may come on top. */
    static final int FULL_OCTETS = 256 * 1024;

    private final List<Announcement> announcements = new ArrayList<>();
    private byte[] octets = new byte[FULL_OCTETS];
    private int[] ends = new int[16];
    private int length;

    @Override
    public void accept(Announcement announcement, ByteBuffer message) {
        int size = message.remaining();
        if (octets.length - length < size) {
            octets = Arrays.copyOf(octets, Math.max(2 * octets.length, length + size));
        }
        message.get(octets, length, size);
        length += size;
        if (announcements.size() == ends.length) {
            ends = Arrays.copyOf(ends, 2 * ends.length);
        }
        ends[announcements.size()] = length;
        announcements.add(announcement);
    }

    boolean isEmpty() {
        return length == 0;
    }

    boolean isFull() {
        return length >= FULL_OCTETS;
    }

    int messages() {
        return announcements.size();
    }

    Announcement announcement(int message) {
        return announcements.get(message);
    }

    byte[] octets() {
        return octets;
    }

    int offset(int message) {
        return message == 0 ? 0 : ends[message - 1];
    }

    int length(int message) {
        return ends[message] - offset(message);
    }

    void clear() {
        announcements.clear();
        length = 0;
    }

    /** Octets in memory. */
    long heldOctets() {
        return octets.length;
    }
}
