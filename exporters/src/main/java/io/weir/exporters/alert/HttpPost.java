package io.weir.exporters.alert;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;

/** Posts to one URL and says what became of it. Redirections are not followed: what is sent is for the receiver that was named. */
final class HttpPost {

    private static final int OK = 200;
    private static final int MULTIPLE_CHOICES = 300;
    private static final int MAX_REASON_OCTETS = 500;

    /** Of the record and not of the receiver: the same would be answered again. */
    private static final Set<Integer> REFUSED = Set.of(400, 413, 415, 422);

    private final HttpClient client;
    private final URI to;
    private final URI address;
    private final String authorization;
    private final Duration timeout;
    private final InstantSource clock;

    /**
     * @param to with credentials, where it takes such
     * @param pathBehind put behind its path; empty for none
     * @param timeout of one attempt as a whole
     * @param tls null for what Java trusts
     * @param clock for dates in {@code Retry-After}
     */
    HttpPost(URI to, String pathBehind, Duration timeout, SSLContext tls, InstantSource clock) {
        this.to = to;
        this.address = HttpAddress.ofRequest(to, pathBehind);
        this.authorization = to.getUserInfo() == null
                ? null
                : "Basic " + Base64.getEncoder().encodeToString(to.getUserInfo().getBytes(StandardCharsets.UTF_8));
        this.timeout = timeout;
        this.clock = clock;
        HttpClient.Builder builder = HttpClient.newBuilder()
                // Receivers of alerts speak it all; some do not bear being asked for more.
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(timeout);
        if (tls != null) {
            builder.sslContext(tls);
        }
        this.client = builder.build();
    }

    Delivery send(byte[] body, String mediaType, Map<String, String> headers) throws InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(address)
                .timeout(timeout)
                .header("Content-Type", mediaType)
                .header("User-Agent", "weir")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        headers.forEach(request::header);
        if (authorization != null) {
            request.header("Authorization", authorization);
        }
        CompletableFuture<HttpResponse<String>> answer =
                client.sendAsync(request.build(), info -> new FirstOctets(MAX_REASON_OCTETS));
        try {
            // The request's own timeout ends with the answer's headers.
            return judge(answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException e) {
            return new Delivery.RetryLater(null, HttpAddress.shown(to) + " did not answer within " + timeout);
        } catch (ExecutionException | CancellationException e) {
            return new Delivery.RetryLater(null, HttpAddress.shown(to) + ": " + reason(e));
        } finally {
            answer.cancel(true);
        }
    }

    private Delivery judge(HttpResponse<String> answer) {
        int status = answer.statusCode();
        if (status >= OK && status < MULTIPLE_CHOICES) {
            return new Delivery.Delivered();
        }
        String body = HttpAddress.redact(answer.body().strip(), to).replaceAll("\\s+", " ");
        String reason = HttpAddress.shown(to) + " answered " + status + (body.isEmpty() ? "" : ": " + body);
        if (REFUSED.contains(status)) {
            return new Delivery.Refused(reason);
        }
        return new Delivery.RetryLater(
                answer.headers()
                        .firstValue("Retry-After")
                        .map(text -> retryAfter(text, clock.instant()))
                        .orElse(null),
                reason);
    }

    /** Seconds or a date (RFC 9110 section 10.2.3); null for anything else. */
    static Duration retryAfter(String text, Instant now) {
        Duration after;
        try {
            after = text.strip().matches("\\d{1,9}")
                    ? Duration.ofSeconds(Long.parseLong(text.strip()))
                    : Duration.between(now, DateTimeFormatter.RFC_1123_DATE_TIME.parse(text.strip(), Instant::from));
        } catch (DateTimeException e) {
            return null;
        }
        if (after.isNegative()) {
            return Duration.ZERO;
        }
        return after.compareTo(AlertsConfig.MAX_RETRY_AFTER) > 0 ? AlertsConfig.MAX_RETRY_AFTER : after;
    }

    private String reason(Exception e) {
        Throwable cause = e.getCause() instanceof IOException ? e.getCause() : e;
        String message = cause.getMessage();
        String name = cause.getClass().getSimpleName();
        return message == null ? name : HttpAddress.redact(name + ": " + message, to);
    }

    /** Keeps the beginning of a body and lets the rest pass. */
    private static final class FirstOctets implements HttpResponse.BodySubscriber<String> {

        private final ByteBuffer kept;
        private final CompletableFuture<String> whole = new CompletableFuture<>();

        FirstOctets(int most) {
            this.kept = ByteBuffer.allocate(most);
        }

        @Override
        public CompletionStage<String> getBody() {
            return whole;
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(List<ByteBuffer> buffers) {
            for (ByteBuffer buffer : buffers) {
                int length = Math.min(kept.remaining(), buffer.remaining());
                kept.put(buffer.slice().limit(length));
            }
        }

        @Override
        public void onError(Throwable failure) {
            whole.completeExceptionally(failure);
        }

        @Override
        public void onComplete() {
            whole.complete(new String(kept.array(), 0, kept.position(), StandardCharsets.UTF_8));
        }
    }
}
