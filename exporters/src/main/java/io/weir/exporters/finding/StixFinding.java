package io.weir.exporters.finding;

import io.weir.schemas.Endpoint;
import io.weir.schemas.Finding;
import io.weir.schemas.FindingStatus;
import io.weir.schemas.Measurement;
import io.weir.schemas.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/**
 * STIX 2.1: one bundle a record, of
 *
 * <ul>
 *   <li>{@code ipv4-addr}, {@code ipv6-addr}, {@code mac-addr}: the ends, and those on the other side where there are several;
 *   <li>{@code network-traffic}: what went between the ends, where at least one is known; without an end while the episode is open;
 *   <li>{@code observed-data}: when that was seen and how many flows;
 *   <li>{@code attack-pattern} and {@code sighting}: one of each for an ATT&amp;CK technique;
 *   <li>{@code note}: what the rule says, with severity, status and rule as labels;
 *   <li>{@code identity}: Weir, which says it all.
 * </ul>
 *
 * <p>There is no {@code indicator}: a finding tells what was seen once and claims no pattern to look for elsewhere. Where no technique
 * applies there is nothing that a {@code sighting} could be of, so that the note alone says it.
 *
 * <p>Ids are deterministic. Those of observables follow from their values, as the specification asks, so that one address is one object
 * for everybody. Observed data and sightings are of the episode, with {@code modified} as their version; a note is of the record.
 */
final class StixFinding {

    /** Namespace of observables' ids, which STIX 2.1 gives (section 2.9). */
    private static final UUID OBSERVABLES = UUID.fromString("00abedb4-aa42-466c-9c01-fed23315a9b7");

    /** Namespace of our own objects' ids. */
    private static final UUID OURS = UUID.fromString("6f0f5d0b-6c0b-5a0e-9d5a-3f6a1a5d7b42");

    /** When what never changes was made. */
    private static final String EPOCH = "2026-01-01T00:00:00.000Z";

    private static final long MAX_COUNT = 999_999_999;

    private static final String KILL_CHAIN = "mitre-attack";

    private final Finding finding;
    private final String firstSeen;
    private final String lastSeen;
    private final JsonObject identity = identity();

    /** By id, so that an address that has both parts is one object. */
    private final Map<String, JsonObject> observables = new LinkedHashMap<>();

    private StixFinding(Finding finding) {
        this.finding = finding;
        this.firstSeen = FindingFacts.milliseconds(finding.getFirstSeenMicroseconds());
        this.lastSeen = FindingFacts.milliseconds(
                Math.max(finding.getFirstSeenMicroseconds(), finding.getLastSeenMicroseconds()));
    }

    static JsonObject of(Finding finding) {
        return new StixFinding(finding).bundle();
    }

    private JsonObject bundle() {
        String source = end(finding.getInitiator());
        String destination = end(finding.getResponder());
        FindingFacts.peerAddresses(finding).forEach(this::address);
        if (source != null || destination != null) {
            traffic(source, destination);
        }
        List<JsonObject> objects = new ArrayList<>();
        objects.add(identity);
        objects.addAll(observables.values());
        List<String> subjects = new ArrayList<>();
        String observedData = observables.isEmpty() ? null : ours("observed-data", finding.getFindingId());
        if (observedData != null) {
            objects.add(observedData(observedData));
            subjects.add(observedData);
        }
        for (String id : finding.getAttackTechniques()) {
            String pattern = ours("attack-pattern", id);
            String sighting = ours("sighting", finding.getFindingId() + ' ' + id);
            objects.add(attackPattern(pattern, AttackTechnique.of(id)));
            objects.add(sighting(sighting, pattern, observedData));
            subjects.add(sighting);
        }
        if (subjects.isEmpty()) {
            // A note has to be of something.
            subjects.add(identityId());
        }
        objects.add(note(subjects));
        return new JsonObject()
                .put("type", "bundle")
                .put("id", ours("bundle", FindingFacts.idempotencyKey(finding)))
                .put("objects", objects);
    }

    // ---- observables

    /** The id of an end's address; null where several have part. */
    private String end(Endpoint endpoint) {
        if (endpoint.getAddress() != null) {
            return address(endpoint.getAddress());
        }
        return endpoint.getMacAddress() == null ? null : observable("mac-addr", endpoint.getMacAddress());
    }

    private String address(String address) {
        return observable(FindingFacts.isIpv6(address) ? "ipv6-addr" : "ipv4-addr", address);
    }

    private String observable(String type, String value) {
        String id = observableId(type, new JsonObject().put("value", value));
        observables.putIfAbsent(id, head(type, id).put("value", value));
        return id;
    }

    private void traffic(String source, String destination) {
        boolean closed = finding.getStatus() == FindingStatus.closed;
        List<String> protocols = protocols();
        Integer port = finding.getResponder().getPort();
        String end = closed ? lastSeen : null;
        // What contributes to the id, in the order of RFC 8785: that of the names.
        String id = observableId(
                "network-traffic",
                new JsonObject()
                        .put("dst_port", port)
                        .put("dst_ref", destination)
                        .put("end", end)
                        .putStrings("protocols", protocols)
                        .put("src_ref", source)
                        .put("start", firstSeen));
        observables.put(
                id,
                head("network-traffic", id)
                        .put("start", firstSeen)
                        .put("end", end)
                        .put("is_active", !closed)
                        .put("src_ref", source)
                        .put("dst_ref", destination)
                        .put("dst_port", port)
                        .putStrings("protocols", protocols)
                        .put("dst_byte_count", finding.getResponderOctets())
                        .put("src_packets", Math.max(0, finding.getPackets() - finding.getResponderPackets()))
                        .put("dst_packets", finding.getResponderPackets()));
    }

    /** From the outside in. */
    private List<String> protocols() {
        List<String> protocols = new ArrayList<>();
        FindingFacts.addresses(finding).stream()
                .findFirst()
                .ifPresent(address -> protocols.add(FindingFacts.isIpv6(address) ? "ipv6" : "ipv4"));
        String transport = FindingFacts.protocolName(finding.getProtocolIdentifier());
        if (transport != null) {
            protocols.add(transport);
        }
        return protocols.isEmpty() ? List.of("ethernet") : protocols;
    }

    // ---- what is said of them

    private JsonObject observedData(String id) {
        return made("observed-data", id)
                .put("first_observed", firstSeen)
                .put("last_observed", lastSeen)
                .put("number_observed", Math.max(1, Math.min(MAX_COUNT, finding.getFlows())))
                .putStrings("object_refs", List.copyOf(observables.keySet()));
    }

    private static JsonObject attackPattern(String id, AttackTechnique technique) {
        JsonObject pattern = head("attack-pattern", id)
                .put("created_by_ref", identityId())
                .put("created", EPOCH)
                .put("modified", EPOCH)
                .put("name", technique.name() == null ? technique.id() : technique.name());
        if (!technique.tactics().isEmpty()) {
            pattern.put(
                    "kill_chain_phases",
                    technique.tactics().stream()
                            .map(tactic -> new JsonObject()
                                    .put("kill_chain_name", KILL_CHAIN)
                                    .put(
                                            "phase_name",
                                            tactic.caption
                                                    .toLowerCase(Locale.ROOT)
                                                    .replace(' ', '-')))
                            .toList());
        }
        return pattern.put(
                "external_references",
                List.of(new JsonObject()
                        .put("source_name", KILL_CHAIN)
                        .put("external_id", technique.id())
                        .put("url", technique.url())));
    }

    private JsonObject sighting(String id, String pattern, String observedData) {
        JsonObject sighting = made("sighting", id)
                .put("confidence", confidence())
                .put("first_seen", firstSeen)
                .put("last_seen", lastSeen)
                .put("count", Math.min(MAX_COUNT, finding.getFlows()))
                .put("sighting_of_ref", pattern)
                .putStrings("where_sighted_refs", List.of(identityId()));
        return observedData == null ? sighting : sighting.putStrings("observed_data_refs", List.of(observedData));
    }

    private JsonObject note(List<String> subjects) {
        List<String> content = new ArrayList<>();
        content.add(finding.getDescription().isEmpty() ? finding.getTitle() : finding.getDescription());
        for (Measurement measurement : finding.getMeasurements()) {
            content.add(FindingFacts.text(measurement));
        }
        List<String> labels = new ArrayList<>(List.of(
                "rule:" + finding.getRule(),
                "severity:" + finding.getSeverity(),
                "status:" + finding.getStatus(),
                "flow-class:" + finding.getFlowClass()));
        if (finding.getAllowedBy() != null) {
            labels.add("allowed-by:" + finding.getAllowedBy());
        }
        return head("note", ours("note", FindingFacts.idempotencyKey(finding)))
                .put("created_by_ref", identityId())
                .put("created", lastSeen)
                .put("modified", lastSeen)
                .put("confidence", confidence())
                .putStrings("labels", labels)
                .put("abstract", finding.getTitle())
                .put("content", String.join("\n", content))
                .putStrings("object_refs", subjects);
    }

    /** On the specification's scale of none, low, medium and high (appendix A); null is not known. */
    private Integer confidence() {
        return switch (finding.getConfidence()) {
            case low -> 15;
            case medium -> 50;
            case high -> 85;
            case unknown -> null;
        };
    }

    private static JsonObject identity() {
        return head("identity", identityId())
                .put("created", EPOCH)
                .put("modified", EPOCH)
                .put("name", "Weir")
                .put("identity_class", "system");
    }

    private static String identityId() {
        return ours("identity", "weir");
    }

    /** Made with the episode, and a version newer with each record of it. */
    private JsonObject made(String type, String id) {
        return head(type, id)
                .put("created_by_ref", identityId())
                .put("created", firstSeen)
                .put("modified", lastSeen);
    }

    private static JsonObject head(String type, String id) {
        return new JsonObject().put("type", type).put("spec_version", "2.1").put("id", id);
    }

    private static String observableId(String type, JsonObject contributing) {
        return type + "--" + Uuid5.of(OBSERVABLES, contributing.toString());
    }

    private static String ours(String type, String name) {
        return type + "--" + Uuid5.of(OURS, type + ' ' + name);
    }
}
