package io.weir.app.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.app.config.Catalogue.Capture;
import io.weir.collectors.capture.CaptureOpenException;
import io.weir.collectors.capture.CaptureOpenException.Reason;
import io.weir.collectors.capture.CaptureSource;
import io.weir.collectors.capture.FrameSink;
import io.weir.collectors.capture.LiveConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LiveSourcesTest {

    private static final LiveConfig CONFIG = LiveConfig.defaults("eth0");

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
        assertThat(sources(null, true).open(CONFIG, Capture.AUTO).name()).isEqualTo("ring");
        assertThat(sources(null, false).open(CONFIG, Capture.AUTO).name()).isEqualTo("pcap");
    }

    @Test
    void shouldDoAsTold() throws CaptureOpenException {
        assertThat(sources(null, true).open(CONFIG, Capture.PCAP).name()).isEqualTo("pcap");
        assertThat(sources(null, false).open(CONFIG, Capture.AFPACKET).name()).isEqualTo("ring");
    }

    @Test
    void shouldFallBackForWhatTheSystemHasNot() throws CaptureOpenException {
        assertThat(sources(Reason.NOT_SUPPORTED, true)
                        .open(CONFIG, Capture.AUTO)
                        .name())
                .isEqualTo("pcap");
    }

    @Test
    void shouldNotFallBackFromWhatWasAskedFor() {
        assertThatThrownBy(() -> sources(Reason.NOT_SUPPORTED, true).open(CONFIG, Capture.AFPACKET))
                .hasMessage("NOT_SUPPORTED");
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NOT_SUPPORTED")
    void shouldNotFallBackForAnythingElse(Reason reason) {
        assertThatThrownBy(() -> sources(reason, true).open(CONFIG, Capture.AUTO))
                .hasMessage(reason.name());
    }

    private static LiveSources sources(Reason ofRing, boolean prefersRing) {
        return new LiveSources(
                config -> {
                    if (ofRing != null) {
                        throw new CaptureOpenException(ofRing, config.interfaceName(), ofRing.name());
                    }
                    return new Named("ring");
                },
                config -> new Named("pcap"),
                prefersRing);
    }
}
