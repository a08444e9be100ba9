package io.weir.collectors.capture;

import io.weir.testing.Sweep;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Captures of every format cut at every octet and with every field at its extremes. */
class CaptureSweepTest {

    @ParameterizedTest
    @MethodSource("io.weir.collectors.capture.CaptureSamples#all")
    void shouldBearEveryCutAndEveryExtreme(byte[] capture) {
        Sweep.cuts(capture, CaptureInvariants::check);
        Sweep.extremes(capture, CaptureInvariants::check);
    }
}
