package io.weir.collectors.capture.afpacket;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RingGeometryTest {

    private static final int MIB = 1 << 20;

    @ParameterizedTest
    @CsvSource({
        "262144, 64, 1048576, 64",
        "2048, 64, 1048576, 64",
        "2048, 8, 524288, 16",
        "64, 1, 65536, 16",
        "65536, 1, 131072, 8",
        "262144, 1, 524288, 2",
        "262144, 1024, 1048576, 1024"
    })
    void shouldHoldTheLongestFrameInABlock(int snapOctets, int bufferMib, int blockOctets, int blocks) {
        var geometry = RingGeometry.of(snapOctets, bufferMib * MIB);

        assertThat(geometry).isEqualTo(new RingGeometry(blockOctets, blocks));
        assertThat(geometry.octets()).isEqualTo(bufferMib * MIB);
    }
}
