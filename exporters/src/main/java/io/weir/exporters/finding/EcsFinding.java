package io.weir.exporters.finding;

import io.weir.schemas.Endpoint;
import io.weir.schemas.Finding;
import io.weir.schemas.ObservationPoint;
import io.weir.schemas.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * ECS 8: an event of kind {@code alert}. {@code rule.uuid} is left out, as rules have no UUID; {@code network.community_id} too, as an
 * episode has many connections. What ECS has no field for is under {@code weir}, by the names of our schema.
 */
final class EcsFinding {

    static final String VERSION = "8.17.0";

    private static final long TENFOLD = 10;

    private EcsFinding() {}

    static JsonObject of(Finding finding) {
        JsonObject document = new JsonObject()
                .put("@timestamp", FindingFacts.milliseconds(finding.getLastSeenMicroseconds()))
                .put("ecs", new JsonObject().put("version", VERSION))
                .put("message", finding.getTitle())
                .put("event", event(finding))
                .put("rule", rule(finding));
        JsonObject source = side(finding.getInitiator());
        JsonObject destination = side(finding.getResponder());
        document.put("source", source.isEmpty() ? null : source)
                .put("destination", destination.isEmpty() ? null : destination)
                .put("network", network(finding));
        List<String> addresses = List.copyOf(FindingFacts.addresses(finding));
        if (!addresses.isEmpty()) {
            document.put("related", new JsonObject().putStrings("ip", addresses));
        }
        if (!finding.getAttackTechniques().isEmpty()) {
            document.put("threat", threat(finding.getAttackTechniques()));
        }
        ObservationPoint point = finding.getObservationPoint();
        return document.put(
                        "observer",
                        new JsonObject()
                                .put("vendor", "Weir")
                                .put("product", "Weir")
                                .put("hostname", point.getHost())
                                .put(
                                        "ingress",
                                        new JsonObject()
                                                .put("interface", new JsonObject().put("name", point.getInterface$()))))
                .put("weir", weir(finding));
    }

    private static JsonObject event(Finding finding) {
        return new JsonObject()
                .put("kind", "alert")
                .putStrings("category", List.of("network", "intrusion_detection"))
                .putStrings("type", List.of(type(finding)))
                .put("action", "finding-" + finding.getStatus())
                .put("dataset", "weir.findings")
                .put("module", "weir")
                .put("provider", finding.getRule())
                .put("id", FindingFacts.idempotencyKey(finding))
                .put("start", FindingFacts.milliseconds(finding.getFirstSeenMicroseconds()))
                .put("end", FindingFacts.milliseconds(finding.getLastSeenMicroseconds()))
                // The number is ours to choose: 10 informational, 50 critical.
                .put("severity", FindingFacts.severity(finding) * TENFOLD)
                .put("risk_score", finding.getRiskScore());
    }

    /** Of those that both categories allow; that it ended is in the action. */
    private static String type(Finding finding) {
        return finding.getAllowedBy() == null ? "info" : "allowed";
    }

    private static JsonObject rule(Finding finding) {
        return new JsonObject()
                .put("id", finding.getRule())
                .put("name", finding.getRule())
                .put("ruleset", "weir")
                .put("description", finding.getDescription().isEmpty() ? null : finding.getDescription());
    }

    private static JsonObject side(Endpoint endpoint) {
        return new JsonObject()
                .put("address", endpoint.getAddress())
                .put("ip", endpoint.getAddress())
                .put("port", endpoint.getPort())
                // In capitals with hyphens, as ECS has them (RFC 7042).
                .put(
                        "mac",
                        endpoint.getMacAddress() == null
                                ? null
                                : endpoint.getMacAddress()
                                        .toUpperCase(Locale.ROOT)
                                        .replace(':', '-'));
    }

    private static JsonObject network(Finding finding) {
        String direction =
                switch (finding.getFlowClass()) {
                    case ingress -> "inbound";
                    case egress -> "outbound";
                    case internal -> "internal";
                    case external -> "external";
                    case unknown -> "unknown";
                };
        JsonObject network = new JsonObject()
                .put("direction", direction)
                .put(
                        "iana_number",
                        finding.getProtocolIdentifier() == null
                                ? null
                                : finding.getProtocolIdentifier().toString())
                .put("transport", FindingFacts.protocolName(finding.getProtocolIdentifier()))
                .put("packets", finding.getPackets())
                .put("bytes", finding.getLayer2Octets());
        FindingFacts.addresses(finding).stream()
                .findFirst()
                .ifPresent(address -> network.put("type", FindingFacts.isIpv6(address) ? "ipv6" : "ipv4"));
        return network;
    }

    private static JsonObject threat(List<String> ids) {
        List<JsonObject> tactics = new ArrayList<>();
        List<JsonObject> techniques = new ArrayList<>();
        List<String> seen = new ArrayList<>();
        for (String id : ids) {
            AttackTechnique technique = AttackTechnique.of(id);
            for (AttackTechnique.Tactic tactic : technique.tactics()) {
                if (!seen.contains(tactic.id)) {
                    seen.add(tactic.id);
                    tactics.add(new JsonObject()
                            .put("id", tactic.id)
                            .put("name", tactic.caption)
                            .put("reference", "https://attack.mitre.org/tactics/" + tactic.id + "/"));
                }
            }
            JsonObject parent = named(technique.parent());
            techniques.add(technique.isSubTechnique() ? parent.put("subtechnique", List.of(named(technique))) : parent);
        }
        JsonObject threat = new JsonObject().put("framework", "MITRE ATT&CK");
        if (!tactics.isEmpty()) {
            threat.put("tactic", tactics);
        }
        return threat.put("technique", techniques);
    }

    private static JsonObject named(AttackTechnique technique) {
        return new JsonObject()
                .put("id", technique.id())
                .put("name", technique.name())
                .put("reference", technique.url());
    }

    private static JsonObject weir(Finding finding) {
        return new JsonObject()
                .put("findingId", finding.getFindingId())
                .put("status", finding.getStatus().name())
                .put("severity", finding.getSeverity().name())
                .put("confidence", finding.getConfidence().name())
                .put("flowClass", finding.getFlowClass().name())
                .put("classReason", finding.getClassReason())
                .put("orientation", finding.getOrientation().name())
                .put("flows", finding.getFlows())
                .put("responderPackets", finding.getResponderPackets())
                .put("responderOctets", finding.getResponderOctets())
                .put(
                        "endReason",
                        finding.getEndReason() == null
                                ? null
                                : finding.getEndReason().name())
                .put("allowedBy", finding.getAllowedBy())
                .put("initiatorEntity", finding.getInitiator().getEntity())
                .put("responderEntity", finding.getResponder().getEntity())
                .put(
                        "measurements",
                        finding.getMeasurements().stream()
                                .map(OcsfFinding::measurement)
                                .toList())
                .putStrings("peers", finding.getPeers())
                .putStrings("evidenceFlowIds", finding.getEvidenceFlowIds())
                .put("capture", finding.getObservationPoint().getCapture());
    }
}
