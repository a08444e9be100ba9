package io.weir.advisor.detection;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.advisor.host.Outcome;
import io.weir.schemas.Severity;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LongConnectionTest {

    private static final String POD = "10.0.0.5";
    private static final String PEER = "192.0.2.7";
    private static final Detection RULE = new LongConnection(LongConnection.Settings.defaults());

    @ParameterizedTest
    @CsvSource({
        "60, 8081, informational",
        "239, 8081, informational",
        "240, 8081, low",
        "719, 8081, low",
        "720, 8081, medium",
        "720, 443, low",
        "2000, 22, low"
    })
    void shouldGradeByHours(int minutes, int port, Severity severity) {
        Verdict verdict = new Timeline(POD)
                .add(Act.egress(POD, PEER, port).lasting(Duration.ofMinutes(minutes)))
                .add(Act.egress(POD, PEER, port).at(100))
                .verdict(RULE);

        assertThat(verdict.boundedSeverity()).isEqualTo(severity);
        assertThat(verdict.measurements.get(0).getValue()).isEqualTo(minutes);
        assertThat(verdict.flows).isEqualTo(1);
    }

    @Test
    void shouldNotTakeOthers() {
        Duration hours = Duration.ofHours(13);
        new Timeline(POD)
                .add(Act.egress(POD, PEER, 8081).lasting(Duration.ofMinutes(60).minusMillis(1)))
                .silent(RULE);
        new Timeline(POD)
                .add(Act.internal(POD, "10.0.0.9", 5432).lasting(hours))
                .silent(RULE);
        new Timeline(POD).add(Act.egress(POD, PEER, 4500).udp().lasting(hours)).silent(RULE);
        new Timeline(POD)
                .add(Act.egress(POD, PEER, 8081)
                        .outcome(Outcome.UNANSWERED)
                        .traffic(90, 4000, 0, 0)
                        .lasting(hours))
                .silent(RULE);
    }
}
