package io.weir.exporters.ipfix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.exporters.transport.TlsConfig;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IpfixConfigTest {

    @Test
    void shouldReportEveryMistakeAtOnce() {
        assertThatThrownBy(() -> new IpfixConfig(
                        "a b",
                        null,
                        false,
                        false,
                        false,
                        false,
                        100,
                        Duration.ZERO,
                        0,
                        -1,
                        new TlsConfig(null, Path.of("a"), null)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll(
                        "ipfix.name: 'a b'",
                        "ipfix.to: missing",
                        "ipfix.message-size: 100 is not between 1200 and 65507",
                        "ipfix.template-interval",
                        "ipfix.template-messages: 0",
                        "ipfix.message-rate: -1",
                        "ipfix.tls.certificate-file and ipfix.tls.key-file: give both or none");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ftp://h:1",
                "udp://h",
                "udp://:4739",
                "tcp://h:0",
                "tls://user@h:1",
                "tcp://h:1/path",
                "udp:h:1",
                "collector:4739"
            })
    void shouldRefuseWhatIsNoCollector(String to) {
        assertThatThrownBy(() -> IpfixConfig.defaults(URI.create(to)))
                .hasMessageContaining("udp://host:port, tcp://host:port or tls://host:port");
    }

    @Test
    void shouldTakeIpv6AndRefuseTlsFilesWithoutTls() {
        assertThat(IpfixConfig.defaults(URI.create("udp://[::1]:4739")).isUdp()).isTrue();
        IpfixConfig tcp = IpfixConfig.defaults(URI.create("tcp://h:1"));
        assertThatThrownBy(() -> new IpfixConfig(
                        tcp.name(),
                        tcp.to(),
                        false,
                        false,
                        false,
                        false,
                        1400,
                        tcp.templateInterval(),
                        1,
                        0,
                        new TlsConfig(Path.of("ca"), null, null)))
                .hasMessageContaining("ipfix.to 'tcp://h:1' does not begin with tls://");
    }
}
