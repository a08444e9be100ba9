package io.weir.advisor.detection;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.schemas.Severity;
import org.junit.jupiter.api.Test;

class UnexpectedServiceTest {

    private static final String POD = "10.0.0.5";
    private static final Detection RULE = new UnexpectedService(UnexpectedService.Settings.defaults());

    private static Act uses(int host, int port) {
        return Act.egress(POD, "192.0.2." + host, port).udp();
    }

    @Test
    void shouldFindAddressesFromOutside() {
        assertThat(new Timeline(POD).add(uses(1, 67)).verdict(RULE).boundedSeverity())
                .isEqualTo(Severity.low);
        new Timeline(POD).add(uses(1, 67).unanswered()).silent(RULE);
        new Timeline(POD).add(Act.internal(POD, "10.0.0.1", 67).udp()).silent(RULE);
    }

    @Test
    void shouldFindAResolverOutsideBesideTheOneInside() {
        Act inside = Act.internal(POD, "10.0.0.53", 53).udp();
        new Timeline(POD).add(uses(1, 53)).silent(RULE);
        new Timeline(POD).add(inside).silent(RULE);
        assertThat(new Timeline(POD).add(uses(1, 53), inside).verdict(RULE).boundedSeverity())
                .isEqualTo(Severity.informational);
    }

    @Test
    void shouldFindManyServersOfOneKind() {
        for (int port : new int[] {53, 123}) {
            new Timeline(POD).add(5, i -> uses(i, port)).silent(RULE);
            assertThat(new Timeline(POD)
                            .add(6, i -> uses(i, port))
                            .verdict(RULE)
                            .boundedSeverity())
                    .isEqualTo(Severity.low);
        }
        new Timeline(POD).add(5, i -> Act.egress(POD, "192.0.2." + i, 25)).silent(RULE);
        assertThat(new Timeline(POD)
                        .add(6, i -> Act.egress(POD, "192.0.2." + i, 25))
                        .verdict(RULE)
                        .title)
                .isEqualTo("10.0.0.5 uses many mail servers outside");
    }

    @Test
    void shouldLeaveOutWhoServesTheSame() {
        new Timeline(POD)
                .add(60, i -> uses(i, 53))
                .add(Act.internal("10.0.0.9", POD, 53).udp())
                .silent(RULE);
        new Timeline(POD)
                .add(60, i -> Act.egress(POD, "192.0.2." + i, 25))
                .add(Act.ingress("198.51.100.9", POD, 25))
                .silent(RULE);
    }
}
