package io.weir.advisor.detection;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.schemas.Confidence;
import io.weir.schemas.Severity;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LateralChainTest {

    private static final String HOST = "10.0.0.5";
    private static final String OUTSIDER = "198.51.100.9";
    private static final Detection RULE = new LateralChain(LateralChain.Settings.defaults());

    @Test
    void shouldFindTheSecondStep() {
        Verdict verdict = new Timeline(HOST)
                .add(
                        Act.ingress(OUTSIDER, HOST, 3389).at(0),
                        Act.internal(HOST, "10.0.0.9", 445).at(3600))
                .verdict(RULE);

        assertThat(verdict.boundedSeverity()).isEqualTo(Severity.medium);
        assertThat(verdict.description).startsWith(OUTSIDER + " outside reached tcp/3389 of " + HOST);
        assertThat(verdict.firstMicros).isEqualTo(Act.T0);
        assertThat(verdict.responder).isEqualTo(Act.key("10.0.0.9"));
    }

    @Test
    void shouldWantTheOrderAndTheHour() {
        new Timeline(HOST)
                .add(
                        Act.ingress(OUTSIDER, HOST, 22).at(1),
                        Act.internal(HOST, "10.0.0.9", 22).at(1))
                .silent(RULE);
        new Timeline(HOST)
                .add(
                        Act.ingress(OUTSIDER, HOST, 22).at(0),
                        Act.internal(HOST, "10.0.0.9", 22).at(3600.1))
                .silent(RULE);
    }

    /** The entry has been open for a day; it is the latest that counts. */
    @Test
    void shouldFollowTheLatestEntryToo() {
        assertThat(new Timeline(HOST)
                        .add(3, i -> Act.ingress(OUTSIDER, HOST, 22).after(Duration.ofHours(5L * i)))
                        .add(Act.internal(HOST, "10.0.0.9", 22)
                                .after(Duration.ofHours(10).plusMinutes(5)))
                        .verdicts(RULE))
                .hasSize(1);
    }

    /** Through a bastion host people come each day, and go on to the same hosts. */
    @Test
    void shouldKnowABastion() {
        Timeline bastion = new Timeline(HOST)
                .known()
                .add(
                        Act.ingress(OUTSIDER, HOST, 22).after(Duration.ofHours(-47)),
                        Act.internal(HOST, "10.0.0.9", 22).after(Duration.ofHours(-46)))
                .add(
                        Act.ingress(OUTSIDER, HOST, 22).at(0),
                        Act.internal(HOST, "10.0.0.9", 22).at(60));
        bastion.silent(RULE);

        assertThat(bastion.add(Act.internal(HOST, "10.0.0.10", 22).at(90))
                        .verdict(RULE)
                        .boundedSeverity())
                .isEqualTo(Severity.high);
    }

    @Test
    void shouldNotTakeOtherSteps() {
        new Timeline(HOST)
                .add(
                        Act.ingress(OUTSIDER, HOST, 443).at(0),
                        Act.internal(HOST, "10.0.0.9", 22).at(60))
                .silent(RULE);
        new Timeline(HOST)
                .add(
                        Act.ingress(OUTSIDER, HOST, 22).unanswered(),
                        Act.internal(HOST, "10.0.0.9", 22).at(60))
                .silent(RULE);
        new Timeline(HOST)
                .add(
                        Act.ingress(OUTSIDER, HOST, 22),
                        Act.internal(HOST, "10.0.0.9", 5432).at(60))
                .silent(RULE);
        new Timeline(HOST)
                .add(
                        Act.ingress(OUTSIDER, HOST, 22).confidence(Confidence.low),
                        Act.internal(HOST, "10.0.0.9", 22).at(60))
                .silent(RULE);
        new Timeline(HOST)
                .add(
                        Act.internal("10.0.0.8", HOST, 22),
                        Act.internal(HOST, "10.0.0.9", 22).at(60))
                .silent(RULE);
    }
}
