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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LiveSourcesTest {

    private static final LiveConfig CONFIG = LiveConfig.defaults("eth0");
    private static final CaptureSource RING = new Named("ring");
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
        assertThat(sources(null, true).open(CONFIG, Capture.AUTO, 1)).containsExactly(RING);
        assertThat(sources(null, false).open(CONFIG, Capture.AUTO, 1)).containsExactly(PCAP);
    }

    @Test
    void shouldDoAsTold() throws CaptureOpenException {
        assertThat(sources(null, true).open(CONFIG, Capture.PCAP, 1)).containsExactly(PCAP);
        assertThat(sources(null, false).open(CONFIG, Capture.AFPACKET, 1)).containsExactly(RING);
    }

    @Test
    void shouldShareTheRingAmongThreadsButNotLibpcap() throws CaptureOpenException {
        assertThat(sources(null, true).open(CONFIG, Capture.AUTO, 3)).containsExactly(RING, RING, RING);
        assertThat(sources(null, true).open(CONFIG, Capture.PCAP, 3)).containsExactly(PCAP);
    }

    @Test
    void shouldFallBackForWhatTheSystemHasNot() throws CaptureOpenException {
        assertThat(sources(Reason.NOT_SUPPORTED, true).open(CONFIG, Capture.AUTO, 2))
                .containsExactly(PCAP);
    }

    @Test
    void shouldNotFallBackFromWhatWasAskedFor() {
        assertThatThrownBy(() -> sources(Reason.NOT_SUPPORTED, true).open(CONFIG, Capture.AFPACKET, 1))
                .hasMessage("NOT_SUPPORTED");
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NOT_SUPPORTED")
    void shouldNotFallBackForAnythingElse(Reason reason) {
        assertThatThrownBy(() -> sources(reason, true).open(CONFIG, Capture.AUTO, 1))
                .hasMessage(reason.name());
    }

    private static LiveSources sources(Reason ofRing, boolean prefersRing) {
        return new LiveSources(
                (config, threads) -> {
                    if (ofRing != null) {
                        throw new CaptureOpenException(ofRing, config.interfaceName(), ofRing.name());
                    }
                    return Collections.nCopies(threads, RING);
                },
                config -> PCAP,
                prefersRing);
    }
}
