package io.weir.advisor.detection;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.schemas.Severity;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class CallbackTest {

    private static final String SERVER = "10.0.0.5";
    private static final Act ASKED = Act.ingress("198.51.100.9", SERVER, 8080);
    private static final Detection RULE = new Callback();

    @Test
    void shouldFindAServerThatAsksADirectoryOutside() {
        Verdict verdict = new Timeline(SERVER)
                .add(ASKED, Act.egress(SERVER, "192.0.2.7", 1389).at(0.3))
                .verdict(RULE);

        assertThat(verdict.boundedSeverity()).isEqualTo(Severity.medium);
        assertThat(verdict.description).contains("tcp/8080").contains("192.0.2.7 tcp/1389");
        assertThat(new Timeline(SERVER)
                        .add(
                                ASKED,
                                Act.egress(SERVER, "192.0.2.7", 1099)
                                        .unanswered()
                                        .at(0.3))
                        .verdict(RULE)
                        .boundedSeverity())
                .as("nobody answered")
                .isEqualTo(Severity.low);
    }

    @Test
    void shouldNotTakeOthers() {
        new Timeline(SERVER).add(Act.egress(SERVER, "192.0.2.7", 389)).silent(RULE);
        new Timeline(SERVER)
                .add(ASKED.at(1), Act.egress(SERVER, "192.0.2.7", 389).at(1))
                .silent(RULE);
        new Timeline(SERVER)
                .add(ASKED.unanswered(), Act.egress(SERVER, "192.0.2.7", 389).at(1))
                .silent(RULE);
        new Timeline(SERVER)
                .add(ASKED, Act.egress(SERVER, "192.0.2.7", 443).at(1))
                .silent(RULE);
        new Timeline(SERVER)
                .add(ASKED, Act.internal(SERVER, "10.0.0.9", 389).at(1))
                .silent(RULE);
    }

    @Test
    void shouldKnowADirectoryThatWasAlwaysAsked() {
        new Timeline(SERVER)
                .known()
                .add(
                        ASKED.after(Duration.ofHours(-47)),
                        Act.egress(SERVER, "192.0.2.7", 389).after(Duration.ofHours(-46)))
                .add(Act.egress(SERVER, "192.0.2.7", 389).at(1))
                .silent(RULE);
    }
}
