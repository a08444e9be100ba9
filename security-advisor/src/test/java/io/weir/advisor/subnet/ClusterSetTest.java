package io.weir.advisor.subnet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.weir.schemas.SubnetKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClusterSetTest {

    @TempDir
    private Path directory;

    @Test
    void shouldReadKindNamePrefixAndTime() {
        ClusterSet set = ClusterSet.parse(" partner/acme:2001:DB8::/32@2026-01-01..2026-07-01T06:00:00Z ");
        assertThat(set.kind()).isEqualTo(SubnetKind.partner);
        assertThat(set.name()).isEqualTo("acme");
        assertThat(set.prefix()).isEqualTo(Cidr.parse("2001:db8::/32"));
        assertThat(set.fromMs()).isEqualTo(1_767_225_600_000L);
        assertThat(set.untilMs()).isEqualTo(1_782_885_600_000L);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "pod:10.1.0.0/16",
                "service/web:10.96.0.0/12",
                "vip:192.0.2.7/32",
                "group/dmz:fd42::/48",
                "vpc:10.0.0.0/8@2026-01-01T00:00:00Z..",
                "external:10.9.0.0/16@..2026-01-01T00:00:00Z",
                "node:10.2.0.0/16@2026-01-01T00:00:00Z..2026-01-01T00:00:01Z"
            })
    void shouldWriteWhatItReads(String text) {
        assertThat(ClusterSet.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "10.1.0.0/16, does not say what it is: write it like pod:10.1.0.0/16",
                "pods:10.1.0.0/16, has the kind 'pods': there are cluster",
                "unknown:10.1.0.0/16, has the kind 'unknown'",
                "pod/:10.1.0.0/16, a name is a letter",
                "pod/7up:10.1.0.0/16, has the name '7up'",
                "pod:10.1.2.0/16, write 10.1.0.0/16 for the range",
                "pod:, an empty value is not an address range",
                "pod:10.1.0.0/16@soon, 'soon' is no time: write a day such as 2026-01-31",
                "pod:10.1.0.0/16@2026-02-30, is no time",
                "pod:10.1.0.0/16@2026-02-02..2026-02-02, ends before it begins"
            })
    void shouldSayWhatIsWrong(String text, String problem) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ClusterSet.parse(text))
                .withMessageContaining(problem);
    }

    @Test
    void shouldReadAFile() throws IOException {
        Path file = Files.writeString(directory.resolve("sets"), """
                # pods
                pod:10.1.0.0/16

                  service/web:10.96.0.0/12
                """);
        assertThat(ClusterSet.read(file))
                .extracting(ClusterSet::toString)
                .containsExactly("pod:10.1.0.0/16", "service/web:10.96.0.0/12");
    }

    @Test
    void shouldTakeNothingOfAFileWithMistakesAndNameEachLine() throws IOException {
        Path file = Files.writeString(directory.resolve("sets"), "pod:10.1.0.0/16\nten\npod:10.1.2.3/8\n");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ClusterSet.read(file))
                .withMessageContaining(file + ":2: 'ten' does not say what it is")
                .withMessageContaining(file + ":3: '10.1.2.3/8' has bits set");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ClusterSet.read(directory.resolve("none")))
                .withMessageStartingWith("there is no file");
    }
}
