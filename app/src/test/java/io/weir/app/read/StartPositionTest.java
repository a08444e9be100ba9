package io.weir.app.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class StartPositionTest {

    private static final Instant NOW = Instant.parse("2026-11-24T08:00:00Z");

    @Test
    void shouldReadEveryForm() {
        assertThat(StartPosition.parse("beginning", NOW)).isEqualTo(StartPosition.BEGINNING);
        assertThat(StartPosition.parse("end", NOW)).isEqualTo(StartPosition.END);
        assertThat(time("10m")).isEqualTo(Instant.parse("2026-11-24T07:50:00Z"));
        assertThat(time("2026-11-23T08:00:00Z")).isEqualTo(Instant.parse("2026-11-23T08:00:00Z"));
        assertThat(time("2026-11-23")).isEqualTo(Instant.parse("2026-11-23T00:00:00Z"));
        assertThat(time("1700000000000")).isEqualTo(Instant.ofEpochMilli(1_700_000_000_000L));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> time("soon"))
                .withMessageContaining("'soon' is not beginning");
    }

    private static Instant time(String text) {
        return Instant.ofEpochMilli(StartPosition.parse(text, NOW).timestampMs());
    }
}
