package io.weir.advisor.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class InputEndTest {

    private final InputEnd end = InputEnd.expected();

    @Test
    void shouldTakeAPauseForRestOnlyWithoutAnEnd() {
        assertThat(InputEnd.NONE.isRest(true)).isTrue();
        assertThat(InputEnd.NONE.isRest(false)).isFalse();
        assertThat(end.isRest(true)).isFalse();
        end.reach();
        assertThat(end.isRest(false)).isTrue();
    }

    @Test
    void shouldBeToldOnceEverybodyHasToldAfterTheEnd() {
        end.await("a");
        end.await("b");
        end.told("a");
        end.await("a");
        assertThat(end.isTold()).isFalse();
        end.reach();
        end.told("b");
        assertThat(end.isTold()).isFalse();
        end.told("a");
        assertThat(end.isTold()).isTrue();
    }

    @Test
    void shouldHaveNoEndWhereNoneIsExpected() {
        InputEnd.NONE.await("a");
        assertThat(InputEnd.NONE.isTold()).isFalse();
        assertThatThrownBy(InputEnd.NONE::reach).isInstanceOf(IllegalStateException.class);
    }
}
