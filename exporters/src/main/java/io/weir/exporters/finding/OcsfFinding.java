package io.weir.exporters.finding;

import io.weir.schemas.Endpoint;
import io.weir.schemas.Finding;
import io.weir.schemas.FindingStatus;
import io.weir.schemas.FlowClass;
import io.weir.schemas.Measurement;
import io.weir.schemas.ObservationPoint;
import io.weir.schemas.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/**
 * OCSF 1.4, class 2004, Detection Finding: {@code finding_info.uid} is the episode, {@code metadata.uid} the record of it. Times are
 * epoch milliseconds. What OCSF has no field for is in {@code unmapped}, under the names of our schema.
 */
final class OcsfFinding {

    /** The first with {@code is_alert}. */
    static final String VERSION = "1.4.0";

    private static final int CATEGORY = 2;
    private static final int CLASS = 2004;
    private static final int TYPES_PER_CLASS = 100;

    private static final int STATUS_NEW = 1;
    private static final int STATUS_SUPPRESSED = 3;
    private static final int STATUS_RESOLVED = 4;

    private static final int OBSERVABLE_IP_ADDRESS = 2;
    private static final int OBSERVABLE_MAC_ADDRESS = 3;
    private static final int ANALYTIC_RULE = 1;

    private OcsfFinding() {}

    static JsonObject of(Finding finding) {
        int activity = activity(finding.getStatus());
        int status = status(finding);
        int severity = FindingFacts.severity(finding);
        JsonObject event = new JsonObject()
                .put("category_uid", CATEGORY)
                .put("category_name", "Findings")
                .put("class_uid", CLASS)
                .put("class_name", "Detection Finding")
                .put("activity_id", activity)
                .put("activity_name", activityName(activity))
                .put("type_uid", CLASS * TYPES_PER_CLASS + activity)
                .put("type_name", "Detection Finding: " + activityName(activity))
                .put("time", FindingFacts.toMs(finding.getLastSeenMicroseconds()))
                .put("start_time", FindingFacts.toMs(finding.getFirstSeenMicroseconds()))
                .put("end_time", FindingFacts.toMs(finding.getLastSeenMicroseconds()))
                .put("severity_id", severity)
                .put("severity", FindingFacts.caption(finding.getSeverity().name()))
                .put("status_id", status)
                .put("status", statusName(status))
                .put("confidence_id", finding.getConfidence().ordinal())
                .put("confidence", FindingFacts.caption(finding.getConfidence().name()))
                .put("risk_score", finding.getRiskScore())
                .put("is_alert", activity != 3 && status != STATUS_SUPPRESSED)
                .put("message", finding.getTitle())
                .put(
                        "metadata",
                        new JsonObject()
                                .put("version", VERSION)
                                .put("uid", FindingFacts.idempotencyKey(finding))
                                .put(
                                        "product",
                                        new JsonObject().put("name", "Weir").put("vendor_name", "Weir")))
                .put("finding_info", info(finding));
        List<JsonObject> evidences = evidences(finding);
        if (!evidences.isEmpty()) {
            event.put("evidences", evidences);
        }
        List<JsonObject> observables = observables(finding);
        if (!observables.isEmpty()) {
            event.put("observables", observables);
        }
        return event.put("unmapped", unmapped(finding));
    }

    /** The enums of statuses and activities agree from 1 on; what is unknown is 0 in both. */
    private static int activity(FindingStatus status) {
        return status.ordinal();
    }

    private static String activityName(int activity) {
        return switch (activity) {
            case 1 -> "Create";
            case 2 -> "Update";
            case 3 -> "Close";
            default -> "Unknown";
        };
    }

    /** New until it is closed, as nobody here knows whether somebody looks into it. */
    private static int status(Finding finding) {
        if (finding.getStatus() == FindingStatus.closed) {
            return STATUS_RESOLVED;
        }
        return finding.getAllowedBy() == null ? STATUS_NEW : STATUS_SUPPRESSED;
    }

    private static String statusName(int status) {
        return switch (status) {
            case STATUS_SUPPRESSED -> "Suppressed";
            case STATUS_RESOLVED -> "Resolved";
            default -> "New";
        };
    }

    private static JsonObject info(Finding finding) {
        JsonObject info = new JsonObject()
                .put("uid", finding.getFindingId())
                .put("title", finding.getTitle())
                .put("desc", finding.getDescription().isEmpty() ? null : finding.getDescription())
                .put(
                        "analytic",
                        new JsonObject()
                                .put("uid", finding.getRule())
                                .put("name", finding.getRule())
                                .put("type_id", ANALYTIC_RULE)
                                .put("type", "Rule"))
                .put("created_time", FindingFacts.toMs(finding.getFirstSeenMicroseconds()))
                .put("modified_time", FindingFacts.toMs(finding.getLastSeenMicroseconds()))
                .put("first_seen_time", FindingFacts.toMs(finding.getFirstSeenMicroseconds()))
                .put("last_seen_time", FindingFacts.toMs(finding.getLastSeenMicroseconds()));
        List<JsonObject> attacks = new ArrayList<>();
        finding.getAttackTechniques().forEach(id -> attacks.add(attack(AttackTechnique.of(id))));
        if (!attacks.isEmpty()) {
            info.put("attacks", attacks);
        }
        return info;
    }

    private static JsonObject attack(AttackTechnique technique) {
        JsonObject attack = new JsonObject();
        List<JsonObject> tactics = technique.tactics().stream()
                .map(tactic -> new JsonObject().put("uid", tactic.id).put("name", tactic.caption))
                .toList();
        if (!tactics.isEmpty()) {
            attack.put("tactics", tactics);
        }
        attack.put("technique", named(technique.parent()));
        return technique.isSubTechnique() ? attack.put("sub_technique", named(technique)) : attack;
    }

    private static JsonObject named(AttackTechnique technique) {
        return new JsonObject()
                .put("uid", technique.id())
                .put("name", technique.name())
                .put("src_url", technique.url());
    }

    /** One for both ends, where at least one of them is known, and one for each address on the side of which there are several. */
    private static List<JsonObject> evidences(Finding finding) {
        List<JsonObject> evidences = new ArrayList<>();
        JsonObject source = endpoint(finding.getInitiator());
        JsonObject destination = endpoint(finding.getResponder());
        if (!source.isEmpty() || !destination.isEmpty()) {
            evidences.add(new JsonObject()
                    .put("src_endpoint", source.isEmpty() ? null : source)
                    .put("dst_endpoint", destination.isEmpty() ? null : destination)
                    .put("connection_info", connection(finding)));
        }
        boolean initiators = finding.getInitiator().getAddress() == null;
        for (String peer : FindingFacts.peerAddresses(finding)) {
            if (!peer.equals(finding.getInitiator().getAddress())
                    && !peer.equals(finding.getResponder().getAddress())) {
                evidences.add(new JsonObject()
                        .put(initiators ? "src_endpoint" : "dst_endpoint", new JsonObject().put("ip", peer)));
            }
        }
        return evidences;
    }

    private static JsonObject endpoint(Endpoint endpoint) {
        boolean entity = endpoint.getEntity() != null
                && !endpoint.getEntity().equals(endpoint.getAddress())
                && !endpoint.getEntity().equals(endpoint.getMacAddress());
        return new JsonObject()
                .put("ip", endpoint.getAddress())
                .put("port", endpoint.getPort())
                .put("mac", endpoint.getMacAddress())
                .put("uid", entity ? endpoint.getEntity() : null);
    }

    private static JsonObject connection(Finding finding) {
        String address = finding.getResponder().getAddress() != null
                ? finding.getResponder().getAddress()
                : finding.getInitiator().getAddress();
        JsonObject connection = new JsonObject();
        FlowClass flowClass = finding.getFlowClass();
        // Lateral is what stays inside; for what stays outside OCSF has no word.
        switch (flowClass) {
            case ingress -> connection.put("direction_id", 1).put("direction", "Inbound");
            case egress -> connection.put("direction_id", 2).put("direction", "Outbound");
            case internal -> connection.put("direction_id", 3).put("direction", "Lateral");
            default -> connection.put("direction_id", 0).put("direction", "Unknown");
        }
        if (flowClass == FlowClass.internal) {
            connection.put("boundary_id", 2).put("boundary", "Internal");
        } else if (flowClass == FlowClass.ingress || flowClass == FlowClass.egress) {
            connection.put("boundary_id", 3).put("boundary", "External");
        }
        connection
                .put("protocol_num", finding.getProtocolIdentifier())
                .put("protocol_name", FindingFacts.protocolName(finding.getProtocolIdentifier()));
        if (address != null) {
            connection.put("protocol_ver_id", FindingFacts.isIpv6(address) ? 6 : 4);
        }
        return connection;
    }

    private static List<JsonObject> observables(Finding finding) {
        List<JsonObject> observables = new ArrayList<>();
        addObservables("evidences.src_endpoint", finding.getInitiator(), observables);
        addObservables("evidences.dst_endpoint", finding.getResponder(), observables);
        String side = finding.getInitiator().getAddress() == null ? "src" : "dst";
        for (String peer : FindingFacts.peerAddresses(finding)) {
            if (!peer.equals(finding.getInitiator().getAddress())
                    && !peer.equals(finding.getResponder().getAddress())) {
                observables.add(
                        observable("evidences." + side + "_endpoint.ip", OBSERVABLE_IP_ADDRESS, "IP Address", peer));
            }
        }
        return observables;
    }

    private static void addObservables(String name, Endpoint endpoint, List<JsonObject> observables) {
        if (endpoint.getAddress() != null) {
            observables.add(observable(name + ".ip", OBSERVABLE_IP_ADDRESS, "IP Address", endpoint.getAddress()));
        } else if (endpoint.getMacAddress() != null) {
            observables.add(observable(name + ".mac", OBSERVABLE_MAC_ADDRESS, "MAC Address", endpoint.getMacAddress()));
        }
    }

    private static JsonObject observable(String name, int typeId, String type, String value) {
        return new JsonObject()
                .put("name", name)
                .put("type_id", typeId)
                .put("type", type)
                .put("value", value);
    }

    private static JsonObject unmapped(Finding finding) {
        ObservationPoint point = finding.getObservationPoint();
        List<JsonObject> measurements = new ArrayList<>();
        for (Measurement measurement : finding.getMeasurements()) {
            measurements.add(measurement(measurement));
        }
        return new JsonObject()
                .put("flowClass", finding.getFlowClass().name())
                .put("classReason", finding.getClassReason())
                .put("orientation", finding.getOrientation().name())
                .put("flows", finding.getFlows())
                .put("packets", finding.getPackets())
                .put("layer2Octets", finding.getLayer2Octets())
                .put("responderPackets", finding.getResponderPackets())
                .put("responderOctets", finding.getResponderOctets())
                .put(
                        "endReason",
                        finding.getEndReason() == null
                                ? null
                                : finding.getEndReason().name())
                .put("allowedBy", finding.getAllowedBy())
                .put("measurements", measurements)
                .putStrings("peers", finding.getPeers())
                .putStrings("evidenceFlowIds", finding.getEvidenceFlowIds())
                .put(
                        "observationPoint",
                        new JsonObject()
                                .put("host", point.getHost())
                                .put("interface", point.getInterface$())
                                .put("capture", point.getCapture()));
    }

    /** As in our schema. */
    static JsonObject measurement(Measurement measurement) {
        return new JsonObject()
                .put("name", measurement.getName())
                .put("value", measurement.getValue())
                .put("threshold", measurement.getThreshold())
                .put("unit", measurement.getUnit().isEmpty() ? null : measurement.getUnit());
    }
}
