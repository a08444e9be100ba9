package io.weir.collectors.fuzz;

import io.weir.collectors.capture.PcapReaderFuzz;
import io.weir.collectors.capture.PcapngReaderFuzz;
import io.weir.collectors.capture.SnoopReaderFuzz;
import io.weir.collectors.publish.PacketBatchFuzz;
import io.weir.decoding.facts.FactReaderFuzz;
import io.weir.decoding.packet.PacketDecoderFuzz;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;

/**
 * What is fuzzed.
 *
 * @param type the class that the fuzzer calls
 * @param body throws when something does not hold
 * @param seeds inputs to begin with
 */
record FuzzTarget(Class<?> type, Body body, List<byte[]> seeds) {

    interface Body {
        void run(byte[] input) throws Exception;
    }

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

    String name() {
        return type.getSimpleName();
    }

    @Override
    public String toString() {
        return name();
    }

    /** Writes the seeds of every target beneath a directory. */
    public static void main(String[] arguments) throws IOException, GeneralSecurityException {
        for (FuzzTarget target : all()) {
            Path directory = Files.createDirectories(Path.of(arguments[0], target.name(), "seeds"));
            for (int i = 0; i < target.seeds.size(); i++) {
                Files.write(directory.resolve("seed-" + i), target.seeds.get(i));
            }
        }
    }
}
