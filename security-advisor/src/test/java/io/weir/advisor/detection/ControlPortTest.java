package io.weir.advisor.detection;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.schemas.Confidence;
import io.weir.schemas.Severity;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ControlPortTest {

    private static final String POD = "10.0.0.5";
    private static final Detection RULE = new ControlPort();

    @ParameterizedTest
    @CsvSource({"2379, medium", "2380, medium", "2375, medium", "10250, low", "10255, low", "6443, informational"})
    void shouldGradeByPort(int port, Severity severity) {
        Verdict verdict = new Timeline(POD)
                .add(3, i -> Act.internal(POD, "10.0.1." + i, port))
                .verdict(RULE);

        assertThat(verdict.boundedSeverity()).isEqualTo(severity);
        assertThat(verdict.port).isEqualTo(port);
        assertThat(verdict.techniques).isEqualTo(List.of("T1613"));
        assertThat(verdict.magnitude).isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource({"169.254.169.254", "fd00:ec2::254"})
    void shouldFindTheMetadataService(String address) {
        Verdict verdict = new Timeline(POD).add(Act.egress(POD, address, 80)).verdict(RULE);

        assertThat(verdict.boundedSeverity()).isEqualTo(Severity.low);
        assertThat(verdict.techniques).isEqualTo(List.of("T1552.005"));
        new Timeline(POD).add(Act.egress(POD, address, 53).udp()).silent(RULE);
    }

    @Test
    void shouldLeaveOutTheControlPlane() {
        new Timeline(POD)
                .add(Act.internal(POD, "10.0.1.1", 2379), Act.internal(POD, "10.0.1.2", 10250))
                .add(Act.internal("10.0.1.2", POD, 6443))
                .silent(RULE);
    }

    @Test
    void shouldNotTakeScansNorGuessesNorOutsiders() {
        new Timeline(POD)
                .add(20, i -> Act.internal(POD, "10.0.1." + i, 10250).unanswered())
                .add(Act.internal(POD, "10.0.2.1", 2379).confidence(Confidence.low))
                .add(Act.egress(POD, "192.0.2.7", 6443), Act.internal(POD, "10.0.2.2", 443))
                .silent(RULE);
        new Timeline("192.0.2.7").add(Act.ingress("192.0.2.7", POD, 6443)).silent(RULE);
    }
}
