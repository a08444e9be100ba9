package io.weir.topology.datagram;

import io.weir.topology.sflow.SflowDecoderFuzz;
import java.util.List;

/** Any octets as a datagram of sFlow, on its way to packets, drops and losses. */
public final class SflowIntakeFuzz {

    private SflowIntakeFuzz() {}

    /** Called by the fuzzer. */
    public static void fuzzerTestOneInput(byte[] input) {
        IntakeInvariants.check(DatagramKind.SFLOW, input);
    }

    /** What the fuzzer begins with. */
    public static List<byte[]> seeds() {
        return SflowDecoderFuzz.seeds();
    }
}
