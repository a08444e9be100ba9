package io.weir.collectors.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import org.junit.jupiter.api.Test;

class ByteWindowTest {

    private static final int MAX_OCTETS = 16 * 1024 * 1024;

    @Test
    void shouldReserveNothingForWhatIsOnlyClaimed() throws IOException {
        ByteWindow window = over(new byte[100], 64);

        assertThat(window.require(MAX_OCTETS)).isFalse();

        assertThat(window.available()).isEqualTo(100);
        assertThat(window.buffer().capacity()).isLessThan(1024);
    }

    @Test
    void shouldGrowToOneRecordAndKeepWhatItHolds() throws IOException {
        byte[] octets = CaptureBytes.payload(1000, 3);
        ByteWindow window = over(octets, 64);
        window.require(60);
        window.advance(50);

        assertThat(window.require(950)).isTrue();

        byte[] rest = new byte[950];
        window.buffer().get(window.position(), rest);
        assertThat(rest).isEqualTo(CaptureBytes.payload(950, 53));
        assertThat(window.offset()).isEqualTo(50);
    }

    private static ByteWindow over(byte[] octets, int initialOctets) {
        return new ByteWindow(Channels.newChannel(new ByteArrayInputStream(octets)), initialOctets, MAX_OCTETS);
    }
}
