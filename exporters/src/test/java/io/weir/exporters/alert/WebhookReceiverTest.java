package io.weir.exporters.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.weir.exporters.TestFindings;
import io.weir.exporters.finding.FindingFormat;
import io.weir.schemas.Finding;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a webhook is sent, and what its answers mean. */
class WebhookReceiverTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final Finding FINDING = TestFindings.opened().build();
    private static final Alert ALERT = new Alert(FINDING, 0);

    private final MovableClock clock = new MovableClock();
    private TestReceiver server;

    @BeforeEach
    void start() throws Exception {
        server = new TestReceiver();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private WebhookReceiver receiver(URI to, FindingFormat format, String key) {
        return new WebhookReceiver(new WebhookConfig(to, format, key), TIMEOUT, null, clock);
    }

    private Delivery deliver() throws InterruptedException {
        return receiver(server.uri("/hook/T0P-5ECRET?token=abc123"), FindingFormat.json, "key")
                .deliver(ALERT);
    }

    @Test
    void shouldSignTimeAndBody() throws Exception {
        assertThat(deliver()).isInstanceOf(Delivery.Delivered.class);

        TestReceiver.Request request = server.requests.get(0);
        assertThat(request.path()).isEqualTo("/hook/T0P-5ECRET?token=abc123");
        assertThat(request.body()).isEqualTo(FindingFormat.json.render(FINDING));
        assertThat(request.header("Content-Type")).isEqualTo("application/json");
        assertThat(request.header("Idempotency-Key"))
                .isEqualTo(
                        "0123456789abcdef0123456789abcdef-opened-" + FINDING.getLastSeenMicroseconds() + "-high-3-40");
        String timestamp = request.header("X-Weir-Timestamp");
        assertThat(timestamp).isEqualTo(Long.toString(clock.instant().getEpochSecond()));
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec("key".getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        byte[] expected = mac.doFinal((timestamp + '.' + request.body()).getBytes(StandardCharsets.UTF_8));
        assertThat(request.header("X-Weir-Signature"))
                .isEqualTo("sha256=" + HexFormat.of().formatHex(expected));
    }

    @Test
    void shouldSignAnewWhatIsSentAgainUnderTheSameKey() throws Exception {
        WebhookReceiver receiver = receiver(server.uri("/"), FindingFormat.json, "key");
        assertThat(receiver.deliver(ALERT)).isInstanceOf(Delivery.Delivered.class);
        clock.advance(Duration.ofMinutes(1));
        assertThat(receiver.deliver(ALERT)).isInstanceOf(Delivery.Delivered.class);

        assertThat(server.requests)
                .extracting(request -> request.header("Idempotency-Key"))
                .hasSize(2)
                .containsOnly("0123456789abcdef0123456789abcdef-opened-1795508511123456-high-3-40");
        assertThat(server.requests)
                .extracting(request -> request.header("X-Weir-Signature"))
                .doesNotHaveDuplicates();
    }

    @Test
    void shouldSendWithoutSignatureWhereThereIsNoKeyAndWithCredentialsOfTheUrl() throws Exception {
        URI to = URI.create("http://weir:p%40ss@127.0.0.1:" + server.port() + "/hook");
        assertThat(receiver(to, FindingFormat.stix, null).deliver(ALERT)).isInstanceOf(Delivery.Delivered.class);

        TestReceiver.Request request = server.requests.get(0);
        assertThat(request.header("X-Weir-Signature")).isNull();
        // Base64 of weir:p@ss.
        assertThat(request.header("Authorization")).isEqualTo("Basic d2VpcjpwQHNz");
        assertThat(request.header("Content-Type")).isEqualTo("application/stix+json;version=2.1");
        assertThat(request.body()).isEqualTo(FindingFormat.stix.render(FINDING));
    }

    @ParameterizedTest
    @ValueSource(ints = {302, 401, 404, 408, 425, 500, 503})
    void shouldTryAgainWhatIsNotTheFindingsFault(int status) throws Exception {
        server.answer(status, "at /hook/T0P-5ECRET?token=abc123\n  no luck");
        assertThat(deliver())
                .asInstanceOf(type(Delivery.RetryLater.class))
                .extracting(Delivery.RetryLater::reason)
                .isEqualTo("http://127.0.0.1:" + server.port() + " answered " + status + ": at …?… no luck");
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 413, 415, 422})
    void shouldNotTryAgainWhatWillNeverBeTaken(int status) throws Exception {
        server.answer(status, "x".repeat(2000));
        assertThat(deliver())
                .asInstanceOf(type(Delivery.Refused.class))
                .extracting(Delivery.Refused::reason)
                .asString()
                .contains("answered " + status)
                .hasSizeLessThan(600);
    }

    @Test
    void shouldHeedRetryAfter() throws Exception {
        server.answerTooMany("17").answerTooMany("soon");
        assertThat(deliver())
                .asInstanceOf(type(Delivery.RetryLater.class))
                .extracting(Delivery.RetryLater::after)
                .isEqualTo(Duration.ofSeconds(17));
        assertThat(deliver())
                .asInstanceOf(type(Delivery.RetryLater.class))
                .extracting(Delivery.RetryLater::after)
                .isNull();
        Instant now = Instant.parse("2026-11-24T08:30:00Z");
        assertThat(HttpPost.retryAfter("Tue, 24 Nov 2026 08:31:30 GMT", now)).isEqualTo(Duration.ofSeconds(90));
        assertThat(HttpPost.retryAfter("Tue, 24 Nov 2026 08:00:00 GMT", now)).isEqualTo(Duration.ZERO);
        assertThat(HttpPost.retryAfter("999999999", now)).isEqualTo(Duration.ofMinutes(10));
    }

    @Test
    void shouldWaitNoLongerThanItsTimeout() throws Exception {
        try (ServerSocket silent = new ServerSocket(0)) {
            URI to = URI.create("http://127.0.0.1:" + silent.getLocalPort() + "/T0P-5ECRET");
            Delivery delivery = new WebhookReceiver(
                            new WebhookConfig(to, FindingFormat.json, "key"), Duration.ofMillis(300), null, clock)
                    .deliver(ALERT);
            assertThat(delivery)
                    .asInstanceOf(type(Delivery.RetryLater.class))
                    .extracting(Delivery.RetryLater::reason)
                    .asString()
                    .contains("127.0.0.1:" + silent.getLocalPort())
                    .doesNotContain("5ECRET");
        }
    }

    @Test
    void shouldKeepItsSecretsToItself() {
        WebhookConfig config =
                new WebhookConfig(URI.create("https://user:pw@host/hook/T0P?token=x"), FindingFormat.json, "key");
        assertThat(config).hasToString("webhook at https://host");
        assertThat(new SlackConfig(URI.create("https://hooks.example/services/T0P")))
                .hasToString("chat at https://hooks.example");
    }
}
