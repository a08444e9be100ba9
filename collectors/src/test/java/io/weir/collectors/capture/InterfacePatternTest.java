package io.weir.collectors.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InterfacePatternTest {

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "eth0, -, eth0, true",
                "eth0, -, eth01, false",
                "eth0, blue, eth0, false",
                "eth?, -, eth7, true",
                "eth?, -, eth, false",
                "veth*, -, veth, true",
                "*, -, lo, true",
                "a.b, -, axb, false",
                "blue:eth0, blue, eth0, true",
                "blue:eth0, -, eth0, false",
                "b*:eth*, blue, eth1, true",
                "b*:eth*, red, eth1, false",
                "*:lo, -, lo, false",
                "/proc/1/ns/net:eth0, /proc/1/ns/net, eth0, true",
            })
    void shouldMatchNamesAndNamespaces(String pattern, String namespace, String name, boolean expected) {
        assertThat(InterfacePattern.parse(pattern).matches(namespace, name)).isEqualTo(expected);
    }

    @Test
    void shouldTakeOutWhatIsExcluded() {
        List<InterfacePattern> patterns = patterns("veth*", "!veth9", "!*:*");

        assertThat(InterfacePattern.choose(patterns, null, "veth1")).isTrue();
        assertThat(InterfacePattern.choose(patterns, null, "veth9")).isFalse();
        assertThat(InterfacePattern.choose(patterns, "blue", "veth1")).isFalse();
        assertThat(InterfacePattern.choose(patterns, null, "eth0")).isFalse();
    }

    private static List<InterfacePattern> patterns(String... texts) {
        return Stream.of(texts).map(InterfacePattern::parse).toList();
    }

    @Test
    void shouldTellNamesFromPatterns() {
        assertThat(InterfacePattern.exact(patterns("eth0", "blue:eth0", "veth*", "!eth0")))
                .extracting(InterfacePattern::toString)
                .containsExactly("blue:eth0");
        assertThat(InterfacePattern.parse("blue:eth0").isExact()).isTrue();
        assertThat(InterfacePattern.parse("b*:eth0").isExact()).isFalse();
        assertThat(InterfacePattern.parse("b*:eth0").seeksNamespaces()).isTrue();
        assertThat(InterfacePattern.parse("eth*").isExact()).isFalse();
        assertThat(InterfacePattern.parse("!eth0").isExact()).isFalse();
        assertThat(InterfacePattern.parse("!b:eth*")).hasToString("!b:eth*");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "!", ":eth0", "blue:", " "})
    void shouldRefuseWhatNamesNothing(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> InterfacePattern.parse(text))
                .withMessageContaining("is no interface");
    }
}
