package io.weir.advisor.detection;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.schemas.Severity;
import org.junit.jupiter.api.Test;

class EncryptedDnsTest {

    private static final String POD = "10.0.0.5";
    private static final Detection RULE = new EncryptedDns(EncryptedDns.Settings.defaults());

    @Test
    void shouldFindHttpsWithAPublicResolverAndDnsOverTls() {
        Verdict verdict = new Timeline(POD)
                .add(Act.egress(POD, "1.1.1.1", 443).traffic(22, 2_243, 28, 5_845))
                .verdict(RULE);
        assertThat(verdict.boundedSeverity()).isEqualTo(Severity.low);
        assertThat(verdict.title).isEqualTo("10.0.0.5 hides look-ups with 1.1.1.1 tcp/443");

        assertThat(new Timeline(POD)
                        .add(
                                Act.egress(POD, "192.0.2.7", 853),
                                Act.egress(POD, "2001:4860:4860::8888", 443).udp())
                        .verdicts(RULE))
                .hasSize(2);
    }

    @Test
    void shouldBeMediumWhenMuchIsSentAndNoMoreComesBack() {
        Act tunnel = Act.egress(POD, "8.8.8.8", 443);
        assertThat(severity(tunnel.traffic(3_000, 1_000_000, 3_000, 1_500_000))).isEqualTo(Severity.medium);
        assertThat(severity(tunnel.traffic(3_000, 999_999, 3_000, 900_000))).isEqualTo(Severity.low);
        assertThat(severity(tunnel.traffic(3_000, 1_000_000, 3_000, 1_600_000))).isEqualTo(Severity.low);
    }

    private static Severity severity(Act act) {
        return new Timeline(POD).add(act).verdict(RULE).boundedSeverity();
    }

    @Test
    void shouldNotTakeOthers() {
        new Timeline(POD)
                .add(Act.egress(POD, "192.0.2.7", 443))
                .add(
                        Act.egress(POD, "1.1.1.1", 80),
                        Act.egress(POD, "1.1.1.1", 53).udp())
                .add(Act.egress(POD, "8.8.8.8", 443).unanswered())
                .add(Act.internal(POD, "10.0.0.53", 853))
                .silent(RULE);
    }
}
