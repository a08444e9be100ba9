package io.weir.topology.sflow;

import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;

/** Any octets as a datagram of sFlow. */
public final class SflowDecoderFuzz {

    private static final int SEEDS = 16;
    private static final SflowInvariants INVARIANTS = new SflowInvariants();

    private SflowDecoderFuzz() {}

    /** Called by the fuzzer. */
    public static void fuzzerTestOneInput(byte[] input) {
        INVARIANTS.check(input, "input");
    }

    /** What the fuzzer begins with. */
    public static List<byte[]> seeds() {
        return LongStream.range(0, SEEDS)
                .mapToObj(seed -> SflowFixtures.some(new Random(seed)))
                .toList();
    }
}
