package io.weir.exporters.alert;

import io.weir.exporters.finding.FindingFacts;
import io.weir.schemas.Finding;
import io.weir.schemas.FindingStatus;
import io.weir.schemas.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;

/**
 * Alertmanager's API version 2. An alert is known by its labels; it stands until {@code endsAt}, or until nobody has told of it for the
 * Alertmanager's {@code resolve_timeout}: so what is open is told again. The severity is one of the labels, for routing; when it rises,
 * the alert of the old one ends with the same request that begins the new one.
 */
final class AlertmanagerReceiver implements StandingReceiver {

    /** Nothing is told again of an episode that had no record for so long: its end will never come. */
    static final Duration MEMORY = Duration.ofDays(1);

    private static final String ALERT_NAME = "WeirFinding";

    /** Beyond it the one that was told longest ago is no longer told again. Some kilobytes each. */
    private static final int MAX_STANDING = 10_000;

    private static final int ALERTS_PER_REQUEST = 100;

    private final HttpPost post;
    private final Duration resend;
    private final InstantSource clock;

    /** By finding id, the one that was told longest ago first. */
    private final Map<String, Standing> standing = new LinkedHashMap<>();

    private Instant refreshed;
    private volatile int standingNow;

    /**
     * @param labels as JSON; it is by them that the Alertmanager knows it
     * @param takenMs when Kafka took its last record, epoch milliseconds
     */
    private record Standing(String labels, Finding finding, long takenMs) {}

    AlertmanagerReceiver(AlertmanagerConfig config, Duration timeout, SSLContext tls, InstantSource clock) {
        this.post = new HttpPost(config.to(), "/api/v2/alerts", timeout, tls, clock);
        this.resend = config.resend();
        this.clock = clock;
        this.refreshed = clock.instant();
    }

    @Override
    public Delivery deliver(Alert alert) throws InterruptedException {
        Finding finding = alert.finding();
        List<JsonObject> alerts = new ArrayList<>();
        Standing before = standing.get(finding.getFindingId());
        if (before != null && !before.labels().equals(labels(finding).toString())) {
            alerts.add(alertOf(before.finding(), endOf(finding)));
        }
        alerts.add(alertOf(finding, isClosed(finding) ? endOf(finding) : null));
        Delivery delivery = send(alerts);
        if (delivery instanceof Delivery.Delivered) {
            recall(alert);
        }
        return delivery;
    }

    @Override
    public void recall(Alert alert) {
        Finding finding = alert.finding();
        standing.remove(finding.getFindingId());
        if (!isClosed(finding)) {
            standing.put(finding.getFindingId(), new Standing(labels(finding).toString(), finding, alert.takenMs()));
            if (standing.size() > MAX_STANDING) {
                Iterator<String> oldest = standing.keySet().iterator();
                oldest.next();
                oldest.remove();
            }
        }
        standingNow = standing.size();
    }

    @Override
    public boolean isStanding(String findingId) {
        return standing.containsKey(findingId);
    }

    @Override
    public int standing() {
        return standingNow;
    }

    @Override
    public Delivery refresh() throws InterruptedException {
        Instant now = clock.instant();
        if (now.isBefore(refreshed.plus(resend))) {
            return null;
        }
        refreshed = now;
        long oldestMs = now.minus(MEMORY).toEpochMilli();
        standing.values().removeIf(one -> one.takenMs() < oldestMs);
        standingNow = standing.size();
        if (standing.isEmpty()) {
            return null;
        }
        List<JsonObject> alerts = new ArrayList<>();
        Delivery last = null;
        for (Standing one : List.copyOf(standing.values())) {
            alerts.add(alertOf(one.finding(), null));
            if (alerts.size() == ALERTS_PER_REQUEST) {
                last = send(alerts);
                alerts.clear();
                // Alerts that it refuses are no reason to let the others end; one that is away is.
                if (!(last instanceof Delivery.Delivered || last instanceof Delivery.Refused)) {
                    return last;
                }
            }
        }
        return alerts.isEmpty() ? last : send(alerts);
    }

    private Delivery send(List<JsonObject> alerts) throws InterruptedException {
        String body = alerts.stream().map(JsonObject::toString).collect(Collectors.joining(",", "[", "]"));
        return post.send(body.getBytes(StandardCharsets.UTF_8), "application/json", Map.of());
    }

    private static boolean isClosed(Finding finding) {
        return finding.getStatus() == FindingStatus.closed;
    }

    private static long endOf(Finding finding) {
        return Math.max(finding.getFirstSeenMicroseconds(), finding.getLastSeenMicroseconds());
    }

    /** @param endMicros null while it stands: how long it does then is the Alertmanager's to say */
    private static JsonObject alertOf(Finding finding, Long endMicros) {
        return new JsonObject()
                .put("labels", labels(finding))
                .put("annotations", annotations(finding))
                .put("startsAt", FindingFacts.milliseconds(finding.getFirstSeenMicroseconds()))
                .put("endsAt", endMicros == null ? null : FindingFacts.milliseconds(endMicros));
    }

    /** What stays the same while the alert stands. The finding's id is among them: another episode of the same hosts is another alert. */
    private static JsonObject labels(Finding finding) {
        return new JsonObject()
                .put("alertname", ALERT_NAME)
                .put("rule", finding.getRule())
                .put("severity", finding.getSeverity().name())
                .put("initiator", FindingFacts.nameOf(finding.getInitiator()))
                .put("responder", FindingFacts.nameOf(finding.getResponder()))
                .put("service", FindingFacts.service(finding))
                .put("flow_class", finding.getFlowClass().name())
                .put("finding_id", finding.getFindingId());
    }

    private static JsonObject annotations(Finding finding) {
        return new JsonObject()
                .put("summary", finding.getTitle())
                .put("description", finding.getDescription().isEmpty() ? null : finding.getDescription())
                .put("confidence", finding.getConfidence().name())
                .put(
                        "measurements",
                        finding.getMeasurements().isEmpty()
                                ? null
                                : finding.getMeasurements().stream()
                                        .map(FindingFacts::text)
                                        .collect(Collectors.joining(", ")))
                .put(
                        "techniques",
                        finding.getAttackTechniques().isEmpty()
                                ? null
                                : String.join(", ", finding.getAttackTechniques()))
                .put("peers", finding.getPeers().isEmpty() ? null : String.join(", ", finding.getPeers()));
    }

    @Override
    public void close() {
        // Connections end with the client, an attempt with its thread.
    }
}
