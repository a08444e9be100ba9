package io.weir.collectors.publish;

import io.weir.testing.Sweep;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Records cut at every octet and with every field at its extremes. */
class PacketBatchSweepTest {

    @ParameterizedTest
    @MethodSource("io.weir.collectors.publish.PacketBatchFuzz#seeds")
    void shouldBearEveryCutAndEveryExtreme(byte[] record) {
        Sweep.cuts(record, PacketBatchFuzz::fuzzerTestOneInput);
        Sweep.extremes(record, PacketBatchFuzz::fuzzerTestOneInput);
    }
}
