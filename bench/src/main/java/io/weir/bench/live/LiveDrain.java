package io.weir.bench.live;

import io.weir.collectors.capture.CaptureInterface;
import io.weir.collectors.capture.CaptureLossReason;
import io.weir.collectors.capture.CaptureProblem;
import io.weir.collectors.capture.CaptureSource;
import io.weir.collectors.capture.Frame;
import io.weir.collectors.capture.FrameSink;
import io.weir.collectors.capture.LiveConfig;
import io.weir.collectors.capture.LiveSource;
import io.weir.collectors.capture.afpacket.RingSource;
import io.weir.collectors.decode.PacketDecoder;
import io.weir.collectors.decode.PacketHeaders;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Takes frames from an interface and decodes their headers until the standard input ends: bench/capture-live.py runs it. Says {@code
 * ready} when it captures; at the end frames, octets, drops,
 * and frames per second of the time in which more were there than one poll takes.
 */
public final class LiveDrain implements FrameSink {

    private static final int FRAMES_PER_POLL = 4096;

    private final PacketDecoder decoder = new PacketDecoder();
    private final PacketHeaders headers = new PacketHeaders();
    private long frames;
    private long octets;
    private long drops;
    private long busyFrames;

    private LiveDrain() {}

    /** Arguments: {@code afpacket} or {@code pcap}, the interface, the buffer in MiB. */
    public static void main(String[] args) throws IOException {
        var config = new LiveConfig(args[1], 262_144, false, Integer.parseInt(args[2]) << 20, 100, null);
        try (CaptureSource source = args[0].equals("afpacket") ? RingSource.open(config) : LiveSource.open(config)) {
            var waiting = new Thread(() -> stopAtEndOfInput(source), "stop");
            waiting.setDaemon(true);
            waiting.start();
            System.out.println("ready");
            new LiveDrain().drain(source);
        }
    }

    private static void stopAtEndOfInput(CaptureSource source) {
        try {
            System.in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            System.err.println(e.getMessage());
        }
        source.stop();
    }

    private void drain(CaptureSource source) throws IOException {
        long busyNanos = 0;
        long begin = System.nanoTime();
        int polled = source.poll(this, FRAMES_PER_POLL);
        while (polled != CaptureSource.END) {
            long end = System.nanoTime();
            // A poll that was not filled has waited, for an unknown part of its time.
            if (polled == FRAMES_PER_POLL) {
                busyNanos += end - begin;
                busyFrames += polled;
            }
            begin = end;
            polled = source.poll(this, FRAMES_PER_POLL);
        }
        long perSecond = busyNanos == 0 ? 0 : busyFrames * 1_000_000_000L / busyNanos;
        System.out.println(frames + " " + octets + " " + drops + " " + perSecond);
    }

    @Override
    public void onFrame(Frame frame) {
        decoder.decode(
                frame.buffer(),
                frame.offset(),
                frame.capturedOctets(),
                frame.layer2Octets(),
                frame.linkType(),
                headers);
        frames++;
        octets += headers.octets;
    }

    @Override
    public void onInterface(int interfaceIndex, CaptureInterface description) {}

    @Override
    public void onProblem(CaptureProblem problem) {
        if (problem.reason() == CaptureLossReason.KERNEL_DROP) {
            drops += problem.packets();
        } else {
            System.err.println(problem.message());
        }
    }
}
