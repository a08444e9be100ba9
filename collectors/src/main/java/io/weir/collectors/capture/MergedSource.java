package io.weir.collectors.capture;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Several captures as one source, merged by time. Frames of equal time come in the order in which the captures were named; within one
 * capture the order of its frames is kept, even where their times go back. Holds one frame of each capture, in that capture's own
 * buffer.
 */
public final class MergedSource implements CaptureSource {

    /** Buffers of all captures together stay near this bound, until single frames need more. */
    private static final int TOTAL_BUFFER_OCTETS = 64 * 1024 * 1024;

    /** Each capture holds a file handle and at least {@value CaptureFileReader#MIN_BUFFER_OCTETS} octets. */
    public static final int MAX_CAPTURES = 1024;

    private final List<Input> inputs;
    private final String name;
    /** Null where frames are delivered as fast as they can be read. */
    private final Pace pace;

    /** Binary heap of the inputs that have a frame, the earliest first. */
    private final Input[] heap;

    private int heapSize;
    private int interfaces;
    private boolean primed;
    /** The frame of the first input was delivered: it must move on before the next is taken. */
    private boolean taken;

    private volatile boolean stopped;

    private MergedSource(List<CaptureFileReader> captures, Pace pace) {
        this.pace = pace;
        this.inputs = new ArrayList<>(captures.size());
        for (int i = 0; i < captures.size(); i++) {
            inputs.add(new Input(i, captures.get(i)));
        }
        this.heap = new Input[captures.size()];
        this.name = captures.size() == 1 ? captures.get(0).name() : captures.size() + " captures";
    }

    /**
     * Opens all files; none stays open when one cannot be opened.
     *
     * @throws CaptureOpenException of the first file that is not there or no capture
     */
    public static MergedSource open(List<Path> files) throws IOException {
        checkCount(files.size());
        int bufferOctets = Math.min(
                CaptureFileReader.DEFAULT_BUFFER_OCTETS,
                Math.max(CaptureFileReader.MIN_BUFFER_OCTETS, TOTAL_BUFFER_OCTETS / files.size()));
        List<CaptureFileReader> captures = new ArrayList<>(files.size());
        try {
            for (Path file : files) {
                captures.add(CaptureFileReader.open(file, bufferOctets));
            }
        } catch (IOException | RuntimeException e) {
            for (CaptureFileReader capture : captures) {
                capture.close();
            }
            throw e;
        }
        return new MergedSource(captures, null);
    }

    /** Merges captures that are open, and owns them from now on. */
    public static MergedSource of(List<CaptureFileReader> captures) {
        checkCount(captures.size());
        return new MergedSource(captures, null);
    }

    /** The same, with each frame delivered when it is due: {@link #poll} answers 0 where none was for some 50 ms. */
    public static MergedSource of(List<CaptureFileReader> captures, Pace pace) {
        checkCount(captures.size());
        return new MergedSource(captures, pace);
    }

    private static void checkCount(int captures) {
        if (captures == 0 || captures > MAX_CAPTURES) {
            throw new IllegalArgumentException(captures + " captures to merge, 1 to " + MAX_CAPTURES
                    + " are possible; merge some beforehand: mergecap -w NEW FILE...");
        }
    }

    @Override
    public int poll(FrameSink sink, int maxFrames) throws IOException {
        return poll(sink, maxFrames, pace);
    }

    @Override
    public int replay(FrameSink sink, int maxFrames) throws IOException {
        return poll(sink, maxFrames, null);
    }

    /** @param pace null for none */
    private int poll(FrameSink sink, int maxFrames, Pace pace) throws IOException {
        if (stopped) {
            return END;
        }
        if (!primed) {
            prime(sink);
        }
        int delivered = 0;
        while (delivered < maxFrames) {
            if (taken) {
                taken = false;
                moveOn(sink);
            }
            if (heapSize == 0 || stopped) {
                break;
            }
            Input first = heap[0];
            Frame frame = first.capture.frame();
            if (pace != null && !pace.isDue(frame.timeNanos(), delivered == 0)) {
                break;
            }
            frame.setInterfaceIndex(first.globalIndexes[frame.interfaceIndex()]);
            sink.onFrame(frame);
            taken = true;
            delivered++;
        }
        for (Input input : inputs) {
            input.flushProblems(sink);
        }
        boolean over = heapSize == 0 || stopped;
        return delivered == 0 && over ? END : delivered;
    }

    private void prime(FrameSink sink) throws IOException {
        primed = true;
        for (Input input : inputs) {
            if (input.advance(sink)) {
                int at = heapSize++;
                while (at > 0 && input.isBefore(heap[(at - 1) / 2])) {
                    heap[at] = heap[(at - 1) / 2];
                    at = (at - 1) / 2;
                }
                heap[at] = input;
            }
        }
    }

    private void moveOn(FrameSink sink) throws IOException {
        Input moved = heap[0];
        if (!moved.advance(sink)) {
            heapSize--;
            moved = heap[heapSize];
            heap[heapSize] = null;
            if (heapSize == 0) {
                return;
            }
        }
        int at = 0;
        while (2 * at + 1 < heapSize) {
            int child = 2 * at + 1;
            if (child + 1 < heapSize && heap[child + 1].isBefore(heap[child])) {
                child++;
            }
            if (moved.isBefore(heap[child])) {
                break;
            }
            heap[at] = heap[child];
            at = child;
        }
        heap[at] = moved;
    }

    @Override
    public void keepProblemsApart() {
        inputs.forEach(input -> input.capture.keepProblemsApart());
    }

    @Override
    public void stop() {
        stopped = true;
        for (Input input : inputs) {
            input.capture.stop();
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void close() throws IOException {
        IOException failure = null;
        for (Input input : inputs) {
            try {
                input.capture.close();
            } catch (IOException e) {
                failure = e;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    /** One capture, which stands in for the sink to give its interfaces indexes of the whole. */
    private final class Input implements FrameSink {
        private final int order;
        private final CaptureFileReader capture;
        private int[] globalIndexes = new int[4];
        private long timeNanos;
        private FrameSink sink;

        Input(int order, CaptureFileReader capture) {
            this.order = order;
            this.capture = capture;
        }

        boolean advance(FrameSink target) throws IOException {
            sink = target;
            if (capture.advance(this, true) != FrameReader.Step.FRAME) {
                return false;
            }
            timeNanos = capture.frame().timeNanos();
            return true;
        }

        boolean isBefore(Input other) {
            return timeNanos < other.timeNanos || (timeNanos == other.timeNanos && order < other.order);
        }

        void flushProblems(FrameSink target) {
            sink = target;
            capture.flushProblems(this);
        }

        @Override
        public void onFrame(Frame frame) {
            sink.onFrame(frame);
        }

        @Override
        public void onInterface(int interfaceIndex, CaptureInterface description) {
            if (interfaceIndex >= globalIndexes.length) {
                globalIndexes = Arrays.copyOf(globalIndexes, 2 * interfaceIndex);
            }
            globalIndexes[interfaceIndex] = interfaces;
            sink.onInterface(interfaces, named(description));
            interfaces++;
        }

        /** Of several files: what each interface is called, begins with its file. */
        private CaptureInterface named(CaptureInterface description) {
            if (inputs.size() == 1) {
                return description;
            }
            String name = description.name();
            return description.withName(name == null || name.isBlank() ? fileName() : fileName() + '#' + name);
        }

        /** The file's name; with its number among all where others are called the same. */
        private String fileName() {
            String own = Path.of(capture.name()).getFileName().toString();
            long alike = inputs.stream()
                    .filter(other -> Path.of(other.capture.name()).endsWith(own))
                    .count();
            return alike > 1 ? own + '.' + (order + 1) : own;
        }

        @Override
        public void onProblem(CaptureProblem problem) {
            int index = problem.interfaceIndex();
            sink.onProblem(index < 0 ? problem : problem.withInterfaceIndex(globalIndexes[index]));
        }
    }
}
