package io.weir.bench.live;

import io.weir.collectors.capture.CaptureInterface;
import io.weir.collectors.capture.CaptureLossReason;
import io.weir.collectors.capture.CaptureProblem;
import io.weir.collectors.capture.CaptureSource;
import io.weir.collectors.capture.Frame;
import io.weir.collectors.capture.FrameSink;
import io.weir.collectors.capture.LiveConfig;
import io.weir.collectors.capture.LiveSource;
import io.weir.collectors.capture.afpacket.RingRehearsal;
import io.weir.collectors.capture.afpacket.RingSource;
import io.weir.collectors.capture.ebpf.EbpfSource;
import io.weir.decoding.packet.PacketDecoder;
import io.weir.decoding.packet.PacketHeaders;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * Takes frames from an interface and decodes their headers until the standard input ends: bench/capture-live.py runs it. Says {@code
 * ready} when it captures; at the end frames, octets, drops, and frames per second of the time in which more were there than one poll
 * takes, the sum of all threads.
 */
public final class LiveDrain implements FrameSink {

    private static final int FRAMES_PER_POLL = 4096;

    private final PacketDecoder decoder = new PacketDecoder();
    private final PacketHeaders headers = new PacketHeaders();
    private final CaptureSource source;
    private long frames;
    private long octets;
    private long drops;
    private long busyFrames;
    private long busyNanos;

    private LiveDrain(CaptureSource source) {
        this.source = source;
    }

    /**
     * Arguments: {@code afpacket}, {@code ebpf} or {@code pcap}, the interface, the buffer in MiB; {@code afpacket-2} for two threads that share the
     * interface, and so on.
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        var config = new LiveConfig(args[1], 262_144, false, Integer.parseInt(args[2]) << 20, 100, null);
        // As a collector does: the first frames would meet interpreted code else.
        new LiveDrain(new RingRehearsal(500_000, Duration.ofMillis(500))).drain();
        List<? extends CaptureSource> sources = open(args[0], config);
        List<LiveDrain> drains = sources.stream().map(LiveDrain::new).toList();
        var waiting = new Thread(() -> stopAtEndOfInput(sources), "stop");
        waiting.setDaemon(true);
        waiting.start();
        List<Thread> threads =
                drains.stream().map(drain -> new Thread(drain::drain)).toList();
        threads.forEach(Thread::start);
        System.out.println("ready");
        for (Thread thread : threads) {
            thread.join();
        }
        for (CaptureSource source : sources) {
            source.close();
        }
        System.out.println(sum(drains, drain -> drain.frames)
                + " " + sum(drains, drain -> drain.octets)
                + " " + sum(drains, drain -> drain.drops)
                + " " + sum(drains, LiveDrain::busyFramesPerSecond));
    }

    private static List<? extends CaptureSource> open(String receiver, LiveConfig config) throws IOException {
        return switch (receiver) {
            case "pcap" -> List.of(LiveSource.open(config));
            case "ebpf" -> List.of(EbpfSource.open(config));
            default -> RingSource.open(config, threads(receiver));
        };
    }

    private static int threads(String receiver) {
        int dash = receiver.indexOf('-');
        return dash < 0 ? 1 : Integer.parseInt(receiver.substring(dash + 1));
    }

    private static long sum(List<LiveDrain> drains, ToLongFunction<LiveDrain> what) {
        return drains.stream().mapToLong(what).sum();
    }

    private static void stopAtEndOfInput(List<? extends CaptureSource> sources) {
        try {
            System.in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            System.err.println(e.getMessage());
        }
        sources.forEach(CaptureSource::stop);
    }

    private void drain() {
        try {
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
        } catch (IOException e) {
            System.err.println(e.getMessage());
        }
    }

    private long busyFramesPerSecond() {
        return busyNanos == 0 ? 0 : busyFrames * 1_000_000_000L / busyNanos;
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
    public void onSummary(Frame header, int packets, int layer2Octets, int ipOctets, int tcpControlBits) {
        decoder.decode(
                header.buffer(),
                header.offset(),
                header.capturedOctets(),
                header.layer2Octets(),
                header.linkType(),
                headers);
        frames += packets;
        octets += ipOctets;
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
