package io.weir.collectors.capture;

import java.io.IOException;

/** Reads the records of one capture format out of a {@link ByteWindow}, one frame a step. */
interface FrameReader {

    /** What a step came to. */
    enum Step {
        /** {@link #frame()} is the next frame. */
        FRAME,
        /** The window may not read, and has no whole record. */
        MORE,
        /** There is no further frame. */
        END
    }

    /** Goes to the next frame, and tells the sink of interfaces and problems on the way, but not of the frame. */
    Step next(FrameSink sink) throws IOException;

    /** The frame of the last step, valid until the next one. */
    Frame frame();

    /** Holds problems back to join them. */
    ProblemLog problems();
}
