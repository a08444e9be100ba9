package io.weir.exporters.alert;

import io.weir.exporters.finding.FindingFacts;
import io.weir.schemas.Finding;
import io.weir.schemas.FindingStatus;
import io.weir.schemas.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;

/** One message a record: a line of text for lists and notifications, and an attachment with the numbers. */
final class SlackReceiver implements AlertReceiver {

    /** What chats show of one attachment without folding most of it away. */
    private static final int MAX_TEXT_CHARACTERS = 1500;

    private static final int MAX_MEASUREMENTS = 6;

    private final HttpPost post;

    SlackReceiver(SlackConfig config, Duration timeout, SSLContext tls, InstantSource clock) {
        this.post = new HttpPost(config.to(), "", timeout, tls, clock);
    }

    @Override
    public Delivery deliver(Alert alert) throws InterruptedException {
        byte[] body = message(alert.finding()).toString().getBytes(StandardCharsets.UTF_8);
        return post.send(body, "application/json", Map.of());
    }

    static JsonObject message(Finding finding) {
        List<JsonObject> fields = new ArrayList<>();
        addField("Rule", finding.getRule(), fields);
        addField("Confidence", finding.getConfidence().name(), fields);
        addField("From", FindingFacts.nameOf(finding.getInitiator()), fields);
        addField("To", FindingFacts.nameOf(finding.getResponder()), fields);
        addField("Service", FindingFacts.service(finding), fields);
        addField("Flows", Long.toString(finding.getFlows()), fields);
        if (!finding.getAttackTechniques().isEmpty()) {
            addField("ATT&CK", String.join(", ", finding.getAttackTechniques()), fields);
        }
        finding.getMeasurements().stream()
                .limit(MAX_MEASUREMENTS)
                .forEach(measurement -> addField("Measured", FindingFacts.text(measurement), fields));
        String title = "[" + finding.getSeverity() + "] " + finding.getTitle();
        boolean closed = finding.getStatus() == FindingStatus.closed;
        JsonObject attachment = new JsonObject()
                .put("fallback", escape(title))
                .put("color", closed ? "#2eb886" : color(finding))
                .put("text", finding.getDescription().isEmpty() ? null : escape(cut(finding.getDescription())))
                .put("fields", fields)
                .put("footer", "Weir, finding " + finding.getFindingId())
                .put("ts", TimeUnit.MICROSECONDS.toSeconds(finding.getLastSeenMicroseconds()));
        return new JsonObject()
                .put("text", escape(finding.getStatus() + ": " + title))
                .put("attachments", List.of(attachment));
    }

    private static void addField(String title, String value, List<JsonObject> fields) {
        if (value != null) {
            fields.add(new JsonObject()
                    .put("title", escape(title))
                    .put("value", escape(value))
                    .put("short", true));
        }
    }

    private static String color(Finding finding) {
        return switch (finding.getSeverity()) {
            case critical -> "#8b0000";
            case high -> "#d00000";
            case medium -> "#f2a100";
            case low, informational, unknown -> "#808080";
        };
    }

    /** The three characters that control Slack's markup: what traffic brought along must not mention or link. */
    static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private static String cut(String text) {
        return text.length() <= MAX_TEXT_CHARACTERS ? text : text.substring(0, MAX_TEXT_CHARACTERS) + "…";
    }

    @Override
    public void close() {
        // Connections end with the client, an attempt with its thread.
    }
}
