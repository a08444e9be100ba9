package io.weir.collectors.capture;

/** Takes what a {@link CaptureSource} delivers, on the thread that polls it. */
public interface FrameSink {

    /** One frame; the view and its bytes are valid only during the call. */
    void onFrame(Frame frame);

    /**
     * Several packets of one flow and direction, which the source has counted instead of handing over their frames. Only sources that say
     * so count.
     *
     * @param header the start of one of these frames, as far as it tells the flow; its time is that of the first one
     * @param packets how many, at least 1
     * @param layer2Octets of all together, as are the others
     * @param octets IP total length
     * @param tcpControlBits of all, or -1
     */
    default void onSummary(Frame header, int packets, int layer2Octets, int octets, int tcpControlBits) {
        throw new UnsupportedOperationException("this sink takes single frames only");
    }

    /** An interface, announced before its first frame. Indexes start at 0 and are never given out anew within a source. */
    void onInterface(int interfaceIndex, CaptureInterface description);

    /** Packets that were lost or refused, or input that could not be read. */
    void onProblem(CaptureProblem problem);
}
