package io.weir.collectors.capture;

import java.io.IOException;
import java.util.List;

/** Any octets behind the magic number of snoop as a capture. */
public final class SnoopReaderFuzz {
    private SnoopReaderFuzz() {}

    /** Called by the fuzzer. */
    public static void fuzzerTestOneInput(byte[] input) throws IOException {
        if (CaptureSamples.isSnoop(input)) {
            CaptureInvariants.check(input);
        }
    }

    /** What the fuzzer begins with. */
    public static List<byte[]> seeds() {
        return CaptureSamples.snoop();
    }
}
