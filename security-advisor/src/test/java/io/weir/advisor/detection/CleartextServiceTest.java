package io.weir.advisor.detection;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.schemas.Confidence;
import io.weir.schemas.Severity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CleartextServiceTest {

    private static final String POD = "10.0.0.5";
    private static final Detection RULE = new CleartextService();

    @ParameterizedTest
    @CsvSource({"21, FTP", "23, Telnet", "389, LDAP", "3306, MySQL", "5904, VNC", "6379, Redis"})
    void shouldFindServicesInTheClear(int port, String name) {
        Verdict verdict =
                new Timeline(POD).add(Act.egress(POD, "192.0.2.7", port)).verdict(RULE);

        assertThat(verdict.boundedSeverity()).isEqualTo(Severity.low);
        assertThat(verdict.title).isEqualTo("10.0.0.5 uses " + name + " outside in the clear");
        assertThat(verdict.responder).isEqualTo(Act.key("192.0.2.7"));
    }

    @Test
    void shouldTellServersOfOneKindTogether() {
        assertThat(new Timeline(POD)
                        .add(5, i -> Act.egress(POD, "192.0.2." + i, 21))
                        .add(Act.egress(POD, "192.0.2.9", 161).udp())
                        .verdicts(RULE))
                .extracting(verdict -> verdict.magnitude)
                .containsExactlyInAnyOrder(5.0, 1.0);
    }

    @Test
    void shouldNotTakeOthers() {
        new Timeline(POD)
                .add(Act.egress(POD, "192.0.2.1", 389).showing("tls"))
                .add(Act.egress(POD, "192.0.2.2", 21).unanswered())
                .add(Act.egress(POD, "192.0.2.3", 21).traffic(3, 180, 3, 199))
                .add(Act.egress(POD, "192.0.2.4", 21).confidence(Confidence.low))
                .add(
                        Act.internal(POD, "10.0.0.9", 3306),
                        Act.egress(POD, "192.0.2.5", 80),
                        Act.egress(POD, "192.0.2.6", 443))
                .add(Act.egress(POD, "192.0.2.7", 21).udp())
                .silent(RULE);
    }
}
