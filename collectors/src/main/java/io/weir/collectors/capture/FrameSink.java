package io.weir.collectors.capture;

/** Takes what a {@link CaptureSource} delivers, on the thread that polls it. */
public interface FrameSink {

    /** One frame; the view and its bytes are valid only during the call. */
    void onFrame(Frame frame);

    /** An interface, announced before its first frame. Indexes start at 0 and are never given out anew within a source. */
    void onInterface(int interfaceIndex, CaptureInterface description);

    /** Packets that were lost or refused, or input that could not be read. */
    void onProblem(CaptureProblem problem);
}
