package io.weir.exporters.alert;

import io.weir.exporters.finding.FindingFacts;
import io.weir.exporters.finding.FindingFormat;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import javax.net.ssl.SSLContext;

/**
 * One finding a request:
 *
 * <pre>
 * X-Weir-Timestamp   when it was sent, epoch seconds: an old one is a replay
 * X-Weir-Signature   sha256= and HMAC-SHA-256 in hex, under the key, of the time stamp, a full stop and the body
 * Idempotency-Key    the same when the same record is sent again
 * </pre>
 */
final class WebhookReceiver implements AlertReceiver {

    static final String TIMESTAMP = "X-Weir-Timestamp";
    static final String SIGNATURE = "X-Weir-Signature";
    static final String IDEMPOTENCY_KEY = "Idempotency-Key";

    private static final String ALGORITHM = "HmacSHA256";

    private final HttpPost post;
    private final FindingFormat format;
    private final Mac mac;
    private final InstantSource clock;

    WebhookReceiver(WebhookConfig config, Duration timeout, SSLContext tls, InstantSource clock) {
        this.post = new HttpPost(config.to(), "", timeout, tls, clock);
        this.format = config.format();
        this.mac = config.key() == null ? null : mac(config.key());
        this.clock = clock;
    }

    private static Mac mac(String key) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), ALGORITHM));
            return mac;
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            // Every Java has it, and takes any key that is not empty.
            throw new IllegalArgumentException("alerts.webhook.secret: cannot be used as a key", e);
        }
    }

    @Override
    public Delivery deliver(Alert alert) throws InterruptedException {
        byte[] body = format.render(alert.finding()).getBytes(StandardCharsets.UTF_8);
        String timestamp = Long.toString(clock.instant().getEpochSecond());
        Map<String, String> headers = new HashMap<>();
        headers.put(TIMESTAMP, timestamp);
        headers.put(IDEMPOTENCY_KEY, FindingFacts.idempotencyKey(alert.finding()));
        if (mac != null) {
            mac.update((timestamp + '.').getBytes(StandardCharsets.UTF_8));
            headers.put(SIGNATURE, "sha256=" + HexFormat.of().formatHex(mac.doFinal(body)));
        }
        return post.send(body, format.mediaType(), headers);
    }

    @Override
    public void close() {
        // Connections end with the client, an attempt with its thread.
    }
}
