package io.weir.schemas.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonBufferTest {

    private final JsonBuffer buffer = new JsonBuffer();

    /** Around every power of ten and of two. */
    static LongStream edges() {
        LongStream tens = LongStream.iterate(1, power -> power * 10).limit(19);
        LongStream twos = LongStream.iterate(1, power -> power * 2).limit(64);
        return LongStream.concat(tens, twos)
                .flatMap(power -> LongStream.of(power - 1, power, power + 1, -power - 1, -power, 1 - power))
                .distinct();
    }

    @ParameterizedTest
    @MethodSource("edges")
    void shouldWriteEveryDigitOfALong(long value) {
        buffer.writeLong(value);

        assertThat(buffer).hasToString(BigInteger.valueOf(value).toString());
    }

    @Test
    void shouldWriteAnyLong() {
        Random random = new Random(7);
        for (int i = 0; i < 100_000; i++) {
            long value = random.nextLong() >> random.nextInt(64);
            buffer.reset();

            buffer.writeLong(value);

            assertThat(buffer).hasToString(Long.toString(value));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "plain", "a\"b\\c/d", "tab\tline\nreturn\rfeed\fback\b", "\u0000\u001f\u007f", "äöü€😀"})
    void shouldWriteStringsThatReadBack(String text) throws IOException {
        byte[] utf8 = ("<" + text + ">").getBytes(StandardCharsets.UTF_8);

        buffer.writeString(utf8, 1, utf8.length - 2);

        assertThat(new ObjectMapper().readValue(buffer.toString(), String.class))
                .isEqualTo(text);
        assertThat(buffer.toString().chars()).allMatch(character -> character >= ' ');
    }

    @Test
    void shouldGrowAndKeepWhatIsThere() {
        byte[] control = new byte[5000];
        for (int i = 0; i < 3; i++) {
            buffer.writeString(control, 0, control.length);
            buffer.newLine();
        }

        assertThat(buffer.toString()).hasSize(3 * (control.length * 6 + 3)).contains("\\u0000\"\n\"\\u0000");
        buffer.truncate(4);
        assertThat(buffer).hasToString("\"\\u0");
    }
}
