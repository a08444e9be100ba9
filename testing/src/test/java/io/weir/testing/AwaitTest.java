package io.weir.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AwaitTest {

    @Test
    void shouldReturnWhenTheConditionHolds() {
        AtomicInteger calls = new AtomicInteger();

        Await.until(Duration.ofSeconds(30), "third call", () -> calls.incrementAndGet() == 3);

        assertThat(calls).hasValue(3);
    }

    @Test
    void shouldNameWhatDidNotComeAndWhy() {
        assertThatThrownBy(() -> Await.untilAsserted(Duration.ZERO, "the answer", () -> {
                    throw new AssertionError("41");
                }))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("the answer")
                .hasRootCauseMessage("41");
    }

    @Test
    void shouldForgiveFailuresUntilTheConditionHolds() {
        AtomicInteger calls = new AtomicInteger();

        Await.untilAsserted(Duration.ofSeconds(30), "second call", () -> assertThat(calls.incrementAndGet())
                .isEqualTo(2));

        assertThat(calls).hasValue(2);
    }

    @Test
    void shouldStopWhenInterrupted() {
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> Await.until(Duration.ofSeconds(30), "nothing", () -> false))
                .hasMessageContaining("Interrupted");
        assertThat(Thread.interrupted()).isTrue();
    }
}
