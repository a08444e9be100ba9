package io.weir.collectors.capture.afpacket;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InterfaceDropsTest {

    @TempDir
    private Path statistics;

    @Test
    void shouldTellWhatCameSinceTheLastCall() throws IOException {
        var drops = InterfaceDrops.of(statistics);
        assertThat(drops.since()).as("no such counters").isZero();
        count(3, 4);
        assertThat(drops.since()).isEqualTo(7);
        count(5, 4);
        assertThat(drops.since()).isEqualTo(2);
        count(1, 0);
        assertThat(drops.since()).as("counters that began anew").isEqualTo(1);
    }

    private void count(int missed, int overrun) throws IOException {
        Files.writeString(statistics.resolve("rx_missed_errors"), missed + "\n");
        Files.writeString(statistics.resolve("rx_fifo_errors"), overrun + "\n");
    }
}
