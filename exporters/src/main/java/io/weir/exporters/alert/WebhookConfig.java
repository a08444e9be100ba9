package io.weir.exporters.alert;

import io.weir.exporters.finding.FindingFormat;
import java.net.URI;
import java.util.List;

/**
 * A program that takes findings over HTTP.
 *
 * @param to where it listens; may hold credentials
 * @param format of the body
 * @param key signs what is sent; null for no signature
 */
public record WebhookConfig(URI to, FindingFormat format, String key) {

    void check(List<String> mistakes) {
        HttpAddress.check("alerts.webhook.url", to, mistakes);
        if (format == null) {
            mistakes.add("alerts.webhook.format: missing");
        }
    }

    /** Without what must not be seen. */
    @Override
    public String toString() {
        return "webhook at " + HttpAddress.shown(to);
    }
}
