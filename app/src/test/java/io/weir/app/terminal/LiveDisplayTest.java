package io.weir.app.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.app.logging.Messages;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class LiveDisplayTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void shouldDrawOnATerminalAndLeaveTheLastPicture() {
        new LiveDisplay(console(true), new Fixed()).close();

        assertThat(out.toString(StandardCharsets.UTF_8)).endsWith("\r\033[Jfirst 79 x 23\nsecond\n\033[?25h");
        assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
    }

    @Test
    void shouldKeepTheStandardOutputCleanWithoutATerminal() {
        try (LiveDisplay display = new LiveDisplay(console(false), new Fixed())) {
            Messages.print("weir: warning: something");
            assertThat(display).isNotNull();
        }

        assertThat(out.toString(StandardCharsets.UTF_8)).isEmpty();
        assertThat(err.toString(StandardCharsets.UTF_8)).isEqualTo("weir: warning: something\n");
    }

    @Test
    void shouldGiveMessagesBackWhenClosed() {
        LiveDisplay display = new LiveDisplay(console(false), new Fixed());
        display.close();
        display.close();

        Messages.print("after");

        assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
    }

    private Console console(boolean terminal) {
        return new Console(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                terminal,
                terminal,
                terminal ? 80 : 0,
                24);
    }

    private static final class Fixed implements LiveDisplay.Content {

        @Override
        public List<String> screen(Duration running, int width, int height) {
            return List.of("first " + width + " x " + height, "second");
        }

        @Override
        public String line(Duration running) {
            return "line";
        }
    }
}
