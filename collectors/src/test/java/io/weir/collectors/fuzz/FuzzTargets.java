package io.weir.collectors.fuzz;

import io.weir.collectors.capture.PcapReaderFuzz;
import io.weir.collectors.capture.PcapngReaderFuzz;
import io.weir.collectors.capture.SnoopReaderFuzz;
import io.weir.collectors.publish.PacketBatchFuzz;
import io.weir.decoding.facts.FactReaderFuzz;
import io.weir.decoding.packet.PacketDecoderFuzz;
import io.weir.testing.FuzzTarget;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;

/** What is fuzzed of captures and frames. */
final class FuzzTargets {

    private FuzzTargets() {}

    static List<FuzzTarget> all() throws GeneralSecurityException {
        return List.of(
                new FuzzTarget(
                        PacketDecoderFuzz.class, PacketDecoderFuzz::fuzzerTestOneInput, PacketDecoderFuzz.seeds()),
                new FuzzTarget(FactReaderFuzz.class, FactReaderFuzz::fuzzerTestOneInput, FactReaderFuzz.seeds()),
                new FuzzTarget(PcapReaderFuzz.class, PcapReaderFuzz::fuzzerTestOneInput, PcapReaderFuzz.seeds()),
                new FuzzTarget(PcapngReaderFuzz.class, PcapngReaderFuzz::fuzzerTestOneInput, PcapngReaderFuzz.seeds()),
                new FuzzTarget(SnoopReaderFuzz.class, SnoopReaderFuzz::fuzzerTestOneInput, SnoopReaderFuzz.seeds()),
                new FuzzTarget(PacketBatchFuzz.class, PacketBatchFuzz::fuzzerTestOneInput, PacketBatchFuzz.seeds()));
    }

    /** Writes the seeds of every target beneath a directory. */
    public static void main(String[] arguments) throws IOException, GeneralSecurityException {
        FuzzTarget.writeSeeds(all(), Path.of(arguments[0]));
    }
}
