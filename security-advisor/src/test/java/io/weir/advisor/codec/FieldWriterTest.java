package io.weir.advisor.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.state.RowOutput;
import java.nio.BufferUnderflowException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class FieldWriterTest {

    private final RowOutput octets = new RowOutput(1);
    private final FieldWriter to = new FieldWriter(octets);

    @Test
    void shouldGiveBackWhatItTook() {
        long[] numbers = {0, 1, -1, 63, 64, -65, 1L << 40, Long.MAX_VALUE, Long.MIN_VALUE};
        for (long number : numbers) {
            to.number(number);
            to.bits(number);
        }
        to.octet(-7);
        to.flag(true);
        to.integer(null);
        to.integer(Integer.MIN_VALUE);
        to.text(null);
        to.text("ä€𝄞");
        to.octets(new byte[0]);

        FieldReader from = new FieldReader(octets.toArray(), 0);
        for (long number : numbers) {
            assertThat(from.number()).isEqualTo(number);
            assertThat(from.bits()).isEqualTo(number);
        }
        assertThat(from.octet()).isEqualTo(-7);
        assertThat(from.flag()).isTrue();
        assertThat(from.integerOrNull()).isNull();
        assertThat(from.integerOrNull()).isEqualTo(Integer.MIN_VALUE);
        assertThat(from.text()).isNull();
        assertThat(from.text()).isEqualTo("ä€𝄞");
        assertThat(from.octets()).isEmpty();
        assertThat(from.isAtEnd()).isTrue();
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "00", "0123456789abcdef0123456789abcdef", "abc", "ABCD", "not hex!", "ffÿ0"})
    void shouldGiveBackIds(String id) {
        to.id(id);
        assertThat(new FieldReader(octets.toArray(), 0).id()).isEqualTo(id);
    }

    @Test
    void shouldPackIds() {
        to.id("0123456789abcdef0123456789abcdef");
        assertThat(octets.toArray()).hasSize(2 + 16);
    }

    @Test
    void shouldSayWhenOctetsEndTooEarly() {
        to.text("text");
        byte[] cut = Arrays.copyOf(octets.toArray(), 3);
        assertThatThrownBy(() -> new FieldReader(cut, 0).text()).isInstanceOf(BufferUnderflowException.class);
        assertThatThrownBy(() -> new FieldReader(new byte[0], 0).number()).isInstanceOf(BufferUnderflowException.class);
        assertThatThrownBy(() -> new FieldReader(new byte[] {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1}, 0).number())
                .isInstanceOf(IllegalArgumentException.class);
    }
}
