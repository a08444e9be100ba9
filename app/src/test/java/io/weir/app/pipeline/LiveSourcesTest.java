package io.weir.app.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.app.config.Catalogue.Capture;
import io.weir.collectors.capture.CaptureOpenException;
import io.weir.collectors.capture.CaptureOpenException.Reason;
import io.weir.collectors.capture.CaptureSource;
import io.weir.collectors.capture.FrameSink;
import io.weir.collectors.capture.LiveConfig;
import java.util.Collections;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LiveSourcesTest {

    private static final LiveConfig CONFIG = LiveConfig.defaults("eth0");
    private static final CaptureSource RING = new Named("ring");
    private static final CaptureSource EBPF = new Named("ebpf");
    private static final CaptureSource PCAP = new Named("pcap");

    private record Named(String name) implements CaptureSource {
        @Override
        public int poll(FrameSink sink, int maxFrames) {
            return END;
        }

        @Override
        public void stop() {}

        @Override
        public void close() {}
    }

    @Test
    void shouldReadTheRingWhereThereIsOne() throws CaptureOpenException {
        assertThat(sources(null, true).open(CONFIG, Capture.AUTO, 1, Optional.empty()))
                .containsExactly(RING);
        assertThat(sources(null, false).open(CONFIG, Capture.AUTO, 1, Optional.empty()))
                .containsExactly(PCAP);
    }

    @Test
    void shouldDoAsTold() throws CaptureOpenException {
        assertThat(sources(null, true).open(CONFIG, Capture.PCAP, 1, Optional.empty()))
                .containsExactly(PCAP);
        assertThat(sources(null, false).open(CONFIG, Capture.AFPACKET, 1, Optional.empty()))
                .containsExactly(RING);
    }

    @Test
    void shouldShareTheRingAmongThreadsButNotLibpcap() throws CaptureOpenException {
        assertThat(sources(null, true).open(CONFIG, Capture.AUTO, 3, Optional.empty()))
                .containsExactly(RING, RING, RING);
        assertThat(sources(null, true).open(CONFIG, Capture.PCAP, 3, Optional.empty()))
                .containsExactly(PCAP);
    }

    @Test
    void shouldFallBackForWhatTheSystemHasNot() throws CaptureOpenException {
        assertThat(sources(Reason.NOT_SUPPORTED, true).open(CONFIG, Capture.AUTO, 2, Optional.empty()))
                .containsExactly(PCAP);
    }

    @Test
    void shouldNotFallBackFromWhatWasAskedFor() {
        assertThatThrownBy(
                        () -> sources(Reason.NOT_SUPPORTED, true).open(CONFIG, Capture.AFPACKET, 1, Optional.empty()))
                .hasMessage("NOT_SUPPORTED");
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NOT_SUPPORTED")
    void shouldNotFallBackForAnythingElse(Reason reason) {
        assertThatThrownBy(() -> sources(reason, true).open(CONFIG, Capture.AUTO, 1, Optional.empty()))
                .hasMessage(reason.name());
    }

    @Test
    void shouldCountInTheKernelOnlyWhenTold() throws CaptureOpenException {
        assertThat(sources(null, true).open(CONFIG, Capture.EBPF, 1, Optional.empty()))
                .containsExactly(EBPF);
        assertThat(sources(null, true).open(CONFIG, Capture.EBPF, 4, Optional.empty()))
                .containsExactly(EBPF);
    }

    @Test
    void shouldNotCountInTheKernelWhatNeedsFrames() throws CaptureOpenException {
        assertThat(sources(null, true).open(CONFIG, Capture.EBPF, 2, Optional.of("collector.sampling")))
                .containsExactly(RING, RING);
    }

    @ParameterizedTest
    @EnumSource(names = {"NOT_SUPPORTED", "NOT_PERMITTED", "LIBRARY_MISSING"})
    void shouldReadTheRingWhereTheKernelCannotCount(Reason reason) throws CaptureOpenException {
        assertThat(sources(null, reason, true).open(CONFIG, Capture.EBPF, 2, Optional.empty()))
                .containsExactly(RING, RING);
        assertThat(sources(Reason.NOT_SUPPORTED, reason, true).open(CONFIG, Capture.EBPF, 2, Optional.empty()))
                .containsExactly(PCAP);
    }

    @ParameterizedTest
    @EnumSource(names = {"INTERFACE_NOT_FOUND", "INTERFACE_DOWN", "FAILED"})
    void shouldNotReadTheRingForWhatIsWrongWithTheInterface(Reason reason) {
        assertThatThrownBy(() -> sources(null, reason, true).open(CONFIG, Capture.EBPF, 1, Optional.empty()))
                .hasMessage(reason.name());
    }

    private static LiveSources sources(Reason ofRing, boolean prefersRing) {
        return sources(ofRing, null, prefersRing);
    }

    private static LiveSources sources(Reason ofRing, Reason ofEbpf, boolean prefersRing) {
        return new LiveSources(
                (config, threads) -> {
                    if (ofRing != null) {
                        throw new CaptureOpenException(ofRing, config.interfaceName(), ofRing.name());
                    }
                    return Collections.nCopies(threads, RING);
                },
                config -> {
                    if (ofEbpf != null) {
                        throw new CaptureOpenException(ofEbpf, config.interfaceName(), ofEbpf.name());
                    }
                    return EBPF;
                },
                config -> PCAP,
                prefersRing);
    }
}
