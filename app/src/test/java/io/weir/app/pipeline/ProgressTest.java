package io.weir.app.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.app.terminal.Console;
import io.weir.testing.Await;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProgressTest {

    @Test
    void shouldStaySilentInAShortAnalysis() {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        try (Progress progress = new Progress(console(err, false))) {
            progress.tell(1, 1);
        }

        assertThat(err.size()).isZero();
    }

    @Test
    void shouldRedrawItsLineOnATerminalAndTakeItAway() {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        try (Progress progress = new Progress(console(err, true))) {
            Await.until(Duration.ofSeconds(20), "a line is drawn", () -> {
                progress.tell(12_345, 678);
                return err.size() > 0;
            });
            assertThat(err.toString(StandardCharsets.UTF_8))
                    .isEqualTo("\r\033[Kweir: 12,345 packets read, 678 in flows");
        }

        assertThat(err.toString(StandardCharsets.UTF_8)).endsWith("\r\033[K");
    }

    private static Console console(ByteArrayOutputStream err, boolean terminal) {
        PrintStream stream = new PrintStream(err, true, StandardCharsets.UTF_8);
        return new Console(new PrintStream(OutputStream.nullOutputStream()), stream, false, terminal, 0, 24);
    }
}
