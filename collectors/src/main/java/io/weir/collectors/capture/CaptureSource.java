package io.weir.collectors.capture;

import java.io.IOException;

/** Something that delivers frames when polled. One thread polls; {@link #stop()} may be called from any thread. */
public interface CaptureSource extends AutoCloseable {

    /** Answer of {@link #poll} after the last frame. */
    int END = -1;

    /**
     * Delivers frames that are there, up to {@code maxFrames}. A file or a pipe is waited for only while no frame was delivered yet;
     * a live interface is waited for a bounded time, then the answer is 0. Problems met on the way are delivered before the call
     * returns.
     *
     * @return the number of frames delivered, or {@link #END}
     * @throws CaptureOpenException from the first poll of a stream that turns out to be no capture
     * @throws IOException when the device or file could not be read; damaged contents are problems, not exceptions
     */
    int poll(FrameSink sink, int maxFrames) throws IOException;

    /**
     * As {@link #poll}, for frames that have been delivered before, to an earlier reader: as fast as they can be read, whatever pace is kept
     * otherwise.
     */
    default int replay(FrameSink sink, int maxFrames) throws IOException {
        return poll(sink, maxFrames);
    }

    /** From now on problems of one kind that are met in one poll are told one by one, so that what is told does not depend on the polls. */
    default void keepProblemsApart() {}

    /** Ends this source: a poll that waits is woken, and a poll soon answers {@link #END}. */
    void stop();

    /** What users know this source by: a file name, an interface name, or {@code -}. */
    String name();

    /**
     * Event time from which on packets may still be to come though later ones were delivered, epoch nanoseconds; the greatest when none
     * are held back. To be asked between polls.
     */
    default long heldSinceNanos() {
        return Long.MAX_VALUE;
    }

    /** How frames are taken, as observation points say it: {@code pcap}, {@code afpacket} or {@code ebpf}. */
    default String method() {
        return "pcap";
    }

    /** Gives the file, handle and buffers back; closing twice does no harm. */
    @Override
    void close() throws IOException;
}
