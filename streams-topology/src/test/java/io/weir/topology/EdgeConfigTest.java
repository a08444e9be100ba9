package io.weir.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EdgeConfigTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration HOUR = Duration.ofHours(1);

    @Test
    void shouldTakeLengthsThatAreMultiplesOfThoseBefore() {
        assertThat(mistakes(SECOND.multipliedBy(10), HOUR, MINUTE)).isEmpty();
        assertThat(mistakes(SECOND)).isEmpty();
        assertThat(new EdgeConfig(List.of(HOUR, MINUTE, HOUR), 1).rollUps()).containsExactly(MINUTE, HOUR);
    }

    @Test
    void shouldNameEveryLengthThatIsNot() {
        assertThat(mistakes(SECOND.multipliedBy(7), MINUTE, HOUR))
                .containsExactly(
                        "edges cannot be rolled up from windows of PT7S to windows of PT1M; each must be longer than those"
                                + " before it and a multiple of them");
        assertThat(mistakes(MINUTE, MINUTE)).hasSize(1);
        assertThat(mistakes(SECOND, MINUTE, Duration.ofSeconds(90))).hasSize(1);
    }

    @Test
    void shouldFindWhatIsPossible() {
        assertThat(EdgeConfig.possible(SECOND.multipliedBy(7), List.of(MINUTE, HOUR)))
                .isEmpty();
        assertThat(EdgeConfig.possible(MINUTE, List.of(MINUTE, HOUR))).containsExactly(HOUR);
        assertThat(EdgeConfig.possible(SECOND, List.of(MINUTE, HOUR))).containsExactly(MINUTE, HOUR);
    }

    private static List<String> mistakes(Duration window, Duration... rollUps) {
        List<String> mistakes = new ArrayList<>();
        new EdgeConfig(List.of(rollUps), 1).check(window, mistakes);
        return mistakes;
    }
}
