package io.weir.topology.netflow;

import java.util.List;

/** Any octets as a datagram of NetFlow or IPFIX, to a decoder that knows no template and to one that knows some. */
public final class NetflowDecoderFuzz {

    private static final NetflowInvariants UNKNOWING = new NetflowInvariants();
    private static final NetflowInvariants KNOWING = NetflowDecoderRobustnessTest.knowing();

    private NetflowDecoderFuzz() {}

    /** Called by the fuzzer. */
    public static void fuzzerTestOneInput(byte[] input) {
        UNKNOWING.check(input, "input");
        KNOWING.check(input, "input, templates known");
    }

    /** What the fuzzer begins with. */
    public static List<byte[]> seeds() {
        return NetflowDecoderRobustnessTest.samples();
    }
}
