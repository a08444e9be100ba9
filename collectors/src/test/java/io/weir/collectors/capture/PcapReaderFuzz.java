package io.weir.collectors.capture;

import java.io.IOException;
import java.util.List;

/** Any octets behind a magic number of pcap as a capture. */
public final class PcapReaderFuzz {
    private PcapReaderFuzz() {}

    /** Called by the fuzzer. */
    public static void fuzzerTestOneInput(byte[] input) throws IOException {
        if (CaptureSamples.isPcap(input)) {
            CaptureInvariants.check(input);
        }
    }

    /** What the fuzzer begins with. */
    public static List<byte[]> seeds() {
        return CaptureSamples.pcap();
    }
}
