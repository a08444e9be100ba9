package io.weir.topology.fuzz;

import io.weir.testing.FuzzTarget;
import io.weir.topology.datagram.NetflowIntakeFuzz;
import io.weir.topology.datagram.SflowIntakeFuzz;
import io.weir.topology.netflow.NetflowDecoderFuzz;
import io.weir.topology.sflow.SflowDecoderFuzz;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** What is fuzzed of datagrams. */
final class FuzzTargets {

    private FuzzTargets() {}

    static List<FuzzTarget> all() {
        return List.of(
                new FuzzTarget(SflowDecoderFuzz.class, SflowDecoderFuzz::fuzzerTestOneInput, SflowDecoderFuzz.seeds()),
                new FuzzTarget(
                        NetflowDecoderFuzz.class, NetflowDecoderFuzz::fuzzerTestOneInput, NetflowDecoderFuzz.seeds()),
                new FuzzTarget(SflowIntakeFuzz.class, SflowIntakeFuzz::fuzzerTestOneInput, SflowIntakeFuzz.seeds()),
                new FuzzTarget(
                        NetflowIntakeFuzz.class, NetflowIntakeFuzz::fuzzerTestOneInput, NetflowIntakeFuzz.seeds()));
    }

    /** Writes the seeds of every target beneath a directory. */
    public static void main(String[] arguments) throws IOException {
        FuzzTarget.writeSeeds(all(), Path.of(arguments[0]));
    }
}
