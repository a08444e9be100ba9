package io.weir.collectors.capture;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A sink that keeps copies of everything. */
public class Collected implements FrameSink {

    @SuppressWarnings("ArrayRecordComponent") // compared by its parts only
    public record Seen(
            byte[] bytes, int layer2Octets, long timeNanos, boolean timeKnown, int linkType, int interfaceIndex) {}

    public final List<Seen> frames = new ArrayList<>();
    /** What a source counted instead of handing it over. */
    @SuppressWarnings("ArrayRecordComponent") // compared by its parts only
    public record Counted(
            byte[] header,
            int headerLayer2Octets,
            long timeNanos,
            int packets,
            int layer2Octets,
            int octets,
            int tcpControlBits) {}

    public final List<Counted> summaries = new ArrayList<>();
    public final List<CaptureInterface> interfaces = new ArrayList<>();
    public final List<CaptureProblem> problems = new ArrayList<>();

    static Collected all(CaptureSource source) throws IOException {
        return all(source, 7);
    }

    static Collected all(CaptureSource source, int maxFrames) throws IOException {
        var collected = new Collected();
        try (source) {
            int polled = source.poll(collected, maxFrames);
            while (polled != CaptureSource.END) {
                polled = source.poll(collected, maxFrames);
            }
        }
        return collected;
    }

    @Override
    public void onFrame(Frame frame) {
        byte[] bytes = new byte[frame.capturedOctets()];
        frame.buffer().get(frame.offset(), bytes);
        if (frame.interfaceIndex() >= interfaces.size()) {
            throw new AssertionError("interface " + frame.interfaceIndex() + " was not announced");
        }
        if (frame.layer2Octets() < bytes.length) {
            throw new AssertionError("wire length " + frame.layer2Octets() + " below captured " + bytes.length);
        }
        frames.add(new Seen(
                bytes,
                frame.layer2Octets(),
                frame.timeNanos(),
                frame.timeKnown(),
                frame.linkType(),
                frame.interfaceIndex()));
    }

    @Override
    public void onSummary(Frame header, int packets, int layer2Octets, int octets, int tcpControlBits) {
        byte[] bytes = new byte[header.capturedOctets()];
        header.buffer().get(header.offset(), bytes);
        summaries.add(new Counted(
                bytes, header.layer2Octets(), header.timeNanos(), packets, layer2Octets, octets, tcpControlBits));
    }

    @Override
    public void onInterface(int interfaceIndex, CaptureInterface description) {
        if (interfaceIndex != interfaces.size()) {
            throw new AssertionError("interface " + interfaceIndex + " announced after " + interfaces.size());
        }
        interfaces.add(description);
    }

    @Override
    public void onProblem(CaptureProblem problem) {
        problems.add(problem);
    }

    public List<Long> times() {
        return frames.stream().map(Seen::timeNanos).toList();
    }

    /** Of frames and summaries. */
    public long packets() {
        return frames.size() + summaries.stream().mapToLong(Counted::packets).sum();
    }

    /** Of frames and summaries. */
    public long layer2Octets() {
        return frames.stream().mapToLong(Seen::layer2Octets).sum()
                + summaries.stream().mapToLong(Counted::layer2Octets).sum();
    }
}
