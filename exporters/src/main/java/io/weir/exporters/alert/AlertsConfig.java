package io.weir.exporters.alert;

import io.weir.exporters.transport.TlsConfig;
import io.weir.schemas.Severity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Who is told of findings, and how.
 *
 * @param name consumer groups are {@code <prefix>alerts.<name>.<receiver>}
 * @param minSeverity findings below are not told
 * @param attempts attempts before a finding goes to the topic of rejected records
 * @param backoff time after the first attempt that failed; doubles up to {@link #MAX_BACKOFF}
 * @param timeout of one attempt
 * @param tls for {@code https} and {@code tls}
 * @param webhook null for none
 * @param alertmanager null for none
 * @param slack null for none
 * @param syslog null for none
 */
public record AlertsConfig(
        String name,
        Severity minSeverity,
        int attempts,
        Duration backoff,
        Duration timeout,
        TlsConfig tls,
        WebhookConfig webhook,
        AlertmanagerConfig alertmanager,
        SlackConfig slack,
        SyslogConfig syslog) {

    /** Longest time between two attempts that Weir chooses itself. */
    public static final Duration MAX_BACKOFF = Duration.ofMinutes(1);

    /** Longest time that a receiver's {@code Retry-After} is heeded. */
    static final Duration MAX_RETRY_AFTER = Duration.ofMinutes(10);

    /** Most {@code attempts}. */
    public static final int MAX_ATTEMPTS = 1000;

    /** Longest {@code timeout}: a sender looks after its consumer group between two attempts. */
    public static final Duration MAX_TIMEOUT = Duration.ofMinutes(1);

    public AlertsConfig {
        List<String> mistakes = new ArrayList<>();
        if (name == null || !name.matches("[a-zA-Z0-9._-]{1,100}")) {
            mistakes.add("alerts.name: '" + name + "' is not a name of letters, digits, '.', '_' and '-'");
        }
        if (minSeverity == null) {
            mistakes.add("alerts.min-severity: missing");
        }
        if (attempts < 1 || attempts > MAX_ATTEMPTS) {
            mistakes.add("alerts.attempts: " + attempts + " is not between 1 and " + MAX_ATTEMPTS);
        }
        checkTime("alerts.backoff", backoff, MAX_BACKOFF, mistakes);
        checkTime("alerts.timeout", timeout, MAX_TIMEOUT, mistakes);
        if (tls == null) {
            mistakes.add("alerts.tls: missing");
        } else if ((tls.certificateFile() == null) != (tls.keyFile() == null)) {
            mistakes.add("alerts.tls.certificate-file and alerts.tls.key-file: give both or none");
        }
        if (webhook == null && alertmanager == null && slack == null && syslog == null) {
            mistakes.add(
                    "alerts: nobody to tell; give alerts.webhook.url, alerts.alertmanager.url, alerts.slack.url or "
                            + "alerts.syslog.to");
        }
        if (webhook != null) {
            webhook.check(mistakes);
        }
        if (alertmanager != null) {
            alertmanager.check(mistakes);
        }
        if (slack != null) {
            slack.check(mistakes);
        }
        if (syslog != null) {
            syslog.check(mistakes);
        }
        if (!mistakes.isEmpty()) {
            throw new IllegalArgumentException(String.join(System.lineSeparator(), mistakes));
        }
    }

    private static void checkTime(String setting, Duration time, Duration most, List<String> mistakes) {
        if (time == null || time.toMillis() < 1 || time.compareTo(most) > 0) {
            mistakes.add(setting + ": " + time + " is not positive and at most " + most);
        }
    }
}
