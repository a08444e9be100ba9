package io.weir.advisor.detection;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.schemas.Severity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OddPortTest {

    private static final String POD = "10.0.0.5";
    private static final Detection RULE = new OddPort();

    @ParameterizedTest
    @CsvSource({"http, 7080", "http, 443", "tls, 449", "tls, 80", "ssh, 443"})
    void shouldFindWhatAPayloadShows(String application, int port) {
        Verdict verdict = new Timeline(POD)
                .add(2, i -> Act.egress(POD, "192.0.2." + i, port).showing(application))
                .verdict(RULE);

        assertThat(verdict.boundedSeverity()).isEqualTo(Severity.low);
        assertThat(verdict.title).isEqualTo("10.0.0.5 speaks " + application + " with port " + port + " outside");
        assertThat(verdict.peers).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({"http, 80", "http, 8080", "tls, 443", "tls, 993", "tls, 587", "ssh, 22", "smtp, 2525"})
    void shouldNotTakeUsualPortsNorOtherApplications(String application, int port) {
        new Timeline(POD)
                .add(Act.egress(POD, "192.0.2.7", port).showing(application))
                .silent(RULE);
    }

    @Test
    void shouldNotTakeGuessesNorWhatStaysInside() {
        new Timeline(POD)
                .add(Act.egress(POD, "192.0.2.7", 7080))
                .add(Act.egress(POD, "192.0.2.8", 7080)
                        .showing("http")
                        .unanswered()
                        .showing("http"))
                .add(Act.internal(POD, "10.0.0.9", 7080).showing("http"))
                .silent(RULE);
    }
}
