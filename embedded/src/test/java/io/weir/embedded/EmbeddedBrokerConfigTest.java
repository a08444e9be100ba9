package io.weir.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class EmbeddedBrokerConfigTest {
    private final EmbeddedBrokerConfig defaults = EmbeddedBrokerConfig.defaults(Path.of("data"));

    @Test
    void shouldListenOnLoopbackByDefault() {
        assertThat(defaults.host()).isEqualTo("127.0.0.1");
        assertThat(defaults.port()).isZero();
        assertThat(defaults.dataDir()).isAbsolute();
    }

    @Test
    void shouldRefuseWildcardHostSinceClientsCannotConnectToIt() {
        assertThatThrownBy(() -> defaults.withHost("0.0.0.0"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0.0.0.0");
    }

    @Test
    void shouldRefusePortOutOfRange() {
        assertThatThrownBy(() -> defaults.withPort(65_536)).hasMessageContaining("65536");
    }

    @Test
    void shouldRefuseOverridesOfWhatItSetsItself() {
        assertThatThrownBy(() -> defaults.withOverrides(Map.of("node.id", "7", "log.dirs", "/tmp/x")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("log.dirs, node.id");
    }

    @Test
    void shouldApplyOverridesLast() {
        Properties props = BrokerProperties.of(
                defaults.withOverrides(Map.of("message.max.bytes", "12345")), Path.of("/d"), 9092, 9093);

        assertThat(props)
                .containsEntry("message.max.bytes", "12345")
                .containsEntry("listeners", "PLAINTEXT://127.0.0.1:9092,CONTROLLER://127.0.0.1:9093")
                .containsEntry("advertised.listeners", "PLAINTEXT://127.0.0.1:9092");
    }

    @Test
    void shouldBracketIpv6Addresses() {
        Properties props = BrokerProperties.of(defaults.withHost("::1"), Path.of("/d"), 9092, 9093);

        assertThat(props).containsEntry("advertised.listeners", "PLAINTEXT://[::1]:9092");
    }

    /** An index that cannot cover a segment makes Kafka roll segments early. */
    @Test
    void shouldSizeIndexesForAWholeSegment() {
        Properties props = BrokerProperties.of(defaults, Path.of("/d"), 9092, 9093);
        long segmentBytes = Long.parseLong(props.getProperty("log.segment.bytes"));
        long indexBytes = Long.parseLong(props.getProperty("log.index.size.max.bytes"));

        assertThat(indexBytes).isGreaterThanOrEqualTo(segmentBytes / 4096 * 12);
    }
}
