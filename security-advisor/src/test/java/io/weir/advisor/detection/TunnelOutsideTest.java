package io.weir.advisor.detection;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.schemas.Severity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TunnelOutsideTest {

    private static final String NODE = "10.0.0.5";
    private static final Detection RULE = new TunnelOutside();

    @ParameterizedTest
    @CsvSource({"47, -1, low", "4, -1, low", "41, -1, low", "17, 4789, medium", "17, 8472, medium", "17, 6081, medium"})
    void shouldFindTunnelsThatLeave(int protocol, int port, Severity severity) {
        Act tunnel = Act.egress(NODE, "192.0.2.7", 0).protocol(protocol, port);

        Verdict verdict = new Timeline(NODE).add(tunnel).verdict(RULE);
        assertThat(verdict.boundedSeverity()).isEqualTo(severity);
        assertThat(verdict.protocol).isEqualTo(protocol);
        assertThat(verdict.port).isEqualTo(port < 0 ? null : port);
        assertThat(new Timeline(NODE).add(tunnel.unanswered()).verdict(RULE).boundedSeverity())
                .isEqualTo(Severity.low);
    }

    @Test
    void shouldNotTakeTheOverlayOfTheCluster() {
        new Timeline(NODE)
                .add(
                        Act.internal(NODE, "10.0.0.6", 8472).udp(),
                        Act.internal(NODE, "10.0.0.6", 0).protocol(4, -1))
                .add(
                        Act.egress(NODE, "192.0.2.7", 4789),
                        Act.egress(NODE, "192.0.2.7", 4500).udp())
                .add(Act.egress(NODE, "192.0.2.7", 0).protocol(50, -1))
                .silent(RULE);
    }
}
