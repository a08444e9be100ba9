package io.weir.advisor.detection;

import io.weir.advisor.finding.FindingIds;
import io.weir.advisor.finding.RiskScore;
import io.weir.advisor.host.Host;
import io.weir.advisor.host.HostKey;
import io.weir.advisor.host.OpenFinding;
import io.weir.schemas.Endpoint;
import io.weir.schemas.Finding;
import io.weir.schemas.FindingStatus;
import io.weir.schemas.Measurement;
import io.weir.schemas.ObservationPoint;
import io.weir.schemas.Orientation;
import io.weir.schemas.Severity;

/** Verdicts as findings. */
final class VerdictFindings {

    /** Name of the measurement that says how much an episode is. */
    private static final String MAGNITUDE = "magnitude";

    private VerdictFindings() {}

    /**
     * A new episode.
     *
     * @param afterMicros end of the episode before, of the same rule, host and scope: what was before belongs to that
     */
    static Finding opened(DetectionFacts facts, Host host, Verdict verdict, long afterMicros) {
        long first =
                afterMicros == Long.MIN_VALUE ? verdict.firstMicros : Math.max(verdict.firstMicros, afterMicros + 1);
        String key = host.key() + "|" + verdict.scope;
        String id =
                FindingIds.of(facts.id(), key, first, Math.max(1, facts.idle().toNanos() / 1000));
        return of(facts, verdict, id, FindingStatus.opened, first, verdict.lastMicros);
    }

    /** More of an episode; severity and confidence never fall. */
    static Finding updated(DetectionFacts facts, Verdict verdict, OpenFinding before) {
        Finding told = before.told();
        // What lies before the end of the episode before belongs to that.
        long from = before.afterMicros() == Long.MIN_VALUE
                ? verdict.firstMicros
                : Math.max(verdict.firstMicros, before.afterMicros() + 1);
        Finding now = of(
                facts,
                verdict,
                told.getFindingId(),
                FindingStatus.updated,
                Math.min(from, told.getFirstSeenMicroseconds()),
                Math.max(verdict.lastMicros, told.getLastSeenMicroseconds()));
        if (told.getSeverity().compareTo(now.getSeverity()) > 0) {
            now.setSeverity(told.getSeverity());
        }
        if (told.getConfidence().compareTo(now.getConfidence()) > 0) {
            now.setConfidence(told.getConfidence());
        }
        now.setRiskScore(RiskScore.of(now.getSeverity(), now.getConfidence()));
        return now;
    }

    private static Finding of(
            DetectionFacts facts, Verdict verdict, String id, FindingStatus status, long firstMicros, long lastMicros) {
        Severity severity = verdict.boundedSeverity();
        Finding.Builder finding = Finding.newBuilder()
                .setFindingId(id)
                .setStatus(status)
                .setRule(facts.id())
                .setTitle(verdict.title)
                .setDescription(verdict.description)
                .setSeverity(severity)
                .setConfidence(verdict.confidence)
                .setRiskScore(RiskScore.of(severity, verdict.confidence))
                .setFlowClass(verdict.flowClass)
                .setClassReason("")
                .setOrientation(Orientation.unknown)
                .setInitiator(endpoint(verdict.initiator, null))
                .setResponder(endpoint(verdict.responder, verdict.port))
                .setProtocolIdentifier(verdict.protocol)
                .setFirstSeenMicroseconds(firstMicros)
                .setLastSeenMicroseconds(lastMicros)
                .setFlows(verdict.flows)
                .setPackets(verdict.traffic.packets())
                .setLayer2Octets(verdict.traffic.octets())
                .setResponderPackets(verdict.traffic.packetsIn())
                .setResponderOctets(verdict.traffic.octetsIn())
                .setEvidenceFlowIds(verdict.evidence)
                .setAttackTechniques(verdict.techniques == null ? facts.attackTechniques() : verdict.techniques)
                .setObservationPoint(pointOf(verdict.point))
                .setPeers(verdict.peers)
                .setAllowedBy(verdict.allowedBy);
        verdict.measurements.add(new Measurement(MAGNITUDE, verdict.magnitude, null, ""));
        return finding.setMeasurements(verdict.measurements).build();
    }

    private static Endpoint endpoint(HostKey host, Integer port) {
        if (host == null) {
            return new Endpoint(null, port, null, null);
        }
        return new Endpoint(host.isAddress() ? host.toString() : null, port, null, host.toString());
    }

    private static ObservationPoint pointOf(String name) {
        if (name == null) {
            return new ObservationPoint("", "", "", 1);
        }
        int capture = name.lastIndexOf('|');
        int host = name.indexOf('|');
        return new ObservationPoint(
                name.substring(0, host), name.substring(host + 1, capture), name.substring(capture + 1), 1);
    }

    /** Digits of how much it is. */
    static int digits(Finding finding) {
        for (Measurement one : finding.getMeasurements()) {
            if (one.getName().equals(MAGNITUDE)) {
                return Long.toString((long) one.getValue()).length();
            }
        }
        return 0;
    }

    /** True when a reader would learn nothing new from the second. */
    static boolean sameNumbers(Finding one, Finding other) {
        return one.getLastSeenMicroseconds() == other.getLastSeenMicroseconds()
                && one.getFirstSeenMicroseconds() == other.getFirstSeenMicroseconds()
                && one.getFlows() == other.getFlows()
                && one.getPackets() == other.getPackets()
                && one.getMeasurements().equals(other.getMeasurements());
    }
}
