package io.weir.topology.datagram;

import io.weir.topology.netflow.NetflowDecoderFuzz;
import io.weir.topology.netflow.NetflowWriter;
import java.util.ArrayList;
import java.util.List;

/** Any octets as a datagram of NetFlow or IPFIX, on its way to packets, drops and losses. */
public final class NetflowIntakeFuzz {

    private NetflowIntakeFuzz() {}

    /** Called by the fuzzer. */
    public static void fuzzerTestOneInput(byte[] input) {
        IntakeInvariants.check(DatagramKind.NETFLOW, input);
    }

    /** What the fuzzer begins with. */
    public static List<byte[]> seeds() {
        List<byte[]> seeds = new ArrayList<>(NetflowDecoderFuzz.seeds());
        // A status of dropped, dropped counts, and a firewall that denied.
        seeds.add(NetflowWriter.v9()
                .template(300, 8, 4, 12, 4, 4, 1, 10, 4, 14, 4, 61, 1, 2, 4, 1, 4, 89, 1, 133, 4, 132, 4)
                .data(
                        300,
                        NetflowWriter.hex(
                                "0a000001 0a000002 06 00000003 00000004 00 00000005 000001f4 8a 00000002 000000c8"))
                .template(301, 27, 16, 28, 16, 233, 1, 33002, 2, 86, 8, 135, 8)
                .data(
                        301,
                        NetflowWriter.join(
                                new byte[32], NetflowWriter.hex("03 03e9 0000000000000007 0000000000000006")))
                .bytes());
        return seeds;
    }
}
