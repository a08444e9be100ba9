package io.weir.collectors.capture;

import java.io.IOException;
import java.util.List;

/** Any octets behind the first block type of pcapng as a capture. */
public final class PcapngReaderFuzz {
    private PcapngReaderFuzz() {}

    /** Called by the fuzzer. */
    public static void fuzzerTestOneInput(byte[] input) throws IOException {
        if (CaptureSamples.isPcapng(input)) {
            CaptureInvariants.check(input);
        }
    }

    /** What the fuzzer begins with. */
    public static List<byte[]> seeds() {
        return CaptureSamples.pcapng();
    }
}
