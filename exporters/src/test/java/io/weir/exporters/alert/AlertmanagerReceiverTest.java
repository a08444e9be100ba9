package io.weir.exporters.alert;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.exporters.TestFindings;
import io.weir.schemas.Finding;
import io.weir.schemas.Severity;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an Alertmanager is told, and told again. */
class AlertmanagerReceiverTest {

    private static final Duration RESEND = Duration.ofMinutes(1);

    private final MovableClock clock = new MovableClock();
    private TestReceiver server;
    private AlertmanagerReceiver receiver;

    @BeforeEach
    void start() throws Exception {
        server = new TestReceiver();
        receiver = new AlertmanagerReceiver(
                new AlertmanagerConfig(server.uri("/am/"), RESEND), Duration.ofSeconds(5), null, clock);
    }

    @AfterEach
    void stop() {
        receiver.close();
        server.close();
    }

    private void deliver(Finding finding) throws InterruptedException {
        assertThat(receiver.deliver(new Alert(finding, clock.millis()))).isInstanceOf(Delivery.Delivered.class);
    }

    private JsonNode alerts(int request) throws IOException {
        return new ObjectMapper().readTree(server.requests.get(request).body());
    }

    @Test
    void shouldTellOfAnEpisodeByLabels() throws Exception {
        deliver(TestFindings.opened().build());

        assertThat(server.requests.get(0).path()).isEqualTo("/am/api/v2/alerts");
        JsonNode alert = alerts(0).get(0);
        assertThat(alert.at("/labels").toString())
                .isEqualTo(
                        "{\"alertname\":\"WeirFinding\",\"rule\":\"ingress\",\"severity\":\"high\",\"initiator\":\"203.0.113.66\","
                                + "\"responder\":\"10.42.2.10\",\"service\":\"tcp/22\",\"flow_class\":\"ingress\","
                                + "\"finding_id\":\"0123456789abcdef0123456789abcdef\"}");
        assertThat(alert.at("/startsAt").textValue()).isEqualTo("2026-11-24T08:20:51.123Z");
        assertThat(alert.has("endsAt")).isFalse();
        assertThat(alert.at("/annotations/summary").textValue()).contains("from outside reached");
        deliver(TestFindings.manyInitiators().build());
        assertThat(alerts(1).at("/0/labels").has("initiator")).isFalse();
        assertThat(alerts(1).at("/0/annotations/measurements").textValue())
                .isEqualTo("halfOpen 120 connections/s (threshold 100 connections/s)");
    }

    @Test
    void shouldTellAgainWhatStandsUntilItEnds() throws Exception {
        assertThat(receiver.refresh()).isNull();
        deliver(TestFindings.opened().build());
        deliver(TestFindings.ipv6().build());
        assertThat(receiver.isStanding("0123456789abcdef0123456789abcdef")).isTrue();
        clock.advance(RESEND.minusMillis(1));
        assertThat(receiver.refresh()).isNull();
        clock.advance(Duration.ofMillis(1));
        assertThat(receiver.refresh()).isInstanceOf(Delivery.Delivered.class);
        assertThat(alerts(2)).hasSize(2);

        deliver(TestFindings.closed().setSeverity(Severity.high).build());
        assertThat(alerts(3)).hasSize(1);
        assertThat(alerts(3).at("/0/endsAt").textValue()).isEqualTo("2026-11-24T08:30:51.123Z");
        assertThat(alerts(3).at("/0/labels")).isEqualTo(alerts(0).at("/0/labels"));
        assertThat(receiver.standing()).isEqualTo(1);
        clock.advance(RESEND);
        assertThat(receiver.refresh()).isInstanceOf(Delivery.Delivered.class);
        assertThat(alerts(4)).hasSize(1);
        assertThat(alerts(4).at("/0/labels/rule").textValue()).isEqualTo("dns-tunnel");
    }

    @Test
    void shouldEndTheAlertOfTheOldSeverityWhenItRises() throws Exception {
        deliver(TestFindings.opened().build());
        deliver(TestFindings.closed().build());

        assertThat(alerts(1)).hasSize(2);
        assertThat(alerts(1).at("/0/labels/severity").textValue()).isEqualTo("high");
        assertThat(alerts(1).at("/0/endsAt").isMissingNode()).isFalse();
        assertThat(alerts(1).at("/1/labels/severity").textValue()).isEqualTo("critical");
        assertThat(receiver.standing()).isZero();
    }

    @Test
    void shouldRememberOnlyWhatTheAlertmanagerHasTaken() throws Exception {
        server.answer(500, "");
        assertThat(receiver.deliver(new Alert(TestFindings.opened().build(), clock.millis())))
                .isInstanceOf(Delivery.RetryLater.class);
        assertThat(receiver.standing()).isZero();
        receiver.recall(new Alert(TestFindings.opened().build(), clock.millis()));
        assertThat(receiver.standing()).isEqualTo(1);
        receiver.recall(new Alert(TestFindings.closed().build(), clock.millis()));
        assertThat(receiver.standing()).isZero();
    }

    @Test
    void shouldForgetWhatHadNoRecordForADay() throws Exception {
        deliver(TestFindings.opened().build());
        clock.advance(Duration.ofHours(23));
        deliver(TestFindings.ipv6().build());
        clock.advance(Duration.ofHours(2));
        assertThat(receiver.refresh()).isInstanceOf(Delivery.Delivered.class);

        assertThat(alerts(2)).hasSize(1);
        assertThat(alerts(2).at("/0/labels/rule").textValue()).isEqualTo("dns-tunnel");
    }

    @Test
    void shouldTellManyInSeveralRequestsAndKeepNoMoreThanItsBound() throws Exception {
        for (int i = 0; i < 10_250; i++) {
            receiver.recall(new Alert(
                    TestFindings.opened()
                            .setFindingId(String.format(Locale.ROOT, "%032x", i))
                            .build(),
                    clock.millis()));
        }
        assertThat(receiver.standing()).isEqualTo(10_000);
        assertThat(receiver.isStanding("0".repeat(32))).isFalse();
        clock.advance(RESEND);
        assertThat(receiver.refresh()).isInstanceOf(Delivery.Delivered.class);
        List<Integer> sizes = new ArrayList<>();
        for (int i = 0; i < server.requests.size(); i++) {
            sizes.add(alerts(i).size());
        }
        assertThat(sizes).hasSize(100).containsOnly(100);
    }
}
